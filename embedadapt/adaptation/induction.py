"""A first vector for a word the base does not know: a la carte induction.

Source: Khodak et al., "A La Carte Embedding: Cheap but Effective Induction of Semantic Feature
Vectors", ACL 2018, section 3. A word's mean context vector u points towards what all words have in
common; a matrix A, fitted on words that have both a vector v and contexts, takes that out: v = A u.
"""

from __future__ import annotations

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d
from embedadapt.core.vectors import SubwordTable
from embedadapt.kernels.contexts import sum_contexts

SIF = 1e-3
"""Weight of a context word: SIF / (SIF + its share of the corpus), after Arora et al. 2017."""
RIDGE = 1e-2
"""Added to the diagonal of the fit, relative to its mean: 1e-3 was worse on hidden words."""
FIT_COUNT = 5
"""Words seen less often are not fitted on: their mean context is noise."""


def induce(corpus: EncodedCorpus, rows: Floats2d, known: Ints1d, window: int) -> Floats2d:
    """Vectors for the words of a corpus that have none, from the contexts they stand in.

    rows: (n_words, dim) float32, the base's row of each corpus word; anything where it has none.
    known: (n_words,) int32, the base row number, -1 for a new word.
    Returns (n_new, dim) float32 in vocabulary order, at the median length of the known rows; a word
    without a single known neighbour gets zeros.
    """
    is_new = known < 0
    means = mean_contexts(corpus, np.where(is_new[:, None], np.float32(0), rows), ~is_new, window)
    counts = corpus.vocabulary.counts
    assert counts is not None
    fitted = ~is_new & (counts >= FIT_COUNT) & means.any(axis=1)
    transform = fit_transform(means[fitted], rows[fitted], np.log(counts[fitted]))
    induced = means[is_new] @ transform.T
    return to_length(induced, median_length(rows[~is_new]))


def compose(words: list[str], subwords: SubwordTable, dim: int) -> Floats2d:
    """Unknown words from a fastText model's n-grams, (n, dim); zeros where it has none."""
    vectors = (subwords.vector(word) for word in words)
    rows = [np.zeros(dim, np.float32) if v is None else v for v in vectors]
    return np.array(rows, dtype=np.float32).reshape(len(words), dim)


def mean_contexts(
    corpus: EncodedCorpus, rows: Floats2d, usable: np.ndarray, window: int
) -> Floats2d:
    """(n_words, dim): the weighted mean row of each word's usable neighbours, zeros without any."""
    counts = corpus.vocabulary.counts
    assert counts is not None
    weights = np.where(usable, SIF / (SIF + counts / max(1, counts.sum())), 0).astype(np.float32)
    sums = np.zeros_like(rows)
    totals = np.zeros(len(rows), dtype=np.float64)
    sum_contexts(corpus.token_ids, corpus.sentence_offsets, rows, weights, window, sums, totals)
    np.divide(sums, totals[:, None], out=sums, where=totals[:, None] > 0, casting="same_kind")
    return sums


def fit_transform(means: Floats2d, rows: Floats2d, weights: Doubles1d) -> Floats2d:
    """The matrix A, (dim, dim), that minimises the sum of weights x |row - A mean|^2 + ridge |A|^2.

    With nothing to fit on it is the identity.
    """
    dim = rows.shape[1]
    if not len(means):
        return np.eye(dim, dtype=np.float32)
    weighted = means.astype(np.float64) * weights[:, None]
    gram = weighted.T @ means
    gram[np.diag_indices(dim)] += RIDGE * np.trace(gram) / dim + 1e-12
    solved = np.linalg.solve(gram, weighted.T @ rows)
    return np.ascontiguousarray(solved.T, dtype=np.float32)


def median_length(rows: Floats2d) -> float:
    """Median Euclidean length of the non-zero rows; 1 where there is none."""
    lengths = np.linalg.norm(rows, axis=1)
    lengths = lengths[lengths > 0]
    return float(np.median(lengths)) if len(lengths) else 1.0


def to_length(rows: Floats2d, length: float) -> Floats2d:
    """Every non-zero row scaled to `length`: old and new rows must live at one scale."""
    lengths: Floats1d = np.linalg.norm(rows, axis=1, keepdims=True)
    factors = np.divide(np.float32(length), lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return (rows * factors).astype(np.float32)
