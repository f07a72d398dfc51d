"""Checkpoints: the state of a running training in a folder, from which the same run resumes.

Each training of a run has its own file, with its matrices and its position. Files are replaced
whole or not at all (core.files), so that the process may be killed at any moment. Everything else
that a run does follows from its inputs, and is repeated.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import unwritable
from embedadapt.core.types import Floats2d
from embedadapt.formats.reading.tensor_file import read_tensors, reading_metadata, write_tensors
from embedadapt.training.distributed import DistributedTrainer
from embedadapt.training.loop import BEGINNING, Pauses, Standing, Trainer, TrainingLog
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

FORMAT = 2
MATRICES = "inputs", "outputs"
STEPS = "steps of inputs", "steps of outputs"

LOOK_EVERY = 16
"""Blocks between two checks of the time, a fraction of a second, at which several threads wait for
each other. With shards, where a block is all text between two sync rounds, the time is checked
after each."""


@dataclass(frozen=True)
class Checkpoints:
    """The trainings of one run, saved at intervals.

    folder: where the files are; it may exist already.
    run: JSON-ready, everything that the result depends on: "settings", "base", "corpus".
    every_seconds: least time between two saves of a running training.

    Raises OutputError where the folder cannot be made.
    """

    folder: Path
    run: Mapping[str, Any]
    every_seconds: float
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        try:
            self.folder.mkdir(exist_ok=True)
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
        identity = {**self.run, "stage": stage}
        standing, seconds, steps = BEGINNING, 0.0, None
        if path.exists():
            standing, seconds, steps = _load(path, identity, inputs, outputs)
        started = saved = time.monotonic()

        def save_if_due(standing: Standing, trainer: Trainer) -> bool:
            nonlocal saved
            now = time.monotonic()
            is_over = standing.is_over(settings.epochs, settings.patience)
            if is_over or now - saved >= self.every_seconds:
                matrices = dict(zip(MATRICES, trainer.matrices(), strict=True))
                if isinstance(trainer, DistributedTrainer):
                    matrices |= zip(STEPS, trainer.steps, strict=True)
                if freeze_inputs:
                    matrices = {name: matrices[name] for name in matrices if "inputs" not in name}
                _save(path, identity, standing, seconds + now - started, matrices)
                saved = time.monotonic()
            return False

        try:
            log = train(
                *(inputs, outputs, corpus, settings),
                freeze_inputs=freeze_inputs,
                stage=stage,
                standing=standing,
                steps=steps,
                pauses=Pauses(save_if_due, 1 if settings.run.shards else LOOK_EVERY),
                **others,
            )
        except KeyboardInterrupt:
            if not any(self.folder.iterdir()):
                raise
            raise KeyboardInterrupt(f"the same command resumes from {self.folder}") from None
        return replace(log, seconds=seconds + log.seconds)

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
    write_tensors(path, matrices, metadata)


def _load(
    path: Path, identity: Mapping[str, Any], inputs: Floats2d, outputs: Floats2d
) -> tuple[Standing, float, tuple[Floats2d, Floats2d] | None]:
    """Fill the matrices; return the position, the seconds it took, and the last steps of shards."""
    file = read_tensors(path)
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
        standing = metadata["standing"]
        for name in ("epoch_losses", "validation_losses"):
            standing[name] = tuple(standing[name])
        outputs[:] = file.floats("outputs")
        if "inputs" in file:
            inputs[:] = file.floats("inputs")
        steps = None
        if STEPS[1] in file:
            steps = np.zeros_like(inputs), file.floats(STEPS[1]).copy()
            if STEPS[0] in file:
                steps[0][:] = file.floats(STEPS[0])
        return Standing(**standing), float(metadata["seconds"]), steps


def _differences(saved: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """How a saved run differs, where that is short ("epochs 7"), else "another corpus"."""
    told = []
    for name, value in ours.items():
        other = saved[name]
        if isinstance(value, dict):
            told += _differences(other, value)
        elif other != value:
            told.append(f"another {name}" if isinstance(value, str) else f"{name} {other}")
    return told
