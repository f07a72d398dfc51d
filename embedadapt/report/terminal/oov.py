"""The OOV report on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedadapt.oov.result import Cause, OOVReport, UnknownWord
from embedadapt.report import advice
from embedadapt.report.figures import count, percent
from embedadapt.report.terminal.elements import BAR_WIDTH, bar, figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

WORDS_SHOWN = 15


def show_oov(report: OOVReport, console: Console) -> None:
    """The OOV report: rates, causes with their fixes, the words that matter, what to do next."""
    console.print(heading("OOV report", advice.table_line(report)))
    console.print(foreign(advice.corpus_line(report), "dim"))
    console.print()
    console.print(_readings(report, console))
    lost = " and ".join(f"{share} {what}" for share, what in advice.losses(report)[:2])
    cut, bare = (share for share, _ in advice.losses(report)[2:])
    loses = (
        f"After normalization, the text loses {lost}. {cut} of the sentences lose a word, and "
        f"{bare} lose two or more content words."
    )
    for remark in (loses, *advice.remarks(report)):
        console.print(foreign(remark, "dim"))
    if report.raw.unknown_tokens:
        console.print()
        console.print(_fixes(report, console))
    if report.normalized.unknown_tokens:
        console.print()
        console.print(_residue(report, console))
    if report.words:
        console.print()
        console.print(_words(report, console))
    console.print()
    sentence, command = advice.next_step(report)
    console.print(foreign(sentence, "bold"))
    if command:
        console.print(foreign(f"  {command}", "green"))


def _readings(report: OOVReport, console: Console) -> Table:
    table = figures_table()
    table.add_column("UNK rate", no_wrap=True)
    table.add_column("tokens", justify="right", no_wrap=True, style="bold")
    table.add_column("", width=BAR_WIDTH, style="cyan")
    table.add_column("unknown", justify="right", no_wrap=True)
    table.add_column("types", justify="right", no_wrap=True)
    table.add_column("documents", justify="right", no_wrap=True)
    for reading in report.readings:
        table.add_row(
            reading.name,
            percent(reading.unknown_tokens, reading.n_tokens),
            bar(reading.token_rate, max(each.token_rate for each in report.readings), console),
            count(reading.unknown_tokens),
            percent(reading.unknown_types, reading.n_types),
            percent(reading.affected_documents, reading.n_documents),
        )
    return table


def _fixes(report: OOVReport, console: Console) -> Table:
    """The causes that a convention fixes, as shares of the raw tokens that are unknown."""
    unknown = report.raw.unknown_tokens
    table = _shares(f"Why {count(unknown, 'raw token')} are not found")
    for cause in advice.fixes(report):
        _add_cause(table, cause, cause.tokens, unknown, console)
    if left := unknown - report.fixed_tokens:
        table.add_row(
            "  Not a matter of convention",
            percent(left, unknown),
            foreign(bar(left, unknown, console, width=10), "cyan"),
            foreign("the causes below", "dim"),
        )
    return table


def _residue(report: OOVReport, console: Console) -> Table:
    """The causes of what remains, as shares of the tokens unknown after normalization."""
    left = report.normalized.unknown_tokens
    table = _shares(f"Why {count(left, 'token')} remain unknown after normalization")
    for cause in advice.residue(report):
        _add_cause(table, cause, cause.left_tokens, left, console)
    return table


def _shares(title: str) -> Table:
    table = figures_table(title)
    table.show_header = False
    for column in ({"width": 32}, {"width": 7, "justify": "right"}, {"width": 10}, {}):
        table.add_column(**column)
    return table


def _add_cause(table: Table, cause: Cause, tokens: int, whole: int, console: Console) -> None:
    """A row with the cause's tokens as a share of `whole`."""
    from rich.text import Text

    examples = foreign("  ".join(advice.shown(example, cause) for example in cause.examples), "dim")
    examples.truncate(max(10, console.width - 56), overflow="ellipsis")
    if cause.fixed:
        examples = Text("\n").join([foreign(cause.setting or cause.fix, "green"), examples])
    table.add_row(
        f"  {cause.title}",
        percent(tokens, whole),
        foreign(bar(tokens, whole, console, width=10), "cyan"),
        examples,
    )


def _words(report: OOVReport, console: Console) -> Table:
    unknown = count(report.normalized.unknown_types)
    aside = f" ({advice.unlisted(report)})" if advice.unlisted(report) else ""
    table = figures_table(f"Unknown words of highest keyness, of {unknown}{aside}")
    shown = report.words[:WORDS_SHOWN]
    names = [foreign(word.word, "bold") for word in shown]
    for name in names:
        name.truncate(24, overflow="ellipsis")
    table.add_column("word")
    table.add_column("count", justify="right", min_width=6)
    table.add_column("docs", justify="right", min_width=5)
    table.add_column("as in")
    room = console.width - max(name.cell_len for name in names) - 19
    for name, word in zip(names, shown, strict=True):
        table.add_row(name, count(word.count), count(word.n_documents), _concordance(word, room))
    return table


def _concordance(word: UnknownWord, room: int) -> Text:
    """The word's line, cut to `room` columns so that the word itself is seen."""
    if word.context is None:
        return foreign("")
    before, written, after = (foreign(part) for part in word.context.parts)
    space = max(0, room - written.cell_len)
    kept = max(space - after.cell_len, space // 2)
    if before.cell_len > kept:
        before = foreign("…" + before.plain[len(before) - kept + 1 :] if kept > 1 else "")
    for part, style in ((before, "dim"), (written, "underline"), (after, "dim")):
        part.stylize(style)
    line = before + written + after
    line.truncate(max(10, room), overflow="ellipsis")
    return line
