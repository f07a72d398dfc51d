"""Near-duplicate passages: MinHash signatures of their shingles, and groups of similar ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels._compile import kernel, step
from embedadapt.kernels.rng import GOLDEN, mix

NO_WORD = np.uint32(0xFFFFFFFF)
"""Every value of the signature of a passage without a word."""
AT_ONCE = 256
"""Shingles that are hashed one step after another, so that each step is vectorized."""


@kernel
def minhash(token_ids: Ints1d, offsets: Longs1d, width: int, n_places: int) -> NDArray[np.uint32]:
    """A signature of each passage's set of shingles, (n_passages, n_places) uint32.

    A shingle is `width` consecutive words, or all words of a shorter passage. The probability that
    two signatures agree in a place is the Jaccard similarity of their sets (Broder 1997, "On the
    resemblance and containment of documents", https://doi.org/10.1109/SEQUEN.1997.666900).
    """
    keys = np.empty(n_places, np.uint64)  # multiplied by each, the shingles come in another order
    for place in range(n_places):
        keys[place] = mix(np.uint64(place + 1)) | np.uint64(1)
    signatures = np.full((len(offsets) - 1, n_places), NO_WORD, np.uint32)
    shingles, least = np.empty(AT_ONCE, np.uint64), np.empty(n_places, np.uint64)
    for passage in range(len(signatures)):
        start, end = offsets[passage], offsets[passage + 1]
        n_words = min(width, end - start)  # a passage shorter than `width` is one shingle
        last = end - n_words
        least[:] = ~np.uint64(0)
        for first in range(start, last + 1 if n_words else start, AT_ONCE):
            n = min(AT_ONCE, last + 1 - first)
            _hash_shingles(token_ids[first : first + n + n_words - 1], n_words, shingles[:n])
            for place in range(n_places):
                least[place] = _least_product(shingles[:n], keys[place], least[place])
        for place in range(n_places):
            signatures[passage, place] = np.uint32(least[place] >> np.uint64(32))
    return signatures


@step
def _hash_shingles(token_ids: Ints1d, n_words: int, shingles: NDArray[np.uint64]) -> None:
    """Hash so many words in their order from each on: each step is the same for all shingles."""
    shingles[:] = GOLDEN
    for place in range(n_words):
        for i in range(len(shingles)):
            shingles[i] = mix(shingles[i] + np.uint64(token_ids[i + place]))


@step
def _least_product(shingles: NDArray[np.uint64], key: np.uint64, least: np.uint64) -> np.uint64:
    for shingle in shingles:
        least = min(least, shingle * key)
    return least


def group_alike(
    signatures: NDArray[np.uint32], band: int, n_agreeing: int, groups: Longs1d
) -> None:
    """Group passages whose signatures agree in `n_agreeing` places or more.

    Groups also join passages that agree through others. Only pairs that agree in one of the bands
    of `band` places are compared (Leskovec, Rajaraman and Ullman 2020, "Mining of Massive
    Datasets", 3.4). Passages without a word are not grouped.

    groups: (n_passages,), each passage's own number; receives that of the first passage of its
    group.
    """
    for first in range(0, signatures.shape[1] - band + 1, band):
        buckets = _buckets(signatures, first, first + band)
        # numpy sorts: the sort that numba has takes seconds to compile.
        _join_buckets(signatures, buckets, np.argsort(buckets, kind="stable"), n_agreeing, groups)


@kernel
def _join_buckets(
    signatures: NDArray[np.uint32],
    buckets: NDArray[np.uint64],
    order: Longs1d,
    n_agreeing: int,
    groups: Longs1d,
) -> None:
    """Group the similar passages of each bucket. order: the passages, bucket by bucket."""
    start = 0
    for position in range(len(order)):
        # order[start:position] are the earlier passages with the same band.
        if buckets[order[position]] != buckets[order[start]]:
            start = position
        if signatures[order[position], 0] != NO_WORD:
            _join(signatures, order[start:position], order[position], n_agreeing, groups)
    for passage in range(len(groups)):
        groups[passage] = _root(groups, passage)


@kernel
def _buckets(signatures: NDArray[np.uint32], first: int, end: int) -> NDArray[np.uint64]:
    """(n_passages,) a hash of the places from `first` to `end` - 1 of each signature."""
    buckets = np.full(len(signatures), GOLDEN, np.uint64)
    for passage in range(len(signatures)):
        for place in range(first, end):
            buckets[passage] = mix(buckets[passage] + np.uint64(signatures[passage, place]))
    return buckets


@step
def _join(
    signatures: NDArray[np.uint32], others: Longs1d, passage: int, n_agreeing: int, groups: Longs1d
) -> None:
    """Put `passage` and the similar ones among `others` into one group."""
    for other in others:
        a, b = _root(groups, passage), _root(groups, other)
        if a != b and _agreeing(signatures[passage], signatures[other]) >= n_agreeing:
            groups[max(a, b)] = min(a, b)  # the root is always the first passage of its group


@step
def _agreeing(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    n = 0
    for place in range(len(one)):
        n += one[place] == other[place]
    return n


@step
def _root(groups: Longs1d, passage: int) -> int:
    """The first passage of a group. The steps to it are shortened for the next search."""
    while groups[passage] != passage:
        groups[passage] = groups[groups[passage]]
        passage = groups[passage]
    return passage
