"""Known words are hidden and learned anew, which estimates the quality of new words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import initial_rows, train_delta
from embedadapt.adaptation.trend import FrequencyTrend, in_frequency_order
from embedadapt.core.adapted import NEW_WORD_STEP
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.hidden_words import HiddenScore, score_hidden
from embedadapt.evaluation.measures import scored
from embedadapt.evaluation.neighbors import candidates_of
from embedadapt.evaluation.resampling import Repeated
from embedadapt.evaluation.result import INDUCED, Scores
from embedadapt.text.new_words import learnable

MOST_HIDDEN, FEWEST_HIDDEN = 300, 20
"""Largest and smallest number of words hidden at once; at most a third of the candidates are."""

SHORTEST, OCCURRENCES = 4, 64
"""Fewest letters of a hidden word, and number of its occurrences that the text keeps."""


@dataclass(frozen=True, eq=False)
class Hiding:
    """Vectors without some words, and a text that keeps a limited number of their occurrences.

    words: ids of the hidden words in the corpus.
    """

    base: WordVectors
    corpus: EncodedCorpus
    words: Ints1d


def measure_hidden(
    base: WordVectors,
    corpus: EncodedCorpus,
    config: AdaptationConfig,
    n_seeds: int,
    on_progress: OnProgress,
) -> Scores:
    """How near to the truth known words come that are learned anew, as `adapt` learns new words.

    Each seed hides other words and trains once.
    """
    title, taken = "Hidden words", {}
    pool = hideable(base, corpus.vocabulary)
    if len(pool) // 3 < FEWEST_HIDDEN:
        few = f"{len(pool)} words that could be hidden occur {OCCURRENCES} times"
        return Scores(title, "", {}, (f"Not measured: {few}, {3 * FEWEST_HIDDEN} are needed.",))
    trend = trend_of(base, corpus)
    found: dict[str, list[HiddenScore]] = {INDUCED: [], "adapted": []}
    for seed in range(1, n_seeds + 1):
        on_progress(Progress("finding hidden words", seed - 1, n_seeds))
        hiding = hide_at_random(base, corpus, OCCURRENCES, np.random.default_rng(seed))
        gone = base.vocabulary.lookup(corpus.vocabulary)[hiding.words]
        for name, rows in find_again(hiding, config.but(seed=seed)).items():
            found[name].append(score_hidden(base, trend, gone, rows[hiding.words]))
    for name, scores in found.items():
        figures = {
            "median rank": [score.median_rank for score in scores],
            "in first 10": [score.hit_at_10 for score in scores],
            "cosine": [score.cosine for score in scores],
        }
        n_words = scores[0].n_words
        taken[name] = {c: Repeated(np.array(v), n_words) for c, v in figures.items()}
    one = found["adapted"][0]
    about = (
        f"{one.n_words} known words hidden and learned as new ones: their true vectors' rank among "
        f"{one.n_candidates:,}, mean of {n_seeds} draws"
    )
    return Scores(title, about, scored(taken))


def trend_of(base: WordVectors, corpus: EncodedCorpus) -> FrequencyTrend:
    """The frequency trend of vectors, as `induce` fits it."""
    known, counts = base.vocabulary.lookup(corpus.vocabulary), corpus.vocabulary.counts
    assert counts is not None
    ordered = in_frequency_order(known[known >= 0], counts[known >= 0])
    return FrequencyTrend.fit(base.matrix, by_frequency=ordered)


def hideable(base: WordVectors, words: Vocabulary) -> Ints1d:
    """Ids of the words that are frequent enough in vectors and text to be judged."""
    assert words.counts is not None
    rows = base.vocabulary.lookup(words)
    usable = (rows >= 0) & (rows < len(candidates_of(base))) & (words.counts >= OCCURRENCES)
    long = (len(word) >= SHORTEST and learnable(word) for word in words.words)
    return places(usable & np.fromiter(long, bool, count=len(words)))


def hide_at_random(
    base: WordVectors, corpus: EncodedCorpus, n_occurrences: int, rng: np.random.Generator
) -> Hiding:
    """Hide MOST_HIDDEN words, or a third of those hideable, and keep so many tokens of each."""
    pool = hideable(base, corpus.vocabulary)
    chosen = np.sort(rng.choice(pool, min(MOST_HIDDEN, len(pool) // 3), replace=False))
    gone = base.vocabulary.lookup(corpus.vocabulary)[chosen]
    shown = keep_occurrences(corpus, chosen, n_occurrences, rng)
    return Hiding(without(base, gone), shown, chosen)


def find_again(hiding: Hiding, config: AdaptationConfig) -> Mapping[str, Floats2d]:
    """Vectors of all words of the corpus, (n_words, dim): as induced, and as trained."""
    small, corpus = hiding.base, hiding.corpus
    known = small.vocabulary.lookup(corpus.vocabulary)
    rows, _ = initial_rows(small, corpus, known, np.random.default_rng(config.run.seed))
    mixed = corpus.shuffled(np.random.default_rng(config.run.seed))
    change = train_delta(small, mixed, known, rows, config, ignore_progress).words
    return {INDUCED: rows, "adapted": rows + np.float32(NEW_WORD_STEP) * change}


def without(base: WordVectors, rows: Ints1d) -> WordVectors:
    """The vectors without some rows."""
    kept = np.setdiff1d(np.arange(len(base)), rows).astype(np.int32)
    return WordVectors(base.vocabulary.select(kept), base.matrix[kept])


def keep_occurrences(
    corpus: EncodedCorpus, words: Ints1d, k: int, rng: np.random.Generator
) -> EncodedCorpus:
    """The corpus with only k tokens of each of some words, chosen at random."""
    gone = np.zeros(corpus.n_tokens, dtype=bool)
    for word in words:
        gone[rng.permutation(np.flatnonzero(corpus.token_ids == word))[k:]] = True
    before: Longs1d = np.concatenate([[0], np.cumsum(~gone)]).astype(np.int64)
    ids = corpus.token_ids[~gone]
    counts = np.bincount(ids, minlength=len(corpus.vocabulary)).astype(np.int64)
    return replace(
        corpus,
        vocabulary=Vocabulary(corpus.vocabulary.words, counts),
        token_ids=ids,
        sentence_offsets=before[corpus.sentence_offsets],
    )


def places(flags: NDArray[np.bool_]) -> Ints1d:
    """Positions of the flags that are set."""
    return np.flatnonzero(flags).astype(np.int32)
