"""Sense-shift candidates on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embedadapt.adaptation.sense_shifts import SenseShift
from embedadapt.report.advice import TOO_FEW, sense_shift_remark
from embedadapt.report.figures import count
from embedadapt.report.terminal.elements import figures_table, foreign

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 20


def show_sense_shifts(sense_shifts: Sequence[SenseShift], console: Console) -> None:
    """The words, with their neighbors in the vectors and after training on the corpus."""
    console.print()
    if not sense_shifts:
        console.print(TOO_FEW)
        return
    table = figures_table("Known words that this corpus may use in another sense")
    table.add_column("word")
    table.add_column("count", justify="right")
    table.add_column("neighbors in the vectors")
    table.add_column("neighbors after training")
    for sense_shift in sense_shifts[:SHOWN]:
        table.add_row(
            foreign(sense_shift.word, "bold"),
            count(sense_shift.count),
            foreign(", ".join(sense_shift.before), "dim"),
            foreign(", ".join(sense_shift.after), "dim"),
        )
    console.print(table)
    if remark := sense_shift_remark(sense_shifts):
        console.print(foreign(remark, "dim"))
    if len(sense_shifts) > SHOWN:
        rest = f"--html, --json and --csv list {len(sense_shifts)}, each with a line of the text."
        console.print(foreign(rest, "dim"))
