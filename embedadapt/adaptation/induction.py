"""Induced vectors: the first vectors of new words, from their spelling and their contexts.

Contexts: à la carte induction (Khodak et al., "A La Carte Embedding", ACL 2018, section 3). The
mean context vector u of a word points in the direction that all words have in common; a matrix A,
fitted on words that have both a vector v and contexts, removes that: v = A u.

Spelling: a regression on character n-grams (adaptation.form). The two are stacked by ridge
regression on words of the base that are hidden from both (adaptation.hidden), one stack for each
step of EVIDENCE. The stack is fitted to general text, if there is any; what that leaves unexplained
of the corpus's own hidden words is fitted in turn: the fewer they are, the less is added.

All of this uses vectors without their frequency trend (adaptation.trend), and the trend is not put
back: the domain uses its new words often, and with the trend of the rarest words all ten nearest
neighbors of a new word were other new words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from embedadapt.adaptation.form import spelled_vectors
from embedadapt.adaptation.hidden import (
    EVIDENCE,
    FEWEST_HIDDEN,
    FIT_COUNT,
    Clues,
    HiddenWords,
    Sample,
    gather_clues,
    hide_in_table,
)
from embedadapt.adaptation.ridge import Ridge, fit_ridge
from embedadapt.adaptation.trend import FrequencyTrend, in_frequency_order
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary

Definitions: TypeAlias = Mapping[str, Sequence[str]]
"""New words, and the words that define them."""
NO_DEFINITIONS: Definitions = MappingProxyType({})
DEFINITION_CONTEXTS = 1
"""Occurrences that a definition is worth. Of 682 words that contracts define and that were hidden
from GloVe, half are found up to a rank of 195 by spelling alone and of 89 with the definition, of
53 from four occurrences and of 42 with it (scripts/bench_definitions.py)."""

MOST_HIDDEN, MOST_HIDDEN_GENERAL = 2000, 12_000
"""Known words hidden in the corpus, and in general text."""
ENOUGH_HIDDEN = 200
"""A step of EVIDENCE with fewer words is skipped where another has enough: on licenses, where few
words occur 64 times, words with 64 are found at a median rank of 246 by their own step, of 63 by
the one below."""

SPREAD = 1.0
COMMON_OFF = 0.5
"""Share of their common part that new words lose. 2,765 words of contracts hidden from GloVe have a
median rank of 203 among all words with all of it, 142 with half of it removed, and 157 without;
.193, .224 and .216 are among the first ten (one seed)."""


@dataclass(frozen=True, eq=False)
class Induced:
    """Vectors for new words with estimates of their quality.

    vectors: (n_new, dim) float32 in vocabulary order. confidence: (n_new,) float32, the cosine with
    the true vector, both without their frequency trend,
        of hidden known words whose spelling and contexts agreed as much; NaN where there were too
        few.
    """

    vectors: Floats2d
    confidence: Floats1d


def induce(
    base: WordVectors,
    corpus: EncodedCorpus,
    known: Ints1d,
    rng: np.random.Generator,
    general: EncodedCorpus | None = None,
    definitions: Definitions = NO_DEFINITIONS,
) -> Induced:
    """Vectors for the words of a corpus that the base does not have.

    known: (n_words,) int32, the base row of each corpus word, -1 for a new word. general: general
    text, from which the combination of spelling and contexts is learned first; without
        it, the corpus alone serves.
    definitions: definitions of some new words.
    """
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    assert counts is not None
    new, old = np.flatnonzero(known < 0), np.flatnonzero(known >= 0)
    trend = FrequencyTrend.fit(
        base.matrix, by_frequency=in_frequency_order(known[old], counts[old])
    )
    own = gather_clues(base, trend, corpus, MOST_HIDDEN, rng)
    if general is None:
        first = hide_in_table(base, trend, MOST_HIDDEN, rng)
    else:
        first = gather_clues(base, trend, general, MOST_HIDDEN_GENERAL, rng).hidden
    seed = int(rng.integers(2**32))
    forms = hidden_forms(base, trend, (first, own.hidden), seed)
    form = spelled_vectors(base, trend, [words[i] for i in new], np.empty(0, np.int32), seed=seed)
    contexts, evidence = add_definitions(own, corpus.vocabulary, new, definitions)
    features = np.hstack([form, contexts])
    vectors = np.zeros((len(new), base.dim), dtype=np.float32)
    confidence = np.full(len(new), np.nan, dtype=np.float32)
    steps = steps_of(evidence, (own.hidden if general is None else first).n_shown)
    for step in np.unique(steps):
        these = steps == step
        if step < 0:
            fitted = old[counts[old] >= FIT_COUNT]
            samples = [first.sample(0, forms[0]), own.sample(fitted)]
        else:
            samples = [first.sample(step, forms[0]), own.hidden.sample(step, forms[1])]
        stack = Stack.fit(samples, spread_by=-1 if general is None else 0)
        vectors[these] = stack.predict(features[these])
        if step >= 0:
            confidence[these] = stack.confidence(features[these])
    return Induced(without_common_part(vectors, COMMON_OFF), confidence)


def without_common_part(vectors: Floats2d, share: float) -> Floats2d:
    """Vectors of new words, (n, dim), without a share of their mean, as far as there are enough.

    A domain's new words have contexts of one kind, and would otherwise be each other's nearest
    neighbors.
    """
    if not len(vectors):
        return vectors
    off = share * len(vectors) / (len(vectors) + FEWEST_HIDDEN)
    apart: Floats2d = vectors - np.float32(off) * vectors.mean(axis=0)
    return apart


def add_definitions(
    own: Clues, vocabulary: Vocabulary, new: Longs1d, definitions: Definitions
) -> tuple[Floats2d, Longs1d]:
    """Mean contexts of new words with definitions, (n_new, n_features), and how many, (n_new,).

    A definition counts as DEFINITION_CONTEXTS contexts, each with all its known words; one without
    a known word other than the term is ignored.
    """
    assert vocabulary.counts is not None
    evidence = vocabulary.counts[new].copy()
    contexts = own.contexts[new].copy()
    for place, word in enumerate(new):
        told = own.mean_of(vocabulary.lookup(definitions.get(vocabulary.words[word], ())))
        if told.any():
            share = np.float32(DEFINITION_CONTEXTS / (DEFINITION_CONTEXTS + evidence[place]))
            contexts[place] += share * (told - contexts[place])
            evidence[place] += DEFINITION_CONTEXTS
    return contexts, evidence


def hidden_forms(
    base: WordVectors, trend: FrequencyTrend, groups: Sequence[HiddenWords], seed: int
) -> list[Floats2d]:
    """Vectors from the spelling of each group's words, (n, dim), fitted without any of them."""
    rows = np.concatenate([group.rows for group in groups])
    words = [base.vocabulary.words[row] for row in rows]
    form = spelled_vectors(base, trend, words, np.unique(rows), seed=seed)
    return np.split(form, np.cumsum([len(group.rows) for group in groups])[:-1])


@dataclass(frozen=True, eq=False)
class Stack:
    """A model that combines spelling and contexts of a new word into a vector.

    weights: (n_features, dim).
    quality: coefficients of the expected cosine with the true vector; see `signs_of_quality`.
    longest: length of the longest true vector, which no prediction exceeds.
    """

    weights: Floats2d
    quality: Ridge
    longest: float

    @classmethod
    def fit(cls, samples: Sequence[Sample], spread_by: int) -> Stack:
        """Fit each sample to what the samples before it leave, then restore the true spread.

        spread_by: index of the sample that determines the spread.
        """
        weights = np.zeros((samples[0][0].shape[1], samples[0][1].shape[1]), dtype=np.float32)
        founds: list[Floats2d] = []
        for features, truth in samples:
            before = features @ weights
            ridge = fit_ridge(features, truth - before, np.ones(len(features)))
            weights = weights + ridge.weights
            founds.append(before + ridge.held_out)
        spread = matched_spread(founds[spread_by], samples[spread_by][1], SPREAD)
        features, truth = samples[-1] if len(founds[-1]) else samples[0]
        last: Floats2d = founds[-1] if len(founds[-1]) else founds[0]
        found: Floats2d = (last @ spread).astype(np.float32)
        signs = signs_of_quality(features, found)
        quality = fit_ridge(signs, cosines(found, truth)[:, None], np.ones(len(signs)))
        longest = float(np.linalg.norm(truth, axis=1).max(initial=0))
        return cls(weights @ spread, quality, longest)

    def predict(self, features: Floats2d) -> Floats2d:
        """Vectors without the trend, (n, dim), none longer than `longest`.

        Fitted to little text, some could otherwise come out several times too long.
        """
        found = features @ self.weights
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        bounded: Floats2d = found * np.minimum(1, self.longest / np.maximum(lengths, 1e-12))
        return bounded.astype(np.float32)

    def confidence(self, features: Floats2d) -> Floats1d:
        """Expected cosine of each vector with the true one, (n,)."""
        signs = signs_of_quality(features, self.predict(features))
        confidence: Floats1d = np.clip(self.quality.predict(signs)[:, 0], 0, 1)
        return confidence


def matched_spread(found: Floats2d, truth: Floats2d, share: float) -> Floats2d:
    """A map, (dim, dim) float32, that gives `found` the covariance of `truth`.

    A share of 1 matches it fully, a smaller one in part. Predictions of a regression vary less than
    the vectors themselves: without the map, new words would be nearer to each other than to known
    words.
    """
    if len(found) < ENOUGH_HIDDEN:  # too few for a covariance: as long as the truth, on average
        lengths = [float(np.linalg.norm(rows)) for rows in (truth, found)]
        longer = (lengths[0] / lengths[1]) ** share if lengths[1] else 1.0
        return np.float32(longer) * np.eye(found.shape[1], dtype=np.float32)
    spread = _power(found, -share / 2) @ _power(truth, share / 2)
    narrow: Floats2d = spread.astype(np.float32)
    return narrow


def _power(rows: Floats2d, exponent: float) -> Floats2d:
    """A power of the covariance of rows, (dim, dim), without directions of no variance."""
    values, axes = np.linalg.eigh(np.cov(rows.T))
    kept = values > 1e-6 * values.max()
    power: Floats2d = (axes[:, kept] * values[kept] ** exponent) @ axes[:, kept].T
    return power


def steps_of(counts: Longs1d, n_shown: Longs1d) -> Ints1d:
    """The step of EVIDENCE for words with so many occurrences, (n,) int32.

    It is the nearest step by ratio among those with ENOUGH_HIDDEN fully shown words, or with as
    many as there are; -1 where no step has FEWEST_HIDDEN. n_shown: (len(EVIDENCE),) fully shown
    words.
    """
    if n_shown.max() < FEWEST_HIDDEN:
        return np.full(len(counts), -1, dtype=np.int32)
    usable = np.flatnonzero(n_shown >= min(ENOUGH_HIDDEN, n_shown.max()))
    ratios = np.abs(np.log(np.maximum(counts, 1)[:, None] / np.array(EVIDENCE)[usable]))
    steps: Ints1d = usable[ratios.argmin(axis=1)].astype(np.int32)
    return steps


def signs_of_quality(features: Floats2d, found: Floats2d) -> Floats2d:
    """Predictors of the quality of a stacked vector, (n, 4).

    They are 1, the cosines of spelling and of contexts with the vector, and its length.
    """
    form, contexts = np.split(features, [found.shape[1]], axis=1)
    near, far = np.hsplit(contexts, 2)
    lengths = np.linalg.norm(found, axis=1)
    ones = np.ones(len(found), dtype=np.float32)
    return np.stack([ones, cosines(form, found), cosines(near + far, found), lengths], axis=1)


def cosines(rows: Floats2d, others: Floats2d) -> Floats1d:
    """Cosine of each row with the row of the same number, (n,) float32; 0 for zeros."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(others, axis=1)
    products = np.einsum("nd,nd->n", rows, others)
    found: Floats1d = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return found


def compose(words: list[str], subwords: SubwordTable, dim: int) -> Floats2d:
    """Vectors of unknown words from a fastText model's n-grams, (n, dim); zeros without n-grams."""
    vectors = (subwords.vector(word) for word in words)
    rows = [np.zeros(dim, np.float32) if v is None else v for v in vectors]
    return np.array(rows, dtype=np.float32).reshape(len(words), dim)
