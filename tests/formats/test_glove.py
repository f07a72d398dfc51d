import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, save_vectors, sniff_format
from embedadapt.formats.glove import infer_dim, read, write
from embedadapt.formats.reading import window
from tests.formats.make import (
    PLAIN_WORDS,
    assert_same_table,
    by_message,
    make_vectors,
    tables,
    written,
)
from tests.oracles import KeyedVectors, datapath


def glove_bytes(vectors: WordVectors) -> bytes:
    lines = (
        f"{word} {' '.join(map(repr, row.tolist()))}\n"
        for word, row in zip(vectors, vectors.matrix, strict=True)
    )
    return "".join(lines).encode()


@given(tables(PLAIN_WORDS.filter(lambda word: not word.startswith("\ufeff"))))
def test_rows_without_a_header_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: WordVectors
) -> None:
    path = written(tmp_path_factory.mktemp("t") / "t.txt", glove_bytes(table))
    if sniff_format(path) == "glove":  # "7 1" and a line feed is a word2vec header
        assert_same_table(load_vectors(path), table)


def test_odd_words_and_many_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = make_vectors()
    path = written(tmp_path / "t.vec", glove_bytes(vectors))
    packed = written(tmp_path / "t.gz", gzip.compress(path.read_bytes()))
    monkeypatch.setattr(window, "WINDOW", 5200)
    assert (sniff_format(path), sniff_format(packed)) == ("glove", "glove")
    assert_same_table(load_vectors(path), vectors)
    assert_same_table(load_vectors(packed), vectors)


def test_gensims_own_example_reads_as_gensim_reads_it() -> None:
    path = datapath("test_glove.txt")
    theirs = KeyedVectors.load_word2vec_format(path, no_header=True)
    ours = load_vectors(path)
    assert ours.vocabulary.words == tuple(theirs.index_to_key)
    assert np.array_equal(ours.matrix.view(np.int32), theirs.vectors.view(np.int32))


@given(tables(PLAIN_WORDS.filter(lambda word: not word.startswith("\ufeff"))))
def test_what_is_written_reads_back_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, table: WordVectors
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.txt"
    write(table, path)
    assert_same_table(read(path), table)


def test_gensim_reads_what_is_written(tmp_path: Path) -> None:
    vectors = make_vectors(["the", "naïve", "2003", "👩🏽‍⚖️"])
    save_vectors(vectors, tmp_path / "v.txt", format="glove")
    theirs = KeyedVectors.load_word2vec_format(tmp_path / "v.txt", no_header=True)
    assert tuple(theirs.index_to_key) == vectors.vocabulary.words
    assert np.array_equal(theirs.vectors, vectors.matrix)


@pytest.mark.parametrize("word", ["New York", "", "a\nb", "pa\udce9ty"])
def test_a_word_it_cannot_hold_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(OutputError, match="words that GloVe text can hold"):
        save_vectors(make_vectors([word]), tmp_path / "v.txt", format="glove")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lines", "dim"),
    [
        ([b"the 1 2 3"], 3),
        ([b". . . 1 2 3", b"the 1 2 3"], 3),
        ([b"2003 1 2 3", b"the 1 2 3"], 3),
        ([b"section 2 1 2 3", b"the 1 2 3"], 3),
        ([b"the 1 2", b"of 1 2 3", b"to 1 2 3"], 3),
        ([b"the 1 2 3 \r", b""], 3),
        ([b"the", b"quick"], 0),
    ],
)
def test_the_width_is_what_most_lines_have(lines: list[bytes], dim: int) -> None:
    assert infer_dim(lines) == dim


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"the 1 2 3\nof 1 2\nto 1 2 3\n", "line 2: expected 3 values after 'of', found 2"),
        (b"the 1 2 3\nof 1 2 3 4\nto 1 2 3\n", "line 2: expected 3 values after 'of', found 4"),
        (b"the 1 2 3\nof 1 nan 3\nto 1 2 3\n", "line 2: expected finite numbers"),
        (
            b"the 1,5 2,5\nof 1,5 2,5\n",
            "separated by single spaces, found 'the 1,5 2,5'",
        ),
        (b"the 1 2 3\rof 1 2 3\r", "carriage returns alone"),
    ],
    ids=by_message,
)
def test_a_defect_is_one_line_with_its_place(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        load_vectors(written(tmp_path / "t.txt", content))
