"""Known words that are hidden, from which the evidence for new words is weighed.

A new word is known by its spelling and its contexts. How reliable either is, is learned from words
of the base, whose vectors are known, using only as many of their occurrences as there are of the
new word (EVIDENCE).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.adaptation.form import FITTED_WORDS
from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.long_arrays import GrowingArray, chunks, empty_array, release
from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d, Longs1d, Longs2d
from embedadapt.core.vectors import WordVectors
from embedadapt.kernels.contexts import sum_contexts

SIF = 1e-3
"""Weight of a context word: SIF / (SIF + its share of the corpus), after Arora et al. 2017."""
WINDOWS = (2, 10)
"""Words on each side: near ones reflect the part of speech, far ones the topic. On the rare words
of RW that are not in CRW, Spearman is .335 (mean of 1, 4, 16 and 64 contexts), and .331 with 5
alone."""
FIT_COUNT = 5
"""Words with fewer occurrences are not hidden: there are no further contexts to compare with."""
FEWEST_HIDDEN = 50
"""Nothing is fitted to fewer words."""
EVIDENCE = (1, 4, 16, 64, 256)
"""Numbers of occurrences for which the evidence for new words is weighed. A single number relies
too much on the contexts of rare words: weighed at 64, one context has a Spearman of .207, at 1 of
.317 (as above)."""
DEALT = 32 << 20
"""Tokens from the beginning of a corpus among which hidden words' occurrences are drawn."""


Sample: TypeAlias = tuple[Floats2d, Floats2d]
"""Spelling and contexts of words side by side, (n, n_features), and their vectors, (n, dim)."""


@dataclass(frozen=True, eq=False)
class HiddenWords:
    """Known words, their contexts as if they were new, and their true vectors.

    rows: (n,) int32, rows of the base.
    contexts: (n, len(EVIDENCE), len(WINDOWS) x dim), mean contexts over so many occurrences each.
    shown: (n, len(EVIDENCE)), the number of these occurrences.
    truth: (n, dim), true vectors without the trend.
    """

    rows: Ints1d
    contexts: Floats2d
    shown: Longs2d
    truth: Floats2d

    def fully_shown(self, step: int) -> NDArray[np.bool_]:
        """Which words had (nearly) enough occurrences for a step of EVIDENCE, (n,)."""
        flags: NDArray[np.bool_] = self.shown[:, step] >= 0.75 * EVIDENCE[step]
        return flags

    @property
    def n_shown(self) -> Longs1d:
        """Number of words that are fully shown at each step, (len(EVIDENCE),)."""
        return np.array([self.fully_shown(step).sum() for step in range(len(EVIDENCE))])

    def sample(self, step: int, form: Floats2d) -> Sample:
        """The words that are fully shown at a step; none where they are fewer than FEWEST_HIDDEN.

        form: (n, dim), spelling of all the words.
        """
        full = self.fully_shown(step)
        if full.sum() < FEWEST_HIDDEN:
            full[:] = False
        return np.hstack([form[full], self.contexts[full, step]]), self.truth[full]


@dataclass(frozen=True, eq=False)
class Clues:
    """The evidence that a corpus has of words.

    contexts: (n_words, len(WINDOWS) x dim), mean contexts of every word of the corpus.
    rows: (n_words, dim), vectors of known words without the trend, zeros for new ones.
    weights: (n_words,), weight of each word in a mean, 0 for new ones.
    hidden: known words treated as if they were new.
    """

    contexts: Floats2d
    rows: Floats2d
    weights: Floats1d
    hidden: HiddenWords

    def sample(self, words: Longs1d) -> Sample:
        """Known words by all their contexts alone."""
        form = np.zeros_like(self.rows[words])
        return np.hstack([form, self.contexts[words]]), self.rows[words]

    def mean_of(self, words: Ints1d) -> Floats1d:
        """Context features, (n_features,), of a place surrounded by some words, near and far.

        -1 is a word that the corpus does not have. Zeros where there are no words.
        """
        words = words[words >= 0]
        weights = self.weights[words]
        mean = weights @ self.rows[words] / max(float(weights.sum()), 1e-12)
        return np.tile(mean, len(WINDOWS)).astype(np.float32)


def gather_clues(
    base: WordVectors,
    trend: FrequencyTrend,
    corpus: EncodedCorpus,
    most_hidden: int,
    rng: np.random.Generator,
) -> Clues:
    """Collect the contexts of every word of a corpus, and hide known words.

    Up to `most_hidden` words are hidden, at most a third of them.
    """
    counts = corpus.vocabulary.counts
    assert counts is not None
    known = base.vocabulary.lookup(corpus.vocabulary)
    is_known = known >= 0
    rows = np.zeros((len(known), base.dim), dtype=np.float32)
    rows[is_known] = base.matrix[known[is_known]] - trend.at(known[is_known])
    usable = np.flatnonzero(is_known & (counts >= FIT_COUNT))
    hidden = draw(
        rarer(usable, known) if trend.by_frequency else usable,
        min(most_hidden, len(usable) // 3),
        rng,
    )
    targets, shown = deal_occurrences(corpus, hidden, rng)
    n_targets = len(known) + shown.size
    weights = context_weights(counts, is_known)
    windows = (
        mean_contexts(corpus, rows, weights, window, targets, n_targets) for window in WINDOWS
    )
    means = np.hstack(list(windows))
    dealt = means[len(known) :].reshape(*shown.shape, means.shape[1])
    return Clues(
        means[: len(known)], rows, weights, HiddenWords(known[hidden], dealt, shown, rows[hidden])
    )


def hide_in_table(
    base: WordVectors, trend: FrequencyTrend, most_hidden: int, rng: np.random.Generator
) -> HiddenWords:
    """Hide up to `most_hidden` of the words that spelling is fitted to, without contexts."""
    words = base.vocabulary.words[:FITTED_WORDS]
    usable = np.flatnonzero([any(map(str.isalpha, word)) for word in words])
    rows = draw(usable, min(most_hidden, len(usable) // 3), rng)
    shape = len(rows), len(EVIDENCE), len(WINDOWS) * base.dim
    shown = np.tile(np.array(EVIDENCE), (len(rows), 1))
    truth = base.matrix[rows] - trend.at(rows)
    return HiddenWords(rows, np.zeros(shape, dtype=np.float32), shown, truth)


def rarer(words: Longs1d, ranks: Ints1d) -> Longs1d:
    """The two thirds of some words that have the larger ranks, since a new word is rare in general.

    Of contracts' hidden words half are found up to a rank of 135 with these, of 148 with any, and
    of 261 without the corpus's own hidden words (general text alone).
    """
    order = np.argsort(-ranks[words], kind="stable")
    return words[order[: -(-2 * len(words) // 3)]]


def draw(words: Longs1d, n: int, rng: np.random.Generator) -> Ints1d:
    """Up to n of some words, ascending."""
    chosen = rng.choice(words, size=min(n, len(words)), replace=False)
    return np.sort(chosen).astype(np.int32)


def deal_occurrences(
    corpus: EncodedCorpus, hidden: Ints1d, rng: np.random.Generator
) -> tuple[Ints1d, Longs2d]:
    """Assign each hidden word's occurrences at random to the steps of EVIDENCE.

    The first step gets 1, the second 4 and so on, as if each step were a separate word. Returns the
    target of each token's contexts, (n_tokens,) int32: its word, or n_words + the index of hidden
    word and step in (n_hidden, len(EVIDENCE)), or -1 for tokens left over; and the number of
    occurrences of each index.
    """
    n_words = len(corpus.vocabulary)
    place = np.full(n_words, -1, np.int32)
    place[hidden] = np.arange(len(hidden))
    targets = empty_array(corpus.n_tokens, np.int32)
    dealt_from = GrowingArray(np.int32)
    for part in chunks(corpus.n_tokens):
        ids = corpus.token_ids[part]
        is_hidden = place[ids] >= 0
        targets[part] = np.where(is_hidden, -1, ids)
        if part.start < DEALT:
            dealt_from.extend(part.start + np.flatnonzero(is_hidden))
        release(corpus.token_ids, targets)
    tokens = rng.permutation(dealt_from.array())
    tokens = tokens[np.argsort(corpus.token_ids[tokens], kind="stable")]
    owners = place[corpus.token_ids[tokens]]
    first = np.searchsorted(owners, np.arange(len(hidden)))
    turn = np.arange(len(tokens), dtype=np.int32) - first.astype(np.int32)[owners]
    dealt = np.flatnonzero(turn < sum(EVIDENCE))
    step = np.searchsorted(np.cumsum(EVIDENCE), turn[dealt], side="right")
    cells = owners[dealt].astype(np.int64) * len(EVIDENCE) + step
    targets[tokens[dealt]] = n_words + cells
    shown = np.bincount(cells, minlength=len(hidden) * len(EVIDENCE))
    return targets, shown.reshape(len(hidden), len(EVIDENCE))


def context_weights(counts: Longs1d, usable: NDArray[np.bool_]) -> Floats1d:
    """Weight of each word as a neighbor, (n_words,) float32; frequent words have less."""
    shares = counts / max(1, int(counts.sum()))
    weights: Floats1d = np.where(usable, SIF / (SIF + shares), 0).astype(np.float32)
    return weights


def mean_contexts(
    corpus: EncodedCorpus,
    rows: Floats2d,
    weights: Floats1d,
    window: int,
    targets: Ints1d,
    n_targets: int,
) -> Floats2d:
    """Weighted mean of the rows of each target's neighbors, or zeros, (n_targets, dim).

    targets: (n_tokens,) int32, the target to which each token's neighbors belong; -1 for none.
    """
    sums = np.zeros((n_targets, rows.shape[1]), dtype=np.float32)
    totals: Doubles1d = np.zeros(n_targets)
    for part in chunks(corpus.n_sentences, 1 << 16):
        offsets = corpus.sentence_offsets[part.start : part.stop + 1]
        sum_contexts(corpus.token_ids, offsets, targets, rows, weights, window, sums, totals)
        release(corpus.token_ids, targets)
    np.divide(sums, totals[:, None], out=sums, where=totals[:, None] > 0, casting="same_kind")
    return sums
