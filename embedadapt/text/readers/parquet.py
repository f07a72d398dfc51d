"""Parquet: one column holds the text, each row is a document."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.cells import plain_cell
from embedadapt.text.readers.columns import place_of
from embedadapt.text.readers.decoding import extra, limit_of, parsing

BATCH = 1 << 16
"""Rows of a Parquet file that are unpacked at a time."""


def read_parquet(path: Path, column: str | None, _table: str | None = None) -> Iterator[Document]:
    """Read the rows of a Parquet file, a batch in memory at a time. Null cells are passed over.

    Raises CorpusError for a column of lists or records, and for more text than the file may hold: a
    cell that occurs a million times is stored once.
    """
    parquet = extra("pyarrow.parquet", path)
    with parsing(path), parquet.ParquetFile(path) as table:
        field = table.schema_arrow[place_of(table.schema_arrow.names, column, path)]
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
                yield Document(f"{path}:{number}", plain_cell(str(text)))


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
