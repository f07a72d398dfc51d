"""Known words that are not safe, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embedadapt.adaptation.suspects import Suspect
from embedadapt.report.figures import count
from embedadapt.report.terminal.elements import figures_table, foreign

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 20


def show_suspects(suspects: Sequence[Suspect], console: Console) -> None:
    """The words, and what they are near to in the table and by their contexts here."""
    console.print()
    if not suspects:
        console.print("No known word is often enough here to tell whether its vector fits.")
        return
    table = figures_table("Known words whose vectors fit this corpus least")
    table.add_column("word")
    table.add_column("count", justify="right")
    table.add_column("near in the table")
    table.add_column("near by its contexts here")
    for suspect in suspects[:SHOWN]:
        table.add_row(
            foreign(suspect.word, "bold"),
            count(suspect.count),
            foreign(", ".join(suspect.in_table), "dim"),
            foreign(", ".join(suspect.in_corpus), "dim"),
        )
    console.print(table)
    if len(suspects) > SHOWN:
        rest = f"The page, --json and --csv name {len(suspects)}, each with a line of the text."
        console.print(foreign(rest, "dim"))
