"""A word's vector from its spelling: a sum of character n-gram rows, fitted to known vectors.

v(word) = sum of its n-grams' rows / sqrt(number of n-grams). The n-grams and their hash are
fastText's; words are packed as in kernels.subword.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels._compile import kernel
from embedadapt.kernels._simd import (
    LANES,
    LINE,
    add_to_rows,
    fill,
    load_rows,
    slots,
    store_rows,
)
from embedadapt.kernels.subword import mark_word, ngram_buckets

COLUMNS = slots(LINE // LANES)
"""The blocks of LINE columns."""


@kernel
def list_ngrams(
    packed: NDArray[np.uint8], offsets: Longs1d, lengths: tuple[int, int], n_buckets: int
) -> tuple[Ints1d, Longs1d]:
    """The n-grams of all words: their buckets, int32, and offsets (n_words + 1,) int64.

    lengths: of the shortest and the longest n-gram, in characters.
    """
    n_words, longest = len(offsets) - 1, 0
    for word in range(n_words):
        longest = max(longest, offsets[word + 1] - offsets[word])
    sizes = lengths[1] - lengths[0] + 1
    most = (offsets[-1] + 2 * n_words) * sizes
    marked = np.empty(longest + 2, np.uint8)
    buckets, starts = np.empty(most, np.int32), np.zeros(n_words + 1, np.int64)
    for word in range(n_words):
        size = mark_word(packed, offsets[word], offsets[word + 1], marked)
        count = ngram_buckets(
            marked[:size], n_buckets, lengths[0], lengths[1], buckets[starts[word] :]
        )
        starts[word + 1] = starts[word] + count
    return buckets[: starts[-1]].copy(), starts


@kernel
def fit_ngrams(
    rows: Ints1d,
    starts: Longs1d,
    order: Longs1d,
    vectors: Floats2d,
    rates: Floats1d,
    ngrams: Floats2d,
) -> None:
    """One pass of stochastic gradient descent on the squared error, with words in `order`.

    It fits LINE columns, a cache line of each row.

    rows: rows in `ngrams` of each word's n-grams, one word after the other. starts: (n_words + 1,).
    vectors: (n_words, LINE) float32, the targets. rates: (n_words,) float32, share of each word's
        error that one step removes.
    ngrams: (n_ngrams, LINE) float32, changed in place.
    """
    for word in order:
        first, end = starts[word], starts[word + 1]
        if first == end:  # too short to have n-grams
            continue
        scale = np.float32(1.0 / math.sqrt(end - first))
        told = fill(np.float32(0), COLUMNS)
        for k in range(first, end):
            told = told + load_rows(ngrams, (np.intp(rows[k]),), 0, COLUMNS)
        error = load_rows(vectors, (np.intp(word),), 0, COLUMNS) - told * fill(scale, COLUMNS)
        # n rows move by rate x error / sqrt(n), and each counts 1 / sqrt(n) in the sum: the error
        # shrinks by `rate` of itself.
        step = error * fill(rates[word] * scale, COLUMNS)
        for k in range(first, end):
            add_to_rows(ngrams, (np.intp(rows[k]),), 0, step)


@kernel
def compose_ngrams(rows: Ints1d, starts: Longs1d, ngrams: Floats2d, composed: Floats2d) -> None:
    """Set composed, (n_words, LINE), to each word's vector by the model.

    N-grams without a row (-1) add nothing; a word without n-grams gets zeros.
    """
    for word in range(len(starts) - 1):
        first, end = starts[word], starts[word + 1]
        told = fill(np.float32(0), COLUMNS)
        for k in range(first, end):
            if rows[k] >= 0:
                told = told + load_rows(ngrams, (np.intp(rows[k]),), 0, COLUMNS)
        # Unknown n-grams count in the number, so that words made of few known ones stay short.
        scale = np.float32(1.0 / math.sqrt(max(1, end - first)))
        store_rows(composed, (np.intp(word),), 0, told * fill(scale, COLUMNS))
