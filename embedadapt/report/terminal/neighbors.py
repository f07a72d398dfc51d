"""Nearest words on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from embedadapt.report.terminal.parts import figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console


def show_neighbors(
    found: Mapping[str, Sequence[tuple[str, float]] | None], console: Console
) -> None:
    """Each word with its nearest ones and their cosines; words without a vector are passed over."""
    for word, nearest in found.items():
        if nearest is None:
            continue
        console.print(heading(word))
        table = figures_table()
        table.show_header = False
        for name, cosine in nearest:
            table.add_row(foreign(name), f"{cosine:.3f}")
        console.print(table)
