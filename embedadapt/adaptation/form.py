"""Vectors of words from their spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.kernels._simd import LINE, aligned_zeros
from embedadapt.kernels.form import compose_ngrams, fit_ngrams, list_ngrams

NGRAMS = (3, 6)
"""Lengths of n-grams, in characters between `<` and `>`, as in fastText."""
N_BUCKETS = 1 << 21
"""Number of hash buckets. 100,000 words have 440,000 n-grams, few of which share a bucket. When 300
words of GloVe are hidden at random, .58 of them are found among the ten nearest, and .42 with 2 **
16 buckets (this and the following: scripts/bench_induction.py, contracts, three seeds)."""
FITTED_WORDS = 100_000
"""The most frequent words, to which n-grams are fitted. Later words are mostly names and
misspellings, and did not help."""
PASSES, FIRST_RATE, DECAY = 6, 0.3, 0.8
"""Settings of the descent. Ten passes from .5 fitted the known words more closely, and hidden words
no better."""
RANK_WEIGHT = 0.35
"""A word's step falls with this power of its rank, since frequent words have more reliable vectors.
Words hidden at random are found better the larger it is (among the ten nearest with 0: .51, .35:
.58, .5: .60), rare ones a little worse (.197, .192, .190)."""
HALF_WEIGHT = 300
"""Rank at which a part of joined words has half its weight: `of` means little in
`board_of_directors`. Hyphenated words of GloVe are as near to such means of their parts with 100 or
1,000 (cosine .44; the plain mean .43)."""


@dataclass(frozen=True, eq=False)
class Ngrams:
    """The n-grams of a vocabulary, numbered.

    row_of: (N_BUCKETS,) int32, the number of the n-gram in each bucket; -1 where there is none.
    rows, starts: the n-grams of each word, as `listed` returns them.
    """

    row_of: Ints1d
    n_ngrams: int
    rows: Ints1d
    starts: Longs1d

    @classmethod
    def of(cls, words: Sequence[str]) -> Ngrams:
        buckets, starts = list_ngrams(*pack_words(words), NGRAMS, N_BUCKETS)
        used = np.zeros(N_BUCKETS, dtype=np.bool_)
        used[buckets] = True
        n_ngrams = int(used.sum())
        row_of = np.full(N_BUCKETS, -1, dtype=np.int32)
        row_of[used] = np.arange(n_ngrams, dtype=np.int32)
        return cls(row_of, n_ngrams, row_of[buckets], starts)

    def listed(self, words: Sequence[str]) -> tuple[Ints1d, Longs1d]:
        """The n-grams of words one after the other, -1 for unknown ones, and offsets (n + 1,)."""
        buckets, starts = list_ngrams(*pack_words(words), NGRAMS, N_BUCKETS)
        return self.row_of[buckets], starts


def spelled_vectors(
    base: WordVectors, trend: FrequencyTrend, words: Sequence[str], hidden: Ints1d, *, seed: int
) -> Floats2d:
    """Vectors of `words` from their spelling, without the trend, (n, dim) float32.

    They are fitted to the base's most frequent words with letters, without the rows `hidden`. A
    word that has only unknown n-grams gets zeros. Words joined by `_` are the mean of their parts,
    in which rarer parts have more weight. The seed gives the order of the descent, and so the
    result.
    """
    parts = {word: [part for part in word.split("_") if part] for word in words if "_" in word}
    single = list(dict.fromkeys(part for word in words for part in parts.get(word, [word])))
    spelled = _single_words(base, trend, single, hidden, seed=seed)
    if not parts and len(single) == len(words):
        return spelled
    ranks = base.vocabulary.lookup(single)
    known = (ranks >= 0) & ~np.isin(ranks, hidden)
    known &= np.isin(single, list(chain.from_iterable(parts.values())))
    spelled[known] = base.matrix[ranks[known]] - trend.at(ranks[known])
    weights = np.where(known, (ranks + 1) / (ranks + HALF_WEIGHT), 1).astype(np.float32)
    place = {word: i for i, word in enumerate(single)}
    joined = np.zeros((len(words), base.dim), dtype=np.float32)
    for row, word in zip(joined, words, strict=True):
        of_word = [place[part] for part in parts.get(word, [word])]
        if of_word:
            row += weights[of_word] @ spelled[of_word] / weights[of_word].sum()
    return joined


def _single_words(
    base: WordVectors, trend: FrequencyTrend, words: Sequence[str], hidden: Ints1d, *, seed: int
) -> Floats2d:
    """`spelled_vectors` of words that are not joined, (n, dim) float32."""
    table_words = base.vocabulary.words[:FITTED_WORDS]
    ngrams = Ngrams.of(table_words)
    fitted = np.fromiter((any(map(str.isalpha, word)) for word in table_words), bool)
    fitted[hidden[hidden < len(fitted)]] = False
    own = ngrams.listed(words)
    spelled = np.empty((len(words), base.dim), dtype=np.float32)
    for first in range(0, base.dim, LINE):
        columns = slice(first, min(first + LINE, base.dim))
        rows = fit_columns(base, trend, ngrams, np.flatnonzero(fitted), columns, seed)
        composed = np.empty((len(words), LINE), dtype=np.float32)
        compose_ngrams(*own, rows, composed)
        spelled[:, columns] = composed[:, : columns.stop - first]
    return spelled


def fit_columns(
    base: WordVectors,
    trend: FrequencyTrend,
    ngrams: Ngrams,
    fitted: Longs1d,
    columns: slice,
    seed: int,
) -> Floats2d:
    """Rows of the n-grams for up to LINE columns, (n_ngrams, LINE) float32, fitted to words.

    Columns do not depend on each other; taking a few at a time bounds the memory.
    """
    ranks = np.arange(len(ngrams.starts) - 1, dtype=np.int64)
    vectors = aligned_zeros(len(ranks), LINE)
    vectors[:, : columns.stop - columns.start] = base.matrix[: len(ranks), columns]
    vectors[:, : columns.stop - columns.start] -= trend.at(ranks, columns)
    weights = _weights(ranks, by_frequency=trend.by_frequency)
    rows = aligned_zeros(ngrams.n_ngrams, LINE)
    rng = np.random.default_rng(seed)
    for number in range(PASSES):
        rates = FIRST_RATE * np.float32(DECAY**number) * weights
        fit_ngrams(ngrams.rows, ngrams.starts, rng.permutation(fitted), vectors, rates, rows)
    return rows


def _weights(ranks: Longs1d, *, by_frequency: bool) -> Floats1d:
    """Weight of each word, (n,) float32: 1 at the middle rank, small enough not to overshoot."""
    if not by_frequency:
        return np.ones(len(ranks), dtype=np.float32)
    weights = (ranks + 10.0) ** -RANK_WEIGHT
    bounded: Floats1d = np.minimum(weights / np.median(weights), 1 / FIRST_RATE).astype(np.float32)
    return bounded
