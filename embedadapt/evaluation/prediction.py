"""How well frozen vectors of the words around a gap tell the word in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.types import Doubles1d, Floats2d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.neighbors import gather
from embedadapt.training.lengths import at_fitted_length
from embedadapt.training.sampling import keep_probabilities, occurrences
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import fit_outputs

N_GAPS = 10_000
"""Places of the held-out text that are asked for."""

GAPS_AT_ONCE = 500
"""Bounds the memory: so many rows of scores over the vocabulary at a time."""


def reciprocal_ranks(
    table: WordVectors,
    training: EncodedCorpus,
    held_out: EncodedCorpus,
    settings: TrainingSettings,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Doubles1d:
    """(n_gaps,) 1 / the rank of the true word among all words of the vocabulary, for each gap.

    A fresh CBOW head is fitted to the training text, the table's vectors frozen, `settings.epochs`
    passes; the gap is scored by it from the mean of the words around. Gaps are drawn as training
    meets words, frequent ones thinned by `subsample`, the same for every table of one vocabulary.
    The head favours vectors that CBOW trained, and wider ones: read it beside the other measures.
    Words that the table lacks stand at zero. Empty where no word has another in its window.
    """
    inputs = at_fitted_length(gather(table, training.vocabulary))
    head = fit_outputs(inputs, training, replace(settings, model="cbow"), on_progress=on_progress)
    gaps = draw_gaps(held_out, settings)
    ranks = [
        _ranks(inputs, head, held_out, some, settings.window)
        for some in np.array_split(gaps, -(-len(gaps) // GAPS_AT_ONCE) or 1)
    ]
    return 1 / np.concatenate(ranks)


def draw_gaps(corpus: EncodedCorpus, settings: TrainingSettings) -> Longs1d:
    """(at most N_GAPS,) positions in the corpus, of words with another one in their sentence."""
    rng = np.random.default_rng(settings.seed)
    keep = keep_probabilities(occurrences(corpus), settings.subsample)
    lengths = np.repeat(np.diff(corpus.sentence_offsets), np.diff(corpus.sentence_offsets))
    usable = (rng.random(corpus.n_tokens) < keep[corpus.token_ids]) & (lengths > 1)
    return np.sort(rng.permutation(np.flatnonzero(usable))[:N_GAPS])


def _ranks(
    inputs: Floats2d, head: Floats2d, corpus: EncodedCorpus, gaps: Longs1d, window: int
) -> Doubles1d:
    """(n,) rank of the true word at each gap; words with the same score share the better rank."""
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
