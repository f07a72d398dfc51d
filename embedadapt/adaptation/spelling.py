"""The input rows that words are made of: in a fastText model, the rows of their n-grams too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.fasttext import END_OF_SENTENCE
from embedadapt.training.row_groups import RowGroups, sum_rows


class Spelled(NamedTuple):
    """Input rows of words and n-grams, gathered for training.

    inputs: (n_words + n_buckets, dim) float32, the words' own rows, then those of their n-grams.
    row_groups: the rows that each word is made of; None where each word is one row.
    buckets: (n_buckets,) int32 ascending, rows of the model's n-grams, in the order of `inputs`.
    """

    inputs: Floats2d
    row_groups: RowGroups | None
    buckets: Ints1d


def spell(words: Sequence[str], base: WordVectors, known: Ints1d, rows: Floats2d) -> Spelled:
    """The rows that words are made of: `rows`, (n_words, dim), unless the base is fastText's.

    In a whole fastText model each word is the mean of its row_groups.

    known: (n_words,) int32, rows of the base, -1 for a new word, whose own row is chosen so that
    its mean is the word's row in `rows`.
    """
    subwords = base.subwords
    if subwords is None or subwords.words is None or subwords.kept is not None or subwords.floret:
        return Spelled(rows, None, np.empty(0, np.int32))
    ngrams = [subwords.buckets(word) if word != END_OF_SENTENCE else [] for word in words]
    counts = np.fromiter(map(len, ngrams), np.int64, len(ngrams))
    buckets, places = np.unique(list(chain.from_iterable(ngrams)), return_inverse=True)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    row_groups = RowGroups(
        offsets + np.arange(len(offsets)),
        np.insert(places + len(words), offsets[:-1], np.arange(len(words))).astype(np.int32),
    )
    inputs = np.zeros((len(words) + len(buckets), base.dim), dtype=np.float32)
    inputs[len(words) :] = subwords.ngrams[buckets.astype(np.int64)]
    new = known < 0
    inputs[: len(words)][~new] = subwords.words[known[~new]]
    spelled = sum_rows(inputs, row_groups)[new]
    inputs[: len(words)][new] = (counts[new, None] + 1) * rows[new] - spelled
    return Spelled(inputs, row_groups, buckets.astype(np.int32))
