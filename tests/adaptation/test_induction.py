import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from embedadapt.adaptation.induction import (
    compose,
    fit_transform,
    induce,
    mean_contexts,
    median_length,
    to_length,
)
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vectors import SubwordTable
from embedadapt.core.vocabulary import Vocabulary
from tests import naive


def corpus_of(sentences: list[list[int]], n_words: int) -> EncodedCorpus:
    ids = np.array([i for s in sentences for i in s], dtype=np.int32)
    return EncodedCorpus(
        vocabulary=Vocabulary(
            [f"w{i}" for i in range(n_words)], np.bincount(ids, minlength=n_words)
        ),
        token_ids=ids,
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.array([0, len(sentences)]),
        document_names=("d",),
    )


@given(
    st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=9), min_size=1, max_size=6),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
)
def test_mean_contexts_equal_the_obvious_ones(
    sentences: list[list[int]], window: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(6, 3)).astype(np.float32)
    usable = rng.random(6) < 0.7
    corpus = corpus_of(sentences, 6)
    assert_allclose(
        mean_contexts(corpus, rows, usable, window),
        naive.mean_contexts(sentences, rows, usable, window),
        atol=1e-5,
    )


def test_the_transform_recovers_a_linear_map() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(8, 8)).astype(np.float32)
    means = rng.normal(size=(500, 8)).astype(np.float32)
    fitted = fit_transform(means, means @ truth.T, np.ones(500))
    assert_allclose(fitted, truth, atol=0.1)


def test_the_transform_weighs_words() -> None:
    """One coordinate, two contradicting words, ridge aside: the weighted mean of 1 and 3."""
    means = np.array([[1.0], [1.0]], dtype=np.float32)
    rows = np.array([[1.0], [3.0]], dtype=np.float32)
    assert_allclose(fit_transform(means, rows, np.array([3.0, 1.0])), [[1.5]], rtol=0.02)


def test_with_nothing_to_fit_on_the_context_itself_is_taken() -> None:
    empty = np.zeros((0, 3), np.float32)
    assert_allclose(fit_transform(empty, empty, np.zeros(0)), np.eye(3))


def test_a_new_word_lands_with_the_words_it_stands_like() -> None:
    """Two topics; the new word 20 stands in the second one's sentences only."""
    rng = np.random.default_rng(1)
    topics = np.repeat([[3.0, 0, 0, 0], [0, 3.0, 0, 0]], 10, axis=0)
    rows = np.vstack([topics + rng.normal(size=(20, 4)) * 0.3, np.zeros((1, 4))])
    rows = rows.astype(np.float32)
    sentences = [rng.integers(0, 10, 8).tolist() for _ in range(100)]
    sentences += [[*rng.integers(10, 20, 8).tolist(), 20] for _ in range(20)]
    known = np.array([*range(20), -1], dtype=np.int32)
    induced = induce(corpus_of(sentences, 21), rows, known, window=5)[0]
    assert induced @ rows[10:20].mean(0) > 5 * abs(induced @ rows[:10].mean(0))
    assert np.linalg.norm(induced) == pytest.approx(median_length(rows[:20]), rel=1e-4)


def test_a_word_without_known_neighbours_gets_zeros() -> None:
    corpus = corpus_of([[0, 1, 0], [2]], 3)
    known = np.array([0, 1, -1], dtype=np.int32)
    rows = np.array([[1, 0], [0, 1], [0, 0]], dtype=np.float32)
    assert induce(corpus, rows, known, window=2).tolist() == [[0, 0]]


def test_lengths_are_set_and_zeros_stay() -> None:
    rows = to_length(np.array([[3, 4], [0, 0]], dtype=np.float32), 10)
    assert_allclose(rows, [[6, 8], [0, 0]])


def test_a_fasttext_base_composes_its_own() -> None:
    table = SubwordTable(np.arange(20, dtype=np.float32).reshape(10, 2), None, 3, 3)
    rows = compose(["lessor", ""], table, 2)
    assert_allclose(rows[0], table.ngrams[table.buckets("lessor")].mean(axis=0))
    assert rows[1].tolist() == [0, 0]
