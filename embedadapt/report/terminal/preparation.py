"""What a preparation did, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedadapt.report.figures import count, percent
from embedadapt.report.terminal.parts import foreign, heading
from embedadapt.text.prepare import Preparation

if TYPE_CHECKING:
    from rich.console import Console


def show_preparation(done: Preparation, console: Console, output: str = "") -> None:
    """A line a step, with its share of the words where it took any."""
    n_repeats = done.exact_repeats + done.near_repeats
    languages = ", ".join(f"{name} {count(n)}" for name, n in done.foreign_passages.most_common())
    console.print(
        heading("Corpus", f"{count(done.n_documents, 'document')}, {count(done.n_words, 'word')}")
    )
    for step, what in (
        ("repaired", count(done.repaired_documents, "document")),
        ("pages", f"{count(done.dropped_lines, 'header, footer or number', _FURNITURE)} dropped"),
        ("rejoined", f"{count(done.rejoined_words, 'word')} broken by a line's end"),
        (
            "foreign",
            f"{count(sum(done.foreign_passages.values()), 'passage')}, "
            f"{percent(done.foreign_words, done.n_words)} of the words, set aside"
            + (f" ({languages})" if languages else ""),
        ),
        (
            "repeated",
            f"{count(n_repeats, 'clause')} ({count(done.near_repeats)} nearly), "
            f"{percent(done.repeated_words, done.n_words)} of the words, dropped",
        ),
    ):
        console.print(f"  {step:<9} {what}")
    if output:
        console.print(foreign(f"Written to {output}", "bold"))


_FURNITURE = "headers, footers and numbers"
