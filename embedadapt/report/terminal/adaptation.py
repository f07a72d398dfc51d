"""An adaptation on a terminal: what was learned, what is new, what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.adaptation.trainer import AdaptationResult
from embedadapt.report.figures import count
from embedadapt.report.terminal.parts import foreign, heading
from embedadapt.training.skipgram import TrainingLog

if TYPE_CHECKING:
    from rich.console import Console

NEW_WORDS_SHOWN = 12


def show_adaptation(result: AdaptationResult, path: Path, console: Console) -> None:
    """What was trained, in a few lines, and the next command."""
    adapter = result.adapter
    n_known = len(adapter.vocabulary) - adapter.n_new
    console.print(heading("Adapter", f"{path} ({path.stat().st_size / 1e6:.1f} MB)"))
    console.print(
        f"  trained on {count(result.n_training_tokens, 'token')} of "
        f"{count(adapter.scores['training_documents'], 'document')}, "
        f"{count(len(result.held_out))} more held out"
    )
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
        f"training loss {first:.3f} to {last:.3f} in {count(len(log.epoch_losses), 'epoch')}, "
        f"{rate:,.0f} words/s"
    )
