"""Workbooks of Excel: one column of a sheet holds the text, each row is a document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.cells import plain_cell
from embedadapt.text.readers.columns import numbered, place_of
from embedadapt.text.readers.decoding import extra, limit_of, opened, parsing
from embedadapt.text.readers.delimited import SAMPLED_ROWS, is_header


def read_xlsx(path: Path, column: str | None, table: str | None = None) -> Iterator[Document]:
    """The cells of one column, as they are shown; empty ones are passed over.

    column: its name in the first row; or its number, from 1, where that may be no header.
    table: the name of the sheet. Default: the first.

    Raises CorpusError for a sheet or a column that the workbook lacks, and for one that unpacks to
    more than a file may.
    """
    calamine = extra("python_calamine", path)
    with opened(path) as stream:
        data = stream.read()
    with parsing(path), zipfile.ZipFile(io.BytesIO(data)) as archive:
        limit_of(path).spend(sum(part.file_size for part in archive.infolist()))
    with parsing(path):
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        if table is not None and table not in names:
            raise CorpusError(
                str(path),
                expected=f"a sheet {table!r}",
                found=f"the sheets {', '.join(map(repr, names))}",
                hint="Name it with --table.",
            )
        rows = book.get_sheet_by_name(table or names[0]).to_python()
    head = [[_shown(cell) for cell in row] for row in rows[:SAMPLED_ROWS]]
    first = head[0] if head else []
    by_number = None if column in first else numbered(column, len(first))
    place = place_of(first, column, path) if by_number is None else by_number
    has_header = by_number is None or is_header(head)
    for number, row in enumerate(rows[has_header:], start=1):
        if text := _shown(row[place]):
            yield Document(f"{path}:{number}", plain_cell(text))


def _shown(cell: object) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else str(cell)  # type: ignore[call-overload]
