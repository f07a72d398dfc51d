import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, save_vectors, sniff_format
from embedadapt.formats.npy import read, write
from tests.formats.make import assert_same_table, by_message, make_vectors, tables, written

WORDS = ("the", "naïve", "New York", "a\u2028b")


def table(dtype: str = "<f4", order: Any = "C") -> np.ndarray:
    return np.random.default_rng(0).normal(size=(len(WORDS), 3)).astype(dtype, order=order)


def listed(*words: str, end: str = "\n") -> bytes:
    return "".join(word + end for word in words).encode()


@given(tables(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1)))
def test_what_is_written_reads_back_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, vectors: WordVectors
) -> None:
    if vectors.vocabulary.words[0].startswith("\ufeff"):
        return  # a byte order mark once it stands first in a file
    path = tmp_path_factory.mktemp("t") / "t.npy"
    write(vectors, path)
    assert_same_table(read(path), vectors)


def test_numpy_reads_what_is_written(tmp_path: Path) -> None:
    vectors = make_vectors()
    save_vectors(vectors, tmp_path / "law.npy")
    assert np.array_equal(np.load(tmp_path / "law.npy"), vectors.matrix)
    words = (tmp_path / "law.words.txt").read_bytes().decode().split("\n")
    assert tuple(words) == (*vectors.vocabulary.words, "")
    assert not load_vectors(tmp_path / "law.npy").matrix.flags.owndata  # mapped


def test_a_word_that_is_two_lines_is_refused(tmp_path: Path) -> None:
    for word in ("a\nb", "a\r"):
        with pytest.raises(OutputError, match=r"t\.npy: expected words without a line end"):
            save_vectors(make_vectors(["the", word]), tmp_path / "t.npy")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f2", "<f8", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_any_float_in_any_order_is_read(tmp_path: Path, dtype: str, order: str) -> None:
    np.save(tmp_path / "t.npy", table(dtype, order))
    (tmp_path / "t.vocab").write_bytes(listed(*WORDS))
    vectors = load_vectors(tmp_path / "t.npy")
    assert vectors.vocabulary.words == WORDS
    assert np.array_equal(vectors.matrix, table(dtype).astype(np.float32))
    assert vectors.matrix.flags.c_contiguous


@pytest.mark.parametrize("name", ["t.words.txt", "t.vocab", "t.txt", "words.txt", "vocab.txt"])
def test_the_words_are_looked_for_beside(tmp_path: Path, name: str) -> None:
    np.save(tmp_path / "t.npy", table())
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + listed(*WORDS, end="\r\n"))
    assert load_vectors(tmp_path / "t.npy").vocabulary.words == WORDS


def test_a_word_listed_twice_keeps_its_first_row(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", table())
    (tmp_path / "words.txt").write_bytes(listed("the", "of", "the", "to"))
    vectors = load_vectors(tmp_path / "t.npy")
    assert vectors.vocabulary.words == ("the", "of", "to")
    assert np.array_equal(vectors.matrix, table()[[0, 1, 3]])
    assert "repeat an earlier word" in vectors.provenance.notes[0]
    assert np.array_equal(np.load(tmp_path / "t.npy"), table())


@pytest.mark.parametrize("packed", [False, True])
def test_an_npz_holds_its_words_or_has_them_beside(tmp_path: Path, packed: bool) -> None:
    save = np.savez_compressed if packed else np.savez
    expected = WordVectors(make_vectors(WORDS).vocabulary, table())
    for words in (np.array(WORDS), np.array([word.encode() for word in WORDS])):
        save(tmp_path / "t.npz", vectors=table(), words=words, dim=np.int64(3))
        assert sniff_format(tmp_path / "t.npz") == "numpy"
        assert_same_table(load_vectors(tmp_path / "t.npz"), expected)
    save(tmp_path / "t.npz", table("<f8", "F").astype("<f4"))
    (tmp_path / "words.txt").write_bytes(listed(*WORDS))
    assert_same_table(load_vectors(tmp_path / "t.npz"), expected)


def npy(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


NAN = np.array([[1, 2], [3, np.nan]])
OBJECTS = np.array([["x", {}]], dtype=object)


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        (npy(table())[:-1], WORDS, "expected a whole numpy array"),
        (npy(table())[:20], WORDS, "expected a whole numpy array"),
        (npy(table()) + b"x", WORDS, "byte 176: expected the end of the file.*found 1 bytes more"),
        (npy(table()), WORDS[:3], r"words\.txt: expected 4 words, one for each row, found 3"),
        (npy(table()).replace(b"(4, 3)", b"(9, 9)"), WORDS, "expected a whole numpy array"),
        (npy(OBJECTS), WORDS[:1], "expected a whole numpy array"),
        (npy(np.arange(4)), WORDS, r"matrix of floats, found int64 of shape \(4,\)"),
        (npy(np.ones((2, 2), int)), WORDS[:2], "matrix of floats, found int64"),
        (npy(np.ones((0, 2))), (), "at least one word"),
        (npy(np.ones((2, 0))), WORDS[:2], r"matrix of floats, found float64 of shape \(2, 0\)"),
        (npy(np.array([[1e300]])), WORDS[:1], "row 1: expected finite numbers.*found inf"),
        (npy(NAN), WORDS[:2], "row 2: expected finite numbers in the vector of 'naïve'"),
        (npy(table()).replace(b"'shape':", b" 7     :"), WORDS, "expected a whole numpy array"),
        (b"\x93NUMPY\2\0\xff\xff\xff\x7f{", WORDS, "a header of 2,147,483,647 bytes"),
        (npz(a=table(), b=table()), WORDS, "found 2 tables and 0 lists"),
        (npz(a=OBJECTS), WORDS, "never unpickled"),
        (npz(a=table())[:-30], WORDS, "expected"),
        (npz(a=np.zeros((30_000, 1000), np.float32)), WORDS, "at most 100 times its size"),
    ],
    ids=by_message,
)
def test_a_defect_is_one_line(
    tmp_path: Path, content: bytes, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "words.txt").write_bytes(listed(*words))
    with pytest.raises(FormatError, match=said) as caught:
        load_vectors(written(tmp_path / "t.npy", content))
    assert "\n" not in str(caught.value)


def test_a_member_that_lies_about_its_shape_is_refused(tmp_path: Path) -> None:
    for wrong in (b"(8, 3)", b"(1, 3)"):
        with zipfile.ZipFile(tmp_path / "t.npz", "w") as archive:
            archive.writestr("a.npy", npy(table()).replace(b"(4, 3)", wrong))
        with pytest.raises(FormatError, match="bytes"):
            load_vectors(tmp_path / "t.npz")


def test_a_header_that_python_cannot_even_tokenize_is_one_line(tmp_path: Path) -> None:
    content = io.BytesIO()
    np.save(content, np.ones((2, 3), np.float32))
    for old, new in ((b"(2, 3)", b"(2, 3("), (b"{'d", b"\n  '"), (b"False", b"\\alse")):
        path = written(tmp_path / "v.npy", content.getvalue().replace(old, new))
        with pytest.raises(FormatError, match="expected a whole numpy array"):
            load_vectors(path)


@pytest.mark.parametrize("version", [b"\x01\x51", b"\x02\x00", b"\x09\x00"])
def test_a_header_in_an_archive_is_bounded_before_it_is_read(
    tmp_path: Path, version: bytes
) -> None:
    content = io.BytesIO()
    np.save(content, np.ones((2, 3), np.float32))
    huge = content.getvalue().replace(b"\x93NUMPY\x01\x00", b"\x93NUMPY" + version)
    with zipfile.ZipFile(tmp_path / "v.npz", "w") as archive:
        archive.writestr("vectors.npy", huge)
    with pytest.raises(FormatError, match="a header of"):
        load_vectors(tmp_path / "v.npz")
