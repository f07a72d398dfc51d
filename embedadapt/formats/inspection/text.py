"""A text file read tolerantly: nothing stops the reading, and defects are logged with their lines.

The strict reader (text_rows) refuses a file at its first wrong row. Here each line is kept,
repaired or left out. The kernel that parses rows for the reader accepts the sound ones; the others
are checked one by one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import compress, islice
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d, Longs1d
from embedadapt.formats.glove import LINES_ASKED, infer_dim
from embedadapt.formats.inspection.defects import (
    PLACES_KEPT,
    DefectKind,
    DefectLog,
    JudgedRows,
    Place,
    log_words,
    row_lengths,
    shown,
)
from embedadapt.formats.reading.lines import Lines
from embedadapt.formats.reading.odd_rows import NOT_FINITE, count_numbers
from embedadapt.formats.reading.opening import ByteSource, opening
from embedadapt.formats.reading.table_checks import MAX_DIM
from embedadapt.formats.reading.window import Window
from embedadapt.formats.sniffing import BYTE_ORDER_MARK, HEADER, PROBE

UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
DECIMAL_COMMA = re.compile(rb"[+-]?[0-9]++,[0-9]++([eE][+-]?[0-9]++)?")


@dataclass(frozen=True)
class TextLayout:
    """How a text file is written, judged by its beginning.

    header: whether a line "n_words dim" comes first. dim: values per row, as most rows have them.
    unit: the encoding of its code units, "" for ASCII and its extensions (UTF-8, Latin-1).
    bare_returns: whether lines end in a carriage return alone. tabs: whether tabs separate all
    fields.
    """

    header: bool
    dim: int
    unit: str = ""
    bare_returns: bool = False
    tabs: bool = False
    legacy: bool = False

    @property
    def foreign(self) -> bool:
        """Whether the strict reader does not even recognize it."""
        return bool(self.unit) or self.bare_returns or self.tabs


Remark: TypeAlias = tuple[DefectKind, Callable[[], str]]


@dataclass
class Judgement:
    """What becomes of one line. values is None where it is left out.

    remarks: the kinds of defects, and functions that describe them, since only the first are shown.
    """

    word: bytes = b""
    values: Floats1d | None = None
    fields: list[bytes] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def sniff_layout(path: str | Path) -> TextLayout | None:
    """The layout of a text file, even a damaged one; None where none is recognized."""
    with opening(path) as source:
        buffer = np.empty(PROBE, dtype=np.uint8)
        head = buffer[: source.fill(buffer)].tobytes()
    unit = next((name for mark, name in UTF16.items() if head.startswith(mark)), "")
    text = _decode_unit(head, unit).removeprefix(BYTE_ORDER_MARK)
    bare_returns = b"\r" in text and b"\n" not in text
    if bare_returns:
        text = text.replace(b"\r", b"\n")
    tabs = any(b"\t" in line and b" " not in line for line in text.split(b"\n", 2)[:2])
    text = text.replace(b"\t", b" ")
    header = HEADER.match(text)
    rows = (text[header.end() :] if header else text).replace(b"\r\n", b"\n").split(b"\n")
    whole = rows[:-1] if len(head) == PROBE else rows
    squeezed = [re.sub(rb" ++", b" ", row.replace(b",", b".")) for row in whole[:LINES_ASKED]]
    dim = infer_dim([row for row in squeezed if row])
    if not 0 < dim <= MAX_DIM:
        return None
    return TextLayout(bool(header), dim, unit, bare_returns, tabs)


def _decode_unit(head: bytes, unit: str) -> bytes:
    return head.decode(unit, "ignore").removeprefix("\ufeff").encode() if unit else head


class Recoded(ByteSource):
    """A source whose bytes are converted to UTF-8 with line feeds as they are read."""

    def __init__(self, source: ByteSource, layout: TextLayout) -> None:
        super().__init__(source.path, None, source._stream)
        self._source, self._layout = source, layout
        self._decoder = codecs.getincrementaldecoder(layout.unit or "latin-1")("replace")
        self._encoding = "utf-8" if layout.unit else "latin-1"
        self._ready = b""

    def fill(self, buffer: NDArray[np.uint8]) -> int:
        chunk = np.empty(len(buffer), dtype=np.uint8)
        while len(self._ready) < len(buffer):
            count = self._source.fill(chunk)
            if not count:
                break
            text = self._decoder.decode(chunk[:count].tobytes())
            text = text.replace("\r", "\n") if self._layout.bare_returns else text
            text = text.replace("\t", " ") if self._layout.tabs else text
            self._ready += text.encode(self._encoding, "replace")
        count = min(len(buffer), len(self._ready))
        buffer[:count] = np.frombuffer(self._ready, np.uint8, count)
        self._ready = self._ready[count:]
        self.position += count
        return count


def walk_text(path: str | Path, layout: TextLayout, log: DefectLog) -> Iterator[JudgedRows]:
    """The rows that can be kept, block by block; defects go to `log`.

    A damaged archive or an endless line ends the reading and is logged. Words that repeat an
    earlier one or are not UTF-8 are still returned, since judging them takes all words.
    """
    with opening(path) as plain:
        source = Recoded(plain, layout) if layout.foreign else plain
        lines = Lines(Window(source))
        n_announced = n_seen = 0
        try:
            if lines.more() and layout.header:
                n_announced = _read_header(lines, layout, log)
            while lines.more():
                block = _judge_lines(lines, layout, log)
                n_seen += block.n_seen
                yield block
        except FormatError as error:
            place = error.where.removeprefix(str(path)).lstrip(", ") or f"line {lines.number:,}"
            log.add(DefectKind.CUT, place, error.found)
        if layout.header and n_seen != n_announced:
            found = f"announces {n_announced:,} rows, the file has {n_seen:,}"
            log.add(DefectKind.WRONG_HEADER, "line 1", found)
        if lines.unended and DefectKind.CUT not in log:
            found = "if the file was cut there, so was its last number"
            log.add(DefectKind.NO_FINAL_LINE_FEED, f"line {lines.number - 1:,}", found)


def log_file_marks(path: str | Path, layout: TextLayout, log: DefectLog) -> None:
    """Log what is wrong with the file as a whole."""
    with opening(path) as source:
        buffer = np.empty(len(BYTE_ORDER_MARK), dtype=np.uint8)
        head = buffer[: source.fill(buffer)].tobytes()
    if layout.unit:
        log.add(DefectKind.UTF16, "byte 0", layout.unit.upper())
    elif head == BYTE_ORDER_MARK:
        log.add(DefectKind.BYTE_ORDER_MARK, "byte 0", "EF BB BF before the first line")
    if layout.bare_returns:
        log.add(DefectKind.BARE_RETURN, "line 1", "lines that end in a carriage return alone")
    if layout.tabs:
        log.add(DefectKind.TABS, "line 1", "fields separated by tabs throughout")


def _read_header(lines: Lines, layout: TextLayout, log: DefectLog) -> int:
    line = lines.take_line()
    n_announced, dim = (int(number) for number in line.split())
    if dim != layout.dim:
        found = f"announces {dim:,} values a row, most rows have {layout.dim:,}"
        log.add(DefectKind.WRONG_HEADER, "line 1", found)
    return n_announced


def _judge_lines(lines: Lines, layout: TextLayout, log: DefectLog) -> JudgedRows:
    """Judge the whole lines of the window, and consume them."""
    from embedadapt.kernels.parse import parse_text_rows

    window, stop = lines.window, lines.stop
    n_lines = window.data.count(b"\n", window.start, stop)
    table = np.empty((n_lines, layout.dim), dtype=np.float32)
    packed = np.empty(stop - window.start + n_lines, dtype=np.uint8)
    starts, numbers = np.empty(n_lines, dtype=np.int64), np.empty(n_lines, dtype=np.int64)
    odd = np.empty(n_lines, dtype=np.bool_)
    n_rows, n_bytes = parse_text_rows(
        window.array, window.start, stop, table, packed, starts, numbers, odd
    )
    _log_line_ends(lines, stop, n_lines, numbers[:n_rows], log)
    words = packed[:n_bytes].tobytes().decode("utf-8", "surrogateescape").split("\n")[:-1]
    contents = _row_lines(lines, starts[:n_rows])
    kept = np.ones(n_rows, dtype=np.bool_)
    for row in np.flatnonzero(odd[:n_rows]):
        cut = lines.unended and row == n_rows - 1
        judged = judge_row(contents[row].rstrip(b"\r\n"), layout.dim, cut=cut)
        where = f"line {lines.number + int(numbers[row]):,}"
        for kind, tell in judged.remarks:
            log.add_told(kind, where, tell)
        kept[row] = judged.values is not None
        if judged.values is not None:
            words[row] = judged.word.decode("utf-8", "surrogateescape")
            table[row] = judged.values
            contents[row] = b" ".join([judged.word, *judged.fields]) + b"\n"
    row_numbers = lines.number + numbers[:n_rows][kept]
    lines.used(stop, n_lines)
    words = list(compress(words, kept))
    log_words(log, words, [f"line {number:,}" for number in row_numbers.tolist()])
    norms = row_lengths(table[:n_rows][kept])
    return JudgedRows(words, norms, list(compress(contents, kept)), row_numbers, n_rows)


def _row_lines(lines: Lines, starts: Longs1d) -> list[bytes]:
    """The lines at `starts`, each with a line feed and without a carriage return."""
    ends = [lines.window.data.index(b"\n", start) for start in starts.tolist()]
    view = memoryview(lines.window.data)
    rows = (bytes(view[start:end]) for start, end in zip(starts.tolist(), ends, strict=True))
    return [row.removesuffix(b"\r") + b"\n" for row in rows]


def _log_line_ends(lines: Lines, stop: int, n_lines: int, numbers: Longs1d, log: DefectLog) -> None:
    window = lines.window
    returns = window.data.count(b"\r\n", window.start, stop)
    if returns:
        found = re.finditer(rb"\r\n", memoryview(window.data)[window.start : stop])
        ends = [window.start + match.start() for match in islice(found, PLACES_KEPT)]
        before = (window.data.count(b"\n", window.start, end) for end in ends)
        places = (Place(f"line {lines.number + n:,}", "a carriage return") for n in before)
        log.add_many(DefectKind.CRLF, returns, places)
    if len(numbers) < n_lines:
        is_blank = np.ones(n_lines, dtype=np.bool_)
        is_blank[numbers] = False
        blank = np.flatnonzero(is_blank)
        blanks = (Place(f"line {lines.number + int(n):,}", "no row") for n in blank)
        log.add_many(DefectKind.BLANK_LINE, n_lines - len(numbers), blanks)


def judge_row(line: bytes, dim: int, *, cut: bool = False) -> Judgement:
    r"""The judgment of a row that the fast parser left. cut: whether the file ends in it.

    >>> judge_row(b"New York\t0,5  1", 2).fields
    [b'0.5', b'1']
    >>> judge_row(b"York 0.5", 2).remarks[0][1]()
    "1 value after 'York', not 2"
    """
    judged = Judgement()
    if b"\t" in line:
        judged.remarks.append((DefectKind.TABS, lambda: "tabs for spaces"))
        line = line.replace(b"\t", b" ")
    fields = line.rstrip(b" ").split(b" ")
    first = fields[0]
    if not first:
        why = "a row that begins with its separator"
        return _refused(judged, (DefectKind.EMPTY_WORD, lambda: why))
    if b"" in fields:
        judged.remarks.append((DefectKind.DOUBLED_SPACE, lambda: f"after {shown(first)}"))
        fields = [value for value in fields if value]
    fields = _with_points(judged, fields, dim)
    n_numbers = count_numbers(fields)
    judged.word, judged.fields = b" ".join(fields[:-n_numbers]), fields[len(fields) - n_numbers :]
    if n_numbers == dim:
        return _valued(judged)
    if n_numbers > dim:
        return _refused(judged, (DefectKind.LONG_ROW, lambda: _told_long(judged, dim)))
    return _refused(judged, _why_short(fields, dim, cut=cut))


def _refused(judged: Judgement, remark: Remark) -> Judgement:
    """A row that is left out, for which only the reason counts."""
    return Judgement(judged.word, None, judged.fields, [remark])


def _told_long(judged: Judgement, dim: int) -> str:
    return f"{len(judged.fields):,} values after {shown(judged.word)}, not {dim:,}"


def _with_points(judged: Judgement, fields: list[bytes], dim: int) -> list[bytes]:
    """Decimal commas as points, if no value of the row has a point."""
    values = fields[-dim:] if len(fields) > dim else []
    commas = any(DECIMAL_COMMA.fullmatch(value) for value in values)
    if not commas or any(b"." in value or value.count(b",") > 1 for value in values):
        return fields
    judged.remarks.append((DefectKind.DECIMAL_COMMA, lambda: f"after {shown(fields[0])}"))
    return fields[:-dim] + [value.replace(b",", b".") for value in values]


def _valued(judged: Judgement) -> Judgement:
    with np.errstate(over="ignore"):
        values = np.array([float(value) for value in judged.fields]).astype(np.float32)
    if np.isfinite(values).all():
        return replace(judged, values=values)
    beyond = judged.fields[int(np.flatnonzero(~np.isfinite(values))[0])].decode()
    found = f"{beyond}, beyond float32, after {shown(judged.word)}"
    return _refused(judged, (DefectKind.NOT_FINITE, lambda: found))


def _why_short(fields: list[bytes], dim: int, *, cut: bool) -> Remark:
    """Why there are too few plain numbers at the end: a value is no number, or missing."""
    values = fields[-dim:] if len(fields) > dim else fields[1:]
    strange = [value for value in values if not count_numbers([b"", value])]
    word = b" ".join(fields[: -len(values)]) if values else fields[0]
    infinite = next((value.decode() for value in strange if NOT_FINITE.fullmatch(value)), "")
    if infinite:
        return DefectKind.NOT_FINITE, lambda: f"{infinite} after {shown(word)}"
    if cut:
        n_values = f"{len(values):,} of {dim:,} values"
        return DefectKind.CUT, lambda: f"the file ends after {n_values} of {shown(word)}"
    if strange and len(fields) > dim:
        return (
            DefectKind.NOT_A_NUMBER,
            lambda: f"{shown(strange[0])} for a value after {shown(word)}",
        )
    n_numbers = count_numbers(fields)
    few = f"{n_numbers:,} {'value' if n_numbers == 1 else 'values'}"
    return DefectKind.SHORT_ROW, lambda: f"{few} after {shown(word)}, not {dim:,}"
