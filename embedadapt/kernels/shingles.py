"""Near-duplicate passages: MinHash signatures of their shingles, and groups of similar ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels._compile import kernel, step
from embedadapt.kernels.rng import GOLDEN, mix

NO_WORD = np.uint32(0xFFFFFFFF)
"""Every value of the signature of a passage without a word."""


class Chains(NamedTuple):
    """The passages of a bucket by their groups: a linked list for each group.

    first: (n,) the first of each chain. following, last: (n,) of each position in the order, the
    next one in its chain, or -1; and of the first of a chain, its last.
    """

    first: Longs1d
    following: Longs1d
    last: Longs1d


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
    for passage in range(len(signatures)):
        start, end = offsets[passage], offsets[passage + 1]
        row = signatures[passage]
        last = max(start, end - width)  # a passage shorter than `width` is one shingle
        for first in range(start, min(end, last + 1)):
            shingle = _shingle(token_ids, first, min(end, first + width))
            for place in range(n_places):
                row[place] = min(row[place], np.uint32((shingle * keys[place]) >> np.uint64(32)))
    return signatures


@step
def _shingle(token_ids: Ints1d, start: int, end: int) -> np.uint64:
    """A hash of some words in their order."""
    value = GOLDEN
    for i in range(start, end):
        value = mix(value + np.uint64(token_ids[i]))
    return value


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
    n = len(order)
    chains = Chains(np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64))
    n_chains = 0
    for position in range(n):
        if position and buckets[order[position]] != buckets[order[position - 1]]:
            n_chains = 0
        if signatures[order[position], 0] != NO_WORD:
            n_chains = _join(signatures, order, position, n_agreeing, groups, chains, n_chains)
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
    signatures: NDArray[np.uint32],
    order: Longs1d,
    position: int,
    n_agreeing: int,
    groups: Longs1d,
    chains: Chains,
    n_chains: int,
) -> int:
    """Put a passage and the similar ones before it in its bucket into one group.

    The passage is compared with the members of other groups only, up to the first that is similar:
    passages that are all alike would else take time by the square of their number. Returns the
    number of chains of the bucket, one for each group in it.
    """
    passage = order[position]
    chains.following[position], chains.last[position] = -1, position
    n = 0
    for i in range(n_chains):
        first = chains.first[i]
        if _is_similar(signatures, order, passage, first, n_agreeing, groups, chains):
            a, b = _root(groups, passage), _root(groups, order[first])
            groups[max(a, b)] = min(a, b)  # the root is always the first passage of its group
            chains.following[chains.last[position]] = first
            chains.last[position] = chains.last[first]
        else:
            chains.first[n] = first
            n += 1
    chains.first[n] = position
    return n + 1


@step
def _is_similar(
    signatures: NDArray[np.uint32],
    order: Longs1d,
    passage: int,
    first: int,
    n_agreeing: int,
    groups: Longs1d,
    chains: Chains,
) -> bool:
    """Whether a passage is in the group of a chain, or similar to one of its members."""
    if _root(groups, passage) == _root(groups, order[first]):
        return True
    member = first
    while member >= 0:
        if _agreeing(signatures[passage], signatures[order[member]]) >= n_agreeing:
            return True
        member = chains.following[member]
    return False


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
