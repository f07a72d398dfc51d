"""Known words that are not safe, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embedadapt.adaptation.sense_shifts import SenseShift
from embedadapt.report.figures import count
from embedadapt.report.terminal.elements import figures_table, foreign

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 20


def show_sense_shifts(sense_shifts: Sequence[SenseShift], console: Console) -> None:
    """The words, and what they are near to in the table and by their contexts here."""
    console.print()
    if not sense_shifts:
        console.print("No known word is often enough here to tell whether its vector fits.")
        return
    table = figures_table("Known words whose vectors fit this corpus least")
    table.add_column("word")
    table.add_column("count", justify="right")
    table.add_column("near in the table")
    table.add_column("near by its contexts here")
    for sense_shift in sense_shifts[:SHOWN]:
        table.add_row(
            foreign(sense_shift.word, "bold"),
            count(sense_shift.count),
            foreign(", ".join(sense_shift.in_table), "dim"),
            foreign(", ".join(sense_shift.in_corpus), "dim"),
        )
    console.print(table)
    if len(sense_shifts) > SHOWN:
        rest = f"The page, --json and --csv name {len(sense_shifts)}, each with a line of the text."
        console.print(foreign(rest, "dim"))
