import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.normalization import Normalization
from embedadapt.core.subwords import FloretHashing
from embedadapt.core.vectors import Provenance, SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, save_vectors, sniff_format
from embedadapt.formats.safetensors import read, write
from tests.formats.make import assert_same_table, make_vectors, tables, written

ANY_WORDS = st.text(st.characters(exclude_categories=["Cs"]))


def full_vectors() -> WordVectors:
    rng = np.random.default_rng(0)
    rows = [rng.normal(size=(3, 4)).astype(np.float32) for _ in range(3)]
    return WordVectors(
        Vocabulary(["the", "New York", "\udcff"], np.array([9, 5, 2])),
        rows[0],
        context=rows[1],
        subwords=SubwordTable(rng.normal(size=(7, 4)).astype(np.float32), rows[2], 2, 5),
        normalization=Normalization(case="lower", phrases=True),
        provenance=Provenance("fasttext-bin", "/somewhere", 12, ("a note",)),
    )


@given(tables(ANY_WORDS))
def test_any_words_read_back(tmp_path_factory: pytest.TempPathFactory, table: WordVectors) -> None:
    path = tmp_path_factory.mktemp("t") / "t.safetensors"
    write(table, path)
    assert sniff_format(path) == "safetensors"
    assert_same_table(load_vectors(path), table)


def test_every_part_reads_back(tmp_path: Path) -> None:
    vectors, path = full_vectors(), tmp_path / "t.bin"
    save_vectors(vectors, path, format="safetensors")
    again = load_vectors(path)
    assert again.fingerprint == vectors.fingerprint
    assert np.array_equal(again.vocabulary.counts, vectors.vocabulary.counts)
    assert np.array_equal(again.context, vectors.context)
    assert np.array_equal(again["unseen"], vectors["unseen"])
    assert np.array_equal(again.subwords.words, vectors.subwords.words)
    assert again.normalization == vectors.normalization
    assert again.provenance == Provenance("safetensors", str(path), 12, ("a note",))


def test_a_header_of_any_length_is_told_from_a_pickle(tmp_path: Path) -> None:
    """The file begins with the header's length; its lowest byte may be any multiple of eight."""
    for length in range(0, 256, 8):
        table = replace(full_vectors(), provenance=Provenance(notes=("n" * length,)))
        save_vectors(table, tmp_path / "t.safetensors")
        assert sniff_format(tmp_path / "t.safetensors") == "safetensors", length


def test_the_matrix_is_mapped_read_only_and_aligned(tmp_path: Path) -> None:
    for n in range(1, 9):  # the length of the header must not matter
        write(make_vectors([f"w{i}" for i in range(n)], dim=3), tmp_path / "t")
        matrix = read(tmp_path / "t").matrix
        assert not matrix.flags.writeable
        assert not matrix.flags.owndata
        assert matrix.flags.aligned


def test_the_same_vectors_give_the_same_bytes(tmp_path: Path) -> None:
    write(full_vectors(), tmp_path / "a")
    write(full_vectors(), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert b"somewhere" not in (tmp_path / "a").read_bytes()


def test_a_table_may_be_saved_over_the_file_it_is_mapped_from(tmp_path: Path) -> None:
    write(make_vectors(), tmp_path / "t.safetensors")
    vectors = load_vectors(tmp_path / "t.safetensors")
    save_vectors(vectors, tmp_path / "t.safetensors")
    assert_same_table(load_vectors(tmp_path / "t.safetensors"), make_vectors())
    assert_same_table(vectors, make_vectors())


def test_the_safetensors_library_reads_what_we_write(tmp_path: Path) -> None:
    vectors = full_vectors()
    write(vectors, tmp_path / "t")
    arrays = load_file(tmp_path / "t")
    assert np.array_equal(arrays["matrix"], vectors.matrix)
    assert arrays["words.bytes"].tobytes() == b"theNew York\xff"
    assert arrays["words.offsets"].tolist() == [0, 3, 11, 12]


def test_half_precision_is_widened_on_reading(tmp_path: Path) -> None:
    vectors = make_vectors(dim=300)
    write(vectors, tmp_path / "half", half=True)
    write(vectors, tmp_path / "full")
    again = read(tmp_path / "half")
    assert np.array_equal(again.matrix, vectors.matrix.astype(np.float16).astype(np.float32))
    assert again.matrix.dtype == np.float32
    sizes = [(tmp_path / name).stat().st_size for name in ("half", "full")]
    assert sizes[1] - sizes[0] == len(vectors) * 300 * 2


def arrays_of(**changes: Any) -> dict[str, Any]:
    arrays = {
        "matrix": np.ones((2, 3), np.float32),
        "words.bytes": np.frombuffer(b"ab", np.uint8),
        "words.offsets": np.array([0, 1, 2]),
    } | changes
    return {name: array for name, array in arrays.items() if array is not None}


def metadata_of(**changes: Any) -> dict[str, str]:
    entry = {"kind": "vectors", "format": 1, "normalization": None, "n_shared_keys": 0, "notes": []}
    return {"embedadapt": json.dumps(entry | changes)}


def test_a_file_made_by_the_library_reads(tmp_path: Path) -> None:
    save_file(arrays_of(), tmp_path / "t", metadata_of())
    assert read(tmp_path / "t").vocabulary.words == ("a", "b")


@pytest.mark.parametrize(
    ("arrays", "metadata", "said"),
    [
        (arrays_of(), {}, "another program's tensors"),
        (arrays_of(), {"embedadapt": "["}, "expected the metadata"),
        (arrays_of(), {"embedadapt": "[]"}, "expected the metadata"),
        (arrays_of(), metadata_of(kind="adapter"), "found an adapter"),
        (arrays_of(), metadata_of(format=2), "expected vectors format 1, found format 2"),
        (arrays_of(), metadata_of(notes=3), "expected the metadata"),
        (arrays_of(), metadata_of(normalization=3), "expected the metadata"),
        (arrays_of(matrix=None), metadata_of(), "2-d F32 array named 'matrix', found nothing"),
        (arrays_of(matrix=np.ones(6, "f4")), metadata_of(), "found a 1-d F32 array"),
        (arrays_of(matrix=np.ones((2, 3))), metadata_of(), "found a 2-d F64 array"),
        (arrays_of(matrix=np.ones((3, 3), "f4")), metadata_of(), "2 words but 3 rows"),
        (arrays_of(matrix=np.full((2, 3), np.nan, "f4")), metadata_of(), "row 1: .*'a', found nan"),
        (arrays_of(context=np.full((2, 3), np.inf, "f4")), metadata_of(), "context .*found inf"),
        (arrays_of(context=np.ones((2, 2), "f4")), metadata_of(), "context"),
        (arrays_of(counts=np.ones(3, "i8")), metadata_of(), "2 words but counts"),
        (arrays_of(**{"words.offsets": np.array([0, 1, 3])}), metadata_of(), "word offsets"),
        (arrays_of(**{"words.offsets": np.array([0, 3, 2])}), metadata_of(), "word offsets"),
        (arrays_of(**{"words.offsets": np.empty(0, "i8")}), metadata_of(), "word offsets"),
        (arrays_of(**{"words.bytes": np.frombuffer(b"aa", "u1")}), metadata_of(), "'a' again"),
        (arrays_of(**{"subwords.ngrams": np.ones((2, 3), "f4")}), metadata_of(), "the metadata"),
    ],
)
def test_what_does_not_fit_is_one_line(
    tmp_path: Path, arrays: dict[str, Any], metadata: dict[str, str], said: str
) -> None:
    save_file(arrays, tmp_path / "t.safetensors", metadata)
    with pytest.raises(FormatError, match=said) as caught:
        load_vectors(tmp_path / "t.safetensors")
    assert "t.safetensors" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_cut_lengthened_or_scrambled_file_never_loads(tmp_path: Path) -> None:
    write(make_vectors(), tmp_path / "t")
    content = (tmp_path / "t").read_bytes()
    length = int.from_bytes(content[:8], "little")
    wrong = [content[:size] for size in range(0, len(content), 501)]
    wrong += [content + b"\0", (10**17).to_bytes(8, "little") + content[8:]]
    wrong += [content[:20] + b"\xff" + content[21:], content[:8] + b"{" * length]
    for data in wrong:
        with pytest.raises(FormatError, match="damaged"):
            load_vectors(written(tmp_path / "damaged", data))


def test_tensors_without_words_are_refused(tmp_path: Path) -> None:
    save_file({"embeddings": np.ones((2, 2), np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(FormatError, match="another program's tensors"):
        load_vectors(tmp_path / "model.safetensors")


def test_an_unwritable_target_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nowhere"):
        save_vectors(make_vectors(), tmp_path / "nowhere" / "t.safetensors")


@pytest.mark.parametrize(
    "lengths", [(1, 10**9), (-(10**9), 5), (5, 3), (2, 65), ("2", 5), (2, 5.0)]
)
def test_lengths_of_ngrams_that_no_model_has_are_refused(
    tmp_path: Path, lengths: tuple[Any, Any]
) -> None:
    """A word would have a billion n-grams."""
    vectors = full_vectors()
    assert vectors.subwords is not None
    wrong = replace(vectors.subwords, min_n=lengths[0], max_n=lengths[1])
    write(replace(vectors, subwords=wrong), tmp_path / "t.safetensors")
    found = f"t.safetensors: expected n-grams of 0 to 64 characters, found {lengths[0]!r} to "
    with pytest.raises(FormatError, match=found):
        load_vectors(tmp_path / "t.safetensors")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"max_n": 10**9}, "expected n-grams of 0 to 64 characters, found 3 to 1000000000"),
        ({"min_n": "3"}, "expected n-grams of 0 to 64 characters, found '3' to 5"),
        ({"hash_count": 5}, "expected 1 to 4 hashes and a seed of 32 bits, found 5 and 0"),
        ({"seed": "0"}, "expected 1 to 4 hashes and a seed of 32 bits, found 2 and '0'"),
        ({"marks": ("<" * 10**6, ">")}, "characters at most, found one of 1,000,000"),
    ],
)
def test_settings_that_no_floret_table_has_are_refused(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    hashing = replace(FloretHashing(3, 5, 7, 2, 0), **changes)
    table = SubwordTable(np.zeros((7, 4), np.float32), None, 3, 5, floret=hashing)
    vectors = WordVectors(Vocabulary(()), np.zeros((0, 4), np.float32), subwords=table)
    write(vectors, tmp_path / "t.safetensors")
    with pytest.raises(FormatError, match=said):
        load_vectors(tmp_path / "t.safetensors")
