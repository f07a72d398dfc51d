"""Training in shards, on one machine or several.

Each shard gets the matrices and some text, trains on its own, and returns its gains. The gains are
joined, and all shards continue from the result. What a shard returns depends only on what it got,
so any worker may compute it, even twice: a result depends on the number of shards and the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import Engine
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels.rng import stream
from embedadapt.training.blocks import Blocks, split_blocks
from embedadapt.training.devices import prepare_trainer
from embedadapt.training.gains import Gain, join
from embedadapt.training.job import Job
from embedadapt.training.loop import Trained, total, train_epoch
from embedadapt.training.row_groups import RowGroups
from embedadapt.training.sampling import occurrences
from embedadapt.training.settings import TrainingSettings


def momentum_of(shards: int) -> float:
    """Share of its last step that each sync round adds again.

    Source: Chen and Huo 2016, "Scalable training of deep learning machines by incremental block
    training", https://doi.org/10.1109/ICASSP.2016.7472805. Their value, 1 - 1 / shards, is for
    averaged gains; `join` keeps more of them. Momentum makes up for what joining loses. On the
    licenses, from random vectors, 2, 4, 8 and 16 shards with 100 sync rounds end 1.0, 1.7, 2.0 and
    1.7 % below the loss of one process; without momentum 3, 8, 17 and 26 % above it, with 1 - 1 / 8
    for all 3 to 7 % above (scripts/bench_shards.py).

    >>> momentum_of(1), momentum_of(4), momentum_of(16)
    (0.0, 0.5, 0.75)
    """
    return float(1 - shards**-0.5)


class Plan(NamedTuple):
    """The settings that all shards share; see `Job`."""

    vocabulary: Vocabulary
    settings: TrainingSettings
    freeze_inputs: bool
    row_groups: RowGroups | None


class Shard(NamedTuple):
    """Text for one worker until the next sync round.

    It has its own learning rates, at its first word and after its last, and its own seed.
    """

    token_ids: Ints1d
    sentence_offsets: Longs1d
    rates: tuple[float, float]
    seed: int


class Outcome(NamedTuple):
    """The gains of a shard for both matrices, and its losses."""

    inputs: Gain
    outputs: Gain
    trained: Trained

    def and_of(self, other: Outcome) -> Outcome:
        return Outcome(
            join(self.inputs, other.inputs),
            join(self.outputs, other.outputs),
            total([self.trained, other.trained]),
        )


def train_shard(shard: Shard, plan: Plan, matrices: tuple[Floats2d, Floats2d]) -> Outcome:
    """Train a copy of the matrices, which are not changed."""
    corpus = EncodedCorpus(
        vocabulary=plan.vocabulary,
        token_ids=shard.token_ids,
        sentence_offsets=shard.sentence_offsets,
        document_offsets=np.array([0, len(shard.sentence_offsets) - 1]),
        document_names=("shard",),
    )
    first_rate, last_rate = shard.rates
    settings = plan.settings.but(
        epochs=1, learning_rate=first_rate, min_learning_rate=last_rate, seed=shard.seed
    )
    job = Job(*matrices, corpus, settings, plan.freeze_inputs, plan.row_groups)
    trainer = prepare_trainer(job)
    trained = train_epoch(trainer)
    inputs, outputs = map(Gain.between, matrices, trainer.matrices())
    return Outcome(inputs, outputs, trained)


@dataclass
class DistributedTrainer:
    """A trainer whose blocks are the text between two sync rounds, one shard for each worker.

    model: inputs and outputs after the last sync round.
    steps: what the last sync round added to each.
    momentum: see `momentum_of`.
    plan: a handle of the settings, as `engine.share` returns it.
    """

    model: tuple[Floats2d, Floats2d]
    steps: tuple[Floats2d, Floats2d]
    token_ids: Ints1d
    blocks: Blocks
    settings: TrainingSettings
    engine: Engine
    plan: Any
    momentum: float

    threads = 1

    @classmethod
    def prepare(
        cls, job: Job, engine: Engine, steps: tuple[Floats2d, Floats2d] | None = None
    ) -> DistributedTrainer:
        """Copy the matrices. steps: those of an earlier run that this one resumes."""
        corpus, settings = job.corpus, job.settings
        vocabulary = Vocabulary(corpus.vocabulary.words, occurrences(corpus))
        n_parts = settings.run.sync_rounds * settings.run.shards
        return cls(
            model=(job.inputs.copy(), job.outputs.copy()),
            steps=steps or (np.zeros_like(job.inputs), np.zeros_like(job.outputs)),
            token_ids=corpus.token_ids,
            blocks=split_blocks(corpus.sentence_offsets, -(-corpus.n_tokens // n_parts)),
            settings=settings,
            engine=engine,
            plan=engine.share(Plan(vocabulary, settings, job.freeze_inputs, job.row_groups)),
            momentum=momentum_of(settings.run.shards),
        )

    @property
    def n_blocks(self) -> int:
        return -(-len(self.blocks) // self.settings.run.shards)

    @property
    def n_words(self) -> int:
        return len(self.token_ids)

    def train_block(self, epoch: int, number: int) -> Trained:
        """Train a shard on each worker (at the end, on some) and add up their gains."""
        first = number * self.settings.run.shards
        numbers = range(first, min(first + self.settings.run.shards, len(self.blocks)))
        outcome = self.engine.map_reduce(
            train_shard,
            [self.shard(epoch, one) for one in numbers],
            Outcome.and_of,
            self.plan,
            self.engine.share(self.model),
        )
        for matrix, step, gain in zip(self.model, self.steps, outcome[:2], strict=True):
            step *= np.float32(self.momentum)
            step[gain.rows] += gain.changes
            matrix += step
        return outcome.trained

    def shard(self, epoch: int, number: int) -> Shard:
        """The text, the rates and the seed of one block of text."""
        offsets = self.blocks[number]
        first, last = int(offsets[0]), int(offsets[-1])
        rates = (self.rate_at(epoch, first), self.rate_at(epoch, last))
        seed = int(stream(self.settings.run.seed, epoch, number)[0]) >> 1  # of 63 bits
        return Shard(self.token_ids[first:last], offsets - first, rates, seed)

    def rate_at(self, epoch: int, token: int) -> float:
        return self.settings.model.rate_at((epoch + token / self.n_words) / self.settings.epochs)

    def matrices(self) -> tuple[Floats2d, Floats2d]:
        """Inputs and outputs after the last sync round."""
        return self.model
