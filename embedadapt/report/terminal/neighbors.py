"""Nearest words on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING

from embedadapt.evaluation.compared import ComparedNeighbors
from embedadapt.report.terminal.elements import figures_table, foreign, heading
from embedadapt.text.lookup import Lookup, WordNeighbors

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


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


def show_compared(compared: ComparedNeighbors, console: Console) -> None:
    """Each query with its neighbors in the base and in the adapted vectors, side by side; queries
    without a vector in either are passed over."""
    console.print(f"Adapted vectors: {compared.applied}.")
    for query, near in compared.after.items():
        if not near.lookup.found:
            continue
        console.print(heading(query, answered_by(near.lookup)))
        old = compared.before[query]
        table = figures_table()
        for column in ("before", "after"):
            table.add_column(column)
            table.add_column("", justify="right")
        missing = () if old.lookup.found else (("not in the base", None),)
        for before, after in zip_longest((*old, *missing), near, fillvalue=("", None)):
            table.add_row(*_pair(*before), *_pair(*after))
        console.print(table)


def _pair(word: str, cosine: float | None) -> tuple[Text, str]:
    return foreign(word), "" if cosine is None else f"{cosine:.3f}"


def answered_by(lookup: Lookup) -> str:
    """What a query's vector is; "" where it is the query's own."""
    if lookup.how == "mean":
        return f"mean of {' + '.join(lookup.words)}"
    if lookup.how == "composed":
        return "composed of character n-grams"
    others = f", not {', '.join(lookup.others)}" if lookup.others else ""
    return f"as {lookup.words[0]}{others}" if lookup.how == "normalized" else ""
