"""Sentences of a text in another order, with at most some megabytes of it in memory."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.long_arrays import chunks, empty_array, release
from embedadapt.core.types import Ints1d, Longs1d

BUCKET = 4 << 20
"""Tokens that are put in order at a time."""
SENTENCES = 1 << 12
"""Sentences that are copied at a time."""


def lengths_of(offsets: Longs1d, part: slice) -> Longs1d:
    """Tokens of each sentence from part.start to part.stop - 1."""
    return np.diff(offsets[part.start : part.stop + 1])


def gather(
    token_ids: Ints1d, offsets: Longs1d, sentences: NDArray[np.integer[Any]]
) -> tuple[Ints1d, Longs1d]:
    """Token ids and offsets of some sentences in the given order, each at most once.

    A text of more than BUCKET tokens is read from beginning to end, since a disk is slow to read
    in random order: each sentence goes to the part of the result where it belongs, in which it is
    put in its place later.
    """
    new = _new_offsets(offsets, sentences)
    ids = empty_array(int(new[-1]), np.int32)
    if len(ids) <= BUCKET:
        ids[:] = _picked(token_ids, offsets[sentences], np.diff(new))
        return ids, new
    edges = np.unique(np.searchsorted(new, np.arange(0, len(ids), BUCKET)))
    edges = np.append(edges[edges < len(sentences)], len(sentences))
    _distribute(token_ids, offsets, _buckets(sentences, edges, len(offsets) - 1), ids, new[edges])
    for first, end in pairwise(edges):
        arrived = np.argsort(sentences[first:end])
        lengths = np.diff(new[first : end + 1])
        starts = np.empty_like(lengths)
        starts[arrived] = np.cumsum(lengths[arrived]) - lengths[arrived]
        inside = slice(new[first], new[end])
        ids[inside] = _picked(ids[inside].copy(), starts, lengths)
        release(ids, sentences, new)
    return ids, new


def _new_offsets(offsets: Longs1d, sentences: NDArray[np.integer[Any]]) -> Longs1d:
    new = empty_array(len(sentences) + 1, np.int64)
    new[0] = 0
    for part in chunks(len(sentences)):
        some = sentences[part]
        ends = np.cumsum(offsets[some + 1] - offsets[some])
        new[part.start + 1 : part.stop + 1] = new[part.start] + ends
        release(offsets, sentences, new)
    return new


def _buckets(
    sentences: NDArray[np.integer[Any]], edges: Longs1d, n_sentences: int
) -> NDArray[np.int32]:
    """(n_sentences,) the bucket of each sentence, whose edges are places among `sentences`; -1 for
    a sentence that is not among them."""
    buckets = empty_array(n_sentences, np.int32)
    buckets[:] = -1
    for bucket, (first, end) in enumerate(pairwise(edges)):
        buckets[sentences[first:end]] = bucket
        release(sentences, buckets)
    return buckets


def _distribute(
    token_ids: Ints1d, offsets: Longs1d, buckets: NDArray[np.int32], ids: Ints1d, starts: Longs1d
) -> None:
    """Copy each sentence behind those that its bucket has; starts: where each bucket begins."""
    ends = starts.copy()
    for part in chunks(len(buckets), SENTENCES):
        lengths, of_part = lengths_of(offsets, part), buckets[part]
        order = np.argsort(of_part, kind="stable")
        order = order[np.searchsorted(of_part[order], 0) :]
        picked = _picked(token_ids, offsets[part][order], lengths[order])
        n_tokens = np.bincount(of_part[order], lengths[order], minlength=len(ends))
        done = 0
        for bucket in np.flatnonzero(n_tokens).tolist():
            n = int(n_tokens[bucket])
            ids[ends[bucket] : ends[bucket] + n] = picked[done : done + n]
            ends[bucket] += n
            done += n
        release(token_ids, offsets, buckets, ids)


def _picked(token_ids: Ints1d, starts: Longs1d, lengths: Longs1d) -> Ints1d:
    """The tokens of some sentences, one behind the other."""
    ends = np.cumsum(lengths)
    picked = np.empty(int(ends[-1]) if len(ends) else 0, np.int32)
    for part in chunks(len(starts), SENTENCES):
        shift = starts[part] - ends[part] + lengths[part]
        first = int(ends[part.start] - lengths[part.start])
        places = np.arange(first, ends[part.stop - 1])
        picked[first : ends[part.stop - 1]] = token_ids[places + np.repeat(shift, lengths[part])]
    return picked
