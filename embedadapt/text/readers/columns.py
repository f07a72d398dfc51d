"""The column of a table that holds its text, by name or by number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedadapt.core.errors import CorpusError


def numbered(column: str | None, n_columns: int) -> int | None:
    """The place of a column that is given by its number, the first being 1; None for others."""
    if column is None or not (column.isascii() and column.isdigit()):
        return None
    place = int(column) - 1 if len(column) < 6 else n_columns
    return place if 0 <= place < n_columns else None


def place_of(header: Sequence[str], column: str | None, path: Path) -> int:
    """The place of a column given by name or number; a table of one column needs neither.

    Raises CorpusError where the table has no such column.
    """
    if column in header:
        return header.index(column)
    place = numbered(column, len(header))
    if place is not None:
        return place
    if column is None and len(header) == 1:
        return 0
    raise CorpusError(
        str(path),
        expected=f"a column {column!r}" if column else "the name of the column that holds the text",
        found=f"the columns {', '.join(map(repr, header))}" if header else "no header",
        hint="Name it with --column, or give its number.",
    )
