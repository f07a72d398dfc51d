from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels.changes import LEVELS
from embedadapt.training.gains import AGREED as LEAST
from embedadapt.training.gains import SATURATION, Gain, Lessons, agreed_shares
from tests.naive import merged_gains

N_ROWS, DIM = 6, 3
PLACES, AGREED = np.arange(N_ROWS), np.linspace(1, 3, N_ROWS, dtype=np.float32)
tables = arrays(np.float32, (N_ROWS, DIM), elements=st.sampled_from([0, 0, 0, 1, -2, 0.5]))


def gain_of(change: np.ndarray) -> Gain:
    return Gain.taken(np.zeros_like(change), change.copy(), PLACES)


@given(st.lists(tables, min_size=1, max_size=5))
def test_gains_are_merged_as_by_the_slow_twin(changes: list[np.ndarray]) -> None:
    gain = reduce(Gain.and_of, map(gain_of, changes))
    assert_array_equal(gain.changes.rows, np.flatnonzero(np.any(changes, axis=(0, 2))))
    matrix, copy = np.ones((N_ROWS, DIM), np.float32), np.ones((N_ROWS, DIM), np.float32)
    gain.merge_into(matrix, copy, PLACES, AGREED)
    # What is added up twice at most is rounded to half a level each time, of 10 at most.
    assert_allclose(matrix - 1, merged_gains(changes, AGREED), atol=10 / LEVELS)
    assert_array_equal(copy, matrix)


@given(tables, tables)
def test_gains_may_be_asked_for_once_more(one: np.ndarray, other: np.ndarray) -> None:
    gains, same = (list(map(gain_of, (one, other))) for _ in range(2))
    gains[0].and_of(gains[1])
    for gain, as_before in zip(gains, same, strict=True):
        for array, expected in zip(gain.changes, as_before.changes, strict=True):
            assert_array_equal(array, expected)


def test_gains_that_are_orthogonal_are_taken_whole_and_equal_ones_nearly_once() -> None:
    change = np.zeros((N_ROWS, DIM), np.float32)
    change[0, 0] = change[1, 1] = 1
    other = change.copy()
    other[1] = 0, 0, 1
    matrix = np.zeros_like(change)
    gain, agreed = reduce(Gain.and_of, map(gain_of, (change, other))), np.full(6, np.float32(1.3))
    gain.merge_into(matrix, matrix.copy(), PLACES, agreed)
    assert_allclose(matrix[:2], [[1.3, 0, 0], [0, 1, 1]], rtol=1e-6)


def test_rare_words_learn_from_all_shards_and_frequent_ones_hardly_from_more_than_one() -> None:
    q = np.exp(-SATURATION * 0.01)
    frequencies = np.float32([0, 1e-3, 0.9])
    shares = agreed_shares(frequencies, Lessons(3, 3 * 10.0))
    assert_allclose(shares, [3, 1 + q + q**2, LEAST], rtol=1e-6)
    assert_array_equal(agreed_shares(frequencies, Lessons(1, 10.0)), np.float32([LEAST] * 3))
