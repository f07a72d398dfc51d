"""Reading a part of a file gives what reading all of it and then choosing would give."""

import bz2
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedadapt.core.errors import FormatError, SettingsError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, save_vectors, scan_vectors, scan_vocabulary
from embedadapt.formats.reading import window
from tests.formats.make import (
    ODD_WORDS,
    assert_same_table,
    fasttext_bytes,
    make_vectors,
    written,
)

FORMATS = ("word2vec-text", "word2vec-binary", "glove", "safetensors", "numpy", "fasttext-bin")


def make_file(path: Path, format: str) -> Path:
    if format == "fasttext-bin":
        return written(path, fasttext_bytes([word.encode() for word in ODD_WORDS]))
    save_vectors(make_vectors(), path, format=format)
    return path


@pytest.fixture(scope="module", params=FORMATS)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_file(tmp_path_factory.mktemp("selection") / "v", request.param)


def rows_of(whole: WordVectors, rows: list[int]) -> WordVectors:
    numbers = np.array(rows, dtype=np.int32)
    return WordVectors(whole.vocabulary.select(numbers), whole.matrix[numbers])


@settings(max_examples=30, deadline=None)
@given(
    words=st.none() | st.lists(st.sampled_from([*ODD_WORDS, "missing", ""]), min_size=1),
    limit=st.none() | st.integers(1, len(ODD_WORDS) + 2),
)
def test_a_part_is_the_whole_tables_part(
    path: Path, words: list[str] | None, limit: int | None
) -> None:
    whole = load_vectors(path)
    rows = [
        row
        for row, word in enumerate(whole.vocabulary.words[:limit])
        if words is None or word in words
    ]
    if not rows:
        with pytest.raises(FormatError, match="found none"):
            load_vectors(path, words=words, limit=limit)
        return
    part = load_vectors(path, words=words, limit=limit)
    assert_same_table(part, rows_of(whole, rows))
    if whole.context is not None:
        assert part.context is not None
        assert np.array_equal(part.context, whole.context[rows])
    if whole.vocabulary.counts is not None:
        assert np.array_equal(part.vocabulary.counts, whole.vocabulary.counts[rows])
    if whole.subwords is not None:
        assert np.array_equal(part["unseen"], whole["unseen"])
        assert part.subwords is not None and part.subwords.words is not None
        assert np.array_equal(part.subwords.words, whole.subwords.words[rows])


def test_the_outline_is_that_of_the_whole_table(path: Path) -> None:
    whole, outline = load_vectors(path).outline, scan_vectors(path)
    assert scan_vocabulary(path).words == outline.vocabulary.words == whole.vocabulary.words
    assert np.array_equal(outline.vocabulary.counts, whole.vocabulary.counts)
    assert outline.dim == whole.dim
    assert outline.provenance.path == whole.provenance.path
    assert (outline.hashing is None) == (whole.hashing is None)
    if outline.hashing is not None and whole.hashing is not None:
        assert outline.hashing.rows("unseen") == whole.hashing.rows("unseen")


def test_a_part_across_many_windows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_vectors(path)
    monkeypatch.setattr(window, "WINDOW", 6000)
    rows = [1, 4, 16]
    part = load_vectors(path, words=[ODD_WORDS[row] for row in rows])
    assert_same_table(part, rows_of(whole, rows))
    assert scan_vocabulary(path).words == whole.vocabulary.words


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("format", ["word2vec-text", "word2vec-binary", "glove", "fasttext-bin"])
def test_a_part_of_a_packed_file(tmp_path: Path, format: str, pack: object) -> None:
    plain = make_file(tmp_path / "plain", format)
    packed = written(tmp_path / "packed", pack(plain.read_bytes()))  # type: ignore[operator]
    assert_same_table(
        load_vectors(packed, words=["👩🏽‍⚖️", "the"]), load_vectors(plain, words=["👩🏽‍⚖️", "the"])
    )
    assert scan_vocabulary(packed).words == ODD_WORDS


@pytest.mark.parametrize(
    "content",
    [
        b"a 1 2\nb 3 4\na 5 6\nb 7 8\n",
        b"4 2\na 1 2\nb 3 4\na 5 6\nb 7 8\n",
        b"4 2\na " + np.float32([1, 2]).tobytes() + b"b " + np.float32([3, 4]).tobytes() + b"a "
        b"\0\0\0\0\0\0\0\0b \0\0\0\0\0\0\0\0",
    ],
    ids=["glove", "text", "binary"],
)
def test_of_a_word_that_stands_twice_the_first_row_counts(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "v", content)
    part = load_vectors(path, words=["b", "a"])
    assert part.vocabulary.words == ("a", "b")
    assert part.matrix.tolist() == [[1, 2], [3, 4]]
    outline = scan_vectors(path)
    assert outline.vocabulary.words == ("a", "b")
    assert "2 rows repeat" in outline.provenance.notes[0]
    assert load_vectors(path, limit=3).vocabulary.words == ("a", "b")


def test_the_numbers_of_rows_left_out_are_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "v", b"a 1 2\nb 3 9e99\nc 5 6\n")
    assert load_vectors(path, words=["a", "c"]).matrix.tolist() == [[1, 2], [5, 6]]
    assert scan_vocabulary(path).words == ("a", "b", "c")
    for words in (["b"], None):
        with pytest.raises(FormatError, match="line 2: expected numbers within float32 after 'b'"):
            load_vectors(path, words=words)
    with pytest.raises(FormatError, match="line 2: expected finite numbers after 'b', found nan"):
        scan_vocabulary(written(tmp_path / "v", b"a 1 2\nb 3 nan\n"))


def test_a_word_with_spaces_is_found_by_its_whole_name(tmp_path: Path) -> None:
    path = written(tmp_path / "v", b"a 1 2\n\nNew York 3 4\n. . . 1 9e-99\n")
    part = load_vectors(path, words=["New York", ". . .", "York"])
    assert part.vocabulary.words == ("New York", ". . .")
    assert part.matrix.tolist() == [[3, 4], [1, 0]]
    assert scan_vocabulary(path).words == ("a", "New York", ". . .")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(tmp_path: Path, limit: int) -> None:
    with pytest.raises(SettingsError, match="limit"):
        load_vectors(written(tmp_path / "v", b"a 1 2\n"), limit=limit)


def test_lines_parsed_in_two_threads_are_the_same_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b"w%d 0.%d -%d\n" % (i, i, i) for i in range(500)]
    lines[3:3] = [b"\n"] * 40
    lines[300:300] = [b"New York 1 2\n", b"\r\n"]
    path = written(tmp_path / "v", b"".join(lines))
    from embedadapt.formats.reading import text_rows

    monkeypatch.setattr(text_rows, "THREADS", 1)
    expected = load_vectors(path)
    monkeypatch.setattr(text_rows, "THREADS", 3)
    monkeypatch.setattr(text_rows, "LEAST_PART", 64)
    assert_same_table(load_vectors(path), expected)
    assert len(expected) == 501
    assert scan_vocabulary(path).words == expected.vocabulary.words
    damaged = written(tmp_path / "d", path.read_bytes().replace(b"w499 0.499", b"w499 0,499"))
    with pytest.raises(FormatError, match="line 542"):
        load_vectors(damaged)
