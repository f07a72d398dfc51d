"""N-grams for vectors that have none, so that unseen words can be composed as in fastText."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embedadapt.core.subwords import Hashing, NgramHashing, SubwordTable
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import WordVectors

NGRAMS = (3, 6)
"""Lengths of n-grams, in characters between `<` and `>`, as in fastText."""
N_BUCKETS = 1 << 16
FITTED_WORDS = 100_000
"""The most frequent words, to which n-grams are fitted. Later words are mostly names and
misspellings."""
RIDGE, STEPS = 0.1, 10
"""1,000 words hidden from the fit are composed with a cosine of .36 in GloVe 6B 50d and .63 in
spaCy's French vectors. A ridge of .3 is better in one and worse in the other; five steps more are
no better."""


def fit_subwords(vectors: WordVectors, dim: int) -> SubwordTable:
    """N-gram rows as in fastText, (N_BUCKETS, dim) float32, fitted to the first `dim` columns.

    An unseen word gets the trend at the last word fitted: farther down, the nearest words of
    anything are e-mail addresses and misspellings.
    """
    words = vectors.vocabulary.words[:FITTED_WORDS]
    hashing = NgramHashing(*NGRAMS, N_BUCKETS)
    rows = fit_rows(words, vectors.matrix[: len(words), :dim], hashing, RIDGE, STEPS)
    return SubwordTable(rows, None, *NGRAMS)


def fit_rows(
    words: Sequence[str], vectors: Floats2d, hashing: Hashing, ridge: float, steps: int
) -> Floats2d:
    """Rows whose means, by the hashing of a word, are near its vector, (n_buckets, dim) float32.

    Minimizes the sum over words of |vector - trend - mean of its rows|^2, plus ridge x |rows|^2, by
    a fixed number of steps of conjugate gradients. The trend, a line over log(rank + 10), is the
    part of a vector that depends on frequency; words in no order have none. The trend at the last
    word is added to every row.
    """
    from scipy.sparse import csr_matrix

    buckets = [hashing.rows(word) for word in words]
    counts = np.array([len(found) for found in buckets], dtype=np.int64)
    shares = np.repeat(1 / np.maximum(1, counts), counts).astype(np.float32)
    means = csr_matrix(
        (shares, np.concatenate([*buckets, []]).astype(np.int32), np.cumsum([0, *counts])),
        shape=(len(words), hashing.n_buckets),
    )
    terms = _terms(np.arange(len(words)))
    line, *_ = np.linalg.lstsq(terms, vectors, rcond=None)
    fitted = _ridge(means, vectors - terms @ line, ridge, steps)
    fitted += terms[-1] @ line
    return fitted


def _terms(ranks: np.ndarray) -> Floats2d:
    """A constant and log(rank + 10), (n, 2)."""
    return np.stack([np.ones(len(ranks)), np.log(ranks + 10.0)], axis=1).astype(np.float32)


def _ridge(features: Any, targets: Floats2d, ridge: float, steps: int) -> Floats2d:
    """Conjugate gradients on the normal equations, all columns at once (Hestenes, Stiefel 1952)."""
    back = features.T.tocsr()
    solved = np.zeros((features.shape[1], targets.shape[1]), dtype=np.float32)
    residual = back @ targets
    direction, size = residual.copy(), (residual**2).sum(axis=0)
    for _ in range(steps):
        image = back @ (features @ direction) + np.float32(ridge) * direction
        step = size / np.maximum((direction * image).sum(axis=0), np.finfo(np.float32).tiny)
        solved += step * direction
        residual -= step * image
        before, size = size, (residual**2).sum(axis=0)
        direction = residual + size / np.maximum(before, np.finfo(np.float32).tiny) * direction
    return solved
