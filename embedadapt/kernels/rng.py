"""Random numbers and noise words for compiled loops.

A generator is `rng`, one uint64 in an array: the counter of SplitMix64 (Steele, Lea and Flood 2014,
"Fast Splittable Pseudorandom Number Generators", https://doi.org/10.1145/2714064.2660195). It may
start at any value, so that each block of text gets its own stream from `stream(seed, ...)`: the
numbers of a block do not depend on the thread that trains it.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Doubles1d, Floats1d, Ints1d
from embedadapt.kernels._compile import kernel, part, step

Numbers1d: TypeAlias = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: SplitMix64's step
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
HALF, LOW_24, LOW_32 = np.uint64(32), np.uint64(0xFFFFFF), np.uint64(0xFFFFFFFF)
UNIT_24 = np.float32(2**-24)  # a float32 holds 24 bits exactly


@step
def mix(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> np.uint64(30))) * MIX_1
    z = (z ^ (z >> np.uint64(27))) * MIX_2
    return z ^ (z >> np.uint64(31))


@kernel
def stream(seed: int, epoch: int, block: int) -> NDArray[np.uint64]:
    """A separate generator for one block of one epoch."""
    rng = np.empty(1, np.uint64)
    rng[0] = mix(mix(mix(np.uint64(seed) + GOLDEN) + np.uint64(epoch)) + np.uint64(block))
    return rng


@part
def substream(rng: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A generator whose numbers do not depend on how many are drawn from the one it comes from."""
    other = np.empty(1, np.uint64)
    other[0] = mix(rng[0] + np.uint64(1))
    return other


@step
def next_bits(rng: NDArray[np.uint64]) -> np.uint64:
    """64 random bits."""
    rng[0] += GOLDEN
    return mix(rng[0])


@step
def next_unit(rng: NDArray[np.uint64]) -> np.float32:
    """A float32 from [0, 1), a multiple of 2^-24."""
    return np.float32(next_bits(rng) >> np.uint64(40)) * UNIT_24


@step
def next_below(rng: NDArray[np.uint64], n: int) -> int:
    """An integer from 0 to n - 1, n < 2^31; its bias is below n / 2^32."""
    return int(((next_bits(rng) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@step
def draw_columns(rng: NDArray[np.uint64], n_columns: int, drawn: Numbers1d) -> None:
    """Fill `drawn` as calls of `next_column` do; a loop that the compiler turns into vectors."""
    state = rng[0]
    for i in range(len(drawn)):
        drawn[i] = column_of(mix(state + np.uint64(i + 1) * GOLDEN), n_columns)
    rng[0] = state + np.uint64(len(drawn)) * GOLDEN


@step
def next_column(rng: NDArray[np.uint64], n_columns: int) -> np.uint64:
    """Draw a column of an alias table, for `choose`."""
    return column_of(next_bits(rng), n_columns)


@step
def column_of(bits: np.uint64, n_columns: int) -> np.uint64:
    """The number of a column in the high half, and in the low one 24 bits that decide within it."""
    column = ((bits >> HALF) * np.uint64(n_columns)) >> HALF
    return (column << HALF) | (bits & LOW_24)


@step
def choose(drawn: np.uint64, columns: Numbers1d) -> np.intp:
    """A noise word by Walker's alias method: of the column that was drawn, one of its two words.

    columns: (n_words,) uint64; see `packed_columns`.
    """
    # One number is read, so that the choice is no branch, which would be mispredicted.
    column = drawn >> HALF
    packed = columns[column]
    word = column if (drawn & LOW_24) < (packed & LOW_32) else packed >> HALF
    return np.intp(word)


def packed_columns(threshold: Floats1d, alias: Ints1d) -> Numbers1d:
    """An alias table as one number a column: the alias in the high half; in the low half, how many
    of 2^24 draws give the column's own word."""
    limit = np.ceil(np.ldexp(threshold.astype(np.float64), 24)).astype(np.uint64)
    return alias.astype(np.uint64) << HALF | limit


@kernel
def fill_alias_table(shares: Doubles1d, threshold: Floats1d, alias: Ints1d) -> None:
    """Fill Walker's alias table by Vose's method: columns of equal height, of two words at most.

    Vose 1991, "A Linear Algorithm for Generating Random Numbers with a Given Distribution",
    https://doi.org/10.1109/32.92917. shares: (n_words,), of sum 1. threshold and alias are filled.
    """
    n = len(shares)
    height = np.empty(n)
    waiting = np.empty(n, np.int64)  # small ones stacked from the left, large ones from the right
    n_small, first_large = 0, n
    for word in range(n):
        threshold[word], alias[word], height[word] = 1, word, shares[word] * n
        if height[word] < 1:
            waiting[n_small] = word
            n_small += 1
        else:
            first_large -= 1
            waiting[first_large] = word
    while n_small and first_large < n:
        n_small -= 1
        small, large = waiting[n_small], waiting[first_large]
        threshold[small], alias[small] = height[small], large
        height[large] -= 1 - height[small]  # it fills the small one's column
        if height[large] < 1:
            first_large += 1
            waiting[n_small] = large
            n_small += 1
