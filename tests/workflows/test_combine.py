"""The words of either of two vectors, in the space of the first."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tokenizers")

import embedadapt
from embedadapt.core.errors import EmbedAdaptError, FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.pieces import load_pieces
from tests.pieces import make_pieces, shipped

DIM = 50


def rotation(dim: int, seed: int = 1) -> np.ndarray:
    turned, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(DIM, dim)))
    return turned.astype(np.float32)


def saved(path: Path, words: tuple[str, ...], rows: np.ndarray) -> Path:
    rows = np.ascontiguousarray(rows, dtype=np.float32)
    embedadapt.save_vectors(WordVectors(Vocabulary(words), rows), path)
    return path


def words_and_rows(start: int, stop: int) -> tuple[tuple[str, ...], np.ndarray]:
    return shipped().vocabulary.words[start:stop], np.array(shipped().matrix[start:stop])


def test_added_words_are_turned_back_to_where_they_were(tmp_path: Path) -> None:
    """The second vectors are the first ones turned and stretched."""
    words, rows = words_and_rows(0, 3_000)
    first = saved(tmp_path / "a.safetensors", words[:2_500], rows[:2_500])
    second = saved(tmp_path / "b.safetensors", words[500:], 3 * rows[500:] @ rotation(DIM))
    combined = embedadapt.combine_vectors(first, second, tmp_path / "c.safetensors")
    both = embedadapt.load_vectors(tmp_path / "c.safetensors")
    assert both.vocabulary.words == words
    assert np.array_equal(both.matrix[:2_500], rows[:2_500])
    assert np.allclose(both.matrix[2_500:], rows[2_500:], atol=1e-4)
    assert (combined.n_added, combined.n_shared) == (500, 2_000)
    assert combined.cosine == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("dim", [20, 80])
def test_widths_may_differ(tmp_path: Path, dim: int) -> None:
    words, rows = words_and_rows(0, 1_000)
    wide = np.hstack([rows, np.zeros((1_000, max(0, dim - DIM)), np.float32)])[:, :dim]
    first = saved(tmp_path / "a.safetensors", words[:900], rows[:900])
    second = saved(tmp_path / "b.safetensors", words[100:], wide[100:])
    combined = embedadapt.combine_vectors(first, second, tmp_path / "c.safetensors", most_words=10)
    both = embedadapt.load_vectors(tmp_path / "c.safetensors")
    assert both.dim == DIM and combined.n_added == 10 and both.vocabulary.words == words[:910]
    if dim > DIM:
        assert np.allclose(both.matrix[900:], rows[900:910], atol=1e-4)


def test_unrelated_vectors_are_seen_in_the_held_out_cosine(tmp_path: Path) -> None:
    words, rows = words_and_rows(0, 2_000)
    noise = np.random.default_rng(2).normal(size=rows.shape)
    first = saved(tmp_path / "a.safetensors", words[:1_900], rows[:1_900])
    second = saved(tmp_path / "b.safetensors", words, noise)
    combined = embedadapt.combine_vectors(first, second, tmp_path / "c.safetensors")
    assert combined.cosine < 0.5


def test_words_that_pieces_cut_become_tokens(tmp_path: Path) -> None:
    base = make_pieces(tmp_path / "base")
    pieces = load_pieces(base)
    words, rows = words_and_rows(0, 20_000)
    second = saved(tmp_path / "b.safetensors", words, rows)
    combined = embedadapt.combine_vectors(base, second, tmp_path / "new", most_words=200)
    new = load_pieces(tmp_path / "new")
    n = len(pieces.tokenizer.tokens)
    assert np.array_equal(new.rows[:n], pieces.rows)
    assert 150 < combined.n_added == len(new.rows) - n <= 200


def test_a_second_one_of_pieces_gives_its_whole_words(tmp_path: Path) -> None:
    words, rows = words_and_rows(0, 3_000)
    first = saved(tmp_path / "a.safetensors", words, rows)
    second = make_pieces(tmp_path / "base")
    embedadapt.combine_vectors(first, second, tmp_path / "c.safetensors")
    added = embedadapt.load_vectors(tmp_path / "c.safetensors").vocabulary.words[3_000:]
    pieces = load_pieces(second)
    assert added and all(len(numbers) == 1 for numbers in pieces.cut(added))


def test_too_few_shared_words_are_said(tmp_path: Path) -> None:
    words, rows = words_and_rows(0, 150)
    first = saved(tmp_path / "a.safetensors", words[:99], rows[:99])
    second = saved(tmp_path / "b.safetensors", words, rows)
    with pytest.raises(FormatError, match="expected 100 words that the others have too"):
        embedadapt.combine_vectors(first, second, tmp_path / "c.safetensors")
    with pytest.raises(EmbedAdaptError):
        embedadapt.combine_vectors(first, second, first)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.safetensors", "b.safetensors"]
