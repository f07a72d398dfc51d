import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import AdapterError, FormatError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.adapter_file import load_adapter, save_adapter
from embedadapt.formats.reading.tensor_file import DIGEST_KEY, METADATA_KEY
from embedadapt.formats.safetensors import write


def make_adapter() -> Adapter:
    rng = np.random.default_rng(0)
    return Adapter(
        vocabulary=Vocabulary(["lessor", "l'", "bailleur"], np.array([7, 5, 2])),
        base_rows=np.array([4, -1, -1], dtype=np.int32),
        starts=rng.normal(size=(2, 3)).astype(np.float32),
        delta=rng.normal(size=(3, 3)).astype(np.float32),
        dimensions=rng.normal(size=(3, 2)).astype(np.float32),
        surface_forms={"Lessor": 0, "LESSOR": 0, "L’": 1},
        normalization=Normalization(case="lower", elision="split"),
        base_fingerprint="ab" * 16,
        document_counts=np.array([3, 2, 1]),
        settings={"epochs": 5, "mode": "fast"},
        scores={"loss": [2.5, 2.25], "held_out": None},
        provenance={"base": "glove.txt"},
    )


def test_an_adapter_reads_back_whole(tmp_path: Path) -> None:
    adapter, path = make_adapter(), tmp_path / "a.adapter"
    save_adapter(adapter, path)
    again = load_adapter(path)
    assert again.vocabulary.words == adapter.vocabulary.words
    for name in ("base_rows", "starts", "delta", "dimensions", "document_counts"):
        np.testing.assert_array_equal(getattr(again, name), getattr(adapter, name))
    np.testing.assert_array_equal(again.vocabulary.counts, adapter.vocabulary.counts)
    for name in (
        "surface_forms",
        "normalization",
        "base_fingerprint",
        "settings",
        "scores",
        "provenance",
    ):
        assert getattr(again, name) == getattr(adapter, name)


def test_an_adapter_from_before_documents_were_counted_has_none(tmp_path: Path) -> None:
    save_adapter(replace(make_adapter(), document_counts=None), tmp_path / "old")
    assert load_adapter(tmp_path / "old").document_counts is None


def test_document_counts_below_zero_are_refused(tmp_path: Path) -> None:
    save_adapter(replace(make_adapter(), document_counts=np.array([3, -2, 1])), tmp_path / "a")
    with pytest.raises(FormatError, match="document counts"):
        load_adapter(tmp_path / "a")


def test_the_same_adapter_gives_the_same_bytes(tmp_path: Path) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    reordered = replace(load_adapter(tmp_path / "a"), settings={"mode": "fast", "epochs": 5})
    save_adapter(reordered, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_adapter_without_new_words_or_dimensions(tmp_path: Path) -> None:
    adapter = Adapter(
        Vocabulary(["a"]),
        np.array([0], np.int32),
        np.zeros((0, 2), np.float32),
        np.ones((1, 2), np.float32),
        np.zeros((1, 0), np.float32),
        {},
        Normalization(),
        "00" * 16,
    )
    save_adapter(adapter, tmp_path / "a")
    again = load_adapter(tmp_path / "a")
    assert (again.n_new, again.n_dimensions, again.dim) == (0, 0, 2)
    assert again.vocabulary.counts is None


def rewrite(path: Path, **changes: object) -> None:
    """Changes entries of the adapter's JSON metadata, leaving the arrays alone."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = json.loads(header["__metadata__"][METADATA_KEY]) | changes
    header["__metadata__"] = {METADATA_KEY: json.dumps(metadata)}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])


def test_what_is_no_adapter_is_told_apart(tmp_path: Path) -> None:
    vectors = WordVectors(Vocabulary(["a"]), np.ones((1, 2), np.float32))
    write(vectors, tmp_path / "v")
    with pytest.raises(AdapterError, match="expected an adapter, found vectors"):
        load_adapter(tmp_path / "v")
    save_adapter(make_adapter(), tmp_path / "new")
    rewrite(tmp_path / "new", format=99)
    with pytest.raises(AdapterError, match="format 99"):
        load_adapter(tmp_path / "new")
    with pytest.raises(FormatError, match="nowhere"):
        load_adapter(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "settings", [{"normalization": None}, {"base_fingerprint": 0, "scores": 3}]
)
def test_edited_metadata_is_one_clear_line(tmp_path: Path, settings: dict[str, object]) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    rewrite(tmp_path / "a", **settings)
    with pytest.raises(FormatError, match="metadata") as caught:
        load_adapter(tmp_path / "a")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("surface_forms.rows", [0, 0, 3], "forms of its 3 words"),
        ("surface_forms.rows", [0, -1, 1], "forms of its 3 words"),
        ("surface_forms.rows", [0, 0], "expected the metadata|argument"),
        ("base_rows", [4, -1, -2], "base rows from -1 up, found -2"),
        ("base_rows", [4, 5, -1], "starts"),
        ("words.offsets", [0, 9, 8, 16], "word offsets"),
        ("starts", [[0, 0, np.nan], [0, 0, 0]], "finite numbers in starts"),
        ("delta", [[0, 0, np.inf]] * 3, "finite numbers in delta"),
        ("dimensions", [[0, np.nan]] * 3, "finite numbers in dimensions"),
        ("dimensions", [[0, 1]] * 2, "differ in length"),
    ],
)
def test_values_that_do_not_fit_are_one_line(
    tmp_path: Path, name: str, values: list[object], said: str
) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    arrays = load_file(tmp_path / "a")
    with safe_open(tmp_path / "a", framework="numpy") as file:
        metadata = file.metadata()
    del metadata[DIGEST_KEY]  # as from a version that wrote none, or by someone's hand
    arrays[name] = np.array(values, dtype=arrays[name].dtype)
    save_file(arrays, tmp_path / "b", metadata)
    with pytest.raises(FormatError, match=said) as caught:
        load_adapter(tmp_path / "b")
    assert "\n" not in str(caught.value)


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    data = (tmp_path / "a").read_bytes()
    for place in range(8, len(data)):
        (tmp_path / "b").write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises((FormatError, AdapterError)) as caught:
            load_adapter(tmp_path / "b")
        assert "\n" not in str(caught.value)


def test_a_wrong_digest_names_both(tmp_path: Path) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    data = bytearray((tmp_path / "a").read_bytes())
    data[-1] ^= 1
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(FormatError, match=r"a: expected content with the digest \w{12}….*found \w"):
        load_adapter(tmp_path / "a")


def test_a_file_without_a_digest_loads(tmp_path: Path) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    rewrite(tmp_path / "a", settings={"epochs": 6})
    assert load_adapter(tmp_path / "a").settings == {"epochs": 6}


@pytest.mark.parametrize("depth", [2_000, 100_000])
def test_nested_metadata_is_one_line(tmp_path: Path, depth: int) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    rewrite(tmp_path / "a", settings={"deep": "x"})
    data = (tmp_path / "a").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + length].replace(b'\\"x\\"', b"[" * depth + b"]" * depth)
    (tmp_path / "b").write_bytes(len(header).to_bytes(8, "little") + header + data[8 + length :])
    with pytest.raises(FormatError, match=r"metadata|JSON") as caught:
        load_adapter(tmp_path / "b")
    assert "\n" not in str(caught.value)


def test_a_word_that_stands_twice_is_named(tmp_path: Path) -> None:
    twice = Vocabulary(["a", "b", "a"], np.array([7, 5, 2]))
    save_adapter(replace(make_adapter(), vocabulary=twice), tmp_path / "a")
    with pytest.raises(FormatError, match="row 3: expected a new word, found 'a' again"):
        load_adapter(tmp_path / "a")


def test_a_cut_file_never_loads(tmp_path: Path) -> None:
    save_adapter(make_adapter(), tmp_path / "a")
    data = (tmp_path / "a").read_bytes()
    for length in range(0, len(data), 13):
        (tmp_path / "cut").write_bytes(data[:length])
        with pytest.raises((FormatError, AdapterError), match="cut"):
            load_adapter(tmp_path / "cut")
