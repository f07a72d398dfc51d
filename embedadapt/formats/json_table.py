"""Vectors in one JSON value: `{"the": [0.1, 0.2], ...}`, or an array of what json_lines.py reads.

The object of words may be in a field of another object: `{"dim": 2, "vectors": {"the": ...}}`. The
file is parsed row by row, so that memory grows with the vectors alone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.json_lines import Row, is_vector, numbers_of, row_of
from embedadapt.formats.reading.distinct_rows import vectors_of
from embedadapt.formats.reading.opening import opening
from embedadapt.formats.reading.table_checks import MAX_DIM
from embedadapt.formats.reading.text_lines import text_stream

CHUNK = 1 << 18
"""Characters that are read at once."""
LONGEST_ROW = 32 * MAX_DIM
"""Characters of a row: no number needs more than 25."""
BEGIN = 2
"""Rows by which a file is recognized, if its first bytes hold so many."""
MOST_WORDS = 5
"""Words of a key; what has more is a text that has a vector."""


INSIDE = Row("", [])
ENDS = ("]}", "]}]", "]]]")
"""What ends the first row of a file, and the file, behind some of its numbers."""


class DamagedJsonError(ValueError):
    """What is no JSON, or ends too early."""


@dataclass
class _Source:
    """Values of JSON from a stream, one after another.

    at: place in the text that was read and not passed yet.
    """

    stream: io.TextIOBase
    text: str = ""
    at: int = 0
    is_read: bool = False
    decoder: json.JSONDecoder = field(default_factory=json.JSONDecoder)

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
                self.at += 1
            if self.at < len(self.text) or not self._fill():
                return self.text[self.at : self.at + 1]

    def take(self, characters: str) -> str:
        """Pass the next character, which must be one of these."""
        found = self.peek()
        if not found or found not in characters:
            expected = " or ".join(characters)
            raise DamagedJsonError(f"{found or 'the end'} where {expected} must stand")
        self.at += 1
        return found

    def value(self) -> Any:
        """The next value; one that more text follows, unless the file ends with it."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except RecursionError as error:
                raise DamagedJsonError("lists within lists") from error
            except json.JSONDecodeError as error:
                if len(self.text) - self.at > LONGEST_ROW:
                    reason = f"a value of more than {LONGEST_ROW:,} characters"
                    raise DamagedJsonError(reason) from error
                if not self._fill():
                    raise DamagedJsonError(error.msg) from error
                continue
            except ValueError as error:
                raise DamagedJsonError("a number of thousands of digits") from error
            if end == len(self.text) and self._fill():
                continue  # a number may go on
            self.at = end
            return value

    def _fill(self) -> bool:
        """Read on; whether there was more."""
        if self.is_read:
            return False
        more = self.stream.read(CHUNK)
        self.text = self.text[self.at :] + more
        self.at, self.is_read = 0, not more
        return bool(more)


def _rows(source: _Source) -> Iterator[Row | None]:
    """The rows of the one value; None for what is no row; INSIDE before the rows of an object in
    the object, beside which nothing else is a row. Raises DamagedJsonError."""
    if source.take("[{") == "[":
        yield from map(row_of, _elements(source))
    else:
        yield from _rows_of_object(source, outermost=True)
    if source.peek():
        raise DamagedJsonError("more behind the end of the JSON value")


def _elements(source: _Source) -> Iterator[Any]:
    if source.peek() != "]":
        yield source.value()
        while source.take(",]") == ",":
            yield source.value()
    else:
        source.take("]")


def _rows_of_object(source: _Source, *, outermost: bool) -> Iterator[Row | None]:
    found = False
    for name in _fields(source):
        if source.peek() == "{" and outermost and not found:
            source.take("{")
            found = True
            yield INSIDE
            yield from _rows_of_object(source, outermost=False)
            continue
        value = source.value()
        if not found:
            yield Row(name, value) if is_vector(value) else None


def _fields(source: _Source) -> Iterator[str]:
    """The names of the fields of an object. After each, its value must be read."""
    more = source.peek() != "}"
    if not more:
        source.take("}")
    while more:
        name = source.value()
        if not isinstance(name, str):
            raise DamagedJsonError("a field without a name")
        source.take(":")
        yield name
        more = source.take(",}") == ","


def is_json_table(head: bytes) -> bool:
    """Whether a file that begins with `head` is one JSON value of words and vectors.

    >>> is_json_table(b'{"the": [0.5, 1], "of": [0.5, 1]}'), is_json_table(b'{"text": ["the"]}')
    (True, False)
    >>> is_json_table(b'[{"word": "the", "vector": [0.5, 1, 2, 3, 0.'), is_json_table(b'["the"]')
    (True, False)
    """
    text = head.decode("utf-8-sig", "replace").lstrip()
    if text[:1] not in ("{", "["):
        return False
    cut = text[: text.rfind(",")]  # a first row that is longer than what is seen of it
    return _begins_with_rows(text) or any(_begins_with_rows(cut + end) for end in ENDS)


def _begins_with_rows(text: str) -> bool:
    rows: list[Row | None] = []
    try:
        for row in _rows(_Source(io.StringIO(text))):
            rows = [] if row is INSIDE else [*rows, row]
            if len([*filter(None, rows)]) == BEGIN:
                break
    except DamagedJsonError:
        pass
    return bool(rows) and all(row and len(row.word.split()) <= MOST_WORDS for row in rows)


def read(path: str | Path) -> WordVectors:
    """Read the rows. Raises FormatError with file and row."""
    words: list[str] = []
    values: list[Floats1d] = []
    odd = ""
    with opening(path) as source:
        rows = _rows(_Source(text_stream(source)))
        while True:
            where = f"{path}, row {len(words) + 1:,}"
            try:
                row = next(rows)
            except StopIteration:
                break
            except DamagedJsonError as error:
                raise FormatError(where, expected="JSON", found=str(error)) from error
            if row is INSIDE:
                words, values, odd = [], [], ""
            elif row is None:
                odd = odd or where
            else:
                values.append(numbers_of(row, values[0].size if values else 0, where))
                words.append(row.word)
    if odd:
        raise FormatError(odd, expected="one word and one list of numbers", found="other fields")
    matrix = np.array(values, dtype=np.float32).reshape(len(words), -1)
    return vectors_of(words, matrix, "json", str(path))
