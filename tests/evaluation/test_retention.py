import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.neighbors import candidates_of, nearest_of_rows, same_words
from embedadapt.evaluation.resampling import bootstrap_mean
from embedadapt.evaluation.result import Estimate
from embedadapt.evaluation.retention import frequent_rows, measure_retention, neighbor_overlap
from tests import naive
from tests.evaluation.make import table

WORDS = [f"w{i}" for i in "abcdefghijklmnopqrstuvwxyz" * 12]
WORDS = [f"{word}{i}" for i, word in enumerate(WORDS)]

neighbors = st.lists(st.integers(0, 9), min_size=4, max_size=4, unique=True).map(
    lambda rows: [row if row < 8 else -1 for row in rows]
)


@given(st.lists(st.tuples(neighbors, neighbors), min_size=1, max_size=5))
def test_kept_is_the_obvious_share(pairs: list[tuple[list[int], list[int]]]) -> None:
    before, after = ([pair[side] for pair in pairs] for side in (0, 1))
    found = neighbor_overlap(np.array(before, np.int32), np.array(after, np.int32))
    np.testing.assert_allclose(found, naive.kept_shares(before, after))


def retention(base: WordVectors, other: WordVectors, k: int = 10) -> Estimate | None:
    candidates = candidates_of(base)
    rows = frequent_rows(candidates, base.vocabulary, 100)
    before = nearest_of_rows(candidates, rows, k)
    return measure_retention(same_words(candidates, other), rows, before, seed=1)


def changed(base: WordVectors, matrix: np.ndarray, more_words: tuple[str, ...] = ()) -> WordVectors:
    words = Vocabulary((*base.vocabulary.words, *more_words))
    return WordVectors(words, matrix.astype(np.float32))


def test_a_table_turned_widened_and_scaled_as_a_whole_keeps_all() -> None:
    base = table(WORDS)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    widened = np.hstack([3 * base.matrix @ turn, np.zeros((len(base), 4))])
    assert retention(base, changed(base, widened)) == Estimate(1.0, 1.0, 1.0)


def test_an_unrelated_table_keeps_what_chance_keeps() -> None:
    base = table(WORDS)
    kept = retention(base, table(WORDS, seed=4))
    assert kept is not None
    assert kept.low < 10 / len(WORDS) < kept.high


def test_new_words_push_no_neighbour_out() -> None:
    """Neighbours are looked for among the base's words: a new word nearby is a gain, no loss."""
    base = table(WORDS)
    copies = changed(base, np.vstack([base.matrix] * 2), tuple(f"new-{w}" for w in WORDS))
    assert retention(base, copies) == Estimate(1.0, 1.0, 1.0)


def test_a_table_in_another_order_is_compared_by_word() -> None:
    base = table(WORDS)
    order = np.random.default_rng(0).permutation(len(WORDS))
    shuffled = WordVectors(base.vocabulary.select(order), base.matrix[order])
    assert retention(base, shuffled) == Estimate(1.0, 1.0, 1.0)
    assert same_words(base, changed(base, base.matrix)).matrix.base is not None  # a view


def test_frequent_words_are_those_the_corpus_uses() -> None:
    words = ["the", ",", "cat", "42", "lessor", "zero", "dog", "été"]
    base = table(words)
    base.matrix[words.index("zero")] = 0
    used = Vocabulary(["lessor", "zero", "42", ",", "the", "été", "new"])
    assert [words[r] for r in frequent_rows(base, used, 2)] == ["the", "lessor"]
    assert [words[r] for r in frequent_rows(base, used, 9)] == ["the", "lessor", "été"]
    counted = WordVectors(Vocabulary(words, np.arange(8)), base.matrix)
    assert [words[r] for r in frequent_rows(counted, used, 2)] == ["été", "lessor"]


def test_a_corpus_without_a_known_word_has_no_retention() -> None:
    base = table(["one", "two"])
    rows = frequent_rows(base, Vocabulary(["other"]), 5)
    assert measure_retention(base, rows, nearest_of_rows(base, rows, 3), seed=1) is None


def test_the_interval_is_the_textbooks() -> None:
    """For a mean of many values the bootstrap agrees with the normal interval."""
    values = np.random.default_rng(5).normal(3, 2, size=500)
    found = bootstrap_mean(values, np.ones(500), seed=1)
    half = 1.96 * values.std() / np.sqrt(500)
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=0.02
    )


def test_what_weighs_nothing_does_not_count() -> None:
    values, weights = np.repeat([[1.0, 100.0], [2.0, 0.0]], 50, axis=1)
    found = bootstrap_mean(values, weights, seed=1)
    assert found == Estimate(value=1.0, low=1.0, high=1.0)
