"""Text cut into blocks that are trained in one call each."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from embedadapt.core.types import Longs1d

BLOCK_WORDS = 10_000
"""Words between two updates of the learning rate, of the progress and checks for Ctrl-C: as in
word2vec, 2 to 20 milliseconds of work."""

LONGEST_SENTENCE = 10_000
"""Longer sentences are cut, as in gensim, so that text without sentence ends still trains in
blocks."""


def split_blocks(sentence_offsets: Longs1d, block_words: int = BLOCK_WORDS) -> list[Longs1d]:
    """Sentence offsets of successive blocks of about `block_words` words.

    Sentences longer than LONGEST_SENTENCE are cut first, empty ones dropped.

    >>> [block.tolist() for block in split_blocks(np.array([0, 9_000, 12_000, 12_000, 12_500]))]
    [[0, 9000, 12000], [12000, 12500]]
    """
    long = np.flatnonzero(np.diff(sentence_offsets) > LONGEST_SENTENCE)
    starts, ends = sentence_offsets[long], sentence_offsets[long + 1]
    cuts = [np.arange(a, b, LONGEST_SENTENCE) for a, b in zip(starts, ends, strict=True)]
    offsets = np.sort(np.concatenate([sentence_offsets, *cuts]))
    offsets = offsets[np.diff(offsets, prepend=-1) > 0]
    stripes = offsets[:-1] // block_words
    edges = [*np.flatnonzero(np.diff(stripes, prepend=-1)), len(offsets) - 1]
    return [offsets[first : last + 1] for first, last in pairwise(edges)]
