"""An adaptation on a terminal: what was trained, which words are new, what to do next."""

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
from embedadapt.report.verdict import next_step, told
from embedadapt.text.prepare import Preparation
from embedadapt.training.loop import TrainingLog

if TYPE_CHECKING:
    from rich.console import Console

NEW_WORDS_SHOWN = 12

LOW_CONFIDENCE = 0.4
"""New words of this confidence or less are listed. Among 3,939 rare words hidden from GloVe, the
fifth with the lowest confidence (.46 on average) had a cosine of .34 with the true vectors."""


def show_adaptation(
    result: AdaptationResult, path: Path, console: Console, prepared: Preparation | None = None
) -> None:
    """What was trained, in a few lines; prepared: what was done to the text before."""
    adapter = result.adapter
    n_known = len(adapter.vocabulary) - adapter.n_new
    console.print(heading("Adapter", f"{path} ({path.stat().st_size / 1e6:.1f} MB)"))
    if prepared is not None:
        console.print(f"  The text was prepared: {in_short(prepared)}.")
    held_out = result.n_held_out_documents
    console.print(
        f"  It was trained on {count(result.n_training_tokens, 'token')} of "
        f"{count(result.n_training_documents, result.unit)}; {count(held_out)} more "
        f"{'was' if held_out == 1 else 'were'} held out."
    )
    console.print(
        f"  It has {count(n_known, 'known word')} and {count(adapter.n_new, 'new word')}"
        f"{':' if adapter.n_new else '.'}"
    )
    if adapter.n_new:
        names = ", ".join(result.new_words[:NEW_WORDS_SHOWN])
        console.print(foreign(f"  {names}" + (", …" * (adapter.n_new > NEW_WORDS_SHOWN)), "dim"))
        _show_misspellings(adapter, console)
        _show_confidence(adapter, console)
    for part, log in (
        ("the delta", result.delta_log),
        (f"{adapter.n_dimensions} domain dimensions", result.dimensions_log),
    ):
        if log is not None:
            console.print(f"  The training loss of {part} {_course(log)}.")


def show_verdict(
    evaluation: EvaluationResult, verdict: Verdict, console: Console, **paths: str
) -> None:
    """The gain and cost on held-out text, the verdict, and what to type next and why.

    paths: `vectors`, `adapter` and `lang` of `next_step`.
    """
    show_scores(evaluation, console)
    console.print()
    console.print(foreign(told(verdict, evaluation), "bold"))
    why, command = next_step(verdict, evaluation, **paths)
    if command:
        console.print(why)
        console.print(foreign(f"  {command}", "bold"), soft_wrap=True)


def _show_misspellings(adapter: Adapter, console: Console) -> None:
    """New words that are misspellings of known words."""
    misspellings = adapter.scores.get("misspellings", {})
    if misspellings:
        named = [f"{word} ({meant})" for word, meant in misspellings.items()][:NEW_WORDS_SHOWN]
        more = ", …" * (len(misspellings) > NEW_WORDS_SHOWN)
        n, verb = (
            len(misspellings),
            "is a misspelling" if len(misspellings) == 1 else "are misspellings",
        )
        line = f"  {count(n)} of the new words {verb} of known words: {', '.join(named)}{more}"
        console.print(foreign(line, "dim"))


def _show_confidence(adapter: Adapter, console: Console) -> None:
    """The median confidence of the new words, and the words of low confidence, whose spelling and
    contexts say little: names, misspellings and debris."""
    if adapter.confidence is None or np.isnan(adapter.confidence).all():
        return
    middle = np.nanmedian(adapter.confidence)
    console.print(
        f"  Their median confidence is {middle:.2f}. Confidence is the estimated cosine with "
        "the true vector, measured on known words that were hidden."
    )
    low = np.flatnonzero(adapter.confidence < LOW_CONFIDENCE)
    if len(low):
        worst = low[np.argsort(adapter.confidence[low], kind="stable")][:NEW_WORDS_SHOWN]
        names = ", ".join(adapter.new_words[i] for i in worst)
        console.print(foreign(f"  Confidence is low for {count(len(low))} of them: {names}", "dim"))


def _course(log: TrainingLog) -> str:
    first, last = log.epoch_losses[0], log.epoch_losses[-1]
    rate = log.n_words / log.seconds if log.seconds else 0
    return (
        f"went from {_loss(first)} to {_loss(last)} in "
        f"{count(len(log.epoch_losses), 'epoch')}, at {rate:,.0f} words/s"
    )


def _loss(value: float) -> str:
    """An epoch may be too short for a single pair to be measured."""
    return f"{value:.3f}" if isfinite(value) else "n/a"
