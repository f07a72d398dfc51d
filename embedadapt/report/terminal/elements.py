"""What every terminal report is made of: headings, tables, bars, strings from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedadapt.report.figures import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

BAR_WIDTH = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"


def heading(title: str, rest: str = "") -> Text:
    """A bold title with what follows it on the same line."""
    from rich.text import Text

    return Text.assemble((title, "bold"), "  ", printable(rest))


def foreign(text: str, style: str = "") -> Text:
    """A string from a file, as it is: never markup, never a control sequence."""
    from rich.text import Text

    return Text(printable(text), style)


def figures_table(title: str = "") -> Table:
    """A borderless table with a bold title."""
    from rich.table import Table

    return Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="dim",
    )


def bar(part: float, whole: float, console: Console, *, width: int = BAR_WIDTH) -> str:
    """A bar of at most `width` characters; some is never nothing."""
    eighths = round(8 * width * part / whole) if whole else 0
    eighths = max(eighths, 1) if part else 0
    if console.options.ascii_only:
        return "#" * -(-eighths // 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
