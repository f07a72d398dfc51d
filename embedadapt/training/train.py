"""Training of two matrices on an encoded corpus, in place."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import CorpusError
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
    """`train` itself, or one that does the same with more care."""

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
    steps: tuple[Floats2d, Floats2d] | None = None,
    pauses: Pauses | None = None,
    engine: Engine = HERE,
) -> TrainingLog:
    """Trains both matrices in place, (n_words, dim) float32, rows in vocabulary order.

    row_groups: which rows of `inputs` each word is the mean of; its row of the same number if None.
    freeze_inputs: train `outputs` alone.
    on_progress: told words done, words/s and the recent loss, from the calling thread.
    validate: called at the end of each epoch; `settings.patience` depends on what it returns.
    standing, steps: where an earlier run of the same training stood when it saved these matrices,
        and what the last sync round of its shards added to them. With one thread, or deterministic,
        the rest then goes as if it had never stopped.
    pauses: when to stand still.
    engine: what trains the shards, if the settings have any.

    After an error or Ctrl-C the matrices are as they were before the call. Raises CorpusError for a
    corpus without two words in one sentence, EmbedAdaptError when the loss is no longer finite.
    """
    check_trainable(inputs, outputs, corpus, row_groups)
    job = Job(inputs, outputs, corpus, settings, freeze_inputs, row_groups)
    trainer: Trainer = (
        DistributedTrainer.prepare(job, engine, steps)
        if settings.run.shards
        else prepare_trainer(job)
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
    """The context matrix that suits `inputs`, (n_words, dim): from zeros, the inputs left alone.

    For vectors that come without one. To train both from a zero context matrix would first pull
    the inputs out of shape.
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
    """The kernels trust what they are given, so it is looked at here."""
    n_words = len(corpus.vocabulary)
    n_inputs = n_words if row_groups is None else len(inputs)
    dim = inputs.shape[1]
    if inputs.shape != (n_inputs, dim) or outputs.shape != (n_words, dim) or n_inputs < n_words:
        raise ValueError(f"inputs {inputs.shape}, outputs {outputs.shape} for {n_words} words")
    if row_groups is not None:
        check_row_groups(row_groups, n_words, n_inputs)
    if np.diff(corpus.sentence_offsets).max(initial=0) < 2:
        raise CorpusError(
            "corpus",
            expected="sentences with at least two words of the vocabulary",
            found=f"none in {corpus.n_sentences:,}",
            hint="Give more text, or a vocabulary that knows its words.",
        )
    if not 0 <= corpus.token_ids.min() <= corpus.token_ids.max() < n_words:
        raise ValueError(f"token ids outside the vocabulary of {n_words} words")
