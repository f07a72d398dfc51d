"""Vectors in Parquet: a column of words, and one of lists of numbers or a column for each value.

A column called `scale` multiplies each row, as int8 needs. pandas' own index may hold the words.
pyarrow ends the process over some damaged files, so it reads in a process apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import numpy as np

from embedadapt.core.apart import read_apart
from embedadapt.core.corpus import Document
from embedadapt.core.errors import EmbedAdaptError, FormatError, MissingExtraError
from embedadapt.core.types import Floats1d, Floats2d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.reading.containers import limit_of
from embedadapt.formats.reading.distinct_rows import vectors_of
from embedadapt.formats.reading.table_checks import check_dim, check_some_rows

SCALE = "scale"
WORDS, PLACES, MATRIX = "words.json", "places.npy", "vectors.npy"
TIMES = 32
"""Bytes of memory for each byte of a file: int8 become float32, and pages are compressed."""
NUMBER = 4
"""Bytes of a float32, and about those of a word's place in a list."""
STRINGS = ("string", "large_string", "string_view")
WORD_NAMES = ("word", "token", "key", "term", "text", "__index_level_0__")


def read(path: str | Path) -> WordVectors:
    """Read the rows.

    Raises FormatError for a file without such columns, a row without a word or of another length,
    and for one that unpacks to more than a file may, or that pyarrow crashes on; MissingExtraError
    without pyarrow.
    """
    with TemporaryDirectory(prefix="embedadapt-") as folder:
        for _ in read_apart(convert, Path(path), folder, times=TIMES, kind=FormatError):
            pass
        distinct = json.loads(Path(folder, WORDS).read_text(encoding="utf-8"))
        words = [distinct[at] for at in np.load(Path(folder, PLACES)).tolist()]
        matrix = np.load(Path(folder, MATRIX))
    return vectors_of(words, matrix, "parquet", str(path))


def convert(path: Path, folder: str) -> Iterator[Document]:
    """Write the words and the vectors of a file into a folder; yield nothing. Raises as `read`."""
    words, places, matrix = _contents(path)
    try:
        Path(folder, WORDS).write_text(json.dumps(words), encoding="utf-8")
        np.save(Path(folder, PLACES), places)
        np.save(Path(folder, MATRIX), matrix)
    except OSError as error:
        raise FormatError(
            str(path),
            expected=f"space for its vectors in {gettempdir()}",
            found=str(error.strerror),
            hint="Set TMPDIR to another folder.",
        ) from error
    yield from ()


def _contents(path: Path) -> tuple[list[str], Longs1d, Floats2d]:
    """Words, the place among them of each row's word, and the rows."""
    parquet = _parquet(path)
    try:
        with parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            _check_names(schema.names, path)
            name, numbers = _word_column(schema, path), _number_columns(schema, path)
            _check_size(file.metadata, path)
        with parquet.ParquetFile(path, read_dictionary=[name]) as file:
            scale = [SCALE] if SCALE in schema.names else []
            table = file.read(columns=[name, *numbers, *scale])
        check_some_rows(table.num_rows, str(path))
        words, places = _words(table.column(name), path)
        matrix = _matrix([table.column(number) for number in numbers], path)
        if scale:
            matrix = matrix * _flat(table.column(SCALE), path)[:, None]
    except (EmbedAdaptError, MemoryError):
        raise
    except Exception as error:  # pyarrow raises anything of what is damaged
        found = str(error).split("\n")[0].rstrip(".") or type(error).__name__
        raise FormatError(str(path), expected="a sound Parquet file", found=found) from error
    return words, places, matrix


def _check_names(names: list[str], path: str | Path) -> None:
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise FormatError(str(path), expected="columns of different names", found=f"two {twice!r}")


def _check_size(metadata: Any, path: str | Path) -> None:
    """Raise FormatError for a file that unpacks to more than it may. Arrow's metadata count what
    occurs a million times once, which as a number takes its place in memory each time."""
    limit = limit_of(Path(path))
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        limit.spend(max(0, group.total_byte_size))
        for column in map(group.column, range(group.num_columns)):
            limit.spend(NUMBER * max(0, column.num_values))


def _parquet(path: str | Path) -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            str(path),
            expected="the package pyarrow",
            found="none",
            hint="In a clone of embedadapt: pip install '.[docs]'",
        ) from error
    return pyarrow.parquet


def _word_column(schema: Any, path: str | Path) -> str:
    types = {one.name: getattr(one.type, "value_type", one.type) for one in schema}
    names = [name for name, kind in types.items() if str(kind) in STRINGS]
    named = [name for name in WORD_NAMES if name in names] or names
    if len(named) != 1 and named[:1] != ["word"]:
        raise FormatError(
            str(path),
            expected="one column of words",
            found=f"the columns of strings {', '.join(map(repr, names))}" if names else "none",
            hint="Call the column of words `word`.",
        )
    return named[0]


def _words(column: Any, path: str | Path) -> tuple[list[str], Longs1d]:
    """The words of a column's dictionaries, and the place among them of each row's word."""
    words: list[str] = []
    places = [np.empty(0, dtype=np.int64)]
    for chunk in column.chunks:
        coded = chunk if hasattr(chunk, "dictionary") else chunk.dictionary_encode()
        indices = np.asarray(coded.indices.fill_null(-1).to_numpy(), dtype=np.int64)
        places.append(np.where(indices < 0, -1, indices + len(words)))
        words += coded.dictionary.to_pylist()
    rows = np.concatenate(places)
    if len(empty := np.flatnonzero(rows < 0)):
        raise FormatError(f"{path}, row {empty[0] + 1}", expected="a word", found="an empty cell")
    return words, rows


def _number_columns(schema: Any, path: str | Path) -> list[str]:
    """The one column of lists; else all columns of floats, or of small integers."""
    import pyarrow as pa

    lists = [
        field.name
        for field in schema
        if pa.types.is_list(field.type)
        or pa.types.is_large_list(field.type)
        or pa.types.is_fixed_size_list(field.type)
    ]
    if len(lists) == 1:
        return lists
    types = {field.name: field.type for field in schema if field.name != SCALE}
    floats = [name for name, kind in types.items() if pa.types.is_floating(kind)]
    columns = floats or [name for name, kind in types.items() if kind in (pa.int8(), pa.uint8())]
    if lists or len(columns) < 2:
        raise FormatError(
            str(path),
            expected="one column of lists of numbers, or a column for each value",
            found=f"the columns {', '.join(map(repr, schema.names))}",
        )
    check_dim(len(columns), str(path))
    return columns


def _matrix(columns: list[Any], path: str | Path) -> Floats2d:
    if len(columns) == 1:
        return _stacked(columns[0].combine_chunks(), path)
    return np.column_stack([_flat(column, path) for column in columns])


def _stacked(lists: Any, path: str | Path) -> Floats2d:
    lengths = np.asarray(lists.value_lengths().to_numpy(zero_copy_only=False), dtype=np.float64)
    odd = np.flatnonzero(lengths != lengths[0])
    if len(odd) or np.isnan(lengths[0]):
        row = int(odd[0]) if len(odd) else 0
        raise FormatError(
            f"{path}, row {row + 1}",
            expected=f"{lengths[0]:.0f} numbers, as in the first row",
            found=f"{lengths[row]:.0f}",
        )
    check_dim(int(lengths[0]), str(path))
    return _flat(lists.flatten(), path).reshape(len(lengths), -1)


def _flat(column: Any, path: str | Path) -> Floats1d:
    """Numbers as float32; an empty cell is NaN, which is refused as such."""
    from pyarrow import types

    if not any(is_kind(column.type) for is_kind in (types.is_floating, types.is_integer)):
        raise FormatError(str(path), expected="numbers", found=f"the type {column.type}")
    try:
        return np.asarray(column.to_numpy(), dtype=np.float32)
    except (ValueError, TypeError):
        pass
    try:
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise FormatError(str(path), expected="numbers", found=str(error)) from error
