"""Nearest words on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from embedadapt.report.terminal.elements import figures_table, foreign, heading
from embedadapt.text.lookup import Lookup, WordNeighbors

if TYPE_CHECKING:
    from rich.console import Console


def show_neighbors(found: Mapping[str, WordNeighbors], console: Console) -> None:
    """Each query with what it was answered by, the nearest words and their cosines; queries without
    a vector are passed over."""
    for query, near in found.items():
        if not near.lookup.found:
            continue
        console.print(heading(query, answered_by(near.lookup)))
        table = figures_table()
        table.show_header = False
        for name, cosine in near:
            table.add_row(foreign(name), f"{cosine:.3f}")
        console.print(table)


def answered_by(lookup: Lookup) -> str:
    """What a query's vector is; "" where it is the query's own."""
    if lookup.how == "mean":
        return f"mean of {' + '.join(lookup.words)}"
    if lookup.how == "composed":
        return "composed of character n-grams"
    return f"as {lookup.words[0]}" if lookup.how == "normalized" else ""
