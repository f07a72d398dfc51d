"""What a preparation did, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.report.figures import count, percent, printable
from embedadapt.report.terminal.elements import foreign, heading
from embedadapt.text.prepare import Preparation

if TYPE_CHECKING:
    from rich.console import Console

PHRASES_SHOWN = 8
_FURNITURE = "headers, footers and numbers"
_WHY_DROPPED = {
    "empty": "without text",
    "pages": "with page headers and numbers only",
    "foreign": "in another language",
    "repeated": "with repeated clauses only",
    "foreign and repeated": "with foreign passages and repeated clauses only",
}


def show_preparation(
    done: Preparation, console: Console, output: Path | None = None, phrases: Path | None = None
) -> None:
    """A line for each step, with its share of the words if it removed any."""
    languages = ", ".join(f"{name} {count(n)}" for name, n in done.foreign_passages.most_common())
    n_passages = sum(done.foreign_passages.values())
    read = f"{count(done.n_documents, 'document')}, {count(done.n_words, 'word')}"
    console.print(heading("Corpus", f"{read} read"))
    for step, what in (
        ("repaired", count(done.repaired_documents, "document")),
        ("pages", f"{count(done.dropped_lines, 'header, footer or number', _FURNITURE)} removed"),
        ("rejoined", f"{count(done.rejoined_words, 'word')} rejoined at line ends"),
        (
            "foreign",
            f"{count(n_passages, 'passage')}, {percent(done.foreign_words, done.n_words)} of the "
            "words, removed" + (f" ({languages})" if languages else ""),
        ),
        (
            "repeated",
            f"{count(_n_repeats(done), 'clause')} ({count(done.near_repeats)} nearly the same), "
            f"{percent(done.repeated_words, done.n_words)} of the words, removed",
        ),
    ):
        console.print(f"  {step:<9} {what}")
    console.print(foreign(f"  kept      {_kept(done)}"))
    if phrases:
        best = ", ".join(f"{one.words} {count(one.count)}" for one in done.phrases[:PHRASES_SHOWN])
        console.print(foreign(f"  phrases   {count(len(done.phrases))} learned: {best}"))
    if output:
        written = count(done.kept_documents, "document")
        console.print(foreign(f"{output} has {written}, one per line.", "bold"))
    if phrases:
        console.print(foreign(f"{phrases} has the phrases. Use it with `adapt --phrases`.", "bold"))


def _kept(done: Preparation) -> str:
    """What is left, and how many documents are dropped for which reason."""
    kept = f"{count(done.kept_documents, 'document')}, {count(done.kept_words, 'word')}"
    reasons = [f"{count(n)} {_WHY_DROPPED[why]}" for why, n in done.dropped.most_common()]
    dropped = f"{count(done.dropped.total(), 'document')} removed"
    return f"{kept}; {dropped}: {', '.join(reasons)}" if reasons else kept


def in_short(done: Preparation) -> str:
    """In one line, the steps that changed something."""
    n_passages = sum(done.foreign_passages.values())
    steps = (
        (done.repaired_documents, f"{count(done.repaired_documents, 'document')} repaired"),
        (
            done.dropped_lines,
            f"{count(done.dropped_lines)} page headers, footers and numbers removed",
        ),
        (done.rejoined_words, f"{count(done.rejoined_words, 'word')} rejoined"),
        (
            n_passages,
            f"{percent(done.foreign_words, done.n_words)} of the words removed as foreign",
        ),
        (
            _n_repeats(done),
            f"{percent(done.repeated_words, done.n_words)} of the words removed as repeated",
        ),
    )
    return printable("; ".join(done for n, done in steps if n)) or "nothing was changed"


def _n_repeats(done: Preparation) -> int:
    return done.exact_repeats + done.near_repeats
