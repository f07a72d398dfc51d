"""What training changed, with one byte for each number."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels.changes import (
    LEVELS,
    SMALLEST,
    Changes,
    add_changes,
    sum_changes,
    take_changes,
)
from tests.naive import rounded_to_levels

N_ROWS, DIM = 5, 19  # a vector of sixteen and some
floats = st.floats(2**-20, 64, width=32) | st.sampled_from([0, 0, 1e-7, -3e-5, -2])
tables = arrays(np.float32, (N_ROWS, DIM), elements=floats)
some_rows = st.sets(st.integers(0, N_ROWS - 1)).map(sorted)


def taken(change: np.ndarray) -> Changes:
    """The changes of a matrix of zeros."""
    changes = Changes.of_size(*change.shape)
    n = take_changes(np.zeros_like(change), change.copy(), np.arange(len(change)), changes)
    return changes.part(slice(n))


def values(changes: Changes, n_rows: int = N_ROWS) -> np.ndarray:
    table = np.zeros((n_rows, changes.levels.shape[1]), np.float32)
    table[changes.rows] = changes.scales[:, None] * changes.levels
    return table


@given(tables)
def test_changes_are_rounded_as_by_the_slow_twin(change: np.ndarray) -> None:
    changes = taken(change)
    assert_array_equal(changes.rows, np.flatnonzero(change.any(axis=1)))
    levels, scales = rounded_to_levels(change[changes.rows], LEVELS)
    # A number between two levels may fall to either, by a rounding of its quotient.
    assert_allclose(changes.levels, levels, atol=1)
    assert_allclose(changes.scales, scales, rtol=1e-6)
    nearest = np.abs(values(changes) - change)[changes.rows] <= 0.501 * changes.scales[:, None]
    assert nearest.all()
    squares = (change[changes.rows].astype(float) ** 2).sum(axis=1)
    assert_allclose(changes.squares, squares, rtol=1e-5)


def test_what_is_no_number_stays_so_and_next_to_nothing_is_dropped() -> None:
    change = np.zeros((N_ROWS, DIM), np.float32)
    change[0, 3], change[1, 18], change[2, 2] = np.nan, -np.inf, SMALLEST / 2
    changes = taken(change)
    assert changes.rows.tolist() == [0, 1, 2]
    assert not np.isfinite(changes.scales[:2]).any()
    assert changes.scales[2] == 0
    assert not changes.levels[2].any()


@given(tables, st.permutations(range(N_ROWS + 2)))
def test_rows_that_differ_are_found_and_set_back(change: np.ndarray, order: list[int]) -> None:
    before, places = np.ones((N_ROWS, DIM), np.float32), np.array(order[:N_ROWS])
    after = np.zeros((N_ROWS + 2, DIM + 13), np.float32)  # padded, in another order
    after[places, :DIM] = before + change
    changes = Changes.of_size(N_ROWS, DIM)
    n = take_changes(before, after, places, changes)
    assert_array_equal(changes.rows[:n], np.flatnonzero((before + change != before).any(axis=1)))
    assert_array_equal(after[places, :DIM], before)


@given(tables, tables, some_rows, some_rows)
def test_changes_add_up_row_by_row(
    one: np.ndarray, other: np.ndarray, rows: list[int], other_rows: list[int]
) -> None:
    for table, kept in ((one, rows), (other, other_rows)):
        table[np.setdiff1d(range(N_ROWS), kept)] = 0
    changes = [taken(one), taken(other)]
    total = Changes.of_size(sum(len(part.rows) for part in changes), DIM)
    total = total.part(slice(sum_changes(*changes, total)))
    assert total.rows.tolist() == sorted({*changes[0].rows.tolist(), *changes[1].rows.tolist()})
    expected = values(changes[0]) + values(changes[1])
    most = np.abs(expected).max(axis=1, keepdims=True)
    assert (np.abs(values(total) - expected) <= 0.51 * most / LEVELS).all()
    squares = np.zeros(N_ROWS, np.float32)
    for part in changes:
        squares[part.rows] += part.squares
    assert_array_equal(total.squares, squares[total.rows])


def test_a_row_that_one_training_changed_is_not_rounded_again() -> None:
    change = np.random.default_rng(1).normal(size=(N_ROWS, DIM)).astype(np.float32)
    one = taken(change)
    total = Changes.of_size(N_ROWS, DIM)
    assert sum_changes(one, one.part(slice(0)), total) == N_ROWS
    for array, same in zip(total, one, strict=True):
        assert_array_equal(array, same)


def test_a_change_is_added_whole_or_divided() -> None:
    """By how far its squared length exceeds the sum of those of its parts."""
    matrix, copy = np.ones((2, DIM), np.float32), np.zeros((3, DIM), np.float32)
    change = np.zeros((2, DIM), np.float32)
    change[0, 0], change[1, 3] = 4, -2
    changes = taken(change)._replace(squares=np.float32([8, 4]))
    add_changes(matrix, copy, np.array([2, 0]), changes, np.float32([1, 1]))
    assert_allclose(matrix[0], [3, *[1] * (DIM - 1)], rtol=1e-6)  # two equal changes of 2
    assert_allclose(matrix[1, 3], -1, rtol=1e-6)
    assert_array_equal(copy, [matrix[1], np.zeros(DIM), matrix[0]])
