"""Checkpoints: the state of a running training in a folder, from which the same run resumes.

Each training of a run has its own file, with its matrices and its position. Files are replaced
whole or not at all (core.files), so that the process may be killed at any moment. Everything else
that a run does follows from its inputs, and is repeated.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from errno import EACCES
from itertools import count
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import is_ours, unwritable
from embedadapt.core.types import Floats2d
from embedadapt.formats.reading.tensor_file import (
    TensorFile,
    read_tensors,
    reading_metadata,
    write_tensors,
)
from embedadapt.training.loop import BEGINNING, Pauses, Standing, Trainer, TrainingLog
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

FORMAT = 2
MATRICES = "inputs", "outputs"

LOOK_EVERY = 16
"""Blocks between two checks of the time, a fraction of a second, at which several threads wait for
each other. With shards, where a block is all text between two sync rounds, the time is checked
after each."""


@dataclass(frozen=True)
class Checkpoints:
    """The trainings of one run, saved at intervals.

    folder: where the files are; it may exist already.
    run: JSON-ready, what the result depends on: "settings", "base", "corpus". The vectors that a
        training starts from are compared too: general text or definitions change them.
    every_seconds: least time between two saves of a running training.

    Raises OutputError where the folder cannot be made.
    """

    folder: Path
    run: Mapping[str, Any]
    every_seconds: float
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)  # only its user may change a checkpoint
            if not is_ours(self.folder):
                raise OSError(EACCES, "a folder that another user put there")
            self._remove_drafts()
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def train(
        self,
        inputs: Floats2d,
        outputs: Floats2d,
        corpus: EncodedCorpus,
        settings: TrainingSettings,
        *,
        freeze_inputs: bool = False,
        stage: str = "training",
        **others: Any,
    ) -> TrainingLog:
        """The next training of the run: `training.train`, resumed from its checkpoint.

        With one thread, deterministic, or in shards of one thread, it ends with the same bytes as
        without interruption. Raises SettingsError for a checkpoint of another run. A
        KeyboardInterrupt says how to resume.
        """
        path = self.folder / f"{next(self._numbers)}.safetensors"
        start = hashlib.blake2b(np.ascontiguousarray(inputs).data, digest_size=16).hexdigest()
        identity = {**self.run, "stage": stage, "start": start}
        standing, seconds = BEGINNING, 0.0
        if path.exists():
            standing, seconds = _load(path, identity, inputs, outputs)
        started = saved = time.monotonic()

        def save_if_due(standing: Standing, trainer: Trainer) -> bool:
            nonlocal saved
            now = time.monotonic()
            is_over = standing.is_over(settings.epochs, settings.patience)
            if is_over or now - saved >= self.every_seconds:
                matrices = dict(zip(MATRICES, trainer.matrices(), strict=True))
                if freeze_inputs:
                    matrices = {name: matrices[name] for name in matrices if "inputs" not in name}
                _save(path, identity, standing, seconds + now - started, matrices)
                saved = time.monotonic()
            return False

        with self.named_on_interrupt():
            log = train(
                *(inputs, outputs, corpus, settings),
                freeze_inputs=freeze_inputs,
                stage=stage,
                standing=standing,
                pauses=Pauses(save_if_due, 1 if settings.run.shards else LOOK_EVERY),
                **others,
            )
        return replace(log, seconds=seconds + log.seconds)

    @contextmanager
    def named_on_interrupt(self) -> Iterator[None]:
        """Name the folder in a KeyboardInterrupt, if anything was saved to go on from."""
        try:
            yield
        except KeyboardInterrupt as interrupt:
            if str(interrupt) or not any(self.folder.glob("[0-9]*.safetensors")):
                raise
            raise KeyboardInterrupt(f"the same command resumes from {self.folder}") from None

    def remove(self) -> None:
        """Remove the files, and the folder if nothing else is in it."""
        for path in self.folder.glob("*.safetensors"):
            path.unlink()
        self._remove_drafts()
        with suppress(OSError):
            self.folder.rmdir()

    def _remove_drafts(self) -> None:
        """Remove the drafts of processes that were killed while they wrote."""
        for path in self.folder.glob(".*.safetensors.*"):
            path.unlink()


def _save(
    path: Path,
    identity: Mapping[str, Any],
    standing: Standing,
    seconds: float,
    matrices: Mapping[str, Floats2d],
) -> None:
    metadata = {
        "kind": "checkpoint",
        "format": FORMAT,
        "run": identity,
        "standing": asdict(standing),
        "seconds": seconds,
    }
    write_tensors(path, matrices, metadata, with_digest=True)


def _load(
    path: Path, identity: Mapping[str, Any], inputs: Floats2d, outputs: Floats2d
) -> tuple[Standing, float]:
    """Fill the matrices; return the position, and the seconds it took.

    Raises FormatError for a damaged file, SettingsError for a checkpoint of another run.
    """
    file = read_tensors(path)
    file.check_digest()
    with reading_metadata(path):
        metadata = file.metadata
        is_ours = metadata["format"] == FORMAT
        others = _differences(metadata["run"], json.loads(json.dumps(identity))) if is_ours else []
        if others or not is_ours:
            raise SettingsError(
                str(path),
                expected="a checkpoint of this run",
                found=f"one of {', '.join(others) or 'another version of embedadapt'}",
                hint="Give the settings and inputs it was started with, or remove "
                f"{path.parent} to start again.",
            )
        standing = _standing(metadata["standing"])
        seconds = float(metadata["seconds"])
        if not 0 <= seconds < inf:
            raise ValueError(f"{seconds} seconds")
        outputs[:] = _matrix(file, MATRICES[1], outputs.shape)
        if MATRICES[0] in file:
            inputs[:] = _matrix(file, MATRICES[0], inputs.shape)
        return standing, seconds


def _matrix(file: TensorFile, name: str, shape: tuple[int, ...]) -> Floats2d:
    """Raises ValueError for another shape, which numpy might stretch, and for NaN or infinity."""
    matrix = file.floats(name)
    if matrix.shape != shape:
        raise ValueError(f"{name} of shape {matrix.shape} for {shape}")
    if not np.isfinite(matrix).all():
        raise ValueError(f"NaN or infinity in {name}")
    return matrix


def _standing(fields: Mapping[str, Any]) -> Standing:
    """Raises TypeError and ValueError for what no training reaches; `training.loop` compares the
    rest with the trainer."""
    lists = {name: tuple(fields[name]) for name in ("epoch_losses", "validation_losses")}
    standing = Standing(**{**fields, **lists})
    whole = standing.epoch, standing.block, standing.n_words, standing.n_measured
    losses = *standing.epoch_losses, *standing.validation_losses, standing.loss
    if any(type(number) is not int or number < 0 for number in whole) or not all(
        type(loss) in (int, float) for loss in losses
    ):
        raise ValueError(f"no place in a training: {standing}")
    return standing


def _differences(saved: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """How a saved run differs, where that is short ("epochs 7"), else "another corpus". What an
    older version did not save is not compared."""
    told = []
    for name, value in ours.items():
        other = saved.get(name, value)
        if isinstance(value, dict):
            told += _differences(other, value)
        elif other != value:
            told.append(f"another {name}" if isinstance(value, str) else f"{name} {other}")
    return told
