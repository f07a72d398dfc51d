"""The loop of every training: epochs of blocks of text, in one thread or several.

A `Trainer` determines what a block does to the matrices, and on which device.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from math import isfinite, nan
from typing import Any, NamedTuple, Protocol, TypeAlias

from embedadapt.core.errors import EmbedAdaptError
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.types import Floats2d

SECONDS_BETWEEN_MESSAGES = 0.1
WAITING = 4_096
"""Blocks that wait for a thread at a time, at a kilobyte each."""


class Trained(NamedTuple):
    """The outcome of one block: its words, the sum of measured losses, and the measured pairs."""

    n_words: int
    loss: float
    n_measured: int


class Trainer(Protocol):
    """A model that is trained on a corpus.

    n_blocks, n_words: blocks and words of an epoch.
    threads: how many blocks may be trained at the same time.
    """

    @property
    def n_blocks(self) -> int: ...

    @property
    def n_words(self) -> int: ...

    @property
    def threads(self) -> int: ...

    def train_block(self, epoch: int, number: int) -> Trained:
        """Train one block of one epoch, at the rate and with the random numbers of its position."""
        ...

    def matrices(self) -> tuple[Floats2d, Floats2d]:
        """The present inputs and outputs, at the width that the caller gave."""
        ...


@dataclass(frozen=True)
class Standing:
    """The position of a training between two blocks; with the matrices, it suffices to resume.

    epoch, block: the next block to train.
    n_words: words trained so far.
    epoch_losses: losses of the completed epochs.
    loss, n_measured: sum of the losses in the present epoch, and the number of its pairs.
    validation_losses: losses on held-out text after each epoch; empty where none is measured.
    """

    epoch: int = 0
    block: int = 0
    n_words: int = 0
    epoch_losses: tuple[float, ...] = ()
    loss: float = 0.0
    n_measured: int = 0
    validation_losses: tuple[float, ...] = ()

    def is_over(self, epochs: int, patience: int) -> bool:
        """Whether all epochs are done, or the last `patience` of them did not lower the loss.

        A patience of 0 trains all epochs.
        """
        if self.epoch == epochs:
            return True
        before, lately = self.validation_losses[:-patience], self.validation_losses[-patience:]
        return (
            0 < patience < len(self.validation_losses)
            and self.block == 0
            and min(lately) >= min(before)
        )

    def after(self, trained: Trained, n_blocks: int) -> Standing:
        """The position after one more block."""
        n_words = self.n_words + trained.n_words
        loss, n_measured = self.loss + trained.loss, self.n_measured + trained.n_measured
        if self.block + 1 < n_blocks:
            return replace(
                self, block=self.block + 1, n_words=n_words, loss=loss, n_measured=n_measured
            )
        losses = (*self.epoch_losses, _mean(loss, n_measured))
        return Standing(
            epoch=self.epoch + 1,
            n_words=n_words,
            epoch_losses=losses,
            validation_losses=self.validation_losses,
        )


BEGINNING = Standing()

Validate: TypeAlias = Callable[[Floats2d, Floats2d], float]
"""Returns the loss of inputs and outputs on held-out text."""


@dataclass(frozen=True)
class Pauses:
    """When a training pauses between blocks, and what is called then.

    visit: called with the position and the trainer, whose matrices may be read; True ends the
    training. every_blocks: blocks from one pause to the next. The end of each epoch is a pause too.
    """

    visit: Callable[[Standing, Trainer], bool]
    every_blocks: int


@dataclass(frozen=True)
class TrainingLog:
    """The course of a training.

    Parameters
    ----------
    epoch_losses : tuple of float
        Mean loss per pair in each epoch, in nats, over about one in 50 pairs as they are trained;
        NaN for an epoch in which subsampling leaves no pair.
    n_words : int
        Tokens of all epochs, before subsampling.
    seconds : float
        Wall-clock time.
    validation_losses : tuple of float
        Loss on held-out text after each epoch; () if it was not measured.
    """

    epoch_losses: tuple[float, ...]
    n_words: int
    seconds: float
    validation_losses: tuple[float, ...] = ()


def run(
    trainer: Trainer,
    epochs: int,
    *,
    stage: str,
    on_progress: OnProgress = ignore_progress,
    standing: Standing = BEGINNING,
    pauses: Pauses | None = None,
    validate: Validate | None = None,
    patience: int = 0,
) -> TrainingLog:
    """Train from `standing` to the end of the last epoch, or to a pause that ends the training.

    validate, patience: used after each epoch; see `Standing.is_over`.
    on_progress: called with words done, words per second and the recent loss, in this thread.

    Raises EmbedAdaptError when the loss is no longer finite, and for a standing that this training
    never has.
    """
    _check_standing(standing, trainer, epochs, stage)
    started = time.perf_counter()
    meter = _Meter(stage, epochs * trainer.n_words, on_progress)
    span = pauses.every_blocks if pauses else trainer.n_blocks
    with _mapper(trainer.threads) as map_blocks:
        while not standing.is_over(epochs, patience):
            blocks = range(standing.block, min(standing.block + span, trainer.n_blocks))
            for trained in map_blocks(partial(trainer.train_block, standing.epoch), blocks):
                standing = standing.after(trained, trainer.n_blocks)
                meter.add(trained, standing.n_words)
            if validate and standing.block == 0:
                standing = replace(
                    standing,
                    validation_losses=(*standing.validation_losses, validate(*trainer.matrices())),
                )
            if pauses and pauses.visit(standing, trainer):
                break
    seconds = time.perf_counter() - started
    return TrainingLog(standing.epoch_losses, standing.n_words, seconds, standing.validation_losses)


def _check_standing(standing: Standing, trainer: Trainer, epochs: int, stage: str) -> None:
    """A block beyond the last would be waited for without end."""
    before = standing.epoch * trainer.n_words
    n_validated = len(standing.validation_losses)
    if not (
        0 <= standing.epoch <= epochs
        and 0 <= standing.block < (trainer.n_blocks if standing.epoch < epochs else 1)
        and before <= standing.n_words <= before + trainer.n_words * (standing.block > 0)
        and len(standing.epoch_losses) == standing.epoch
        and n_validated in (0, standing.epoch)
    ):
        raise EmbedAdaptError(
            stage,
            expected=f"a place in {epochs} epochs of {trainer.n_blocks:,} blocks to go on from",
            found=f"block {standing.block:,} of epoch {standing.epoch:,}",
            hint="The checkpoint is damaged or was edited: remove its folder to begin anew.",
        )


def train_epoch(trainer: Trainer, epoch: int = 0) -> Trained:
    """Train one whole epoch without reporting progress."""
    with _mapper(trainer.threads) as map_blocks:
        return total(map_blocks(partial(trainer.train_block, epoch), range(trainer.n_blocks)))


def total(parts: Iterable[Trained]) -> Trained:
    """The sum of the outcomes of one block or more."""
    n_words, losses, n_measured = zip(*parts, strict=True)
    return Trained(sum(n_words), sum(losses), sum(n_measured))


@dataclass
class _Meter:
    """Reports progress to the listener, at intervals."""

    stage: str
    total: int
    on_progress: OnProgress
    _untold: list[Trained] = field(default_factory=list)
    _last_told: float = 0.0
    _first: tuple[int, float] | None = None

    def add(self, trained: Trained, done: int) -> None:
        """Add the outcome of a block; `done` is the number of words with it."""
        if not isfinite(trained.loss):
            raise EmbedAdaptError(
                f"{self.stage}, after {done:,} words",
                expected="a finite loss",
                found=str(trained.loss),
                hint="Try a lower learning rate, and check the vectors for NaN.",
            )
        self._untold.append(trained)
        now = time.perf_counter()
        if now - self._last_told > SECONDS_BETWEEN_MESSAGES or done == self.total:
            rate = self._words_per_second(done, now)
            self.on_progress(Progress(self.stage, done, self.total, rate, self._recent_loss()))
            self._untold.clear()
            self._last_told = now

    def _recent_loss(self) -> float | None:
        n_measured = sum(block.n_measured for block in self._untold)
        return sum(block.loss for block in self._untold) / n_measured if n_measured else None

    def _words_per_second(self, done: int, now: float) -> float:
        """The rate since the end of the first block, which may have waited for the compiler."""
        if self._first is None:
            self._first = done, now
        words, since = self._first
        return (done - words) / (now - since) if done > words else 0.0


def _mean(loss: float, n_measured: int) -> float:
    return loss / n_measured if n_measured else nan


@contextmanager
def _mapper(threads: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """`map`, in this thread or on a pool of threads.

    Threads suffice, since the kernels release the interpreter's lock. On Ctrl-C or an error, blocks
    that have not begun are dropped, and running ones are waited for: a few milliseconds.
    """
    if threads == 1:
        yield map
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="training")

    def map_windows(function: Callable[[int], Any], numbers: Sequence[int]) -> Iterator[Any]:
        for first in range(0, len(numbers), WAITING):
            yield from pool.map(function, numbers[first : first + WAITING])

    try:
        yield map_windows
    finally:
        pool.shutdown(cancel_futures=True)
