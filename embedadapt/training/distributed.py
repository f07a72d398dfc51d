"""Training in shards, on one machine or several.

Each shard trains a copy of the model on some text of its own, and returns its gains. The gains of
all shards are added up, and merged into every copy: that is a sync round. A model is given as one
of an earlier sync round, the base, and the gains since. Each worker keeps its copy for the next
round, so that only the last gains travel, and one that has none makes it from the base. So what a
shard returns depends only on what it got, and any worker may compute it, even twice: a result
depends on the number of shards and the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import Engine, whole
from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels.rng import stream
from embedadapt.training.blocks import Blocks, split_blocks
from embedadapt.training.devices import prepare_trainer
from embedadapt.training.gains import Gain, Lessons, agreed_shares
from embedadapt.training.job import Job
from embedadapt.training.loop import Trained, Trainer, total, train_epoch
from embedadapt.training.processor import ProcessorTrainer
from embedadapt.training.row_groups import RowGroups, uses_of
from embedadapt.training.sampling import keep_probabilities, noise_shares, occurrences
from embedadapt.training.settings import TrainingSettings

T = TypeVar("T")
NOTHING = Trained(0, 0.0, 0)

MOST_GAINS = 4
"""Bytes of the gains since the base, over those of the base, from which a model becomes the next
base: workers keep both, and the base travels whole."""


MOST_PIECES, PIECE = 8, 64 << 20
"""Gains of large matrices are added up in pieces, each by another worker: one for each PIECE bytes
of matrices, and so many at most, since each piece is a task more for every worker."""


@dataclass
class Plan:
    """The settings that all shards share; see `Job`.

    frequencies: of the rows of each matrix; see `gains.agreed_shares`.
    n_pieces: in which the gains of a sync round come.
    spare: a worker's copies of the model, between two sync rounds. They do not travel.
    """

    vocabulary: Vocabulary
    settings: TrainingSettings
    freeze_inputs: bool
    row_groups: RowGroups | None
    frequencies: tuple[Floats1d, Floats1d]
    n_pieces: int = 1
    spare: list[Replica] = field(default_factory=list)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "spare": []}

    def replica(self, base: Base, gains: tuple[Outcome, ...]) -> Replica:
        """A copy of the model, for one caller at a time.

        One that missed the base is of no use, nor is one that is ahead, where the part of an
        earlier sync round is repeated.
        """
        try:
            replica = self.spare.pop()
        except IndexError:
            replica = Replica.of(base)
        n_rounds = len(gains) // self.n_pieces
        if not 0 <= replica.sync_round - base.sync_round <= n_rounds:
            replica = Replica.of(base)
        for number in range(replica.sync_round - base.sync_round, n_rounds):
            pieces = gains[number * self.n_pieces : (number + 1) * self.n_pieces]
            replica.catch_up(pieces, self.frequencies)
        return replica

    def keep(self, replica: Replica) -> None:
        """Keep a copy for the next caller."""
        self.spare.append(replica)

    def lessons(self, shard: Shard) -> Lessons:
        """What a shard is taught."""
        return Lessons(1, shard.rates[0] * len(shard.token_ids))

    def job(self, shard: Shard, inputs: Floats2d, outputs: Floats2d) -> Job:
        """The training of a shard."""
        corpus = EncodedCorpus(
            vocabulary=self.vocabulary,
            token_ids=shard.token_ids,
            sentence_offsets=shard.sentence_offsets,
            document_offsets=np.array([0, len(shard.sentence_offsets) - 1]),
            document_names=("shard",),
        )
        first_rate, last_rate = shard.rates
        settings = self.settings.but(
            epochs=1, learning_rate=first_rate, min_learning_rate=last_rate, seed=shard.seed
        )
        return Job(inputs, outputs, corpus, settings, self.freeze_inputs, self.row_groups)


class Base(NamedTuple):
    """The model at a sync round."""

    sync_round: int
    inputs: Floats2d
    outputs: Floats2d


class Shard(NamedTuple):
    """Text for one worker until the next sync round.

    It has its own learning rates, at its first word and after its last, and its own seed.
    """

    token_ids: Ints1d
    sentence_offsets: Longs1d
    rates: tuple[float, float]
    seed: int


class Outcome(NamedTuple):
    """The gains of shards for both matrices, what they were taught, and their losses."""

    inputs: Gain
    outputs: Gain
    lessons: Lessons
    trained: Trained

    def and_of(self, other: Outcome) -> Outcome:
        return Outcome(
            self.inputs.and_of(other.inputs),
            self.outputs.and_of(other.outputs),
            self.lessons.and_of(other.lessons),
            total([self.trained, other.trained]),
        )

    def piece(self, number: int, n_pieces: int) -> Outcome:
        """The gains of some rows; the first piece has the losses."""
        inputs, outputs = (gain.piece(number, n_pieces) for gain in self[:2])
        return Outcome(inputs, outputs, self.lessons, NOTHING if number else self.trained)

    @property
    def n_bytes(self) -> int:
        return self.inputs.changes.n_bytes + self.outputs.changes.n_bytes


@dataclass
class Replica:
    """A copy of the model at a sync round, and a trainer with another copy that it may change.

    places: for each matrix, the trainer's row of each row.
    """

    sync_round: int
    matrices: tuple[Floats2d, Floats2d]
    places: tuple[Longs1d, Longs1d]
    trainer: ProcessorTrainer | None = None

    @classmethod
    def of(cls, base: Base) -> Replica:
        matrices = base.inputs.copy(), base.outputs.copy()
        inputs, outputs = (np.arange(len(matrix)) for matrix in matrices)
        return cls(base.sync_round, matrices, (inputs, outputs))

    def catch_up(self, pieces: Sequence[Outcome], frequencies: tuple[Floats1d, Floats1d]) -> None:
        """Merge the gains of a sync round; for the frequencies see `Plan`."""
        shares = [agreed_shares(rows, pieces[0].lessons) for rows in frequencies]
        copies = self.trainer.model if self.trainer else self.matrices
        for outcome in pieces:
            for gain, matrix, copy, places, agreed in zip(
                outcome[:2], self.matrices, copies, self.places, shares, strict=True
            ):
                gain.merge_into(matrix, copy, places, agreed)
        self.sync_round += 1

    def train(self, shard: Shard, plan: Plan) -> Outcome:
        """Train a shard; the copy stays as it was."""
        trainer = self._trainer_of(plan.job(shard, *self.matrices))
        trained = train_epoch(trainer)
        copies = self.trainer.model if self.trainer else trainer.matrices()
        return self.gains_of(copies, plan.lessons(shard), trained)

    def gains_of(
        self, copies: tuple[Floats2d, Floats2d], lessons: Lessons, trained: Trained
    ) -> Outcome:
        """What the copies of a trainer have gained, which are set back."""
        inputs, outputs = map(Gain.taken, self.matrices, copies, self.places)
        return Outcome(inputs, outputs, lessons, trained)

    def _trainer_of(self, job: Job) -> Trainer:
        """A new one, or that of the last round: to copy both matrices takes as long as to train
        20,000 words."""
        if self.trainer:
            self.trainer = self.trainer.on(job.corpus, job.settings)
            return self.trainer
        trainer = prepare_trainer(job)
        if isinstance(trainer, ProcessorTrainer):
            self.trainer = trainer
            if trainer.places is not None:
                self.places = trainer.places, self.places[1]
        return trainer


def train_shard(shard: Shard, plan: Plan, base: Base, *gains: Outcome) -> Outcome:
    """Train a copy of the model that the gains since the base make of it."""
    replica = plan.replica(base, gains)
    outcome = replica.train(shard, plan)
    plan.keep(replica)
    return outcome


def model_of(plan: Plan, base: Base, *gains: Outcome) -> Base:
    """The model that the gains since the base make of it."""
    replica = plan.replica(base, gains)
    model = Base(replica.sync_round, *(matrix.copy() for matrix in replica.matrices))
    plan.keep(replica)
    return model


class Summary(NamedTuple):
    """What the losses of a sync round were, and the bytes of its gains."""

    trained: Trained
    n_bytes: int

    @classmethod
    def of(cls, outcome: Outcome) -> Summary:
        return cls(outcome.trained, outcome.n_bytes)

    def and_of(self, other: Summary) -> Summary:
        return Summary(total([self.trained, other.trained]), self.n_bytes + other.n_bytes)


@dataclass
class DistributedTrainer:
    """A trainer whose blocks are the text between two sync rounds, one shard for each worker.

    plan, base, gains: handles of the settings, of the model at a sync round, and of the gains of
        each sync round since, each in some pieces.
    base_bytes, gains_bytes: their sizes.
    """

    token_ids: Ints1d
    blocks: Blocks
    settings: TrainingSettings
    engine: Engine
    plan: Any
    n_pieces: int
    base: Any
    base_bytes: int
    gains: list[Any] = field(default_factory=list)
    gains_bytes: int = 0

    threads = 1

    @classmethod
    def prepare(cls, job: Job, engine: Engine) -> DistributedTrainer:
        corpus, settings = job.corpus, job.settings
        vocabulary = Vocabulary(corpus.vocabulary.words, occurrences(corpus))
        n_parts = settings.run.sync_rounds * settings.run.shards
        base_bytes = job.inputs.nbytes + job.outputs.nbytes
        n_pieces = max(1, min(MOST_PIECES, engine.workers, base_bytes // PIECE))
        frequencies = _row_frequencies(job)
        plan = Plan(vocabulary, settings, job.freeze_inputs, job.row_groups, frequencies, n_pieces)
        return cls(
            token_ids=corpus.token_ids,
            blocks=split_blocks(corpus.sentence_offsets, -(-corpus.n_tokens // n_parts)),
            settings=settings,
            engine=engine,
            plan=engine.share(plan),
            n_pieces=n_pieces,
            base=engine.share(Base(0, job.inputs, job.outputs)),
            base_bytes=base_bytes,
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
        return self.sync(train_shard, [self.shard(epoch, one) for one in numbers])

    def sync(self, function: Callable[..., Outcome], shards: Sequence[Any]) -> Trained:
        """A sync round: train shards by `function`, and add up their gains."""
        gains = self.engine.keep_reduced(
            *(function, shards, Outcome.and_of, self.plan, *self._model),
            cut=Outcome.piece if self.n_pieces > 1 else whole,
            n_pieces=self.n_pieces,
        )
        summary = self.engine.map_reduce(Summary.of, gains, Summary.and_of)
        self.gains += gains
        self.gains_bytes += summary.n_bytes
        if self.gains_bytes > MOST_GAINS * self.base_bytes:
            [self.base] = self.engine.keep_reduced(model_of, [self.plan], _only, *self._model)
            self.gains, self.gains_bytes = [], 0
        return summary.trained

    @property
    def _model(self) -> tuple[Any, ...]:
        return self.base, *self.gains

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
        model = self.engine.map_reduce(model_of, [self.plan], _only, *self._model)
        return model.inputs, model.outputs


def _row_frequencies(job: Job) -> tuple[Floats1d, Floats1d]:
    """How often a word of the text trains each row: as itself, and outputs as a noise word too."""
    counts, model = occurrences(job.corpus), job.settings.model
    kept = counts * keep_probabilities(counts, model.subsample) / job.corpus.n_tokens
    noise = noise_shares(counts, model.ns_exponent)
    outputs = kept + model.negative * kept.sum() * noise
    inputs = uses_of(job.row_groups, kept, len(job.inputs)) if job.row_groups else kept
    return inputs.astype(np.float32), outputs.astype(np.float32)


def _only(one: T, _: T) -> T:
    """What combines the results of a single part."""
    return one
