"""Rows of a text table, shared by word2vec text (with a header) and GloVe text (without).

One row a line: the word, then `dim` numbers, ASCII spaces between. Nothing but the space and the
line feed delimits: a word may hold a no-break space, U+2028 or U+0085. A word may hold spaces too,
since the numbers are counted from the right. A carriage return before the line feed and spaces at
the end of a line are dropped; blank lines are passed over; a UTF-8 byte order mark at the very
beginning is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d, Longs1d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.sniffing import BYTE_ORDER_MARK
from embedadapt.formats.table_checks import check_some_rows, notes, without_repeats
from embedadapt.formats.window import GrowingTable, Window

NUMBER = re.compile(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
NOT_FINITE = re.compile(rb"[+-]?(nan|inf|infinity)", re.IGNORECASE)


@dataclass
class Lines:
    """The lines of a window, counted. `window.data[window.start:stop]` are whole lines."""

    window: Window
    stop: int = 0
    number: int = 1
    """Of the line at `window.start`."""
    unended: bool = False
    """Whether the last line had no line feed."""
    _ended: bool = field(default=False, repr=False)

    def more(self) -> bool:
        """Reads whole lines into the window; False at the end of the file.

        Raises FormatError for a line longer than the window.
        """
        window = self.window
        while self.stop <= window.start:
            if self._ended:
                return False
            first = window.source.position == 0
            self._ended = not window.refill()
            if first and window.data.startswith(BYTE_ORDER_MARK, 0, window.end):
                window.start = len(BYTE_ORDER_MARK)
            if self._ended and window.end > window.start:
                window.data[window.end] = ord("\n")
                window.end += 1
                self.unended = True
            self.stop = window.data.rfind(b"\n", window.start, window.end) + 1
            if not self.stop and window.end == len(window.data) - 1:
                raise FormatError(
                    f"{window.source.path}, line {self.number}",
                    expected=f"lines of up to {window.end:,} bytes",
                    found="a longer one",
                    hint="This is no table of word vectors.",
                )
        return True

    def take_line(self) -> bytes:
        """The next line without its end."""
        if not self.more():
            return b""
        end = self.window.data.index(b"\n", self.window.start)
        line = bytes(self.window.data[self.window.start : end])
        self.used(end + 1, 1)
        return line.removesuffix(b"\r")

    def used(self, position: int, n_lines: int) -> None:
        """Moves to `position`, past so many lines."""
        self.number += n_lines
        self.window.start = position

    def place(self, n_before: int) -> str:
        """File and line of what stands so many lines behind `window.start`, for an error."""
        return f"{self.window.source.path}, line {self.number + n_before}"


def read_rows(lines: Lines, dim: int, n_rows: int | None, format: str, path: str) -> WordVectors:
    """All rows that are left, as vectors.

    n_rows: how many the header announced, None without one.

    Raises FormatError, with its line, for a row that is not a word and `dim` finite numbers, and
    for more or fewer rows than announced.
    """
    table = GrowingTable(dim, _rows_to_expect(lines))
    words: list[str] = []
    while lines.more():
        words += _read_block(lines, table)
        if n_rows is not None and len(words) > n_rows:
            raise _wrong_count(path, n_rows, f"at least {len(words):,}")
    if n_rows is not None and len(words) < n_rows:
        raise _wrong_count(path, n_rows, f"{len(words):,}: the file is cut short")
    check_some_rows(len(words), path)
    distinct, matrix, repeats = without_repeats(words, table.finish())
    cut = "the last line has no line feed: if the file was cut there, so was its last number"
    provenance = Provenance(format, path, notes=notes(repeats, cut if lines.unended else ""))
    return WordVectors(Vocabulary(distinct), matrix, provenance=provenance)


def _rows_to_expect(lines: Lines) -> int:
    """As many rows as the file's size suggests, if the rest is like what is in the window, and a
    twentieth more (memory that is not written to costs nothing); 0 where the size is not known.

    A header's number is not believed: the file itself says how much memory it can need.
    """
    window = lines.window
    if window.source.size is None or not lines.more():
        return 0
    n_lines = window.data.count(b"\n", window.start, lines.stop)
    left = window.source.size - window.position
    return left * n_lines // (lines.stop - window.start) * 21 // 20


def _read_block(lines: Lines, table: GrowingTable) -> list[str]:
    """Parses the window's whole lines into `table` and uses them up; returns their words."""
    from embedadapt.kernels.parse import parse_text_rows

    window, stop = lines.window, lines.stop
    n_lines = window.data.count(b"\n", window.start, stop)
    rows = table.room(n_lines)
    packed = np.empty(stop - window.start + n_lines, dtype=np.uint8)
    starts, numbers = np.empty(n_lines, dtype=np.int64), np.empty(n_lines, dtype=np.int64)
    odd = np.empty(n_lines, dtype=np.bool_)
    n_rows, n_bytes = parse_text_rows(
        window.array, window.start, stop, rows, packed, starts, numbers, odd
    )
    words = _decode(packed[:n_bytes].tobytes(), lines, starts, numbers).split("\n")[:-1]
    for row in np.flatnonzero(odd[:n_rows]):
        start = int(starts[row])
        line = bytes(window.data[start : window.data.index(b"\n", start)])
        word, rows[row] = read_odd_row(line, rows.shape[1], lines.place(numbers[row]))
        words[row] = _decode(word, lines, starts[row:], numbers[row:])
    table.n_rows += n_rows
    lines.used(stop, n_lines)
    return words


def _decode(packed: bytes, lines: Lines, starts: Longs1d, numbers: Longs1d) -> str:
    """Packed words as text; `starts` and `numbers` tell their lines. Raises FormatError at the byte
    that is not UTF-8."""
    try:
        return packed.decode("utf-8")
    except UnicodeDecodeError as error:
        before = packed[: error.start]
        row = before.count(b"\n")
        offset = int(starts[row]) + error.start - (before.rfind(b"\n") + 1)
        byte = lines.window.position + offset - lines.window.start
        word = packed[before.rfind(b"\n") + 1 :].partition(b"\n")[0]
        raise FormatError(
            f"{lines.place(numbers[row])}, byte {byte:,}",
            expected="UTF-8",
            found=f"the byte 0x{packed[error.start]:02x} in {_shown(word)}",
            hint="Convert the file to UTF-8 (iconv -f latin1 -t utf-8, if it is Latin-1).",
        ) from error


def read_odd_row(line: bytes, dim: int, where: str) -> tuple[bytes, Floats1d]:
    """A row that the fast parser left: a word with spaces, or numbers it could not round.

    Returns the word and its (dim,) float32 values. Raises FormatError, placed at `where`, saying
    what is wrong with any other line.

    >>> read_odd_row(b"New York 0.5 1", 2, "line 7")
    (b'New York', array([0.5, 1. ], dtype=float32))
    >>> read_odd_row(b"York 0,5 1", 2, "line 7")
    Traceback (most recent call last):
    embedadapt.core.errors.FormatError: line 7: expected 2 values after 'York 0,5', found 1. \
Write decimals with a point.
    """
    fields = line.removesuffix(b"\r").rstrip(b" ").split(b" ")
    n_numbers = count_numbers(fields)
    word, values = b" ".join(fields[:-n_numbers]), fields[-dim:]
    if b"" in fields:
        raise FormatError(
            where,
            expected="a word, then single spaces between fields",
            found="an empty field",
        )
    if n_numbers != dim:
        raise _wrong_width(where, fields, n_numbers, dim)
    with np.errstate(over="ignore"):
        numbers = np.array([float(value) for value in values]).astype(np.float32)
    if not np.isfinite(numbers).all():
        found = values[int(np.flatnonzero(~np.isfinite(numbers))[0])].decode()
        raise FormatError(
            where, expected=f"numbers within float32 after {_shown(word)}", found=found
        )
    return word, numbers


def count_numbers(fields: Sequence[bytes]) -> int:
    """How many fields at the end are numbers; the first is always the word.

    Plain ASCII decimals only: no "1_000", no Arabic digits, no "nan", all of which float() takes.
    """
    count = 0
    for value in reversed(fields[1:]):
        if not NUMBER.fullmatch(value):
            break
        count += 1
    return count


def _wrong_width(where: str, fields: Sequence[bytes], n_numbers: int, dim: int) -> FormatError:
    head = fields[: len(fields) - n_numbers]
    if len(head) > 1 and NOT_FINITE.fullmatch(head[-1]):
        return FormatError(
            where,
            expected=f"finite numbers after {_shown(head[0])}",
            found=head[-1].decode(),
            hint="Remove the row or fetch the file again.",
        )
    hint = ""
    if b"," in head[-1] and len(head) > 1:
        hint = "Write decimals with a point."
    elif b"\t" in head[-1]:
        hint = "Put single spaces between the fields, not tabs."
    return FormatError(
        where,
        expected=f"{dim} values after {_shown(b' '.join(head))}",
        found=str(n_numbers),
        hint=hint,
    )


def _wrong_count(path: str, announced: int, found: str) -> FormatError:
    return FormatError(
        path,
        expected=f"the {announced:,} rows its header announces",
        found=found,
        hint="Fetch the file again, or correct its first line.",
    )


def _shown(field: bytes, limit: int = 40) -> str:
    """A field as it can stand in an error line."""
    text = field[: 4 * limit].decode("utf-8", "backslashreplace")
    return repr(text if len(text) <= limit else text[:limit] + "…")
