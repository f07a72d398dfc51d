import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy
import srsly
from spacy.vectors import Vectors

from embedadapt.core.errors import FormatError
from embedadapt.formats import load_vectors, sniff_format

# "mark" and "NOUN" are symbols of spaCy's own: their keys are small numbers, not hashes.
WORDS = ("the", "mark", "NOUN", "été", "a\u00a0b", "l'")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    nlp = spacy.blank("xx")
    keys = [nlp.vocab.strings.add(word) for word in WORDS]
    rows = np.arange(4 * len(WORDS), dtype=np.float32).reshape(-1, 4)
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=rows, keys=keys)
    folder = tmp_path_factory.mktemp("spacy") / "pipeline"
    nlp.to_disk(folder)
    return folder


@pytest.fixture
def pipeline(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_once, tmp_path / "pipeline"))


def test_the_vectors_of_a_folder(pipeline: Path) -> None:
    assert sniff_format(pipeline) == "spacy"
    vectors = load_vectors(pipeline)
    nlp = spacy.load(pipeline)
    assert set(vectors) == set(WORDS)
    for word in WORDS:
        assert np.array_equal(vectors[word], nlp.vocab[word].vector)
    assert vectors.provenance.n_shared_keys == 0
    assert not vectors.matrix.flags.writeable  # mapped


def test_only_the_first_key_of_a_row_owns_it(pipeline: Path) -> None:
    nlp = spacy.load(pipeline)
    for borrower, owner in (("lessor", "the"), ("lessee", "été"), ("tenant", "the")):
        row = nlp.vocab.vectors.key2row[nlp.vocab.strings[owner]]
        nlp.vocab.vectors.add(nlp.vocab.strings.add(borrower), row=row)
    nlp.to_disk(pipeline)
    vectors = load_vectors(pipeline)
    assert set(vectors) == set(WORDS)
    assert vectors.provenance.n_shared_keys == 3


def test_rows_without_a_key_and_keys_without_a_name_are_left_out(pipeline: Path) -> None:
    path = pipeline / "vocab" / "key2row"
    key2row = srsly.read_msgpack(path)
    (first, _), (second, row), *rest = key2row.items()
    srsly.write_msgpack(path, {12345678901234567890: row, first: -1} | dict(rest))
    vectors = load_vectors(pipeline)
    assert len(vectors) == len(WORDS) - 2
    assert vectors.provenance.notes == ("1 rows belong to keys missing from strings.json",)
    nlp = spacy.load(pipeline)
    for word in vectors:
        assert np.array_equal(vectors[word], nlp.vocab[word].vector)
    assert second != first


def test_an_installed_package_is_found_by_name_and_never_imported(
    pipeline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "xx_made_here_md"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    pipeline.rename(package / "xx_made_here_md-1.0.0")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    vectors = load_vectors("xx_made_here_md")
    assert set(vectors) == set(WORDS)
    assert vectors.provenance.path == "xx_made_here_md"
    assert "xx_made_here_md" not in sys.modules
    assert set(load_vectors(package)) == set(WORDS)


def test_what_holds_no_pipeline_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match=r"empty: expected a spaCy pipeline .* found none"):
        load_vectors(tmp_path / "empty")
    with pytest.raises(FormatError, match="installed package hypothesis: expected a spaCy"):
        load_vectors("hypothesis")
    with pytest.raises(FormatError, match=r"no_such_package_md: .* none of that name"):
        load_vectors("no_such_package_md")
    with pytest.raises(FormatError, match="__main__"):
        load_vectors("__main__")


def test_a_folder_of_several_pipelines_asks_which(pipeline: Path) -> None:
    pipeline.rename(pipeline.parent / "one")
    (pipeline.parent / "two" / "vocab").mkdir(parents=True)
    (pipeline.parent / "two" / "vocab" / "vectors").touch()
    with pytest.raises(FormatError, match="2 of them: one, two"):
        load_vectors(pipeline.parent)


def test_a_pipeline_without_vectors_is_said(tmp_path: Path) -> None:
    spacy.blank("xx").to_disk(tmp_path / "sm")
    with pytest.raises(FormatError, match="take md or lg"):
        load_vectors(tmp_path / "sm")


def test_object_arrays_are_not_unpickled(pipeline: Path) -> None:
    np.save(pipeline / "vectors.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    (pipeline / "vectors.npy").rename(pipeline / "vocab" / "vectors")
    with pytest.raises(FormatError, match=r"vectors: expected a whole numpy array.*Python objects"):
        load_vectors(pipeline)


NO_ROW = srsly.msgpack_dumps({1: 99})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vectors", b"", "vectors: expected a whole numpy array"),
        ("vectors", b"\x93NUMPY\x01\x00", "vectors: expected a whole numpy array"),
        ("vectors", b"PK\x03\x04", "vectors: expected a whole numpy array"),
        ("key2row", b"", "key2row: expected a msgpack mapping"),
        ("key2row", b"\x93\x01\x02\x03", "key2row: expected a mapping of keys to rows, found list"),
        ("key2row", b"\x81\xa1a\x01", "key2row: expected keys to rows from 0 to 5, found 'a': 1"),
        ("key2row", NO_ROW, "key2row: expected keys to rows from 0 to 5, found 1: 99"),
        ("key2row", b"\x80", "expected at least one word"),
        ("strings.json", b"[1]", "strings.json: expected a list of words"),
        ("strings.json", b"{}", "strings.json: expected a JSON list, found dict"),
        ("strings.json", b"[", "strings.json: expected JSON"),
        ("strings.json", b'["\\ud800"]', "strings.json: expected words that are UTF-8"),
        ("vectors.cfg", b'{"mode": "floret"}', "settings of mode default or floret, found mode"),
        ("vectors.cfg", b'{"mode": "x"}', "settings of mode default or floret, found mode 'x'"),
    ],
)
def test_a_damaged_part_is_named(pipeline: Path, name: str, content: bytes, said: str) -> None:
    (pipeline / "vocab" / name).write_bytes(content)
    with pytest.raises(FormatError, match=said) as caught:
        load_vectors(pipeline)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("shortest", "longest", "n_hashes"), [(2, 3, 2), (1, 5, 4), (0, 0, 1)])
def test_a_pipeline_in_floret_mode_composes_all_words(
    tmp_path: Path, shortest: int, longest: int, n_hashes: int
) -> None:
    nlp = spacy.blank("xx")
    table = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings,
        data=table,
        mode="floret",
        minn=shortest,
        maxn=longest,
        hash_count=n_hashes,
        hash_seed=2166136261,
        bow="^",
    )
    nlp.to_disk(tmp_path / "p")
    vectors = load_vectors(tmp_path / "p")
    assert len(vectors) == 0
    for word in (*WORDS, "indemnification", "👩🏽‍⚖️"):
        assert np.allclose(vectors[word], nlp.vocab[word].vector, atol=1e-6), word


@pytest.mark.parametrize("name", ["key2row", "strings.json"])
def test_a_missing_part_is_named(pipeline: Path, name: str) -> None:
    (pipeline / "vocab" / name).unlink()
    with pytest.raises(FormatError, match=f"{name}: .*No such file"):
        load_vectors(pipeline)


def test_nan_is_found(pipeline: Path) -> None:
    path = pipeline / "vocab" / "vectors"
    rows = np.load(path)
    rows[1, 2] = np.nan
    with path.open("wb") as stream:
        np.save(stream, rows)
    with pytest.raises(FormatError, match="vectors, row 2: expected finite numbers"):
        load_vectors(pipeline)


def test_strings_are_read_whatever_they_hold(pipeline: Path) -> None:
    path = pipeline / "vocab" / "strings.json"
    path.write_text(json.dumps([*json.loads(path.read_text()), "", "a b", "\u2028"]))
    assert set(load_vectors(pipeline)) == set(WORDS)
