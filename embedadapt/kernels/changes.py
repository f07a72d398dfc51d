"""What training changed in the rows of a matrix, in half precision.

A change is kept as the bits of a float16 of SCALE times its value: shards gain so little on a row
that unscaled halves would be subnormal. Beyond LARGEST a change is cut.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels._compile import kernel, loop, step
from embedadapt.kernels._simd import LANES

Halves1d: TypeAlias = NDArray[np.uint16]
Halves2d: TypeAlias = NDArray[np.uint16]
UInts1d: TypeAlias = NDArray[np.uint32]

SCALE = 2.0**10
LARGEST = 65504 / SCALE

# Between the exponents of a float32, with a bias of 127, and of a float16, with one of 15.
_TO_HALF = np.float32(SCALE * 2.0**-112)
_FROM_HALF = np.float32(2.0**112 / SCALE)
_LONGER = 13  # bits of the mantissa that a float32 has more


@loop
def find_changed(before: Floats2d, after: Floats2d, places: Longs1d, rows: Ints1d) -> int:
    """Fill `rows` with the numbers of the rows of `before` that differ in `after`; return how many.

    places: (n_rows,), the row of `after` for each of `before`, which may have fewer columns.
    """
    n = 0
    for row in range(len(before)):
        old, new = before[row], after[places[row]]
        for k in range(len(old)):
            if new[k] != old[k]:
                rows[n] = row
                n += 1
                break
    return n


@kernel
def take_changes(
    before: Floats2d, after: Floats2d, places: Longs1d, rows: Ints1d, changes: Halves2d
) -> Floats1d:
    """Set `changes`, (n_rows, dim), to what those rows have more in `after`, which is reset.

    Returns the squared length of each change.
    """
    dim = before.shape[1]
    gain, lanes = np.empty(dim, np.float32), np.empty(LANES, np.float32)
    bits = gain.view(np.uint32)
    squares = np.empty(len(rows), np.float32)
    for i in range(len(rows)):
        old, new = before[rows[i]], after[places[rows[i]]]
        for k in range(dim):
            gain[k] = new[k] - old[k]
            new[k] = old[k]
        squares[i] = square(gain, lanes)
        round_to_halves(gain, bits, changes[i])
    return squares


@kernel
def add_changes(
    matrix: Floats2d,
    copy: Floats2d,
    places: Longs1d,
    rows: Ints1d,
    changes: Halves2d,
    squares: Floats1d,
    agreed: float,
) -> None:
    """Add to each of some rows its change, and set its row of the copy to the sum.

    A change whose squared length is more than `most`, agreed * squares[i], is multiplied by `most`
    over its squared length.
    """
    dim = matrix.shape[1]
    bits, lanes = np.empty(dim, np.uint32), np.empty(LANES, np.float32)
    gain = bits.view(np.float32)
    for i in range(len(rows)):
        row, copied = matrix[rows[i]], copy[places[rows[i]]]
        read_halves(changes[i], bits)
        for k in range(dim):
            gain[k] *= _FROM_HALF
        total = square(gain, lanes)
        weight, most = np.float32(1), np.float32(agreed) * squares[i]
        if total > most:
            weight = most / total
        set_signs(changes[i], bits)
        for k in range(dim):
            row[k] += weight * gain[k]
            copied[k] = row[k]


@kernel
def sum_changes(
    rows: Ints1d,
    changes: Halves2d,
    other_rows: Ints1d,
    others: Halves2d,
    sum_rows: Ints1d,
    total: Halves2d,
) -> int:
    """Add up changes of two lists of ascending rows; return the number of rows of the sum.

    sum_rows, total: as long as both lists together.
    """
    dim = total.shape[1]
    bits, other_bits = np.empty(dim, np.uint32), np.empty(dim, np.uint32)
    gain, other_gain = bits.view(np.float32), other_bits.view(np.float32)
    n = i = j = 0
    while i < len(rows) or j < len(other_rows):
        if j == len(other_rows) or (i < len(rows) and rows[i] < other_rows[j]):
            sum_rows[n] = rows[i]
            total[n] = changes[i]
            i += 1
        elif i == len(rows) or other_rows[j] < rows[i]:
            sum_rows[n] = other_rows[j]
            total[n] = others[j]
            j += 1
        else:
            sum_rows[n] = rows[i]
            read_halves(changes[i], bits)
            read_halves(others[j], other_bits)
            for k in range(dim):
                gain[k] *= _FROM_HALF
                other_gain[k] *= _FROM_HALF
            set_signs(changes[i], bits)
            set_signs(others[j], other_bits)
            for k in range(dim):
                gain[k] += other_gain[k]
            round_to_halves(gain, bits, total[n])
            i += 1
            j += 1
        n += 1
    return n


@step
def square(x: Floats1d, lanes: Floats1d) -> np.float32:
    """The squared length, computed in sixteen partial sums."""
    lanes[:] = 0
    whole = len(x) - len(x) % LANES
    for k in range(0, whole, LANES):
        for lane in range(LANES):
            lanes[lane] += x[k + lane] * x[k + lane]
    total = np.float32(0)
    for lane in range(LANES):
        total += lanes[lane]
    for k in range(whole, len(x)):
        total += x[k] * x[k]
    return total


@step
def round_to_halves(gain: Floats1d, bits: UInts1d, halves: Halves1d) -> None:
    """Set `halves` to the nearest float16 of SCALE * gain, ties to even. bits: those of the gain,
    which is overwritten.

    Each loop uses either the floats or their bits, so that the compiler can vectorize it.
    """
    for k in range(len(halves)):
        halves[k] = bits[k] >> 16 & 0x8000
        bits[k] &= 0x7FFFFFFF
    for k in range(len(halves)):
        gain[k] *= _TO_HALF
    for k in range(len(halves)):
        half = (bits[k] + 0xFFF + (bits[k] >> _LONGER & 1)) >> _LONGER
        halves[k] |= min(half, 0x7BFF)


@step
def read_halves(halves: Halves1d, bits: UInts1d) -> None:
    """Set `bits` to those of floats that are the sizes of the halves once multiplied by
    _FROM_HALF."""
    for k in range(len(halves)):
        bits[k] = (halves[k] & 0x7FFF) << _LONGER


@step
def set_signs(halves: Halves1d, bits: UInts1d) -> None:
    """Give floats, by their bits, the signs of the halves."""
    for k in range(len(halves)):
        bits[k] |= (halves[k] & 0x8000) << 16
