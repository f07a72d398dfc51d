"""A first vector for a word the base does not know, from its spelling and its contexts.

Contexts: a la carte induction (Khodak et al., "A La Carte Embedding", ACL 2018, section 3). A
word's mean context vector u points towards what all words have in common; a matrix A, fitted on
words that have both a vector v and contexts, takes that out: v = A u.

Spelling: a regression on character n-grams (adaptation.form). The two are stacked by ridge
regression on words of the base hidden from both, and all of it is done on vectors freed of their
frequency trend (adaptation.trend), which is put back at the rank of a new word.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.adaptation.form import FormModel
from embedadapt.adaptation.trend import FrequencyTrend, in_frequency_order
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Doubles1d, Floats2d, Ints1d
from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.kernels.contexts import sum_contexts

SIF = 1e-3
"""Weight of a context word: SIF / (SIF + its share of the corpus), after Arora et al. 2017."""
RIDGE = 1e-2
"""Added to the diagonal of a fit, relative to its mean: 1e-3 was worse on hidden words."""
FIT_COUNT = 5
"""Words seen less often are not fitted on: their mean context is noise."""
MOST_HIDDEN, FEWEST_HIDDEN = 2000, 50
"""Known words hidden to stack on. With fewer, contexts alone are used."""
NEW_WORD_RANK = 2
"""A new word's rank, in lengths of the table: it is rarer than every word that is in."""


def induce(
    base: WordVectors,
    corpus: EncodedCorpus,
    known: Ints1d,
    window: int,
    rng: np.random.Generator,
) -> Floats2d:
    """Vectors for the words of a corpus that the base does not know.

    known: (n_words,) int32, the base row of each corpus word, -1 for a new word.
    Returns (n_new, dim) float32 in vocabulary order.
    """
    counts = corpus.vocabulary.counts
    assert counts is not None
    is_new = known < 0
    trend = FrequencyTrend.fit(
        base.matrix, by_frequency=in_frequency_order(known[~is_new], counts[~is_new])
    )
    rows = np.zeros((len(known), base.dim), dtype=np.float32)
    rows[~is_new] = base.matrix[known[~is_new]] - trend.at(known[~is_new])
    means = mean_contexts(corpus, rows, ~is_new, window)
    fitted = ~is_new & (counts >= FIT_COUNT) & means.any(axis=1)
    hidden = hide_words(fitted, rng)
    fitted[hidden] = False
    contexts = means @ fit_ridge(means[fitted], rows[fitted], np.log(counts[fitted]))
    residuals = contexts[is_new]
    if len(hidden) >= FEWEST_HIDDEN:
        form = FormModel.fit(base, trend, known[hidden], rng).vectors(corpus.vocabulary.words)
        both = np.hstack([form, contexts])
        residuals = both[is_new] @ fit_ridge(both[hidden], rows[hidden], np.ones(len(hidden)))
    placed: Floats2d = residuals + trend.at(np.full(len(residuals), NEW_WORD_RANK * len(base)))
    return placed


def hide_words(usable: NDArray[np.bool_], rng: np.random.Generator) -> Ints1d:
    """Up to MOST_HIDDEN of the usable words, and at most a third of them."""
    words = np.flatnonzero(usable)
    chosen = rng.choice(words, size=min(MOST_HIDDEN, len(words) // 3), replace=False)
    return np.sort(chosen).astype(np.int32)


def compose(words: list[str], subwords: SubwordTable, dim: int) -> Floats2d:
    """Unknown words from a fastText model's n-grams, (n, dim); zeros where it has none."""
    vectors = (subwords.vector(word) for word in words)
    rows = [np.zeros(dim, np.float32) if v is None else v for v in vectors]
    return np.array(rows, dtype=np.float32).reshape(len(words), dim)


def mean_contexts(
    corpus: EncodedCorpus, rows: Floats2d, usable: NDArray[np.bool_], window: int
) -> Floats2d:
    """(n_words, dim): the weighted mean row of each word's usable neighbours, zeros without any."""
    counts = corpus.vocabulary.counts
    assert counts is not None
    weights = np.where(usable, SIF / (SIF + counts / max(1, int(counts.sum()))), 0).astype(
        np.float32
    )
    sums = np.zeros_like(rows)
    totals = np.zeros(len(rows), dtype=np.float64)
    sum_contexts(corpus.token_ids, corpus.sentence_offsets, rows, weights, window, sums, totals)
    np.divide(sums, totals[:, None], out=sums, where=totals[:, None] > 0, casting="same_kind")
    return sums


def fit_ridge(features: Floats2d, targets: Floats2d, weights: Doubles1d) -> Floats2d:
    """The matrix B, (n_features, dim), that minimises the sum over words of
    weight x |target - feature B|^2, plus ridge |B|^2. Zeros with nothing to fit on."""
    n_features = features.shape[1]
    if not len(features):
        return np.zeros((n_features, targets.shape[1]), dtype=np.float32)
    weighted = features.astype(np.float64) * weights[:, None]
    gram = weighted.T @ features
    gram[np.diag_indices(n_features)] += RIDGE * np.trace(gram) / n_features + 1e-12
    solved: Floats2d = np.linalg.solve(gram, weighted.T @ targets).astype(np.float32)
    return solved
