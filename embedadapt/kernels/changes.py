"""What training changed in the rows of a matrix, with one byte for each number.

A row of changes is kept as whole numbers from -LEVELS to LEVELS, and a scale that they are
multiplied by: the largest change of the row over LEVELS. What rounding loses is a hundredth of a
row's change, and trainings that read other text differ far more.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels._compile import kernel, step
from embedadapt.kernels._simd import LINE

Bytes1d: TypeAlias = NDArray[np.int8]
Bytes2d: TypeAlias = NDArray[np.int8]

LEVELS = 127
SMALLEST = np.float32(1e-30)
"""Smaller changes are dropped: their scale would not be a normal float32."""

_SIZE = np.int32(0x7FFFFFFF)  # all bits of a float32 but its sign
_ROUNDED = np.float32(1.5 * 2**23)  # added to a float, leaves a whole number in its last bits


class Changes(NamedTuple):
    """The changes of some rows.

    rows: (n_rows,) their numbers, ascending. levels: (n_rows, dim). scales: (n_rows,).
    squares: (n_rows,), the sum of the squared lengths of what each training added to a row.
    """

    rows: Ints1d
    levels: Bytes2d
    scales: Floats1d
    squares: Floats1d

    @classmethod
    def of_size(cls, n_rows: int, dim: int) -> Changes:
        """Arrays to be filled."""
        rows, levels = np.empty(n_rows, np.int32), np.empty((n_rows, dim), np.int8)
        return cls(rows, levels, *np.empty((2, n_rows), np.float32))

    def part(self, which: slice) -> Changes:
        """Those of some of the rows: views."""
        rows, levels, scales, squares = self
        return Changes(rows[which], levels[which], scales[which], squares[which])

    @property
    def n_bytes(self) -> int:
        return sum(array.nbytes for array in self)


@kernel
def take_changes(before: Floats2d, after: Floats2d, places: Longs1d, changes: Changes) -> int:
    """Set `changes` to what the rows have more in `after`, which is reset; return their number.

    places: (n_rows,), the row of `after` for each of `before`, which may have fewer columns.
    changes: as long as `before`.
    """
    dim = before.shape[1]
    gain, lanes = np.empty(dim, np.float32), np.empty(LINE, np.float32)
    bits = gain.view(np.int32)
    n = 0
    for row in range(len(before)):
        old, new = before[row], after[places[row]]
        for k in range(dim):
            gain[k] = new[k] - old[k]
        if largest(gain, bits) == 0:
            continue
        for k in range(dim):
            new[k] = old[k]
        changes.squares[n] = square(gain, lanes)
        changes.scales[n] = round_to_levels(gain, bits, changes.levels[n])
        changes.rows[n] = row
        n += 1
    return n


@kernel
def add_changes(
    matrix: Floats2d, copy: Floats2d, places: Longs1d, changes: Changes, agreed: Floats1d
) -> None:
    """Add to each of some rows its change, and set its row of the copy to the sum.

    agreed: (n_rows of the matrix,). A change whose squared length is more than `most`, agreed of
        its row * squares[i], is multiplied by `most` over its squared length.
    """
    dim = matrix.shape[1]
    gain, lanes = np.empty(dim, np.float32), np.empty(LINE, np.float32)
    for i in range(len(changes.rows)):
        levels, row = changes.levels[i], matrix[changes.rows[i]]
        copied = copy[places[changes.rows[i]]]
        for k in range(dim):
            gain[k] = changes.scales[i] * np.float32(levels[k])
        total = square(gain, lanes)
        weight, most = np.float32(1), agreed[changes.rows[i]] * changes.squares[i]
        if total > most:
            weight = most / total
        for k in range(dim):
            row[k] += weight * gain[k]
            copied[k] = row[k]


@kernel
def sum_changes(one: Changes, other: Changes, total: Changes) -> int:
    """Add up changes; return the number of rows of the sum.

    total: as long as both together.
    """
    gain = np.empty(total.levels.shape[1], np.float32)
    bits = gain.view(np.int32)
    n = i = j = 0
    while i < len(one.rows) or j < len(other.rows):
        if j == len(other.rows) or (i < len(one.rows) and one.rows[i] < other.rows[j]):
            copy_row(one, i, total, n)
            i += 1
        elif i == len(one.rows) or other.rows[j] < one.rows[i]:
            copy_row(other, j, total, n)
            j += 1
        else:
            levels, others = one.levels[i], other.levels[j]
            for k in range(len(gain)):
                gain[k] = one.scales[i] * np.float32(levels[k])
            for k in range(len(gain)):
                gain[k] += other.scales[j] * np.float32(others[k])
            total.rows[n] = one.rows[i]
            total.squares[n] = one.squares[i] + other.squares[j]
            total.scales[n] = round_to_levels(gain, bits, total.levels[n])
            i += 1
            j += 1
        n += 1
    return n


@step
def copy_row(changes: Changes, i: int, total: Changes, n: int) -> None:
    """Set row n of the total to row i of the changes."""
    levels, copied = changes.levels[i], total.levels[n]
    for k in range(len(levels)):
        copied[k] = levels[k]
    total.rows[n] = changes.rows[i]
    total.scales[n] = changes.scales[i]
    total.squares[n] = changes.squares[i]


@step
def square(x: Floats1d, lanes: Floats1d) -> np.float32:
    """The squared length, computed in LINE partial sums."""
    lanes[:] = 0
    whole = len(x) - len(x) % LINE
    for k in range(0, whole, LINE):
        for lane in range(LINE):
            lanes[lane] += x[k + lane] * x[k + lane]
    total = np.float32(0)
    for lane in range(LINE):
        total += lanes[lane]
    for k in range(whole, len(x)):
        total += x[k] * x[k]
    return total


@step
def largest(gain: Floats1d, bits: Ints1d) -> np.float32:
    """The largest number without its sign; not a number if one is none.

    The bits of numbers are in the same order, and the compiler vectorizes a maximum of integers.
    """
    most, place = np.int32(0), 0
    for k in range(len(bits)):
        most = max(most, bits[k] & _SIZE)
    for k in range(len(bits)):
        if bits[k] & _SIZE == most:
            place = k
            break
    return abs(gain[place])


@step
def round_to_levels(gain: Floats1d, bits: Ints1d, levels: Bytes1d) -> np.float32:
    """Set `levels` to the nearest of a gain, ties to even; return their scale.

    bits: those of the gain, which is overwritten. Each loop uses either the floats or their bits,
    so that the compiler can vectorize it.
    """
    most = largest(gain, bits)
    if most < SMALLEST:
        levels[:] = 0
        return np.float32(0)
    factor = np.float32(LEVELS) / most
    for k in range(len(gain)):
        gain[k] = gain[k] * factor + _ROUNDED
    for k in range(len(bits)):
        levels[k] = np.int8(bits[k])
    return most / np.float32(LEVELS)
