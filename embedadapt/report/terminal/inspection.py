"""A vector file's description on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedadapt.core.normalization import Normalization
from embedadapt.formats.inspection.defects import Defect
from embedadapt.formats.inspection.repair import Repair
from embedadapt.formats.inspection.summary import VectorsInspection
from embedadapt.report.figures import count
from embedadapt.report.terminal.elements import figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console

PLACES_SHOWN = 5
"""Of each kind of defect; --json has more."""


def show_inspection(
    inspection: VectorsInspection,
    normalization: Normalization,
    console: Console,
    repair: Repair | None = None,
) -> None:
    """One line for each fact, then notes, then the defects and their repair."""
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
    _show_defects(inspection, console, repair)
    if repair:
        console.print()
        written = f"{count(repair.n_words, 'word')} x {repair.dim} written to {repair.output}"
        console.print(heading("Repaired", written))


def _show_defects(inspection: VectorsInspection, console: Console, repair: Repair | None) -> None:
    for defect in inspection.defects:
        console.print()
        remedy = _remedy(defect, repair, refused=bool(inspection.refused))
        console.print(heading(f"{defect.kind} ({count(defect.total)})", remedy))
        for place in defect.places[:PLACES_SHOWN]:
            console.print(foreign(f"  {place.where}: {place.found}"))
        if defect.total > PLACES_SHOWN:
            console.print(
                f"  {count(defect.total - PLACES_SHOWN)} more are not shown.", style="dim"
            )
    if inspection.refused and inspection.repairable and not repair:
        console.print()
        console.print("No command can load this file. --repair FILE writes a copy that loads.")


def _remedy(defect: Defect, repair: Repair | None, *, refused: bool) -> str:
    if not defect.repair:
        return "cannot be repaired" if refused and not repair else ""
    return defect.repair if repair else f"--repair: {defect.repair}"


def _facts(found: VectorsInspection, normalization: Normalization) -> list[tuple[str, str]]:
    norms = found.norms
    orders = {True: "most frequent first", False: "not by frequency", None: "unknown"}
    evidence = f" ({found.order_evidence})" if found.order_evidence else ""
    table = f"{count(found.n_words, 'word')} x {found.dim}, {found.dtype}"
    facts = [
        ("format", f"{found.file_format}, words in {found.encoding}"),
        ("size", _size(found.n_bytes)),
        ("sound rows" if found.refused else "vectors", table),
        ("order", orders[found.by_frequency] + evidence),
        (
            "lengths",
            f"{norms.smallest:.3g} to {norms.largest:.3g}, median {norms.median:.3g}"
            + (f"; {count(norms.n_zero, 'zero row')}" if norms.n_zero else ""),
        ),
        (
            "context matrix",
            "present" if found.has_context else "none; `adapt` fits one first",
        ),
    ]
    if found.ngram_lengths:
        low, high = found.ngram_lengths
        facts.append(("n-grams", f"{count(found.n_buckets, 'bucket')}, {low} to {high} characters"))
    if found.n_shared_keys:
        facts.append(("pruned", f"{count(found.n_shared_keys, 'key')} share another word's row"))
    conventions = ", ".join(
        f"{name}={value}"
        for name, value in normalization.to_dict().items()
        if value not in ("keep", False)
    )
    return [
        *facts,
        ("conventions", conventions or "none; words are looked up as written"),
        ("first words", " ".join(found.first_words)),
    ]


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB" if n_bytes >= 100_000 else count(n_bytes, "byte")
