"""floret's hashed n-grams: every word is the mean of rows of one small table.

The n-grams of a word are fastText's, after the whole word, which counts as one more. Each has
`hash_count` rows, given by the 32-bit parts of one 128-bit hash. The first word of the dictionary
also has a row of its own, and `</s>` has only that.

Source: floret 0.10 `dictionary.cc` (`computeSubwords`, `initNgrams`); MurmurHash3 (Appleby),
x64, 128 bits, with floret's seed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.kernels._compile import kernel
from embedadapt.kernels.subword import WORD_END, WORD_START

SEED = np.uint64(2166136261)
C1, C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
FIVE, N1, N2 = np.uint64(5), np.uint64(0x52DCE729), np.uint64(0x38495AB5)
F1, F2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
LOW_HALF = np.uint64(0xFFFFFFFF)


@kernel
def compose_hashed(
    packed: NDArray[np.uint8],
    offsets: Longs1d,
    ngrams: Floats2d,
    min_n: int,
    max_n: int,
    hash_count: int,
    first: Floats2d,
    whole_word: int,
    composed: Floats2d,
) -> None:
    """Set composed[i] to the vector of word i, whose UTF-8 bytes are at packed[offsets[i]:].

    ngrams: (n_buckets, dim). hash_count: from 1 to 4. first: (1, dim), the own row of word 0, or
    (0, dim) where word 0 is not the first of the dictionary. whole_word: the row of `</s>`, -1
    without it.
    """
    for i in range(len(composed)):
        size = offsets[i + 1] - offsets[i]
        marked = np.empty(size + 2, dtype=np.uint8)
        marked[0], marked[size + 1] = WORD_START, WORD_END
        marked[1 : size + 1] = packed[offsets[i] : offsets[i + 1]]
        composed[i, :] = 0
        n_rows = 0
        # In floret, only the first word of the dictionary has a row of its own.
        if i == 0 and len(first) > 0:
            composed[i] += first[0]
            n_rows = 1
        if i != whole_word:
            # The whole word, marks included, counts as one more n-gram.
            _add_rows(marked, 0, size + 2, ngrams, hash_count, composed[i])
            count = 1 + _add_ngrams(marked, ngrams, min_n, max_n, hash_count, composed[i])
            n_rows += hash_count * count
        if n_rows > 0:
            composed[i] *= np.float32(1.0 / n_rows)


@kernel
def _add_ngrams(
    marked: NDArray[np.uint8],
    ngrams: Floats2d,
    min_n: int,
    max_n: int,
    hash_count: int,
    total: NDArray[np.float32],
) -> int:
    """Add the rows of a word's n-grams, those of `ngram_buckets`; return the number of n-grams."""
    count, size = 0, len(marked)
    for start in range(size):
        if marked[start] & 0xC0 == 0x80:
            continue
        stop = start
        for n in range(1, max_n + 1):
            if stop >= size:
                break
            stop += 1
            while stop < size and marked[stop] & 0xC0 == 0x80:
                stop += 1
            if n >= min_n and not (n == 1 and (start == 0 or stop == size)):
                _add_rows(marked, start, stop, ngrams, hash_count, total)
                count += 1
    return count


@kernel
def _add_rows(
    data: NDArray[np.uint8],
    start: int,
    stop: int,
    ngrams: Floats2d,
    hash_count: int,
    total: NDArray[np.float32],
) -> None:
    """Add the rows of data[start:stop]."""
    low, high = murmur_hash(data, start, stop)
    # Hash k is the k-th 32-bit part of the 128 bits, lowest first.
    for k in range(hash_count):
        half = low if k < 2 else high
        value = half >> np.uint64(32) if k % 2 else half & LOW_HALF
        row = ngrams[np.int64(value % np.uint64(len(ngrams)))]
        for d in range(len(total)):
            total[d] += row[d]


@kernel
def murmur_hash(data: NDArray[np.uint8], start: int, stop: int) -> tuple[np.uint64, np.uint64]:
    """MurmurHash3 x64 of data[start:stop], its low and its high 64 bits."""
    h1, h2, length = SEED, SEED, stop - start
    i = start
    while stop - i >= 16:
        h1 ^= _rotate(_word(data, i, i + 8) * C1, 31) * C2
        h1 = (_rotate(h1, 27) + h2) * FIVE + N1
        h2 ^= _rotate(_word(data, i + 8, i + 16) * C2, 33) * C1
        h2 = (_rotate(h2, 31) + h1) * FIVE + N2
        i += 16
    # Up to 15 bytes are left: bytes 9 to 15 go to h2, then bytes 1 to 8 to h1. Both are 0 where
    # there are none, which changes nothing.
    h2 ^= _rotate(_word(data, min(i + 8, stop), stop) * C2, 33) * C1
    h1 ^= _rotate(_word(data, i, min(i + 8, stop)) * C1, 31) * C2
    h1 ^= np.uint64(length)
    h2 ^= np.uint64(length)
    h1 += h2
    h2 += h1
    h1, h2 = _mix(h1), _mix(h2)
    h1 += h2
    h2 += h1
    return h1, h2


@kernel
def _word(data: NDArray[np.uint8], start: int, stop: int) -> np.uint64:
    """Up to eight bytes as one number, the first byte lowest."""
    value = np.uint64(0)
    for i in range(start, stop):
        value |= np.uint64(data[i]) << np.uint64(8 * (i - start))
    return value


@kernel
def _rotate(value: np.uint64, bits: int) -> np.uint64:
    return np.uint64((value << np.uint64(bits)) | (value >> np.uint64(64 - bits)))


@kernel
def _mix(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> np.uint64(33))) * F1
    value = (value ^ (value >> np.uint64(33))) * F2
    return np.uint64(value ^ (value >> np.uint64(33)))
