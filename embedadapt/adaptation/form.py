"""What a word's spelling says of its vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.kernels.form import compose_ngrams, fit_ngrams

NGRAMS = (3, 6)
"""Lengths, in characters between `<` and `>`: fastText's."""
N_BUCKETS = 1 << 16
FITTED_WORDS = 100_000
"""The most frequent ones: the rest of a table is names and slips."""
PASSES, FIRST_RATE, DECAY = 6, 0.3, 0.8
"""Of the descent; ten passes from .5 fitted the table closer and hidden words no better."""


@dataclass(frozen=True, eq=False)
class FormModel:
    """n-gram rows, (N_BUCKETS, dim) float32, that add up to a word's vector without its trend."""

    ngrams: Floats2d

    @classmethod
    def fit(
        cls, base: WordVectors, trend: FrequencyTrend, hidden: Ints1d, rng: np.random.Generator
    ) -> FormModel:
        """Fits the base's most frequent words with letters, all but the rows `hidden`."""
        words = base.vocabulary.words[:FITTED_WORDS]
        fitted = np.fromiter((any(map(str.isalpha, word)) for word in words), bool, len(words))
        fitted[hidden[hidden < len(words)]] = False
        rows = np.flatnonzero(fitted).astype(np.int32)
        ngrams = np.zeros((N_BUCKETS, base.dim), dtype=np.float32)
        packed, offsets = pack_words(words)
        for number in range(PASSES):
            fit_ngrams(
                packed,
                offsets,
                rng.permutation(rows),
                base.matrix,
                trend.level,
                trend.slope,
                NGRAMS,
                FIRST_RATE * DECAY**number,
                ngrams,
            )
        return cls(ngrams)

    def vectors(self, words: Sequence[str]) -> Floats2d:
        """(n, dim) float32, without the trend; zeros for a word too short to have n-grams."""
        composed = np.empty((len(words), self.ngrams.shape[1]), dtype=np.float32)
        compose_ngrams(*pack_words(words), NGRAMS, self.ngrams, composed)
        return composed
