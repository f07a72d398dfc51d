import gzip
import mmap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.formats import load_vectors, sniff_format
from embedadapt.formats.reading import window
from embedadapt.formats.word2vec_binary import read, write
from tests.formats.make import (
    PLAIN_WORDS,
    assert_same_table,
    by_message,
    make_vectors,
    tables,
    written,
)
from tests.oracles import KeyedVectors, datapath


def row(word: bytes, *values: float) -> bytes:
    return word + b" " + np.array(values, "<f4").tobytes()


FILE = b"2 3\n" + row(b"the", 0.5, -1.25, 2) + row(b"party", 1, 1e-3, 0.5)


@given(tables(PLAIN_WORDS))
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, table) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("t") / "t"
    write(table, path)
    assert_same_table(read(path), table)


def test_binary_is_told_from_text_by_content(tmp_path: Path) -> None:
    write(make_vectors(), tmp_path / "vectors.txt")
    assert sniff_format(tmp_path / "vectors.txt") == "word2vec-binary"
    assert_same_table(load_vectors(tmp_path / "vectors.txt"), make_vectors())


def test_gensim_reads_what_we_write_and_we_what_gensim_writes(tmp_path: Path) -> None:
    vectors = make_vectors(["the", "naïve", "e\u0301", "👩🏽‍⚖️", "2003"], dim=7)
    write(vectors, tmp_path / "ours.bin")
    theirs = KeyedVectors.load_word2vec_format(tmp_path / "ours.bin", binary=True)
    assert tuple(theirs.index_to_key) == vectors.vocabulary.words
    assert np.array_equal(theirs.vectors, vectors.matrix)
    theirs.save_word2vec_format(str(tmp_path / "theirs.bin"), binary=True)
    assert_same_table(load_vectors(tmp_path / "theirs.bin"), vectors)


def test_rows_across_the_edge_of_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = make_vectors([f"w{i}" for i in range(3000)], dim=3)
    write(vectors, tmp_path / "t.bin")
    (tmp_path / "t.gz").write_bytes(gzip.compress((tmp_path / "t.bin").read_bytes()))
    monkeypatch.setattr(window, "WINDOW", 101)
    monkeypatch.setattr(window, "LONGEST", 2 * mmap.ALLOCATIONGRANULARITY)
    assert_same_table(read(tmp_path / "t.bin"), vectors)
    assert_same_table(load_vectors(tmp_path / "t.gz"), vectors)


def test_words_that_are_not_utf8_keep_their_bytes_and_are_noted(tmp_path: Path) -> None:
    path = written(tmp_path / "t.bin", FILE.replace(b"party", b"pa\xe9ty"))
    vectors = load_vectors(path)
    assert vectors.vocabulary.words == ("the", "pa\udce9ty")
    assert vectors.provenance.notes == (
        "1 words are not UTF-8 and keep their bytes (the first: 'pa\\udce9ty')",
    )


def test_the_wrong_byte_order_is_noted(tmp_path: Path) -> None:
    turned = b"the " + np.array([0.5, -1.25], ">f4").tobytes()
    vectors = load_vectors(written(tmp_path / "t.bin", b"1 2\n" + turned))
    assert "another byte order" in vectors.provenance.notes[0]
    sound = b"the " + np.array([0, 1e-9], "<f4").tobytes()
    assert load_vectors(written(tmp_path / "t.bin", b"1 2\n" + sound)).provenance.notes == ()


def test_the_first_of_a_repeated_word_is_kept_and_said(tmp_path: Path) -> None:
    content = b"3 1\n" + row(b"a", 1) + row(b"a", 2) + row(b"b", 3)
    vectors = load_vectors(written(tmp_path / "t.bin", content))
    assert dict(zip(vectors, vectors.matrix.tolist(), strict=True)) == {"a": [1], "b": [3]}
    assert "rows 1 and 2" in vectors.provenance.notes[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (FILE[:-1], "byte 20: expected row 2 of 2"),
        (FILE + b"more", "byte 38: expected the end .*, found 4 bytes more"),
        (b"1" + FILE[1:], "expected the end .*, found 18 bytes more"),
        (b"1000000000 3\n" + FILE[4:], "line 1: expected at least 13,999,999,999 bytes"),
        (b"2 70000\n" + FILE[4:], "line 1: expected from 1 to 65536 values"),
        (b"2 9" + FILE[3:], "line 1: expected at least 75 bytes"),
        (b"2 2\n" + row(b"a", 1, 2) + row(b"", 1, 2), "row 2, byte 14: .*found no word"),
        (b"2 1\n" + row(b"a", 1) + row(b"b\nc", 2), "row 2, .*line feed inside the word.*width, 1"),
        (FILE.replace(row(b"party", 1), row(b"party", np.nan)), "row 2: .*'party', found nan"),
        (FILE.replace(row(b"party", 1), row(b"party", -np.inf)), "row 2: .*'party', found -inf"),
    ],
    ids=by_message,
)
def test_a_defect_is_one_line_with_its_place(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said) as caught:
        read(written(tmp_path / "t.bin", content))
    assert str(tmp_path / "t.bin") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_false_header_of_a_packed_file_claims_no_memory(tmp_path: Path) -> None:
    path = written(tmp_path / "t.gz", gzip.compress(b"1000000000 60000\n" + FILE[4:]))
    with pytest.raises(FormatError, match="row 1 of 1000000000"):
        read(path)


def test_words_the_format_cannot_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="word2vec binary can hold"):
        write(make_vectors(["New York"]), tmp_path / "t.bin")


@pytest.mark.parametrize("name", ["euclidean_vectors.bin", "high_precision.kv.bin"])
def test_files_of_gensims_own_tests_read_as_gensim_reads_them(name: str) -> None:
    theirs = KeyedVectors.load_word2vec_format(datapath(name), binary=True)
    ours = load_vectors(datapath(name))
    assert ours.vocabulary.words == tuple(theirs.index_to_key)
    assert np.array_equal(ours.matrix, theirs.vectors)


@pytest.mark.parametrize("header", [b"3 the", b"9" * 5000 + b" 2", b"3", b"3 2 1"])
def test_a_first_line_without_two_numbers_is_one_clear_error(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(header + b"\nthe " + bytes(8))
    with pytest.raises(FormatError, match="the number of words and that of values in a row"):
        read(path)
