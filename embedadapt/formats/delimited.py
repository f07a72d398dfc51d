"""Vectors in .csv and .tsv: a word and its numbers a row, set apart by commas, semicolons, tabs or
bars, as spreadsheets and data frames write them.

There may be a header, a first column of row numbers, quotation marks around words, decimal commas
where no comma sets cells apart; and the numbers may all be in one cell: `the,"[0.1, 0.2]"`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, product
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.reading.distinct_rows import vectors_of
from embedadapt.formats.reading.opening import opening
from embedadapt.formats.reading.table_checks import MAX_DIM
from embedadapt.formats.reading.text_lines import text_lines

DELIMITERS = ",;\t|"
SAMPLED_LINES = 20
PROBE = 65_536
BYTE_ORDER_MARK = "\ufeff"
_NUMBER = re.compile(r"[-+]?(?>[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]{1,3})?|nan|inf")
_QUOTED = re.compile(r'"[^"]*+"')
_BRACKETS = "[]() "


@dataclass(frozen=True)
class Layout:
    """How the rows are written.

    word: place of the word's cell; the numbers follow. listed: whether they are all in one cell.
    dim: how many there are, in the first row.
    """

    delimiter: str
    word: int
    header: bool
    quoted: bool
    decimal_comma: bool
    listed: bool
    dim: int

    def rows(self, lines: Iterator[str]) -> Any:
        """The cells of each row, by a reader of csv."""
        if self.quoted:
            return csv.reader(lines, delimiter=self.delimiter)
        return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)

    def numbers(self, cells: list[str]) -> list[str]:
        """The numbers after the word, as text."""
        found = cells[self.word + 1 :]
        if self.listed:
            found = found[0].strip(_BRACKETS).replace(",", " ").split() if found else []
        return [number.replace(",", ".") for number in found] if self.decimal_comma else found


def sniff_layout(head: bytes) -> Layout | None:
    """The layout of a file that begins with `head`; None where it is none of these.

    >>> found = sniff_layout(b"word;x;y;z\\nthe;0,5;1;2\\nof;-1;2;3\\n")
    >>> found.delimiter, found.header, found.decimal_comma, found.dim
    (';', True, True, 3)
    >>> sniff_layout(b"the 0.5 1 2\\n, 1 2 3\\n") is None
    True
    """
    if b"\0" in head:
        return None
    text = head.decode("utf-8", "surrogateescape").removeprefix(BYTE_ORDER_MARK)
    lines = text.replace("\r\n", "\n").split("\n")
    lines = [line for line in (lines[:-1] if len(lines) > 1 else lines) if line][:SAMPLED_LINES]
    if not lines:
        return None
    layouts = (_layout(lines, delimiter) for delimiter in DELIMITERS if delimiter in text)
    try:
        return next((layout for layout in layouts if layout), None)
    except csv.Error:
        return None


def _layout(lines: list[str], delimiter: str) -> Layout | None:
    marked = [line for line in lines if '"' in line]
    quoted = any(map(_QUOTED.search, marked)) and not any(line.count('"') % 2 for line in marked)
    first, *below = Layout(delimiter, 0, False, quoted, False, False, 0).rows(iter(lines))
    if any(len(row) != len(first) for row in below):
        return None
    for word, header, listed in product((0, 1), (False, True), (False, True)):
        layout = Layout(delimiter, word, header, quoted, False, listed, 0)
        rows = below if header else [first, *below]
        if not rows or (listed and len(first) != word + 2):
            continue
        if not header and first[word + 1 :] == [str(n) for n in range(len(first) - word - 1)]:
            continue  # names of a frame's columns
        numbers = [[one.strip() for one in layout.numbers(row)] for row in rows]
        widths, found = set(map(len, numbers)), [*chain.from_iterable(numbers)]
        regular = len(widths) == 1 and min(widths) > 1 and all(map(_NUMBER.fullmatch, found))
        comma = any("," in one for one in found)
        if (
            regular
            and not (comma and (delimiter == "," or any("." in one for one in found)))
            and any(not _NUMBER.fullmatch(row[word].strip()) for row in rows)
        ):
            return replace(layout, decimal_comma=comma, dim=widths.pop())
    return None


def read(path: str | Path) -> WordVectors:
    """Read the rows. Raises FormatError with file and line."""
    with opening(path) as source:
        head = np.empty(PROBE, dtype=np.uint8)
        begin = head[: source.fill(head)].tobytes()
        layout = sniff_layout(begin)
        if layout is None or layout.dim > MAX_DIM:
            raise FormatError(str(path), expected="a word and numbers a row", found="other rows")
        words, matrix = _read_rows(text_lines(source, begin), layout, path)
    return vectors_of(words, matrix, "delimited", str(path))


def _read_rows(
    lines: Iterator[str], layout: Layout, path: str | Path
) -> tuple[list[str], Floats2d]:
    words: list[str] = []
    values: list[Floats1d] = []
    rows = layout.rows(lines)
    if layout.header:
        next(rows, None)
    try:
        for cells in rows:
            where = f"{path}, line {rows.line_num}"
            if len(cells) == 1 and layout.delimiter not in cells[0] and not cells[0].strip():
                continue
            if cells:
                values.append(_numbers(layout.numbers(cells), layout.dim, where))
                words.append(cells[layout.word])
    except csv.Error as error:
        raise FormatError(f"{path}, line {rows.line_num}", found=str(error)) from error
    matrix = np.array(values, dtype=np.float32) if values else np.empty((0, layout.dim), np.float32)
    return words, matrix


def _numbers(cells: list[str], dim: int, where: str) -> Floats1d:
    if len(cells) != dim:
        raise FormatError(
            where,
            expected=f"{dim} numbers after the word, as in the first row",
            found=f"{len(cells)}",
        )
    try:
        if "_" in (joined := "".join(cells)) or not joined.isascii():
            raise ValueError("digits that only Python takes for numbers")
        with np.errstate(over="ignore"):
            return np.array(list(map(float, cells)), dtype=np.float32)
    except ValueError as error:
        raise FormatError(where, expected="numbers after the word", found=str(error)) from error
