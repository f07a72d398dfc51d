"""Whether the n-grams that compose unknown words were ever trained.

fastText trains an n-gram with the words of its dictionary that have it, and with no others. One
that none of them has was never trained: what composes an unknown word with it is the row of its
bucket, and that is either as it was initialised or was trained by other n-grams that fall there.
Both are counted exactly from the words. The rows' values would not tell: those trained little stay
within the range of the initial ones, and fastText 0.9.2 leaves a part of its matrix zero where it
has fewer than ten threads.

Source: fastText 0.9.2 `dictionary.cc` (`readFromFile`, `initNgrams`), `densematrix.cc` (`uniform`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.subwords import NgramHashing
from embedadapt.core.types import Longs1d
from embedadapt.core.vectors import VectorsOutline
from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.oov.result import Composed, NgramCounts

WORDS_AT_ONCE = 65_536
"""Of the table: their n-grams are listed and forgotten again."""
WITHOUT_NGRAMS = "</s>"
"""fastText's end of a sentence."""


def ngrams_of(table: VectorsOutline, words: Sequence[str]) -> Mapping[str, NgramCounts]:
    """For each of some unknown words that the table composes, how much of it was trained.

    Nothing of a table that has no n-grams of fastText's, or perhaps not all words that trained
    them. N-grams are distinguished by their 32-bit hashes.
    """
    hashing = table.hashing
    if not isinstance(hashing, NgramHashing) or not hashing.all_words or not words:
        return {}
    hashes, ends = _hashes(hashing, words)
    asked = np.unique(hashes)
    seen, hit = _in_table(table.vocabulary.words, hashing, asked)
    places = np.searchsorted(asked, hashes)
    never = ~seen[places]
    initial = ~hit[hashes % np.uint32(hashing.n_buckets)]
    totals = [_sums(flags, ends) for flags in (np.ones_like(never), never, initial)]
    counted = {word: NgramCounts(*each) for word, *each in zip(words, *totals, strict=True)}
    return {word: counts for word, counts in counted.items() if counts.n_ngrams}


def composed_of(ngrams: Mapping[str, NgramCounts], counts: Mapping[str, int]) -> Composed | None:
    """What the words' n-grams come to, each word standing so often in the corpus; None of none."""
    if not ngrams:
        return None
    half = [word for word, each in ngrams.items() if 2 * each.untrained >= each.n_ngrams]
    wholly = [word for word in half if ngrams[word].untrained == ngrams[word].n_ngrams]
    return Composed(
        types=sum(ngrams.values(), NgramCounts()),
        tokens=sum((each * counts[word] for word, each in ngrams.items()), NgramCounts()),
        half_types=len(half),
        half_tokens=sum(counts[word] for word in half),
        all_types=len(wholly),
        all_tokens=sum(counts[word] for word in wholly),
    )


def _in_table(
    words: Sequence[str], hashing: NgramHashing, asked: NDArray[np.uint32]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which n-grams of `asked`, and which buckets, some word of the table has."""
    from embedadapt.kernels.subword import mark_hashes

    seen, hit = np.zeros(len(asked), np.bool_), np.zeros(hashing.n_buckets, np.bool_)
    buckets = asked % np.uint32(hashing.n_buckets)
    order = np.argsort(buckets, kind="stable")
    starts = np.searchsorted(buckets[order], np.arange(hashing.n_buckets + 1))
    found, by_bucket = seen[order], asked[order]
    for start in range(0, len(words), WORDS_AT_ONCE):
        some = [w for w in words[start : start + WORDS_AT_ONCE] if w != WITHOUT_NGRAMS]
        hashes, _ = _hashes(hashing, some)
        mark_hashes(hashes, by_bucket, starts, found, hit)
    seen[order] = found
    return seen, hit


def _hashes(hashing: NgramHashing, words: Sequence[str]) -> tuple[NDArray[np.uint32], Longs1d]:
    """The hashes of all n-grams of word after word, and where each word's end."""
    from embedadapt.kernels.subword import list_hashes

    packed, offsets = pack_words(words)
    ends = np.empty(len(words), dtype=np.int64)
    room = np.empty((len(packed) + 2 * len(words)) * hashing.max_n, dtype=np.uint32)
    count = list_hashes(packed, offsets, hashing.min_n, hashing.max_n, room, ends)
    return room[:count], ends


def _sums(flags: NDArray[np.bool_], ends: Longs1d) -> list[int]:
    """How many flags are set for each word."""
    upto = np.concatenate([[0], np.cumsum(flags)])
    sums: list[int] = np.diff(upto[ends], prepend=0).tolist()
    return sums
