"""What training changed, in half precision."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels.changes import (
    LARGEST,
    SCALE,
    add_changes,
    find_changed,
    sum_changes,
    take_changes,
)

N_ROWS, DIM = 5, 19  # a vector of sixteen and some
floats = st.floats(-LARGEST, LARGEST, width=32) | st.sampled_from([0, 0, 1e-7, -3e-5])
tables = arrays(np.float32, (N_ROWS, DIM), elements=floats)
EVERY = np.arange(N_ROWS, dtype=np.int32)


def halves(changes: np.ndarray) -> np.ndarray:
    """Their bits, as numpy rounds."""
    return (changes.astype(np.float64) * SCALE).astype(np.float16).view(np.uint16)


def values(bits: np.ndarray) -> np.ndarray:
    return bits.view(np.float16).astype(np.float32) / np.float32(SCALE)


def taken(change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The changes of all rows and their squared lengths, from a matrix of zeros."""
    bits = np.empty(change.shape, np.uint16)
    squares = take_changes(np.zeros_like(change), change.copy(), np.arange(N_ROWS), EVERY, bits)
    return bits, squares


@given(tables)
def test_changes_are_rounded_as_by_numpy(change: np.ndarray) -> None:
    bits, squares = taken(change)
    assert_array_equal(values(bits), values(halves(change)))
    assert_allclose(squares, (change.astype(float) ** 2).sum(axis=1), rtol=1e-5, atol=1e-30)


def test_what_a_half_does_not_hold_is_cut() -> None:
    change = np.zeros((N_ROWS, DIM), np.float32)
    change[0, :4] = 1e6, -1e6, np.inf, np.nan
    assert_array_equal(values(taken(change)[0])[0, :4], [LARGEST, -LARGEST, LARGEST, LARGEST])


@given(tables, st.permutations(range(N_ROWS + 2)))
def test_rows_that_differ_are_found_and_set_back(change: np.ndarray, order: list[int]) -> None:
    before, places = np.ones((N_ROWS, DIM), np.float32), np.array(order[:N_ROWS])
    after = np.zeros((N_ROWS + 2, DIM + 13), np.float32)  # padded, in another order
    after[places, :DIM] = before + change
    rows = np.empty(N_ROWS, np.int32)
    n = find_changed(before, after, places, rows)
    assert_array_equal(rows[:n], np.flatnonzero((before + change != before).any(axis=1)))
    take_changes(before, after, places, rows[:n], np.empty((n, DIM), np.uint16))
    assert_array_equal(after[places, :DIM], before)


small = arrays(np.float32, (N_ROWS, DIM), elements=st.floats(-LARGEST / 4, LARGEST / 4, width=32))
some_rows = st.sets(st.integers(0, N_ROWS - 1)).map(sorted)


@given(small, small, some_rows, some_rows)
def test_changes_add_up_row_by_row(
    one: np.ndarray, other: np.ndarray, rows: list[int], other_rows: list[int]
) -> None:
    expected = np.zeros((N_ROWS, DIM), np.float32)
    expected[rows] += values(halves(one[rows]))
    expected[other_rows] += values(halves(other[other_rows]))
    lists = (
        (np.array(rows, np.int32), halves(one[rows])),
        (
            np.array(other_rows, np.int32),
            halves(other[other_rows]),
        ),
    )
    n_most = len(rows) + len(other_rows)
    sum_rows, total = np.empty(n_most, np.int32), np.empty((n_most, DIM), np.uint16)
    n = sum_changes(*lists[0], *lists[1], sum_rows, total)
    assert sum_rows[:n].tolist() == sorted({*rows, *other_rows})
    assert_array_equal(values(total[:n]), values(halves(expected[sum_rows[:n]])))


def test_a_change_is_added_whole_or_divided() -> None:
    """By how far its squared length exceeds the sum of those of its parts."""
    matrix, copy = np.ones((2, DIM), np.float32), np.zeros((3, DIM), np.float32)
    change = np.zeros((2, DIM), np.float32)
    change[0, 0], change[1, 3] = 4, -2
    rows, places = np.array([0, 1], np.int32), np.array([2, 0])
    add_changes(matrix, copy, places, rows, halves(change), np.float32([8, 4]), 1.0)
    assert matrix[0].tolist() == [3, *[1] * (DIM - 1)]  # two equal changes of 2
    assert matrix[1, 3] == -1
    assert_array_equal(copy, [matrix[1], np.zeros(DIM), matrix[0]])
