"""A first vector for a word the base does not know, from its spelling and its contexts.

Contexts: a la carte induction (Khodak et al., "A La Carte Embedding", ACL 2018, section 3). A
word's mean context vector u points towards what all words have in common; a matrix A, fitted on
words that have both a vector v and contexts, takes that out: v = A u.

Spelling: a regression on character n-grams (adaptation.form). The two are stacked by ridge
regression on words of the base hidden from both, of which no more occurrences are shown than there
are of the new word: one stack for each step of EVIDENCE. All of it is done on vectors freed of
their frequency trend (adaptation.trend), which is put back at the rank of a new word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedadapt.adaptation.form import spelled_vectors
from embedadapt.adaptation.ridge import Ridge, fit_ridge
from embedadapt.adaptation.trend import FrequencyTrend, in_frequency_order
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.kernels.contexts import sum_contexts

SIF = 1e-3
"""Weight of a context word: SIF / (SIF + its share of the corpus), after Arora et al. 2017."""
FIT_COUNT = 5
"""Words seen less often are not hidden: there is nothing to compare few contexts with."""
EVIDENCE = (1, 4, 16, 64, 256)
"""Occurrences from which a stack is fitted. A single one trusts the contexts of a rare word too
much: fitted from 64 it finds .49 of the words with 4 among the ten nearest, these together .58
(scripts/bench_induction.py, contracts, three seeds)."""
MOST_HIDDEN, ENOUGH_HIDDEN, FEWEST_HIDDEN = 2000, 200, 50
"""Known words hidden to stack on. A step with less than enough is passed over where another has
more: on licences, where few words occur 64 times, words with 64 are found at a median rank of 246
by their own step, of 63 by the one below. With fewer than the fewest, contexts alone are used."""


@dataclass(frozen=True, eq=False)
class Induced:
    """Vectors for new words, and how near the truth they can be expected to be.

    vectors: (n_new, dim) float32 in vocabulary order.
    confidence: (n_new,) float32, the cosine with the true vector, both without their frequency
        trend, that known words got which were hidden and whose spelling and contexts agreed as
        much; NaN where there were too few to tell.
    """

    vectors: Floats2d
    confidence: Floats1d


def induce(
    base: WordVectors,
    corpus: EncodedCorpus,
    known: Ints1d,
    window: int,
    new_word_rank: float,
    rng: np.random.Generator,
) -> Induced:
    """Vectors for the words of a corpus that the base does not know.

    known: (n_words,) int32, the base row of each corpus word, -1 for a new word.
    new_word_rank: where new words stand in the order of frequency, in lengths of the table.
    """
    clues = gather_clues(base, corpus, known, window, rng)
    n_new = int((known < 0).sum())
    residuals = np.empty((n_new, base.dim), dtype=np.float32)
    confidence = np.full(n_new, np.nan, dtype=np.float32)
    for step in np.unique(clues.steps):
        these = clues.steps == step
        residuals[these], confidence[these] = clues.stack(int(step), these)
    placed: Floats2d = residuals + clues.trend.at(np.full(n_new, new_word_rank * len(base)))
    return Induced(placed, confidence)


@dataclass(frozen=True, eq=False)
class Clues:
    """What spelling and contexts say of new words, and of known words that were hidden.

    form, contexts: (n_new, dim) of the new words, without the trend.
    steps: (n_new,) which of EVIDENCE each new word is stacked by, as an index; -1 where there are
        too few hidden words: then contexts alone are used, by `a_la_carte`.
    hidden_form, hidden_rows: (n_hidden, dim) of the hidden words, and the truth.
    hidden_contexts: (n_hidden, len(EVIDENCE), dim) from so many occurrences each.
    shown: (n_hidden, len(EVIDENCE)) how many those were.
    """

    trend: FrequencyTrend
    form: Floats2d
    contexts: Floats2d
    steps: Ints1d
    hidden_form: Floats2d
    hidden_rows: Floats2d
    hidden_contexts: Floats2d
    shown: Longs1d
    a_la_carte: Ridge

    def stack(self, step: int, these: NDArray[np.bool_]) -> tuple[Floats2d, Floats1d]:
        """Vectors without the trend of some new words, (n, dim), and what to expect of them."""
        if step < 0:
            alone = self.a_la_carte.predict(self.contexts[these])
            return alone, np.full(len(alone), np.nan, dtype=np.float32)
        full = fully_shown(self.shown, step)
        contexts, truth = self.hidden_contexts[full, step], self.hidden_rows[full]
        both = np.hstack([self.hidden_form[full], contexts])
        ridge = fit_ridge(both, truth, np.ones(len(both)))
        own = np.hstack([self.form[these], self.contexts[these]])
        found = ridge.predict(own)
        quality = fit_ridge(
            signs_of_quality(both, ridge.held_out),
            cosines(ridge.held_out, truth)[:, None],
            np.ones(len(both)),
        )
        confidence = quality.predict(signs_of_quality(own, found))[:, 0]
        return found, np.clip(confidence, 0, 1)


def gather_clues(
    base: WordVectors, corpus: EncodedCorpus, known: Ints1d, window: int, rng: np.random.Generator
) -> Clues:
    """Hides some known words, and looks at their spelling and contexts as at the new words'."""
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    assert counts is not None
    is_new = known < 0
    trend = FrequencyTrend.fit(
        base.matrix, by_frequency=in_frequency_order(known[~is_new], counts[~is_new])
    )
    rows = np.zeros((len(known), base.dim), dtype=np.float32)
    rows[~is_new] = base.matrix[known[~is_new]] - trend.at(known[~is_new])
    hidden = hide_words(~is_new & (counts >= FIT_COUNT), rng)
    targets, shown = deal_occurrences(corpus, hidden, rng)
    n_targets = len(known) + shown.size
    means = mean_contexts(corpus, rows, ~is_new, window, targets, n_targets)
    steps = np.full(int(is_new.sum()), -1, dtype=np.int32)
    form = hidden_form = np.zeros((0, base.dim), dtype=np.float32)
    if len(hidden) >= FEWEST_HIDDEN:
        steps = steps_of(counts[is_new], shown)
        seed = int(rng.integers(2**32))
        nothing = np.empty(0, dtype=np.int32)
        form = spelled_vectors(base, trend, _chosen(words, is_new), nothing, seed=seed)
        hidden_words = [words[i] for i in hidden]
        hidden_form = spelled_vectors(base, trend, hidden_words, known[hidden], seed=seed)
    fitted = ~is_new & (counts >= FIT_COUNT) & means[: len(known)].any(axis=1)
    return Clues(
        trend=trend,
        form=form,
        contexts=means[: len(known)][is_new],
        steps=steps,
        hidden_form=hidden_form,
        hidden_rows=rows[hidden],
        hidden_contexts=means[len(known) :].reshape(*shown.shape, base.dim),
        shown=shown,
        a_la_carte=fit_ridge(means[: len(known)][fitted], rows[fitted], np.log(counts[fitted])),
    )


def _chosen(words: tuple[str, ...], flags: NDArray[np.bool_]) -> list[str]:
    return [words[i] for i in np.flatnonzero(flags)]


def hide_words(usable: NDArray[np.bool_], rng: np.random.Generator) -> Ints1d:
    """Up to MOST_HIDDEN of the usable words, and at most a third of them."""
    words = np.flatnonzero(usable)
    chosen = rng.choice(words, size=min(MOST_HIDDEN, len(words) // 3), replace=False)
    return np.sort(chosen).astype(np.int32)


def deal_occurrences(
    corpus: EncodedCorpus, hidden: Ints1d, rng: np.random.Generator
) -> tuple[Ints1d, Longs1d]:
    """Deals each hidden word's occurrences at random to the steps of EVIDENCE, 1 to the first, 4 to
    the second and so on, as if each step were a word of its own.

    Returns for each token where its contexts count, (n_tokens,) int32: its word, or n_words + the
    place of hidden word and step in (n_hidden, len(EVIDENCE)), or -1 for those left over; and how
    many occurrences each of those got.
    """
    n_words = len(corpus.vocabulary)
    targets = corpus.token_ids.astype(np.int32)
    place = np.full(n_words, -1)
    place[hidden] = np.arange(len(hidden))
    tokens = rng.permutation(np.flatnonzero(place[corpus.token_ids] >= 0))
    tokens = tokens[np.argsort(corpus.token_ids[tokens], kind="stable")]
    owners = place[corpus.token_ids[tokens]]
    first = np.searchsorted(owners, np.arange(len(hidden)))
    turn = np.arange(len(tokens)) - first[owners]
    step = np.searchsorted(np.cumsum(EVIDENCE), turn, side="right")
    cell = n_words + owners * len(EVIDENCE) + step
    targets[tokens] = np.where(step < len(EVIDENCE), cell, -1)
    dealt = targets[tokens]
    shown = np.bincount(dealt[dealt >= 0] - n_words, minlength=len(hidden) * len(EVIDENCE))
    return targets, shown.reshape(len(hidden), len(EVIDENCE))


def fully_shown(shown: Longs1d, step: int) -> NDArray[np.bool_]:
    """(n_hidden,) bool: which hidden words had occurrences enough for a step, or nearly."""
    flags: NDArray[np.bool_] = shown[:, step] >= 0.75 * EVIDENCE[step]
    return flags


def steps_of(counts: Longs1d, shown: Longs1d) -> Ints1d:
    """(n,) int32: for words of so many occurrences the nearest step, by ratio, among those that
    ENOUGH_HIDDEN words are fully shown in, or as many as there are; -1 where not even
    FEWEST_HIDDEN are in any."""
    n_shown = np.array([fully_shown(shown, step).sum() for step in range(len(EVIDENCE))])
    if n_shown.max() < FEWEST_HIDDEN:
        return np.full(len(counts), -1, dtype=np.int32)
    usable = np.flatnonzero(n_shown >= min(ENOUGH_HIDDEN, n_shown.max()))
    ratios = np.abs(np.log(counts[:, None] / np.array(EVIDENCE)[usable]))
    steps: Ints1d = usable[ratios.argmin(axis=1)].astype(np.int32)
    return steps


def signs_of_quality(both: Floats2d, found: Floats2d) -> Floats2d:
    """(n, 4): what tells how good a stacked vector is. 1, how well spelling and contexts agree with
    what was made of them, and how long that is."""
    form, contexts = np.hsplit(both, 2)
    lengths = np.linalg.norm(found, axis=1)
    ones = np.ones(len(both), dtype=np.float32)
    return np.stack([ones, cosines(form, found), cosines(contexts, found), lengths], axis=1)


def cosines(rows: Floats2d, others: Floats2d) -> Floats1d:
    """(n,) float32 of each row with the other of its number; 0 for zeros."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(others, axis=1)
    products = np.einsum("nd,nd->n", rows, others)
    found: Floats1d = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return found


def compose(words: list[str], subwords: SubwordTable, dim: int) -> Floats2d:
    """Unknown words from a fastText model's n-grams, (n, dim); zeros where it has none."""
    vectors = (subwords.vector(word) for word in words)
    rows = [np.zeros(dim, np.float32) if v is None else v for v in vectors]
    return np.array(rows, dtype=np.float32).reshape(len(words), dim)


def mean_contexts(
    corpus: EncodedCorpus,
    rows: Floats2d,
    usable: NDArray[np.bool_],
    window: int,
    targets: Ints1d,
    n_targets: int,
) -> Floats2d:
    """(n_targets, dim): the weighted mean row of each target's usable neighbours, or zeros.

    targets: (n_tokens,) int32, where each token's neighbours count; -1 for nowhere.
    """
    counts = corpus.vocabulary.counts
    assert counts is not None
    shares = counts / max(1, int(counts.sum()))
    weights = np.where(usable, SIF / (SIF + shares), 0).astype(np.float32)
    sums = np.zeros((n_targets, rows.shape[1]), dtype=np.float32)
    totals: Doubles1d = np.zeros(n_targets)
    sum_contexts(
        corpus.token_ids, corpus.sentence_offsets, targets, rows, weights, window, sums, totals
    )
    np.divide(sums, totals[:, None], out=sums, where=totals[:, None] > 0, casting="same_kind")
    return sums
