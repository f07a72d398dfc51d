"""A vector file's description on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedadapt.core.normalization import Normalization
from embedadapt.formats.inspection import VectorsInspection
from embedadapt.report.figures import count
from embedadapt.report.terminal.parts import figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console


def show_inspection(
    inspection: VectorsInspection, normalization: Normalization, console: Console
) -> None:
    """One line a fact, then what a user should know."""
    console.print(heading("Vectors", inspection.path))
    table = figures_table()
    table.show_header = False
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, value in _facts(inspection, normalization):
        table.add_row(name, foreign(value))
    console.print(table)
    for note in inspection.notes:
        console.print(foreign(f"Note: {note}"))


def _facts(found: VectorsInspection, normalization: Normalization) -> list[tuple[str, str]]:
    norms = found.norms
    order = {True: "most frequent first", False: "not by frequency", None: "no counts in the file"}
    facts = [
        ("format", found.file_format),
        ("size", f"{found.n_bytes / 1e6:,.1f} MB"),
        ("table", f"{count(found.n_words, 'word')} x {found.dim}"),
        ("order", order[found.by_frequency]),
        (
            "lengths",
            f"{norms.smallest:.3g} to {norms.largest:.3g}, median {norms.median:.3g}"
            + (f"; {count(norms.n_zero, 'zero row')}" if norms.n_zero else ""),
        ),
        ("context matrix", "present" if found.has_context else "none: fitted before training"),
    ]
    if found.ngram_lengths:
        low, high = found.ngram_lengths
        facts.append(("n-grams", f"{count(found.n_buckets, 'bucket')}, {low} to {high} characters"))
    if found.n_shared_keys:
        facts.append(("pruned", f"{count(found.n_shared_keys, 'key')} borrow another word's row"))
    conventions = ", ".join(
        f"{name}={value}"
        for name, value in normalization.to_dict().items()
        if value not in ("keep", False)
    )
    return [
        *facts,
        ("conventions", conventions or "none: words are looked up as they stand"),
        ("first words", " ".join(found.first_words)),
    ]
