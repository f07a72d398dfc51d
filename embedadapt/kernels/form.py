"""A word's vector from its spelling: a sum of character n-gram rows, fitted by its errors.

v(word) = sum of its n-grams' rows / sqrt(number of n-grams), fitted to vectors that are known
already. The n-grams and their hash are fastText's; words come packed, as in kernels.subword.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels.subword import WORD_END, WORD_START, ngram_buckets


@njit(cache=True, nogil=True)
def fit_ngrams(
    packed: NDArray[np.uint8],
    offsets: Longs1d,
    order: Ints1d,
    vectors: Floats2d,
    level: Floats1d,
    slope: Floats1d,
    lengths: tuple[int, int],
    rate: float,
    ngrams: Floats2d,
) -> None:
    """One pass of stochastic gradient descent on the squared error, words taken in `order`.

    vectors: (n_words, dim) float32. What is fitted is vectors[i] - level - slope x log(i + 10), so
    that no second table is made. lengths: shortest and longest n-gram. rate: share of a word's
    error that one step takes away. ngrams: (n_buckets, dim) float32, changed in place.
    """
    dim = vectors.shape[1]
    marked, buckets = _scratch(offsets, lengths[1])
    error = np.empty(dim, dtype=np.float32)
    for word in order:
        count = _buckets_of(packed, offsets, word, lengths, len(ngrams), marked, buckets)
        if count == 0:
            continue
        scale = np.float32(1.0 / math.sqrt(count))
        place = np.float32(math.log(word + 10.0))
        error[:] = 0
        for k in range(count):
            ngram = ngrams[buckets[k]]
            for d in range(dim):
                error[d] += ngram[d]
        vector = vectors[word]
        for d in range(dim):
            error[d] = vector[d] - level[d] - slope[d] * place - error[d] * scale
        step = np.float32(rate) * scale
        for k in range(count):
            ngram = ngrams[buckets[k]]
            for d in range(dim):
                ngram[d] += step * error[d]


@njit(cache=True, nogil=True)
def compose_ngrams(
    packed: NDArray[np.uint8],
    offsets: Longs1d,
    lengths: tuple[int, int],
    ngrams: Floats2d,
    composed: Floats2d,
) -> None:
    """Fills composed (n_words, dim) with each word's model value; zeros for one without n-grams."""
    marked, buckets = _scratch(offsets, lengths[1])
    for word in range(len(offsets) - 1):
        count = _buckets_of(packed, offsets, word, lengths, len(ngrams), marked, buckets)
        row = composed[word]
        row[:] = 0
        for k in range(count):
            ngram = ngrams[buckets[k]]
            for d in range(len(row)):
                row[d] += ngram[d]
        if count > 0:
            scale = np.float32(1.0 / math.sqrt(count))
            for d in range(len(row)):
                row[d] *= scale


@njit(cache=True, nogil=True)
def _scratch(offsets: Longs1d, max_n: int) -> tuple[NDArray[np.uint8], Ints1d]:
    """Room for the longest word between its marks, and for the buckets of its n-grams."""
    longest = 0
    for word in range(len(offsets) - 1):
        longest = max(longest, offsets[word + 1] - offsets[word])
    return np.empty(longest + 2, np.uint8), np.empty((longest + 2) * max_n, np.int32)


@njit(cache=True, nogil=True)
def _buckets_of(
    packed: NDArray[np.uint8],
    offsets: Longs1d,
    word: int,
    lengths: tuple[int, int],
    n_buckets: int,
    marked: NDArray[np.uint8],
    buckets: Ints1d,
) -> int:
    """Writes the buckets of one word's n-grams, and returns how many there are."""
    size = offsets[word + 1] - offsets[word]
    marked[0], marked[size + 1] = WORD_START, WORD_END
    marked[1 : size + 1] = packed[offsets[word] : offsets[word + 1]]
    return ngram_buckets(marked[: size + 2], n_buckets, lengths[0], lengths[1], buckets)
