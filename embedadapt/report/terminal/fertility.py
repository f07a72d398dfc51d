"""The report on tokenizers on a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from embedadapt.oov.shattering import FertilityComparison, FertilityReport, Uncovered
from embedadapt.report import fertility as advice
from embedadapt.report.figures import count, percent, shorten
from embedadapt.report.terminal.elements import bar, figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS_SHOWN = 15
DOCUMENTS_SHOWN = 5
NAME_WIDTH = 28


def show_fertility(comparison: FertilityComparison, console: Console) -> None:
    """How a tokenizer cuts the words of a corpus; of several, them side by side, then the best."""
    report = comparison.best
    if not comparison.single:
        console.print(heading("Tokenizers compared", advice.corpus_line(report)))
        console.print()
        console.print(_side_by_side(comparison))
        console.print()
        console.print(foreign(advice.recommendation(comparison), "bold"))
        console.print()
    _show(report, console)


def _show(report: FertilityReport, console: Console) -> None:
    console.print(heading("Tokenizer report", advice.tokenizer_line(report)))
    console.print(foreign(advice.corpus_line(report), "dim"))
    console.print()
    console.print(_bands(report, console))
    for part in (_words(report, console), _documents(report)):
        if part is not None:
            console.print()
            console.print(part)
    if report.savings:
        console.print()
        console.print(foreign(advice.cost_line(report), "bold"))
        console.print(_savings(report))
    console.print()
    if report.by_case:
        console.print(foreign(advice.case_remark(report), "dim"))
    for title, uncovered in (("unknown tokens", report.unknown), ("bytes", report.bytes)):
        if uncovered.types:
            console.print(foreign(_uncovered(title, uncovered), "dim"))
    console.print(foreign(advice.conclusion(report), "bold"))


def _bands(report: FertilityReport, console: Console) -> Table:
    table = figures_table()
    table.add_column("occurrences", no_wrap=True)
    table.add_column("types", justify="right")
    table.add_column("pieces per word", justify="right", style="bold")
    table.add_column("whole", justify="right", no_wrap=True)
    table.add_column("shattered", justify="right", no_wrap=True)
    table.add_column("", width=12, style="cyan")
    rows = [(_times(band.least, band.most), band.words) for band in report.bands]
    most = max((words.shattered_rate for _, words in rows), default=0.0)
    for name, words in [*rows, ("all", report.words)]:
        table.add_row(
            name,
            count(words.n_types),
            advice.fertility(words),
            percent(words.whole, words.n_words),
            percent(words.shattered, words.n_words),
            bar(words.shattered_rate, most, console, width=12),
        )
    return table


def _times(least: int, most: int | None) -> str:
    if most is None:
        return f"{count(least)} times and more"
    return "once" if most == 1 else f"{count(least)} to {count(most)} times"


def _words(report: FertilityReport, console: Console) -> Table | None:
    """The shattered words that matter, each with its pieces."""
    words = [word for word in report.shattered if not word.by_case]
    if not words:
        return None
    shown = words[:WORDS_SHOWN]
    table = figures_table(f"Shattered words by keyness, of {count(len(words))}")
    names = [foreign(word.word, "bold") for word in shown]
    for name in names:
        name.truncate(24, overflow="ellipsis")
    table.add_column("word")
    table.add_column("count", justify="right", min_width=6)
    table.add_column("docs", justify="right", min_width=5)
    table.add_column("pieces")
    room = console.width - max(name.cell_len for name in names) - 19
    for name, word in zip(names, shown, strict=True):
        pieces = foreign(" ".join(word.pieces), "dim")
        pieces.truncate(max(10, room), overflow="ellipsis")
        table.add_row(name, count(word.count), count(word.n_documents), pieces)
    return table


def _documents(report: FertilityReport) -> Table | None:
    """The documents whose words are cut most."""
    if len(report.documents) == 1:
        return None
    table = figures_table("Documents with the most pieces per word")
    table.add_column("document")
    table.add_column("words", justify="right")
    table.add_column("tokens", justify="right")
    table.add_column("pieces per word", justify="right", style="bold")
    worst = sorted(report.documents, key=lambda one: (-one.fertility, one.name))
    for one in worst[:DOCUMENTS_SHOWN]:
        name = foreign(shorten(one.name, 40))
        table.add_row(name, count(one.n_words), count(one.n_tokens), f"{one.fertility:.2f}")
    return table


def _savings(report: FertilityReport) -> Table:
    table = figures_table()
    table.add_column("words added", justify="right")
    table.add_column("tokens", justify="right")
    table.add_column("", justify="right")
    for saving in report.savings:
        table.add_row(
            count(saving.n_words), f"-{count(saving.n_tokens)}", advice.saving(report, saving)
        )
    return table


def _uncovered(title: str, uncovered: Uncovered) -> str:
    more = ", …" if uncovered.types > len(uncovered.examples) else ""
    return (
        f"{count(uncovered.tokens)} {title} in {count(uncovered.types, 'word')} and marks that "
        f"have no pieces: {' '.join(uncovered.examples)}{more}"
    )


def _side_by_side(comparison: FertilityComparison) -> Table:
    table = figures_table()
    table.add_column("", no_wrap=True)
    names = advice.tokenizer_names(comparison)
    for name, report in zip(names, comparison.reports, strict=True):
        best = report is comparison.best
        table.add_column(
            foreign(shorten(name, NAME_WIDTH)), justify="right", style="bold" if best else ""
        )
    for title, figure in ROWS:
        table.add_row(title, *(figure(report) for report in comparison.reports))
    return table


ROWS: tuple[tuple[str, Callable[[FertilityReport], str]], ...] = (
    ("model", lambda report: report.tokenizer.kind),
    ("pieces", lambda report: count(report.tokenizer.n_pieces)),
    ("tokens of the text", lambda report: count(report.n_tokens)),
    ("pieces per word", lambda report: advice.fertility(report.words)),
    ("words in one piece", lambda report: percent(report.words.whole, report.words.n_words)),
    ("  shattered", lambda report: percent(report.words.shattered, report.words.n_words)),
    ("unknown tokens", lambda report: count(report.unknown.tokens)),
    ("bytes", lambda report: count(report.bytes.tokens)),
)
