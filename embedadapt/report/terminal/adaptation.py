"""An adaptation on a terminal: what was learned, what is new, what to do next."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.adaptation.trainer import AdaptationResult
from embedadapt.report.figures import count
from embedadapt.report.terminal.parts import foreign, heading
from embedadapt.training.loop import TrainingLog

if TYPE_CHECKING:
    from rich.console import Console

NEW_WORDS_SHOWN = 12
FEW_TOKENS = 20_000


def show_adaptation(result: AdaptationResult, path: Path, console: Console) -> None:
    """What was trained, in a few lines, and the next command."""
    adapter = result.adapter
    n_known = len(adapter.vocabulary) - adapter.n_new
    console.print(heading("Adapter", f"{path} ({path.stat().st_size / 1e6:.1f} MB)"))
    part = "passage" if any("#" in name for name in result.held_out) else "document"
    console.print(
        f"  trained on {count(result.n_training_tokens, 'token')} of "
        f"{count(adapter.scores['training_documents'], part)}, "
        f"{count(len(result.held_out))} more held out"
    )
    if result.n_training_tokens < FEW_TOKENS:
        console.print("  So little text teaches little: compare before and after with care.")
    console.print(f"  {count(n_known, 'known word')}, {count(adapter.n_new, 'new word')}")
    if adapter.n_new:
        names = ", ".join(adapter.new_words[:NEW_WORDS_SHOWN])
        console.print(foreign(f"  {names}" + (", …" * (adapter.n_new > NEW_WORDS_SHOWN)), "dim"))
    for part, log in (
        ("difference", result.difference_log),
        (f"{adapter.n_columns} domain columns", result.columns_log),
    ):
        if log is not None:
            console.print(f"  {part}: {_told(log)}")
    console.print(foreign("embedadapt evaluate tells what it gained and what it cost.", "bold"))


def _told(log: TrainingLog) -> str:
    first, last = log.epoch_losses[0], log.epoch_losses[-1]
    rate = log.n_words / log.seconds if log.seconds else 0
    return (
        f"training loss {_loss(first)} to {_loss(last)} in "
        f"{count(len(log.epoch_losses), 'epoch')}, {rate:,.0f} words/s"
    )


def _loss(value: float) -> str:
    """An epoch may be too short for a single pair to be measured."""
    return f"{value:.3f}" if isfinite(value) else "n/a"
