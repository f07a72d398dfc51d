"""Each cell of the README's table of formats: what a program wrote, another reads the same."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedadapt.core.errors import OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, scan_vocabulary
from tests.formats.peers import FORMATS, Format, readme_table

ROOT = Path(__file__).parents[2]
HALVES = st.floats(-60_000, 60_000, width=16)
"""Numbers that every type holds: so each must come back to the bit."""


def table(words: list[str], flat: list[float]) -> WordVectors:
    """Three numbers a word, and a 1: pipelines leave out words whose vector is zero."""
    rows = np.array(flat, np.float32).reshape(-1, 3)
    return WordVectors(Vocabulary(words), np.hstack([rows, np.ones_like(rows[:, :1])]))


def tables(words: st.SearchStrategy[str]) -> st.SearchStrategy[WordVectors]:
    def build(chosen: list[str]) -> st.SearchStrategy[WordVectors]:
        values = st.lists(HALVES, min_size=3 * len(chosen), max_size=3 * len(chosen))
        return values.map(lambda flat: table(chosen, flat))

    return st.lists(words, min_size=1, max_size=5, unique=True).flatmap(build)


def cells(column: str) -> list[pytest.param]:
    return [
        pytest.param(row, name, id=f"{row.name}: {name}")
        for row in FORMATS
        for name in getattr(row, column)
    ]


def assert_close(found: np.ndarray, expected: np.ndarray, tolerance: float, word: str) -> None:
    assert np.allclose(found, expected, rtol=0, atol=tolerance), word


@pytest.mark.parametrize(("row", "writer"), cells("writers"))
@settings(max_examples=8)
@given(data=st.data())
def test_what_is_written_is_read_in_whole_and_in_part(
    row: Format, writer: str, data: st.DataObject
) -> None:
    words = row.words if writer.startswith("embedadapt") else row.peer_words
    vectors = data.draw(tables(words))
    with TemporaryDirectory() as folder:
        try:
            path, expected = row.writers[writer](vectors, Path(folder))
        except OutputError:
            return  # binary numbers that pass for text, say: refused, and so never misread
        found = load_vectors(path, trust_pickle=True)
        for word in expected:
            assert_close(found[word], expected[word], row.tolerance, word)
        if len(found):
            assert found.vocabulary.words == expected.vocabulary.words
        assert scan_vocabulary(path, trust_pickle=True).words == found.vocabulary.words
        if row.in_part:
            last = found.vocabulary.words[-1]
            some = load_vectors(path, words=[last])
            assert list(some) == [last]
            assert np.array_equal(some[last], found[last])


@pytest.mark.parametrize(("row", "reader"), cells("readers"))
@settings(max_examples=8)
@given(data=st.data())
def test_peers_read_what_we_write(row: Format, reader: str, data: st.DataObject) -> None:
    vectors = data.draw(tables(row.peer_words))
    with TemporaryDirectory() as folder:
        try:
            path, _ = row.writers["embedadapt"](vectors, Path(folder))
        except OutputError:
            return
        found = row.readers[reader](path)
        assert set(found) == set(vectors)
        for word in vectors:
            assert_close(found[word], vectors[word], row.tolerance, word)


def test_the_readme_says_the_same() -> None:
    assert readme_table() in (ROOT / "README.md").read_text(encoding="utf-8")
