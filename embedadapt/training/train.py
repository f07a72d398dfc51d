"""Training of two matrices on an encoded corpus, in place."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import CorpusError
from embedadapt.core.gathering import lengths_of
from embedadapt.core.long_arrays import chunks, release
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.types import Floats2d
from embedadapt.training.devices import prepare_trainer
from embedadapt.training.distributed import DistributedTrainer
from embedadapt.training.job import Job
from embedadapt.training.loop import (
    BEGINNING,
    Pauses,
    Standing,
    Trainer,
    TrainingLog,
    Validate,
    run,
)
from embedadapt.training.row_groups import RowGroups, check_row_groups
from embedadapt.training.settings import TrainingSettings


class Train(Protocol):
    """`train`, or a function with the same arguments that does more."""

    def __call__(
        self,
        inputs: Floats2d,
        outputs: Floats2d,
        corpus: EncodedCorpus,
        settings: TrainingSettings,
        *,
        row_groups: RowGroups | None = None,
        freeze_inputs: bool = False,
        stage: str = "training",
        on_progress: OnProgress = ignore_progress,
        validate: Validate | None = None,
    ) -> TrainingLog: ...


def train(
    inputs: Floats2d,
    outputs: Floats2d,
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    *,
    row_groups: RowGroups | None = None,
    freeze_inputs: bool = False,
    stage: str = "training",
    on_progress: OnProgress = ignore_progress,
    validate: Validate | None = None,
    standing: Standing = BEGINNING,
    pauses: Pauses | None = None,
    engine: Engine = HERE,
) -> TrainingLog:
    """Train both matrices in place, (n_words, dim) float32, rows in vocabulary order.

    row_groups: the rows of `inputs` whose mean is each word; None where word i is row i.
    freeze_inputs: train `outputs` only. on_progress: called with words done, words per second and
    the recent loss, in this thread. validate: called after each epoch with inputs and outputs;
    `settings.patience` uses its result. standing: the position of an earlier run of the same
        training that saved these matrices. With one thread, or deterministic, the rest is the same
        as without interruption.
    pauses: when to pause.
    engine: what trains the shards, if the settings have any.

    After an error or Ctrl-C the matrices are as they were before the call. Raises CorpusError for a
    corpus without two words in one sentence, EmbedAdaptError when the loss is no longer finite.
    """
    check_trainable(inputs, outputs, corpus, row_groups)
    job = Job(inputs, outputs, corpus, settings, freeze_inputs, row_groups)
    trainer: Trainer = (
        DistributedTrainer.prepare(job, engine) if settings.run.shards else prepare_trainer(job)
    )
    log = run(
        trainer,
        settings.epochs,
        stage=stage,
        on_progress=on_progress,
        standing=standing,
        pauses=pauses,
        validate=validate,
        patience=settings.patience,
    )
    trained_inputs, trained_outputs = trainer.matrices()
    outputs[:] = trained_outputs
    if not freeze_inputs:
        inputs[:] = trained_inputs
    return log


def fit_outputs(
    inputs: Floats2d,
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    *,
    row_groups: RowGroups | None = None,
    on_progress: OnProgress = ignore_progress,
    train: Train = train,
) -> Floats2d:
    """A context matrix fitted to `inputs`, (n_words, dim), from zeros; the inputs do not change.

    It is for vectors that come without one: training both with a context matrix of zeros would
    first distort the inputs.
    """
    outputs = np.zeros((len(corpus.vocabulary), inputs.shape[1]), dtype=np.float32)
    train(
        inputs,
        outputs,
        corpus,
        settings,
        row_groups=row_groups,
        freeze_inputs=True,
        stage="fitting the context matrix",
        on_progress=on_progress,
    )
    return outputs


def check_trainable(
    inputs: Floats2d, outputs: Floats2d, corpus: EncodedCorpus, row_groups: RowGroups | None = None
) -> None:
    """Check the arguments, which the kernels do not check."""
    n_words = len(corpus.vocabulary)
    n_inputs = n_words if row_groups is None else len(inputs)
    dim = inputs.shape[1]
    if inputs.shape != (n_inputs, dim) or outputs.shape != (n_words, dim) or n_inputs < n_words:
        raise ValueError(f"inputs {inputs.shape}, outputs {outputs.shape} for {n_words} words")
    if row_groups is not None:
        check_row_groups(row_groups, n_words, n_inputs)
    offsets = corpus.sentence_offsets
    longest = max((lengths_of(offsets, part).max() for part in chunks(len(offsets) - 1)), default=0)
    if longest < 2:
        raise CorpusError(
            "corpus",
            expected="sentences with at least two words of the vocabulary",
            found=f"none in {corpus.n_sentences:,}",
            hint="Give more text, or a vocabulary that has its words.",
        )
    for part in chunks(corpus.n_tokens):
        ids = corpus.token_ids[part]
        if not 0 <= ids.min() <= ids.max() < n_words:
            raise ValueError(f"token ids outside the vocabulary of {n_words} words")
        release(corpus.token_ids)
