"""Trainers by device."""

from __future__ import annotations

from embedadapt.training.job import Job
from embedadapt.training.loop import Trainer
from embedadapt.training.processor import ProcessorTrainer
from embedadapt.training.replicated import ReplicatedTrainer
from embedadapt.training.settings import RunSettings


def prepare_trainer(job: Job) -> Trainer:
    """A trainer on the device of the settings, with the matrices copied to it."""
    if job.settings.run.device == "cuda":
        from embedadapt.training.gpu import GpuTrainer

        return GpuTrainer.prepare(job)
    if job.settings.run.deterministic and job.settings.run.threads > 1:
        return ReplicatedTrainer.prepare(job)
    return ProcessorTrainer.prepare(job)


def check_device(settings: RunSettings) -> None:
    """Raise EmbedAdaptError where the device is missing, before any text is read."""
    if settings.device == "cuda":
        from embedadapt.training.gpu import require_gpu

        require_gpu()
