import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.training.gains import Gain, join
from tests.naive import joined_gains

N_ROWS, DIM = 6, 3
tables = arrays(np.float32, (N_ROWS, DIM), elements=st.sampled_from([0, 0, 0, 1, -2, 0.5]))


def at_all_rows(gain: Gain) -> np.ndarray:
    table = np.zeros((N_ROWS, DIM), np.float32)
    table[gain.rows] = gain.changes
    return table


@given(tables, tables)
def test_a_gain_is_what_was_added(before: np.ndarray, change: np.ndarray) -> None:
    gain = Gain.between(before, before + change)
    assert_array_equal(at_all_rows(gain), change)
    assert gain.changes.any(axis=1).all()


@given(tables, tables)
def test_joining_is_what_the_slow_twin_does(one: np.ndarray, other: np.ndarray) -> None:
    gains = [Gain.between(np.zeros_like(change), change) for change in (one, other)]
    joined = join(*gains)
    assert_array_equal(joined.rows, np.flatnonzero(one.any(axis=1) | other.any(axis=1)))
    assert_allclose(at_all_rows(joined), joined_gains(one, other), atol=1e-6)
    again = [Gain.between(np.zeros_like(change), change) for change in (one, other)]
    for gain, same in zip(gains, again, strict=True):  # they may be asked for once more
        assert_array_equal(gain.changes, same.changes)
