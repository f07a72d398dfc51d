"""From pretrained vectors and an encoded corpus to an adapter."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.induction import (
    NO_DEFINITIONS,
    Definitions,
    compose,
    induce,
    without_common_part,
)
from embedadapt.adaptation.misspellings import find_misspellings
from embedadapt.adaptation.reading import TrainingText
from embedadapt.adaptation.spelling import spell
from embedadapt.core.adapter import Adapter, NgramDelta
from embedadapt.core.corpus import EncodedCorpus, Unit
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.text.keyness import new_words_by_keyness, shares_in, specificity_in
from embedadapt.training.lengths import FITTED_LENGTH, median_length, to_length
from embedadapt.training.loop import TrainingLog
from embedadapt.training.row_groups import mean_rows
from embedadapt.training.train import Train, fit_outputs, train

DIMENSION_EVIDENCE = 30
"""Occurrences at which a word's domain dimensions have half their length. Those of rare words are
mostly noise and cost analogies; shorter ones lower the held-out loss less, above all with little
text."""


@accepts_old_names
@dataclass(frozen=True)
class AdaptationResult:
    """An adapter and the course of its training.

    Parameters
    ----------
    adapter : Adapter
        The adapter.
    config : AdaptationConfig
        Settings of the training.
    delta_log, dimensions_log : TrainingLog or None
        Loss and speed of the two parts; None for a part that was not trained.
    n_training_tokens : int
        Tokens of the training text whose words have a vector or get one.
    n_training_documents, n_held_out_documents : int
        Documents in training and held out.
    unit : {"document", "passage"}
        What these documents are: whole documents, or passages if there are too few documents.

    Examples
    --------
    >>> config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0, held_out=0)
    >>> texts = ["The licensor grants a license.", "A licensee pays the licensor."] * 20
    >>> result = embedadapt.adapt(vectors, texts, config).training
    >>> result.new_words, result.dimensions_log
    (('licensor', 'licensee'), None)
    """

    adapter: Adapter
    config: AdaptationConfig
    delta_log: TrainingLog | None
    dimensions_log: TrainingLog | None
    n_training_tokens: int
    n_training_documents: int
    n_held_out_documents: int
    unit: Unit

    def __repr__(self) -> str:
        return f"AdaptationResult({self.adapter!r}, {self.n_training_tokens:,} tokens)"

    @property
    def new_words(self) -> tuple[str, ...]:
        """New words of the adapter, highest keyness first."""
        return new_words_by_keyness(self.adapter)


class Learned(NamedTuple):
    """What continued training added to words, (n_words, dim), and to n-grams, and its log.

    The n-grams are None if they were not trained, the log where there was no training.
    """

    words: Floats2d
    ngrams: NgramDelta | None
    log: TrainingLog | None


def train_adapter(
    base: WordVectors,
    text: TrainingText,
    config: AdaptationConfig,
    *,
    general_text: EncodedCorpus | None = None,
    general_shares: Doubles1d | None = None,
    definitions: Definitions = NO_DEFINITIONS,
    on_progress: OnProgress = ignore_progress,
    train: Train = train,
) -> AdaptationResult:
    """Train both parts of an adapter: the delta, and the domain dimensions.

    general_text: general text in words of the base, from whose contexts `induce` learns; None uses
        the corpus alone.
    general_shares: (n_words,), shares of the words of `text.training` in general text, which give
        their specificity. None takes those of `general_text`, or else what the order of the base
        gives.
    definitions: definitions of new words, in words of the corpus.

    Only the rows of the words to train are gathered; the base is never copied.
    """
    if general_shares is None and general_text is not None:
        general_shares = shares_in(general_text.vocabulary, text.training.vocabulary)
    rng = np.random.default_rng(config.run.seed)
    document_counts = text.training.document_counts
    corpus = text.training.shuffled(rng)
    known = base.vocabulary.lookup(corpus.vocabulary.words)
    rows, confidence = initial_rows(base, corpus, known, rng, general_text, definitions)
    misspellings = find_misspellings(corpus, known, document_counts)
    new_words = (corpus.vocabulary.words[i] for i in np.flatnonzero(known < 0))
    confidence[np.fromiter((word in misspellings for word in new_words), np.bool_)] = 0
    learned = train_delta(base, corpus, known, rows, config, on_progress, train)
    dimensions, dimensions_log = train_dimensions(
        corpus, median_length(rows), config, on_progress, train
    )
    adapter = Adapter(
        vocabulary=corpus.vocabulary,
        base_rows=known,
        starts=rows[known < 0],
        confidence=confidence,
        document_counts=document_counts,
        specificity=specificity_in(corpus.vocabulary, base.vocabulary, known, general_shares),
        delta=learned.words,
        ngrams=learned.ngrams,
        dimensions=dimensions,
        surface_forms=text.surface_forms,
        normalization=text.text.normalization,
        base_fingerprint=base.fingerprint,
        settings=config.to_dict(),
        scores={
            "training_documents": text.training.n_documents,
            "training_tokens": corpus.n_tokens,
            "held_out_documents": text.held_out.n_documents,
            "delta_losses": _losses(learned.log),
            "dimensions_losses": _losses(dimensions_log),
            "misspellings": {
                word: " ".join(misspelling.meant) for word, misspelling in misspellings.items()
            },
        },
        provenance={"base": Path(base.provenance.path).name},
        records=(text.record,) if config.record else (),
    )
    return AdaptationResult(
        adapter=adapter,
        config=config,
        delta_log=learned.log,
        dimensions_log=dimensions_log,
        n_training_tokens=corpus.n_tokens,
        n_training_documents=text.training.n_documents,
        n_held_out_documents=text.held_out.n_documents,
        unit=text.training.unit,
    )


def initial_rows(
    base: WordVectors,
    corpus: EncodedCorpus,
    known: Ints1d,
    rng: np.random.Generator,
    general: EncodedCorpus | None = None,
    definitions: Definitions = NO_DEFINITIONS,
) -> tuple[Floats2d, Floats1d]:
    """Rows before training, (n_words, dim) float32: copied from the base, composed or induced.

    Also returns the confidence of each new word, (n_new,) float32, as in `Adapter.confidence`.
    """
    rows = np.zeros((len(known), base.dim), dtype=np.float32)
    rows[known >= 0] = base.matrix[known[known >= 0]]
    new = np.flatnonzero(known < 0)
    confidence = np.full(len(new), np.nan, dtype=np.float32)
    if len(new) and base.subwords is not None:
        rows[new] = compose([corpus.vocabulary.words[i] for i in new], base.subwords, base.dim)
    elif len(new):
        induced = induce(base, corpus, known, rng, general, definitions)
        rows[new], confidence = induced.vectors, induced.confidence
    return rows, confidence


def train_delta(
    base: WordVectors,
    corpus: EncodedCorpus,
    known: Ints1d,
    rows: Floats2d,
    config: AdaptationConfig,
    on_progress: OnProgress,
    train: Train = train,
) -> Learned:
    """What continued training adds to `rows`, (n_words, dim), which do not change.

    A whole fastText model is trained through the rows of its words and their n-grams. With a
    context matrix from the file, rows are trained as they are; otherwise at FITTED_LENGTH, where a
    context matrix can be fitted to them, and what was added is scaled back.

    The mean of what new words learn is removed: it is the direction of words that are as rare in
    general text, and draws them together (scripts/bench_few_contexts.py).
    """
    if not config.epochs:
        return Learned(np.zeros_like(rows), None, None)
    spelled = spell(corpus.vocabulary.words, base, known, rows)
    if base.context is None:
        factor = np.float32(FITTED_LENGTH / median_length(rows))
        start = spelled.inputs * factor
        outputs = fit_outputs(
            start,
            corpus,
            config.context_training,
            row_groups=spelled.row_groups,
            on_progress=on_progress,
            train=train,
        )
    else:
        factor, start = np.float32(1), spelled.inputs
        outputs = np.zeros_like(rows)
        outputs[known >= 0] = base.context[known[known >= 0]]
    inputs = start.copy()
    log = train(
        inputs,
        outputs,
        corpus,
        config.delta_training,
        row_groups=spelled.row_groups,
        stage="continued training",
        on_progress=on_progress,
    )
    change: Floats2d = np.divide(inputs - start, factor, dtype=np.float32)
    if spelled.row_groups is None:
        change[known < 0] = without_common_part(change[known < 0], share=1)
        return Learned(change, None, log)
    ngrams = NgramDelta(spelled.buckets, change[len(rows) :])
    return Learned(mean_rows(change, spelled.row_groups), ngrams, log)


def train_dimensions(
    corpus: EncodedCorpus,
    length: float,
    config: AdaptationConfig,
    on_progress: OnProgress,
    train: Train = train,
) -> tuple[Floats2d, TrainingLog | None]:
    """Domain dimensions, (n_words, dimensions).

    After n occurrences a word's row has the length `length` x n / (n + DIMENSION_EVIDENCE).
    """
    shape = (len(corpus.vocabulary), config.dimensions)
    if not config.dimensions:
        return np.zeros(shape, dtype=np.float32), None
    rng = np.random.default_rng(config.run.seed)
    inputs = ((rng.random(shape, dtype=np.float32) - 0.5) / config.dimensions).astype(np.float32)
    log = train(
        inputs,
        np.zeros_like(inputs),
        corpus,
        config.dimension_training,
        stage="domain dimensions",
        on_progress=on_progress,
    )
    assert corpus.vocabulary.counts is not None
    counts = corpus.vocabulary.counts[:, None]
    told = (counts / (counts + DIMENSION_EVIDENCE)).astype(np.float32)
    return to_length(inputs, length) * told, log


def _losses(log: TrainingLog | None) -> list[float | None]:
    """JSON-ready losses; None for an epoch too short for any pair to be measured."""
    return [loss if isfinite(loss) else None for loss in log.epoch_losses] if log else []
