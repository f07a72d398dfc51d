"""Tables: one column holds the text, each row is a document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.decoding import (
    decoded_parts,
    extra,
    largest_document,
    limit_of,
    opened,
    parsing,
)
from embedadapt.text.readers.limits import CellCount

BATCH = 1 << 16
"""Rows of a Parquet file that are unpacked at a time."""


def read_delimited(path: Path, column: str | None) -> Iterator[Document]:
    """Rows of a .csv or .tsv with a header. Rows that end before the column are passed over."""
    rows = delimited_rows(path)
    place = _place(next(rows, []), column, path)
    for number, row in enumerate(rows, start=1):
        if place < len(row):
            yield Document(f"{path}:{number}", row[place])


def delimited_rows(path: Path) -> Iterator[list[str]]:
    """The cells of every row of a .csv or .tsv, its header first. Raises CorpusError."""
    with opened(path) as stream:
        delimiter = "\t" if ".tsv" in path.suffixes else ","
        cells = CellCount(str(path), delimiter)
        lines = cells.counted(_lines(decoded_parts(stream, str(path))))
        # By itself 131,072 bytes, and contracts have more; the most that a C long holds everywhere.
        csv.field_size_limit(min(largest_document(path.stat().st_size), 2**31 - 1))
        rows = csv.reader(lines, delimiter=delimiter)
        try:
            for row in rows:
                cells.restart()
                yield row
        except csv.Error as error:
            raise CorpusError(f"{path}, line {rows.line_num}", found=str(error)) from error


def _lines(parts: Iterable[str]) -> Iterator[str]:
    """Whole lines: a part may end within one that is longer."""
    line = ""
    for part in parts:
        for piece in io.StringIO(part, newline=""):
            line += piece
            if line.endswith(("\n", "\r")):
                yield line
                line = ""
    if line:
        yield line


def read_parquet(path: Path, column: str | None) -> Iterator[Document]:
    """Read the rows of a Parquet file, a batch in memory at a time. Null cells are passed over.

    Raises CorpusError for a column of lists or records, and for more text than the file may hold: a
    cell that occurs a million times is stored once.
    """
    parquet = extra("pyarrow.parquet", path)
    with parsing(path), parquet.ParquetFile(path) as table:
        field = table.schema_arrow[_place(table.schema_arrow.names, column, path)]
        if field.type.num_fields:
            raise CorpusError(
                str(path), expected=f"text in {field.name!r}", found=f"the type {field.type}"
            )
        _check_sizes(table.metadata, path)
    limit = limit_of(path)
    with parsing(path), parquet.ParquetFile(path, read_dictionary=[field.name]) as table:
        batches = table.iter_batches(batch_size=BATCH, columns=[field.name])
        cells = chain.from_iterable(_cells(batch.column(0)) for batch in batches)
        for number, text in enumerate(cells, start=1):
            if text is not None:
                limit.spend(len(str(text)))
                yield Document(f"{path}:{number}", str(text))


def _cells(column: Any) -> Iterator[Any]:
    """The values of an Arrow array; of one with a dictionary, each distinct value is made once."""
    if not hasattr(column, "dictionary"):
        yield from column.to_pylist()
        return
    values = column.dictionary.to_pylist()
    for index in column.indices.to_pylist():
        yield None if index is None else values[index]


def _check_sizes(metadata: Any, path: Path) -> None:
    """Raises CorpusError for row groups that unpack to more than a file may."""
    limit = limit_of(path)
    for number in range(metadata.num_row_groups):
        limit.spend(max(0, metadata.row_group(number).total_byte_size))


def _place(header: list[str], column: str | None, path: Path) -> int:
    """Raises CorpusError unless `column` is in the header; a table of one column needs no name."""
    if column in header:
        return header.index(column)
    if column is None and len(header) == 1:
        return 0
    raise CorpusError(
        str(path),
        expected=f"a column {column!r}" if column else "the name of the column that holds the text",
        found=f"the columns {', '.join(map(repr, header))}" if header else "no header",
        hint="Name it with --column.",
    )
