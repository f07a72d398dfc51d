import numpy as np
from numpy.testing import assert_allclose

from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.kernels.form import compose_ngrams, fit_ngrams
from tests import naive

WORDS = ["lessor", "lessee", "l’acheteur", "été", "a", ""]
LENGTHS = (3, 5)


def test_composing_equals_the_obvious_sum() -> None:
    ngrams = np.random.default_rng(0).normal(size=(97, 4)).astype(np.float32)
    composed = np.empty((len(WORDS), 4), dtype=np.float32)
    compose_ngrams(*pack_words(WORDS), LENGTHS, ngrams, composed)
    assert_allclose(composed, naive.compose_ngrams(WORDS, ngrams, LENGTHS), atol=1e-5)


def test_a_pass_equals_the_obvious_descent() -> None:
    rng = np.random.default_rng(1)
    ngrams = rng.normal(size=(97, 4)).astype(np.float32)
    vectors = rng.normal(size=(len(WORDS), 4)).astype(np.float32)
    level, slope = rng.normal(size=(2, 4)).astype(np.float32)
    order = np.array([3, 0, 5, 1, 0], dtype=np.int32)
    expected = naive.fit_ngrams(WORDS, order, vectors, level, slope, LENGTHS, 0.3, ngrams)
    packed, offsets = pack_words(WORDS)
    fit_ngrams(packed, offsets, order, vectors, level, slope, LENGTHS, 0.3, ngrams)
    assert_allclose(ngrams, expected, atol=1e-5)


def test_a_step_goes_down_the_squared_error() -> None:
    """By finite differences: at a small rate, the change is minus the gradient."""
    vectors = np.float32([[1.0, -2.0]])
    nothing = np.zeros(2, np.float32)
    before = np.random.default_rng(2).normal(size=(31, 2))
    after = before.astype(np.float32)
    packed, offsets = pack_words(["rent"])
    order = np.zeros(1, np.int32)
    fit_ngrams(packed, offsets, order, vectors, nothing, nothing, LENGTHS, 1e-2, after)

    def error(ngrams: np.ndarray) -> float:
        composed = naive.compose_ngrams(["rent"], ngrams, LENGTHS)
        return float(0.5 * ((vectors - composed) ** 2).sum())

    for bucket, column in np.ndindex(before.shape):
        nudge = np.zeros_like(before)
        nudge[bucket, column] = 1e-5
        gradient = (error(before + nudge) - error(before - nudge)) / 2e-5
        step = after[bucket, column] - before[bucket, column]
        assert_allclose(step, -1e-2 * gradient, atol=1e-5)
