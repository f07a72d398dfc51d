"""Text cut into blocks that are trained in one call each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedadapt.core.long_arrays import GrowingArray, chunks, distinct
from embedadapt.core.types import Longs1d

BLOCK_WORDS = 10_000
"""Words between two updates of the learning rate, of the progress and checks for Ctrl-C: as in
word2vec, 2 to 20 milliseconds of work."""

LONGEST_SENTENCE = 10_000
"""Longer sentences are cut, as in gensim, so that text without sentence ends still trains in
blocks."""


@dataclass(frozen=True)
class Blocks(Sequence[Longs1d]):
    """Sentence offsets of successive blocks, each a view.

    offsets: (n_sentences + 1,) int64. edges: (n_blocks + 1,) int64, places in the offsets where a
    block begins, and the last place.
    """

    offsets: Longs1d
    edges: Longs1d

    def __len__(self) -> int:
        return len(self.edges) - 1

    def __getitem__(self, number: Any) -> Any:
        number = range(len(self))[number]  # IndexError beyond them
        return self.offsets[self.edges[number] : self.edges[number + 1] + 1]


def split_blocks(sentence_offsets: Longs1d, block_words: int = BLOCK_WORDS) -> Blocks:
    """Sentence offsets of successive blocks of about `block_words` words.

    Sentences longer than LONGEST_SENTENCE are cut first, empty ones dropped.

    >>> [block.tolist() for block in split_blocks(np.array([0, 9_000, 12_000, 12_000, 12_500]))]
    [[0, 9000, 12000], [12000, 12500]]
    """
    growing = GrowingArray(np.int64)
    growing.extend(sentence_offsets[:1])
    for part in chunks(len(sentence_offsets) - 1):
        growing.extend(_cut(sentence_offsets[part.start : part.stop + 1])[1:])
    offsets = growing.array()
    edges = GrowingArray(np.int64)
    stripe = -1
    for part in chunks(len(offsets) - 1):
        stripes = offsets[part] // block_words
        edges.extend(part.start + np.flatnonzero(np.diff(stripes, prepend=stripe)))
        stripe = stripes[-1]
    edges.extend([len(offsets) - 1])
    return Blocks(offsets, edges.array())


def _cut(offsets: Longs1d) -> Longs1d:
    """Ascending offsets with those of the parts of long sentences, without empty sentences."""
    lengths = np.diff(offsets)
    long = np.flatnonzero(lengths > LONGEST_SENTENCE)
    starts, ends = offsets[long], offsets[long + 1]
    cuts = [np.arange(a, b, LONGEST_SENTENCE) for a, b in zip(starts, ends, strict=True)]
    if len(long) or not lengths.all():
        offsets = distinct(np.sort(np.concatenate([offsets, *cuts])))
    return offsets
