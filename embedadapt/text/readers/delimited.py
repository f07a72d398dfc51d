"""Delimited text: .csv and .tsv with any delimiter and quotation mark, with a header or without."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.cells import plain_cell
from embedadapt.text.readers.columns import numbered, place_of
from embedadapt.text.readers.decoding import decoded_parts, largest_document, opened
from embedadapt.text.readers.value_counts import CellCount

DELIMITERS = ",;\t|"
SAMPLED_ROWS = 50
"""Rows that show how a file is written."""
SAMPLED = 1 << 18
"""Characters of them."""
LONGEST_NAME = 60
"""Characters of a column's name."""
_NUMBER = re.compile(r"\s*+[-+]?[0-9][0-9.,]*+(?:[eE][-+]?[0-9]++)?%?\s*+")


@dataclass(frozen=True)
class Style:
    """How the cells of a file are set apart."""

    delimiter: str
    quote: str
    escaped: bool


def read_delimited(path: Path, column: str | None, _table: str | None = None) -> Iterator[Document]:
    """The cells of one column. Rows that end before it are passed over.

    column: its name in the header; or its number, from 1, where the file may have no header.
    """
    rows = delimited_rows(path)
    head = [*islice(rows, SAMPLED_ROWS)]
    first = head[0] if head else []
    by_number = None if column in first else numbered(column, max(map(len, head), default=0))
    place = place_of(first, column, path) if by_number is None else by_number
    has_header = by_number is None or is_header(head)
    body = chain(head[has_header:], rows)
    for number, row in enumerate(body, start=1):
        if place < len(row):
            yield Document(f"{path}:{number}", plain_cell(row[place]))


def is_header(rows: list[list[str]]) -> bool:
    """Whether the first row holds names: short, different, no numbers; and the rows below differ
    from it, by numbers or by texts of several words.

    >>> is_header([["id", "text"], ["7", "The lessor pays."]])
    True
    >>> is_header([["7", "The lessee pays."], ["8", "The lessor pays."]])
    False
    """
    if len(rows) < 2:
        return False
    first, below = rows[0], rows[1:]
    names = [name.strip() for name in first]
    if len(set(names)) < len(names) or any(map(_NUMBER.fullmatch, names)):
        return False
    if any(len(name) > LONGEST_NAME or name.endswith((".", "!", "?")) for name in names):
        return False
    cells = [cell for row in below for cell in row]
    return any(map(_NUMBER.fullmatch, cells)) or 2 * _words(cells) > 3 * max(1.0, _words(names))


def _words(cells: list[str]) -> float:
    return sum(len(cell.split()) for cell in cells) / max(1, len(cells))


def delimited_rows(path: Path) -> Iterator[list[str]]:
    """The cells of every row of a .csv or .tsv, its header first. Raises CorpusError."""
    with opened(path) as stream:
        parts = decoded_parts(stream, str(path))
        first = next(parts)
        style = style_of(first[:SAMPLED], "\t" if ".tsv" in path.suffixes else ",")
        # By itself 131,072 bytes, and contracts have more; the most that a C long holds everywhere.
        csv.field_size_limit(min(largest_document(path.stat().st_size), 2**31 - 1))
        cells = CellCount(str(path), style.delimiter)
        rows = _reader(cells.counted(_lines(chain([first], parts))), style)
        try:
            for row in rows:
                cells.restart()
                yield row
        except csv.Error as error:
            raise CorpusError(f"{path}, line {rows.line_num}", found=str(error)) from error


def style_of(sample: str, usual: str) -> Style:
    r"""How a file that begins with `sample` is written.

    usual: the delimiter of the file's suffix, kept unless another one alone gives all rows the same
    number of cells.

    >>> style_of("id;text;price\n1;Rent, due;1,5\n2;'t is;2,5\n", ",").delimiter
    ';'
    """
    quote = _quote(sample)
    for escaped in (False, True):
        styles = [Style(one, quote, escaped) for one in dict.fromkeys((usual, *DELIMITERS))]
        widths = {style: _widths(sample, style) for style in styles}
        regular = {style: found[0] for style, found in widths.items() if len(set(found)) == 1}
        if regular.get(styles[0], 0) > 1:
            return styles[0]
        if max(regular.values(), default=0) > 1:
            return max(regular, key=regular.__getitem__)
        if f"\\{quote}" not in sample:
            break
    return Style(usual, quote, escaped=False)


def _quote(sample: str) -> str:
    """The mark around cells: an apostrophe where cells begin and end with it, and none with `"`."""
    around = {mark: sum(_is_quoted(sample, mark, one) for one in DELIMITERS) for mark in "\"'"}
    return "'" if around["'"] and not around['"'] else '"'


def _is_quoted(sample: str, mark: str, delimiter: str) -> bool:
    return f"{mark}{delimiter}{mark}" in sample or f"{mark}\n{mark}" in sample


def _widths(sample: str, style: Style) -> list[int]:
    """Cells of the first rows, without the last, which the sample may cut."""
    try:
        rows = [
            *islice(filter(None, _reader(io.StringIO(sample, newline=""), style)), SAMPLED_ROWS)
        ]
    except csv.Error:
        return [0]
    return [len(row) for row in (rows[:-1] if len(rows) > 1 else rows)] or [0]


def _reader(lines: Iterable[str], style: Style) -> Any:
    return csv.reader(
        lines,
        delimiter=style.delimiter,
        quotechar=style.quote,
        escapechar="\\" if style.escaped else None,
    )


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
