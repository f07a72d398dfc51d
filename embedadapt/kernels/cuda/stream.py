"""Text as the GPU reads it: the words that subsampling kept, with marks.

The code works on arrays of numpy and of cupy (`xp`) alike, with the same result.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from embedadapt.core.types import Floats1d, Ints1d, Longs1d
from embedadapt.kernels.rng import GOLDEN, MIX_1, MIX_2, UNIT_24

SENTENCE_START = np.int32(-(2**31))
"""Marks the first word of a sentence that is kept: no window reaches beyond it."""

SHARED = np.int32(2**30)
"""Marks words so frequent that no writer may hold a copy of their row; see train.cu."""


def thin(
    xp: ModuleType,
    token_ids: Ints1d,
    sentence_offsets: Longs1d,
    keep: Floats1d,
    marks: Ints1d,
    key: int,
) -> Ints1d:
    """(n_kept,) int32: the words kept, in order, with their marks and those of sentence starts.

    sentence_offsets: (n_sentences + 1,) int64, no sentence empty. keep: (n_words,) float32, the
    probability of each word. marks: (n_words,) int32, SHARED or 0. Token i is kept where the i-th
    number that `rng.next_unit` would draw from `key` is below its probability.

    >>> text, offsets = np.array([4, 2, 3], np.int32), np.array([0, 2, 3])
    >>> words = thin(np, text, offsets, np.ones(5), np.zeros(5, np.int32), key=1)
    >>> (words & ~SENTENCE_START).tolist(), (words < 0).tolist()
    ([4, 2, 3], [True, False, True])
    """
    begins = xp.zeros(len(token_ids), dtype=np.int32)
    begins[sentence_offsets[:-1]] = 1
    kept = xp.flatnonzero(units(xp, len(token_ids), key) < keep[token_ids])
    sentences = xp.cumsum(begins, dtype=np.int32)[kept]
    is_first = xp.diff(sentences, prepend=np.int32(0)) > 0
    words = token_ids[kept]
    return words | marks[words] | xp.where(is_first, SENTENCE_START, np.int32(0))


def units(xp: ModuleType, n: int, key: int) -> Floats1d:
    """The first n numbers, float32, that `rng.next_unit` draws from a generator at `key`."""
    z: Any = xp.arange(1, n + 1, dtype=np.uint64) * GOLDEN + np.uint64(key)
    z = (z ^ (z >> np.uint64(30))) * MIX_1
    z = (z ^ (z >> np.uint64(27))) * MIX_2
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) * UNIT_24
