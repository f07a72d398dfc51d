"""Near-duplicate passages: MinHash signatures of their shingles, and groups of similar ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels._compile import kernel, part, step
from embedadapt.kernels.rng import GOLDEN, mix

NO_WORD = np.uint32(0xFFFFFFFF)
"""Every value of the signature of a passage without a word."""
MOST_COMPARED, MOST_OF_LIST = 400, 200
"""Passages of a bucket that a passage is compared with, the last ones before it, and those of one
list among them; at most about so many. Of 512 contracts, 2,197 agreements and 98 licenses, all
pairs that are alike are found; of documents of random words that all share a third, at most one
such pair in 80 is not (scripts/near_duplicates.py)."""
AT_ONCE = 256
"""Shingles that are hashed one step after another, so that each step is vectorized."""


class Buckets(NamedTuple):
    """Passages by what one band of theirs has, as a hash table; in each bucket, by their groups.

    The groups of a bucket are linked lists of passages, of which the first stands for the list.

    keys: (n_slots,) uint64, the hash of a bucket's band. first: (n_slots,) int32, the first of the
    lists of a bucket, or -1 in a free slot. following_list: (n_passages,) int32, of the first of a
    list, the next list of the bucket, or -1. following, last: (n_passages,) int32, of a passage,
    the next one in its list, or -1; and of the first of a list, its last. equal: (n_passages,)
    int32, the first passage with the same signature.
    """

    keys: NDArray[np.uint64]
    first: Ints1d
    following_list: Ints1d
    following: Ints1d
    last: Ints1d
    equal: Ints1d


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


@kernel
def group_alike(
    signatures: NDArray[np.uint32], band: int, n_agreeing: int, groups: Longs1d
) -> None:
    """Group passages whose signatures agree in `n_agreeing` places or more.

    Groups also join passages that agree through others. Only pairs that agree in one of the bands
    of `band` places are compared (Leskovec, Rajaraman and Ullman 2020, "Mining of Massive
    Datasets", 3.4), and where very many agree in a band, each of them is compared with some of
    those before it (see MOST_COMPARED). Passages without a word are not grouped.

    groups: (n_passages,), each passage's own number; receives that of the first passage of its
    group.
    """
    n, n_slots = len(signatures), 1
    while n_slots < 2 * n:
        n_slots *= 2
    lists, slots = np.empty((4, n), np.int32), np.empty(n_slots, np.int32)
    keys = np.empty(n_slots, np.uint64)
    buckets = Buckets(keys, slots, lists[0], lists[1], lists[2], lists[3])
    _join_equal(signatures, groups, buckets)
    for start in range(0, signatures.shape[1] - band + 1, band):
        buckets.first[:] = -1
        for passage in range(n):
            # Of passages with equal signatures, the first is compared for all.
            if signatures[passage, 0] != NO_WORD and buckets.equal[passage] == passage:
                slot = _slot_of(signatures[passage, start : start + band], buckets)
                _join(signatures, passage, slot, n_agreeing, groups, buckets)
    for passage in range(n):
        groups[passage] = _root(groups, passage)


@part
def _join_equal(signatures: NDArray[np.uint32], groups: Longs1d, buckets: Buckets) -> None:
    """Group passages with equal signatures, and set `buckets.equal`."""
    buckets.first[:] = -1
    for passage in range(len(signatures)):
        slot = _slot_of(signatures[passage], buckets)
        first = buckets.first[slot]
        if first < 0:
            buckets.first[slot] = first = passage
        is_equal = _agreeing(signatures[passage], signatures[first]) == signatures.shape[1]
        buckets.equal[passage] = first if is_equal else passage
        if is_equal and signatures[passage, 0] != NO_WORD:
            groups[passage] = groups[first]


@step
def _slot_of(places: NDArray[np.uint32], buckets: Buckets) -> int:
    """The slot of the passages that have these places of a signature, or a free one for them."""
    key = GOLDEN
    for place in places:
        key = mix(key + np.uint64(place))
    slot = np.intp(key) & (len(buckets.keys) - 1)
    while buckets.first[slot] >= 0 and buckets.keys[slot] != key:
        slot = (slot + 1) & (len(buckets.keys) - 1)
    buckets.keys[slot] = key
    return int(slot)


@step
def _join(
    signatures: NDArray[np.uint32],
    passage: int,
    slot: int,
    n_agreeing: int,
    groups: Longs1d,
    buckets: Buckets,
) -> None:
    """Put a passage and the similar ones before it in its bucket into one group.

    The passage is compared with the members of other groups only, up to the first that is similar:
    passages that are all alike would else take time by the square of their number. MOST_COMPARED
    bounds the time for passages that share a sentence and nothing else.
    """
    buckets.following[passage], buckets.last[passage] = -1, passage
    previous, one, n_compared = passage, buckets.first[slot], 0
    buckets.first[slot], buckets.following_list[passage] = passage, one
    while one >= 0 and n_compared < MOST_COMPARED:
        coming = buckets.following_list[one]
        n_dissimilar = _n_dissimilar(signatures, passage, one, n_agreeing, groups, buckets)
        if n_dissimilar < 0:
            a, b = _root(groups, passage), _root(groups, one)
            groups[max(a, b)] = min(a, b)  # the root is always the first passage of its group
            buckets.following[buckets.last[passage]] = one
            buckets.last[passage] = buckets.last[one]
            buckets.following_list[previous] = coming
        else:
            n_compared += n_dissimilar
            previous = one
        one = coming


@step
def _n_dissimilar(
    signatures: NDArray[np.uint32],
    passage: int,
    first: int,
    n_agreeing: int,
    groups: Longs1d,
    buckets: Buckets,
) -> int:
    """How many members of a list, at most MOST_OF_LIST, were found dissimilar to a passage.

    -1 if the passage is in the group of the list, or similar to one of them.
    """
    if _root(groups, passage) == _root(groups, first):
        return -1
    member, n_compared = first, 0
    while member >= 0 and n_compared < MOST_OF_LIST:
        if _agreeing(signatures[passage], signatures[member]) >= n_agreeing:
            return -1
        member = buckets.following[member]
        n_compared += 1
    return n_compared


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
