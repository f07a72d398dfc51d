"""Vectors in JSON lines: `{"word": "the", "vector": [0.1, 0.2]}` or `["the", [0.1, 0.2]]` a line.

The word is the one string of an object, or the string that is called word, token, key or term; the
vector is its one list of numbers. With a number called `scale`, the vector is the list times it, as
for int8.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.reading.distinct_rows import vectors_of
from embedadapt.formats.reading.opening import opening
from embedadapt.formats.reading.table_checks import check_dim
from embedadapt.formats.reading.text_lines import text_lines

WORD_NAMES = ("word", "token", "key", "term", "text")
SCALE = "scale"


class Row(NamedTuple):
    """A line's word and numbers."""

    word: str
    numbers: list[Any]
    scale: float = 1.0


def is_row(line: bytes) -> bool:
    """Whether a line holds a word and its vector.

    >>> is_row(b'{"id": 7, "word": "the", "vector": [0.5, 1]}'), is_row(b'{"text": "the"}')
    (True, False)
    """
    try:
        return line.lstrip()[:1] in (b"{", b"[") and row_of(json.loads(line)) is not None
    except (ValueError, RecursionError):
        return False


def row_of(value: Any) -> Row | None:
    """The word and the numbers of an object or of a pair; None for anything else."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        return Row(value[0], value[1]) if is_vector(value[1]) else None
    if not isinstance(value, dict):
        return None
    vectors = [one for one in value.values() if is_vector(one)]
    names = [name for name, one in value.items() if isinstance(one, str)]
    named = [name for name in WORD_NAMES if name in names] or names
    if len(vectors) != 1 or not (len(named) == 1 or named[:1] == ["word"]):
        return None
    scale = value.get(SCALE, 1.0)
    return Row(value[named[0]], vectors[0], scale) if isinstance(scale, (int, float)) else None


def is_vector(value: Any) -> bool:
    """Whether a value is a list that begins with a number, and has more."""
    return isinstance(value, list) and len(value) > 1 and isinstance(value[0], (int, float))


def read(path: str | Path) -> WordVectors:
    """Read the rows. Raises FormatError with file and line."""
    words: list[str] = []
    values: list[Floats1d] = []
    with opening(path) as source:
        for number, line in enumerate(text_lines(source), start=1):
            where = f"{path}, line {number:,}"
            if line.strip():
                row = _parsed(line, where)
                values.append(numbers_of(row, values[0].size if values else 0, where))
                words.append(row.word)
    matrix = np.array(values, dtype=np.float32).reshape(len(words), -1)
    return vectors_of(words, matrix, "json-lines", str(path))


def _parsed(line: str, where: str) -> Row:
    try:
        row = row_of(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise FormatError(where, expected="JSON", found=str(error)) from error
    if row is None:
        raise FormatError(where, expected="one word and one list of numbers", found="other fields")
    return row


def numbers_of(row: Row, dim: int, where: str) -> Floats1d:
    """The vector of a row. dim: of those before; 0 for none. Raises FormatError."""
    try:
        if not set(map(type, row.numbers)) <= {int, float}:
            raise TypeError("true, false, null, a string or a list")
        with np.errstate(over="ignore"):
            found = np.array(row.numbers, dtype=np.float32) * np.float32(row.scale)
    except (ValueError, TypeError, OverflowError) as error:
        raise FormatError(where, expected="numbers in the list", found=str(error)) from error
    if found.ndim != 1 or (dim and found.size != dim):
        raise FormatError(
            where, expected=f"{dim} numbers, as in the first row", found=f"{len(row.numbers)}"
        )
    check_dim(found.size, where)
    return found
