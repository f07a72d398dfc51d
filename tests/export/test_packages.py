"""What pip and spaCy make of an exported package, and what a pruned base hands on."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy
from numpy.testing import assert_array_equal
from spacy.vectors import Vectors

from embedadapt.core.errors import OutputError, SettingsError
from embedadapt.core.subwords import SubwordTable
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.spacy_pipeline import write_pipeline
from embedadapt.formats import load_vectors
from embedadapt.formats.spacy import read_borrowed
from embedadapt.workflows.export import export_spacy

WORDS = ["the", "lessor", "shall"]
ROWS = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
PLAIN = WordVectors(Vocabulary(WORDS), ROWS)


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline of spaCy's own: three rows, and two words more that borrow one."""
    nlp = spacy.blank("en")
    keys = [nlp.vocab.strings.add(word) for word in WORDS]
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=ROWS, keys=keys)
    for word, row in {"landlord": 1, "LESSOR": 2}.items():
        nlp.vocab.vectors.add(nlp.vocab.strings.add(word), row=row)
    folder = tmp_path_factory.mktemp("pruned") / "en_md"
    nlp.to_disk(folder)
    return folder


def test_pip_installs_a_package_and_spacy_loads_it_by_name(tmp_path: Path) -> None:
    target = tmp_path / "en_legal"
    write_pipeline(
        PLAIN,
        target,
        lang="en",
        forms={},
        name="en_legal",
        package=True,
        version="1.2.0",
        card="# L\n",
    )
    files = {path.name for path in target.iterdir()}
    assert {"setup.py", "meta.json", "MANIFEST.in", "README.md", "en_legal"} <= files
    assert (target / "README.md").read_text() == "# L\n"
    install = ["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    done = subprocess.run(
        [sys.executable, *install, "--target", tmp_path / "site", target],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "site").glob("en_legal-1.2.0*-info"))  # older pips write egg-info
    program = "import spacy; print(spacy.load('en_legal')('lessor').vector.tolist())"
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path / "site", capture_output=True, text=True
    )
    assert shown.stdout == f"{ROWS[1].tolist()}\n", shown.stderr


def test_a_package_reads_back_and_may_be_written_again(tmp_path: Path) -> None:
    for _ in range(2):
        write_pipeline(PLAIN, tmp_path / "p", lang="en", forms={}, name="legal", package=True)
    found = load_vectors(tmp_path / "p" / "en_legal")
    assert found.vocabulary.words == tuple(WORDS)


def test_a_package_with_subwords_asks_for_embedadapt(tmp_path: Path) -> None:
    ngrams = SubwordTable(np.ones((20, 4), dtype=np.float32), None, 3, 4)
    vectors = WordVectors(PLAIN.vocabulary, ROWS, subwords=ngrams)
    write_pipeline(vectors, tmp_path / "p", lang="en", forms={}, name="legal", package=True)
    [ours, _] = json.loads((tmp_path / "p" / "meta.json").read_text())["requirements"]
    assert re.fullmatch(r"embedadapt>=[\d.]+,<[\d.]+", ours)


def test_a_package_needs_a_name_that_python_imports(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="a name that Python can import"):
        write_pipeline(PLAIN, tmp_path / "p", lang="en", forms={}, name="a b", package=True)
    assert not any(tmp_path.iterdir())


def test_a_package_needs_a_version_that_pip_understands(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"found 'new'\. For example: 1\.0\.0"):
        write_pipeline(
            PLAIN, tmp_path / "p", lang="en", forms={}, name="l", package=True, version="new"
        )
    assert not any(tmp_path.iterdir())


def test_a_package_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "p")
    with pytest.raises(OutputError, match=r"found config\.cfg, meta\.json, tokenizer and 1 more"):
        write_pipeline(PLAIN, tmp_path / "p", lang="en", forms={}, name="legal", package=True)


def test_borrowed_keys_name_their_owner(pruned: Path) -> None:
    assert read_borrowed(pruned) == {"landlord": "lessor", "LESSOR": "shall"}


def test_keys_that_borrow_in_the_base_borrow_in_the_pipeline(pruned: Path, tmp_path: Path) -> None:
    base = load_vectors(pruned)
    assert "landlord" not in base
    export = export_spacy(base, tmp_path / "p", lang="en", name="legal", case_forms="corpus")
    assert (export.n_words, export.n_surface_forms) == (3, 2)
    export_spacy(base, tmp_path / "all", lang="en")
    for folder in ("p", "all"):
        nlp = spacy.load(tmp_path / folder)
        assert_array_equal(nlp("landlord").vector, ROWS[1])
        assert_array_equal(nlp("LESSOR").vector, ROWS[2])  # it borrows, if it is also a form


def test_every_token_has_a_vector_with_subwords(pruned: Path, tmp_path: Path) -> None:
    export_spacy(pruned, tmp_path / "p", lang="en", subwords=True)
    nlp = spacy.load(tmp_path / "p")
    assert_array_equal(nlp("Lessor").vector, ROWS[1])
    assert all(token.has_vector and token.vector.any() for token in nlp("Sublessors never pay"))


def test_a_base_with_ngrams_gives_its_own(tmp_path: Path) -> None:
    ngrams = SubwordTable(ROWS, None, 3, 4)
    base = WordVectors(PLAIN.vocabulary, ROWS, subwords=ngrams)
    export_spacy(base, tmp_path / "p", lang="en", subwords=True)
    assert_array_equal(spacy.load(tmp_path / "p")("unseen").vector, ngrams.vector("unseen"))
    export_spacy(base, tmp_path / "plain", lang="en")
    assert not spacy.load(tmp_path / "plain")("unseen").has_vector
