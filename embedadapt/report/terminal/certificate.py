"""The scales at which a trained pipeline keeps its scores, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedadapt.export.drop_in import Certificate
from embedadapt.report.figures import count
from embedadapt.report.terminal.elements import figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console


def show_certificate(certificate: Certificate, pipeline: str, console: Console) -> None:
    """A line for each scale and score, then the conclusion."""
    documents = count(certificate.n_documents, "document")
    console.print(heading("Drop-in certificate", f"{pipeline}, {documents}"))
    table = figures_table()
    for name in ("scale", "score"):
        table.add_column(name)
    for name in ("own", "adapted", "change"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for tried in certificate.tried:
        for place, change in enumerate(tried.changes):
            table.add_row(
                "" if place else f"add {tried.scale:g}",
                foreign(change.score),
                f"{change.before:.3f}",
                f"{change.after:.3f}",
                f"{change.after - change.before:+.3f} ({change.low:+.3f}…{change.high:+.3f})",
                certificate.outcome_of(change),
            )
    console.print(table)
    console.print(
        foreign(
            "95 % intervals (documents resampled) are in parentheses. A score is kept if its whole "
            f"interval is above -{certificate.tolerance:g} and there are at least "
            f"{certificate.n_needed:,} documents. It is lost if its whole interval is below "
            f"-{certificate.tolerance:g}.",
            "dim",
        )
    )
    console.print(foreign(_conclusion(certificate), "bold"))


def _conclusion(certificate: Certificate) -> str:
    if certificate.largest_scale is not None:
        return f"The pipeline keeps its scores up to scale {certificate.largest_scale:g}."
    if {certificate.outcome(tried) for tried in certificate.tried} == {"lost"}:
        return "No scale keeps the scores. Train the pipeline again with the adapted vectors."
    few = certificate.n_documents < certificate.n_needed
    return (
        "No scale keeps the scores for certain. Give "
        f"{f'{certificate.n_needed:,} documents' if few else 'more documents'}, or train the "
        "pipeline again with the adapted vectors."
    )
