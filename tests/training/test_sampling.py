import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from embedadapt.training.sampling import keep_probabilities, noise_shares, noise_table
from tests.oracles import Word2Vec

COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=50).filter(any).map(np.array)


def drawn_by(threshold: np.ndarray, alias: np.ndarray) -> np.ndarray:
    """Probability of each word: its own column's part, and what other columns give it."""
    shares = threshold.astype(np.float64)
    np.add.at(shares, alias, 1 - threshold.astype(np.float64))
    return shares / len(threshold)


def test_counts_are_raised_to_the_power_not_multiplied_by_it() -> None:
    assert_allclose(noise_shares(np.array([16, 1]), 0.75), [8 / 9, 1 / 9])
    assert_allclose(noise_shares(np.array([16, 1]), 1), [16 / 17, 1 / 17])
    assert_allclose(noise_shares(np.array([16, 0, 1]), 0), [1 / 2, 0, 1 / 2])


@given(counts=COUNTS, ns_exponent=st.sampled_from([0.0, 0.5, 0.75, 1.0]))
def test_the_table_draws_with_exactly_these_shares(counts: np.ndarray, ns_exponent: float) -> None:
    table = noise_table(counts, ns_exponent)
    assert_allclose(drawn_by(*table), noise_shares(counts, ns_exponent), atol=1e-7)
    assert not drawn_by(*table)[counts == 0].any()


def test_words_that_are_not_there_cannot_be_noise() -> None:
    with pytest.raises(ValueError, match="counts above 0"):
        noise_table(np.zeros(3, np.int64), 0.75)


def test_frequent_words_are_kept_by_word2vecs_rule() -> None:
    keep = keep_probabilities(np.array([100, 899, 1]), 0.001)
    assert_allclose(keep, [0.11, (np.sqrt(899) + 1) / 899, 1], rtol=1e-6)
    assert_allclose(keep_probabilities(np.array([5, 1]), 0), [1, 1])


def test_frequent_words_are_kept_as_gensim_keeps_them() -> None:
    counts = (10**6 / np.arange(1, 200)).astype(np.int64)
    theirs = Word2Vec(sample=1e-3, min_count=1)
    theirs.build_vocab_from_freq({str(i): int(count) for i, count in enumerate(counts)})
    expected = [theirs.wv.get_vecattr(str(i), "sample_int") / 2**32 for i in range(len(counts))]
    assert_allclose(keep_probabilities(counts, 1e-3), expected, rtol=1e-6)
