"""How well frozen vectors of the words around a gap predict the word in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.types import Doubles1d, Floats2d, Ints1d, Longs1d, Longs2d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.judge import Judge
from embedadapt.evaluation.judged_text import JudgedText
from embedadapt.evaluation.measures import Samples, scored
from embedadapt.evaluation.neighbors import gather
from embedadapt.evaluation.resampling import Outcomes
from embedadapt.evaluation.result import Scores
from embedadapt.training.lengths import at_fitted_length
from embedadapt.training.sampling import keep_probabilities, occurrences
from embedadapt.training.train import fit_outputs

N_GAPS = 10_000
"""Gaps in the held-out text."""

GAPS_AT_ONCE = 500
"""Bounds the memory: so many rows of scores over the vocabulary at a time."""


@dataclass(frozen=True)
class HeldOutWords:
    """The mean reciprocal rank of held-out words among all words of the text that the base has.

    A new CBOW head is fitted to the text with frozen vectors, and scores each gap from the mean of
    the words around it. The head favors vectors of CBOW, and wider ones: read it together with the
    other measures. The interval is resampled over the gaps.
    """

    text: JudgedText
    judge: Judge
    on_progress: OnProgress = field(default=ignore_progress, repr=False)

    def rows(self, table: WordVectors) -> Ints1d:
        """Rows of the words of the text."""
        return table.vocabulary.lookup(self.text.fitted.vocabulary)

    def take(self, table: WordVectors) -> Samples:
        """The figure, called MRR; none where no word has another in its window."""
        ranks = reciprocal_ranks(table, self.text, self.judge, on_progress=self.on_progress)
        if not len(ranks):
            return {}
        return {"MRR": Outcomes(ranks, _mean, self.judge.seed)}

    def scores(self, taken: Mapping[str, Samples]) -> Scores:
        """The figures of all vectors, the base first."""
        n_words = len(self.text.fitted.vocabulary)
        about = f"1 / the rank of the true word among {n_words:,}, from the mean of those around it"
        return Scores("Held-out words", about, scored(taken))


def reciprocal_ranks(
    table: WordVectors,
    text: JudgedText,
    judge: Judge,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Doubles1d:
    """1 / the rank of the true word among all fitted words, for each gap, (n_gaps,).

    Gaps are drawn as in training, with frequent words thinned by `judge.subsample`, and are the
    same for all vectors. Words without a vector are zeros. Empty where no word has another in its
    window.
    """
    inputs = at_fitted_length(gather(table, text.fitted.vocabulary))
    settings = judge.training.but(architecture="cbow")
    head = fit_outputs(inputs, text.fitted, settings, on_progress=on_progress)
    ranks = [np.empty(0)]
    n_tokens = sum(group.n_tokens for group in text.groups)
    for group in text.groups:
        gaps = draw_gaps(group, judge, round(N_GAPS * group.n_tokens / max(1, n_tokens)))
        for some in np.array_split(gaps, -(-len(gaps) // GAPS_AT_ONCE) or 1):
            ranks.append(_ranks(inputs, head, group, some, judge.window))
    return 1 / np.concatenate(ranks)


def draw_gaps(corpus: EncodedCorpus, judge: Judge, most: int) -> Longs1d:
    """Positions of words with another one in their sentence, (at most `most`,)."""
    rng = np.random.default_rng(judge.seed)
    keep = keep_probabilities(occurrences(corpus), judge.subsample)
    lengths = np.repeat(np.diff(corpus.sentence_offsets), np.diff(corpus.sentence_offsets))
    usable = (rng.random(corpus.n_tokens) < keep[corpus.token_ids]) & (lengths > 1)
    return np.sort(rng.permutation(np.flatnonzero(usable))[:most])


def _mean(outcomes: Doubles1d, rows: Longs2d) -> Doubles1d:
    return cast("Doubles1d", outcomes[rows].mean(axis=1))


def _ranks(
    inputs: Floats2d, head: Floats2d, corpus: EncodedCorpus, gaps: Longs1d, window: int
) -> Doubles1d:
    """Rank of the true word at each gap, (n,); words with the same score share the better rank."""
    sentences = np.searchsorted(corpus.sentence_offsets, gaps, side="right") - 1
    first, end = corpus.sentence_offsets[sentences], corpus.sentence_offsets[sentences + 1]
    means = np.zeros((len(gaps), inputs.shape[1]), dtype=np.float32)
    n_words = np.zeros((len(gaps), 1), dtype=np.float32)
    for distance in (*range(-window, 0), *range(1, window + 1)):
        places = gaps + distance
        inside = (places >= first) & (places < end)
        means[inside] += inputs[corpus.token_ids[places[inside]]]
        n_words[inside] += 1
    scores = (means / n_words) @ head.T
    true = scores[np.arange(len(gaps)), corpus.token_ids[gaps]]
    ranks: Doubles1d = 1.0 + (scores > true[:, None]).sum(axis=1)
    return ranks
