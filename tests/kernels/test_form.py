import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.vectors import SubwordTable
from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.kernels._simd import LINE, aligned_zeros
from embedadapt.kernels.form import compose_ngrams, fit_ngrams, list_ngrams
from tests import naive

WORDS = ["lessor", "lessee", "l’acheteur", "été", "a", ""]
LENGTHS = (3, 5)
N_BUCKETS = 97
LISTED = list_ngrams(*pack_words(WORDS), LENGTHS, N_BUCKETS)


def rows_of(seed: int, n: int) -> np.ndarray:
    rows = aligned_zeros(n, LINE)
    rows[:] = np.random.default_rng(seed).normal(size=(n, LINE))
    return rows


def test_ngrams_are_those_of_a_fasttext_table() -> None:
    table = SubwordTable(np.zeros((N_BUCKETS, 1), np.float32), None, *LENGTHS)
    buckets, starts = LISTED
    for word, first, end in zip(WORDS, starts[:-1], starts[1:], strict=True):
        assert_array_equal(buckets[first:end], table.buckets(word))


def test_composing_equals_the_obvious_sum() -> None:
    ngrams, composed = rows_of(0, N_BUCKETS), aligned_zeros(len(WORDS), LINE)
    compose_ngrams(*LISTED, ngrams, composed)
    assert_allclose(composed, naive.compose_ngrams(WORDS, ngrams, LENGTHS), atol=1e-5)


def test_unknown_ngrams_add_nothing() -> None:
    ngrams, composed = rows_of(0, N_BUCKETS), aligned_zeros(len(WORDS), LINE)
    buckets, starts = LISTED
    lost = buckets[:3]
    compose_ngrams(np.where(np.isin(buckets, lost), -1, buckets), starts, ngrams, composed)
    ngrams[lost] = 0
    assert_allclose(composed, naive.compose_ngrams(WORDS, ngrams, LENGTHS), atol=1e-5)


def test_a_pass_equals_the_obvious_descent() -> None:
    ngrams, vectors = rows_of(1, N_BUCKETS), rows_of(2, len(WORDS))
    rates = np.linspace(0.1, 0.6, len(WORDS)).astype(np.float32)
    order = np.array([3, 0, 5, 1, 0])
    expected = naive.fit_ngrams(WORDS, order, vectors, LENGTHS, rates, ngrams)
    fit_ngrams(*LISTED, order, vectors, rates, ngrams)
    assert_allclose(ngrams, expected, atol=1e-5)


def test_a_step_goes_down_the_squared_error() -> None:
    """By finite differences: at a small rate, the change is minus the gradient."""
    vectors, after = rows_of(3, 1), rows_of(4, 31)
    before = after.astype(np.float64)
    listed = list_ngrams(*pack_words(["rent"]), LENGTHS, len(before))
    fit_ngrams(*listed, np.zeros(1, np.int64), vectors, np.float32([1e-2]), after)

    def error(ngrams: np.ndarray) -> float:
        composed = naive.compose_ngrams(["rent"], ngrams, LENGTHS)
        return float(0.5 * ((vectors - composed) ** 2).sum())

    for bucket, column in np.ndindex(len(before), 2):
        nudge = np.zeros_like(before)
        nudge[bucket, column] = 1e-5
        gradient = (error(before + nudge) - error(before - nudge)) / 2e-5
        step = after[bucket, column] - before[bucket, column]
        assert_allclose(step, -1e-2 * gradient, atol=1e-5)
