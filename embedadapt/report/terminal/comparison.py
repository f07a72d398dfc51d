"""Several vector files side by side on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import OOVReport, Reading, UnknownWord
from embedadapt.report import advice
from embedadapt.report.figures import count, percent, shorten
from embedadapt.report.terminal.elements import figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

NAME_WIDTH = 28
WORDS_NAMED = 8


def show_comparison(comparison: OOVComparison, console: Console) -> None:
    """A column for each of the vectors: what it holds and lacks; then which to use."""
    console.print(heading("OOV comparison", advice.corpus_line(comparison.best)))
    console.print()
    console.print(_side_by_side(comparison))
    console.print()
    for name, report in zip(advice.table_names(comparison), comparison.reports, strict=True):
        console.print(_lacking(name, comparison.only_unknown_to(report)))
    console.print()
    console.print(foreign(advice.recommendation(comparison), "bold"))


def _side_by_side(comparison: OOVComparison) -> Table:
    table = figures_table()
    table.add_column("", no_wrap=True)
    for name, report in zip(advice.table_names(comparison), comparison.reports, strict=True):
        table.add_column(
            foreign(shorten(name, NAME_WIDTH)),
            justify="right",
            style="bold" if report is comparison.best else "",
        )
    for title, figure in ROWS:
        table.add_row(title, *(figure(report) for report in comparison.reports))
    return table


ROWS: tuple[tuple[str, Callable[[OOVReport], str]], ...] = (
    ("words", lambda report: count(report.vectors.n_words)),
    ("dimensions", lambda report: count(report.vectors.dim)),
    ("keys that share a row", lambda report: count(report.vectors.n_shared_keys)),
    ("UNK rate raw", lambda report: percent(*_tokens(report.raw))),
    ("  tokenized", lambda report: percent(*_tokens(report.tokenized))),
    ("  normalized", lambda report: percent(*_tokens(report.normalized))),
    ("  no composed vector", lambda report: percent(*_without(report.normalized))),
    ("unknown words", lambda report: count(report.normalized.unknown_types)),
    ("documents with any", lambda report: percent(*_documents(report.normalized))),
)


def _tokens(reading: Reading) -> tuple[int, int]:
    return reading.unknown_tokens, reading.n_tokens


def _without(reading: Reading) -> tuple[int, int]:
    return reading.no_vector_tokens, reading.n_tokens


def _documents(reading: Reading) -> tuple[int, int]:
    return reading.affected_documents, reading.n_documents


def _lacking(name: str, words: Sequence[UnknownWord]) -> Text:
    named = [word.word for word in words[:WORDS_NAMED]] + ["…"][: len(words) > WORDS_NAMED]
    if not words:
        return foreign(f"{name} lacks no word that the others have.")
    verb = "is" if len(words) == 1 else "are"
    return foreign(f"{count(len(words), 'word')} {verb} unknown to {name} only: {', '.join(named)}")
