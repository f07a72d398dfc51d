"""Neighbor overlap: how many neighbors of general words stay after adapting."""

from __future__ import annotations

from itertools import islice

import numpy as np

from embedadapt.core.types import Doubles1d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.neighbors import has_letter, nearest_of_rows
from embedadapt.evaluation.resampling import bootstrap_mean
from embedadapt.evaluation.result import Estimate


def frequent_rows(candidates: WordVectors, corpus_words: Vocabulary, n: int) -> Ints1d:
    """Rows of the candidates that the corpus uses and that are most frequent, (at most n,) int32.

    Frequency is by the counts of the base, or by row, which is the order of frequency in most
    files. Only words with a letter and a vector other than zero count. Words that the corpus does
    not use cannot move, and would only improve the result.
    """
    counts = candidates.vocabulary.counts
    order = np.arange(len(candidates)) if counts is None else np.argsort(-counts, kind="stable")
    names = candidates.vocabulary.words
    norms = candidates.norms
    fit = (r for r in order if norms[r] > 0 and names[r] in corpus_words and has_letter(names[r]))
    return np.fromiter(islice(fit, n), dtype=np.int32)


def neighbor_overlap(before: Ints1d, after: Ints1d) -> Doubles1d:
    """Share of each word's neighbors before, (n, k), that are among those after, (n, k); (n,).

    -1 is no neighbor. A word without neighbors before has an overlap of 1.
    """
    n_before = (before >= 0).sum(axis=1)
    shared = np.zeros(len(before), dtype=np.int64)
    last = max(int(before.max(initial=0)), int(after.max(initial=0)))
    is_after = np.zeros(last + 2, dtype=np.bool_)  # the last place is that of -1
    for line, (old, new) in enumerate(zip(before, after, strict=True)):
        is_after[new] = True
        is_after[-1] = False
        shared[line] = is_after[old].sum()
        is_after[new] = False
    return np.where(n_before > 0, shared / np.maximum(n_before, 1), 1.0)


def measure_retention(
    table: WordVectors, rows: Ints1d, before: Ints1d, *, seed: int
) -> Estimate | None:
    """Mean neighbor overlap of some rows.

    rows: (n,), and before: (n, k), the rows and their neighbors in the base.
    table: the same candidates in the same rows, with their adapted vectors.

    The interval is resampled over the rows. None if there are no rows.
    """
    if not len(rows):
        return None
    shares = neighbor_overlap(before, nearest_of_rows(table, rows, before.shape[1]))
    return bootstrap_mean(shares, np.ones(len(shares)), seed=seed)
