"""An adaptation on a terminal: what was learned, what is new, what to do next."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embedadapt.adaptation.trainer import AdaptationResult
from embedadapt.core.adapter import Adapter
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.verdict import Verdict
from embedadapt.report.figures import count
from embedadapt.report.terminal.elements import foreign, heading
from embedadapt.report.terminal.evaluation import show_scores
from embedadapt.report.terminal.preparation import in_short
from embedadapt.report.verdict import told
from embedadapt.text.prepare import Preparation
from embedadapt.training.loop import TrainingLog

if TYPE_CHECKING:
    from rich.console import Console

NEW_WORDS_SHOWN = 12

LOW_EXPECTATION = 0.4
"""New words expected to be no nearer the truth are named apart. Of 3,939 rare words hidden from
GloVe, the fifth of which least was expected, .46 on average, came back at .34."""


def show_adaptation(
    result: AdaptationResult, path: Path, console: Console, prepared: Preparation | None = None
) -> None:
    """What was trained, in a few lines; prepared: what was done to the text before."""
    adapter = result.adapter
    n_known = len(adapter.vocabulary) - adapter.n_new
    console.print(heading("Adapter", f"{path} ({path.stat().st_size / 1e6:.1f} MB)"))
    if prepared is not None:
        console.print(f"  prepared: {in_short(prepared)}")
    console.print(
        f"  trained on {count(result.n_training_tokens, 'token')} of "
        f"{count(result.n_training_documents, result.unit)}, "
        f"{count(result.n_held_out_documents)} more held out"
    )
    console.print(f"  {count(n_known, 'known word')}, {count(adapter.n_new, 'new word')}")
    if adapter.n_new:
        names = ", ".join(result.new_words[:NEW_WORDS_SHOWN])
        console.print(foreign(f"  {names}" + (", …" * (adapter.n_new > NEW_WORDS_SHOWN)), "dim"))
        _show_slips(adapter, console)
        _show_expectations(adapter, console)
    for part, log in (
        ("difference", result.difference_log),
        (f"{adapter.n_columns} domain columns", result.columns_log),
    ):
        if log is not None:
            console.print(f"  {part}: {_course(log)}")


def show_verdict(evaluation: EvaluationResult, verdict: Verdict, console: Console) -> None:
    """What it gained and what it cost on text held out, and whether to use it."""
    show_scores(evaluation, console)
    console.print()
    console.print(foreign(told(verdict, evaluation), "bold"))


def _show_slips(adapter: Adapter, console: Console) -> None:
    """New words that are known ones miswritten."""
    slips = adapter.scores.get("slips", {})
    if slips:
        named = [f"{word} ({meant})" for word, meant in slips.items()][:NEW_WORDS_SHOWN]
        more = ", …" * (len(slips) > NEW_WORDS_SHOWN)
        told = f"  {count(len(slips))} of them known words miswritten: {', '.join(named)}{more}"
        console.print(foreign(told, "dim"))


def _show_expectations(adapter: Adapter, console: Console) -> None:
    """How near the truth the new words can be expected, and of which of them little is: of those
    neither spelling nor contexts say much, as of names, slips and debris."""
    if adapter.expected is None or np.isnan(adapter.expected).all():
        return
    middle = np.nanmedian(adapter.expected)
    console.print(
        f"  to be expected: a cosine of {middle:.2f} with their true vectors, as known words got "
        "that were hidden"
    )
    low = np.flatnonzero(adapter.expected < LOW_EXPECTATION)
    if len(low):
        worst = low[np.argsort(adapter.expected[low], kind="stable")][:NEW_WORDS_SHOWN]
        names = ", ".join(adapter.new_words[i] for i in worst)
        console.print(foreign(f"  little of {count(len(low))} of them: {names}", "dim"))


def _course(log: TrainingLog) -> str:
    first, last = log.epoch_losses[0], log.epoch_losses[-1]
    rate = log.n_words / log.seconds if log.seconds else 0
    return (
        f"training loss {_loss(first)} to {_loss(last)} in "
        f"{count(len(log.epoch_losses), 'epoch')}, {rate:,.0f} words/s"
    )


def _loss(value: float) -> str:
    """An epoch may be too short for a single pair to be measured."""
    return f"{value:.3f}" if isfinite(value) else "n/a"
