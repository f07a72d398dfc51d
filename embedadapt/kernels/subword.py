"""fastText's character n-grams, over all words at once.

Words come as their UTF-8 bytes end to end with offsets (n_words + 1,). Source: fastText
`dictionary.cc` (`computeSubwords`, `hash`, `initNgrams`) and `fasttext.cc` (`getWordVector`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.kernels._compile import kernel, part, step

FNV_BASIS, FNV_PRIME = np.uint32(2166136261), np.uint32(16777619)
WORD_START, WORD_END = np.uint8(60), np.uint8(62)  # < and >
SIGN_EXTENSION = np.uint32(0xFFFFFF00)  # fastText hashes bytes as signed


@step
def mark_word(packed: NDArray[np.uint8], start: int, end: int, marked: NDArray[np.uint8]) -> int:
    """Write packed[start:end] to `marked`, between `<` and `>`; return how many bytes that are.

    A loop, since the assignment of a slice takes numba a second and a half to compile.
    """
    marked[0], marked[end - start + 1] = WORD_START, WORD_END
    for i in range(start, end):
        marked[i - start + 1] = packed[i]
    return end - start + 2


@part
def ngram_buckets(
    marked: NDArray[np.uint8], n_buckets: int, min_n: int, max_n: int, buckets: Ints1d
) -> int:
    """Write the buckets of a word's n-grams to `buckets`, as `ngram_hashes`; return how many."""
    count = ngram_hashes(marked, min_n, max_n, buckets)
    for k in range(count):
        buckets[k] = np.uint32(buckets[k]) % np.uint32(n_buckets)
    return count


@part
def ngram_hashes(
    marked: NDArray[np.uint8], min_n: int, max_n: int, hashes: NDArray[np.uint32] | Ints1d
) -> int:
    """Write the hashes of a word's n-grams to `hashes`, in fastText's order; return their number.

    marked: the word's bytes between `<` and `>`. n counts characters, that is, bytes that begin
    one; a single `<` or `>` is left out.
    """
    count, size = 0, len(marked)
    for start in range(size):
        if marked[start] & 0xC0 == 0x80:  # inside a character of several bytes
            continue
        # The hash grows with the n-gram, so that all lengths from one start cost one pass.
        value, stop = FNV_BASIS, start
        for n in range(1, max_n + 1):
            if stop >= size:
                break
            value = _hash_byte(value, marked[stop])
            stop += 1
            while stop < size and marked[stop] & 0xC0 == 0x80:
                value = _hash_byte(value, marked[stop])
                stop += 1
            if n >= min_n and not (n == 1 and (start == 0 or stop == size)):
                hashes[count] = value
                count += 1
    return count


@kernel
def list_hashes(
    packed: NDArray[np.uint8],
    offsets: Longs1d,
    min_n: int,
    max_n: int,
    hashes: NDArray[np.uint32],
    ends: Longs1d,
) -> int:
    """Write the hashes of all words' n-grams, one word after the other; return their number.

    hashes: with room for `max_n` per byte, and as many for the two marks of each word.
    ends: receives the end of each word's hashes.
    """
    count = longest = 0
    for i in range(len(offsets) - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    marked = np.empty(longest + 2, dtype=np.uint8)
    for i in range(len(offsets) - 1):
        size = mark_word(packed, offsets[i], offsets[i + 1], marked)
        count += ngram_hashes(marked[:size], min_n, max_n, hashes[count:])
        ends[i] = count
    return count


@kernel
def mark_hashes(
    hashes: NDArray[np.uint32],
    asked: NDArray[np.uint32],
    starts: Longs1d,
    seen: NDArray[np.bool_],
    hit: NDArray[np.bool_],
) -> None:
    """Set seen[k] where asked[k] is among `hashes`, and hit[bucket] for the bucket of each hash.

    asked: sorted by bucket; those of bucket b are at starts[b] to starts[b + 1].
    """
    n_buckets = np.uint32(len(hit))
    for value in hashes:
        bucket = value % n_buckets
        hit[bucket] = True
        # Equal hashes have equal buckets: only the few that share this one are compared.
        for k in range(starts[bucket], starts[bucket + 1]):
            seen[k] |= asked[k] == value


@kernel
def compose_words(
    packed: NDArray[np.uint8],
    offsets: Longs1d,
    words: Floats2d,
    ngrams: Floats2d,
    min_n: int,
    max_n: int,
    whole_word: int,
    kept: Ints1d,
    n_buckets: int,
    composed: Floats2d,
) -> None:
    """Set composed[i] to the mean of words[i] and the rows of word i's n-grams.

    words: (n_words, dim), own rows. ngrams: (n_buckets, dim), empty where the model has none; for a
    pruned model only the rows of the
        buckets `kept`, ascending (empty for a whole model).
    whole_word: the row of `</s>`, which has no n-grams; -1 without it.

    Sums and scales are float32 in fastText's order, so that the result equals `getWordVector`
    exactly.
    """
    dim, longest = words.shape[1], 0
    for i in range(len(words)):
        longest = max(longest, offsets[i + 1] - offsets[i])
    marked = np.empty(longest + 2, dtype=np.uint8)
    buckets = np.empty((longest + 2) * max(1, min(max_n, longest + 2)), dtype=np.int32)
    for i in range(len(words)):
        size = mark_word(packed, offsets[i], offsets[i + 1], marked)
        count = 0
        if len(ngrams) > 0 and i != whole_word:
            count = ngram_buckets(marked[:size], n_buckets, min_n, max_n, buckets)
            if len(kept) > 0:  # the model is pruned
                count = _rows_kept(buckets, count, kept)
        # The order of additions is fastText's, which makes the result equal to the bit.
        row = composed[i]
        row[:] = words[i]
        for k in range(count):
            ngram = ngrams[buckets[k]]
            for d in range(dim):
                row[d] += ngram[d]
        scale = np.float32(1.0 / (count + 1))
        for d in range(dim):
            row[d] *= scale


@kernel
def own_rows(
    packed: NDArray[np.uint8],
    offsets: Longs1d,
    composed: Floats2d,
    ngrams: Floats2d,
    min_n: int,
    max_n: int,
    whole_word: int,
    words: Floats2d,
) -> None:
    """Set words[i] so that `compose_words` gives composed[i], up to rounding.

    A word of n n-grams has (n + 1) x its vector minus the sum of their rows. Arguments as there.
    """
    dim, longest = words.shape[1], 0
    for i in range(len(words)):
        longest = max(longest, offsets[i + 1] - offsets[i])
    marked = np.empty(longest + 2, dtype=np.uint8)
    buckets = np.empty((longest + 2) * max(1, min(max_n, longest + 2)), dtype=np.int32)
    rest = np.empty(dim, dtype=np.float64)
    for i in range(len(words)):
        size = mark_word(packed, offsets[i], offsets[i + 1], marked)
        count = 0
        if len(ngrams) > 0 and i != whole_word:
            count = ngram_buckets(marked[:size], len(ngrams), min_n, max_n, buckets)
        # In double precision: the difference of two sums loses digits.
        for d in range(dim):
            rest[d] = (count + 1) * np.float64(composed[i, d])
        for k in range(count):
            ngram = ngrams[buckets[k]]
            for d in range(dim):
                rest[d] -= ngram[d]
        words[i] = rest


@part
def _rows_kept(buckets: Ints1d, count: int, kept: Ints1d) -> int:
    """Replace buckets by rows, without those that were pruned; return the number of rows."""
    n_kept = 0
    for k in range(count):
        row = np.searchsorted(kept, buckets[k])
        if row < len(kept) and kept[row] == buckets[k]:
            buckets[n_kept] = row
            n_kept += 1
    return n_kept


@part
def _hash_byte(value: np.uint32, byte: np.uint8) -> np.uint32:
    """One step of FNV-1a, 32 bits, the byte sign-extended."""
    extended = np.uint32(byte)
    if byte & 0x80:  # any byte beyond ASCII
        extended |= SIGN_EXTENSION
    return np.uint32((value ^ extended) * FNV_PRIME)
