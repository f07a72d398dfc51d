"""Vectors in Parquet: a column of words, and one of lists of numbers or a column for each value.

A column called `scale` multiplies each row, as int8 needs. pandas' own index may hold the words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.errors import FormatError, MissingExtraError
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.reading.containers import limit_of
from embedadapt.formats.reading.distinct_rows import vectors_of
from embedadapt.formats.reading.table_checks import check_dim, check_some_rows

SCALE = "scale"
NUMBER = 4
"""Bytes of a float32, and about those of a word's place in a list."""
STRINGS = ("string", "large_string", "string_view")
WORD_NAMES = ("word", "token", "key", "term", "text", "__index_level_0__")


def read(path: str | Path) -> WordVectors:
    """Read the rows.

    Raises FormatError for a file without such columns, a row without a word or of another length,
    and for one that unpacks to more than a file may; MissingExtraError without pyarrow.
    """
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
    except FormatError:
        raise
    except Exception as error:  # pyarrow raises anything of what is damaged
        found = str(error).split("\n")[0].rstrip(".") or type(error).__name__
        raise FormatError(str(path), expected="a sound Parquet file", found=found) from error
    check_some_rows(table.num_rows, str(path))
    words = _words(table.column(name), path)
    matrix = _matrix([table.column(number) for number in numbers], path)
    if SCALE in table.column_names:
        matrix = matrix * _flat(table.column(SCALE), path)[:, None]
    return vectors_of(words, matrix, "parquet", str(path))


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


def _words(column: Any, path: str | Path) -> list[str]:
    """The words of a column with a dictionary, in which each distinct one is made once."""
    words: list[Any] = []
    for chunk in column.chunks:
        if not hasattr(chunk, "dictionary"):
            words += chunk.to_pylist()
            continue
        values = [*chunk.dictionary.to_pylist(), None]
        words += [values[-1 if at is None else at] for at in chunk.indices.to_pylist()]
    if None in words:
        raise FormatError(
            f"{path}, row {words.index(None) + 1}", expected="a word", found="an empty cell"
        )
    return words


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
