"""The letter n-grams of words, by number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels._compile import loop, step
from embedadapt.kernels.rng import GOLDEN, mix


@loop
def number_ngrams(
    letters: NDArray[np.uint32],
    ends: Longs1d,
    lengths: tuple[int, int],
    slots: Ints1d,
    first: Ints1d,
    sizes: Ints1d,
    last_word: Ints1d,
    ids: Ints1d,
    id_ends: Longs1d,
) -> None:
    """Number n-grams in the order in which they are met.

    letters: (n_letters,), code points of the words, one behind the other. ends: (n_words,), where
    each word ends. lengths: the least and the most. slots: zeros, a power of two of them, more than
    there are n-grams. first, sizes, last_word: room for a number of each n-gram.

    ids: receives the numbers of each word's n-grams, each once. id_ends: (n_words,), where those of
    each word end.
    """
    n_ids, n, start = 0, 0, 0
    for word in range(len(ends)):
        for length in range(lengths[0], lengths[1] + 1):
            for at in range(start, ends[word] - length + 1):
                slot = _slot(letters, at, length, slots, first, sizes)
                if not slots[slot]:
                    first[n_ids], sizes[n_ids], last_word[n_ids] = at, length, -1
                    n_ids += 1
                    slots[slot] = n_ids
                ngram = slots[slot] - 1
                if last_word[ngram] != word:
                    last_word[ngram], ids[n] = word, ngram
                    n += 1
        id_ends[word], start = n, ends[word]


@step
def _slot(
    letters: NDArray[np.uint32],
    at: int,
    length: int,
    slots: Ints1d,
    first: Ints1d,
    sizes: Ints1d,
) -> int:
    """The slot of the n-gram letters[at : at + length], or a free one for it."""
    value = GOLDEN
    for i in range(at, at + length):
        value = mix(value + np.uint64(letters[i]))
    last = len(slots) - 1
    slot = int(value >> np.uint64(1)) & last
    while slots[slot]:
        ngram = slots[slot] - 1
        if sizes[ngram] == length and _are_same(letters, at, first[ngram], length):
            break
        slot = (slot + 1) & last
    return slot


@step
def _are_same(letters: NDArray[np.uint32], one: int, other: int, length: int) -> bool:
    for i in range(length):
        if letters[one + i] != letters[other + i]:
            return False
    return True
