"""Rows of a text file, for word2vec text (with a header) and GloVe text (without).

One row per line: the word, then `dim` numbers, separated by ASCII spaces. Only the space and the
line feed delimit: a word may contain a no-break space, U+2028 or U+0085. It may contain spaces too,
since the numbers are counted from the right. A carriage return before the line feed, spaces at the
end of a line, blank lines and a UTF-8 byte order mark at the very beginning are dropped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d, Floats2d, Longs1d
from embedadapt.core.vectors import Provenance, VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.core.word_lines import keep_word_lines
from embedadapt.formats.reading.lines import Lines
from embedadapt.formats.reading.odd_rows import read_odd_row, shown
from embedadapt.formats.reading.selection import ALL, Picker, Selection, check_some_picked
from embedadapt.formats.reading.table_checks import (
    check_some_rows,
    distinct_vocabulary,
    notes,
    without_repeats,
)
from embedadapt.formats.reading.window import GrowingTable

THREADS = min(2, os.cpu_count() or 1)
LEAST_PART = 2**19
"""Fewest bytes for a thread of its own. The rows do not depend on the number of threads that parse
them."""


def read_rows(
    lines: Lines,
    dim: int,
    n_rows: int | None,
    format: str,
    path: str,
    selection: Selection = ALL,
) -> WordVectors:
    """All remaining rows, or the selected ones, as vectors.

    n_rows: the number that the header announced, None without one; not checked with a selection.

    Raises FormatError, with its line, for a row that is not a word and `dim` finite numbers, and
    for more or fewer rows than announced.
    """
    picker = Picker(selection)
    table = GrowingTable(dim, selection.capacity(_rows_to_expect(lines)))
    words: list[str] = []
    take = _take_block if selection.words is None else _take_chosen
    while not picker.is_done and lines.more():
        words += take(lines, table, picker)
        if not selection:
            _check_not_more(words, n_rows, path)
    if selection:
        check_some_picked(len(words), selection, path)
    else:
        _check_count(words, n_rows, path)
    distinct, matrix, repeats = without_repeats(words, table.finish())
    provenance = Provenance(format, path, notes=notes(repeats, _note_on_end(lines)))
    return WordVectors(Vocabulary(distinct), matrix, provenance=provenance)


def scan_rows(lines: Lines, dim: int, n_rows: int | None, format: str, path: str) -> VectorsOutline:
    """The words of all remaining rows. The numbers of a row are counted, not read.

    Raises FormatError as `read_rows` does.
    """
    words: list[str] = []
    packed: list[bytes | None] = []
    while lines.more():
        block = _split_block(lines, dim)
        words += block.words
        packed.append(block.packed)
        lines.used(lines.stop, block.n_lines)
        _check_not_more(words, n_rows, path)
    _check_count(words, n_rows, path)
    vocabulary, repeats = distinct_vocabulary(words)
    as_lines = [*filter(None, packed)]
    if not repeats and len(as_lines) == len(packed):
        keep_word_lines(vocabulary, b"".join(as_lines))
    provenance = Provenance(format, path, notes=notes(repeats, _note_on_end(lines)))
    return VectorsOutline(vocabulary, dim, provenance=provenance)


def _note_on_end(lines: Lines) -> str:
    cut = "the last line has no line feed: if the file was cut there, so was its last number"
    return cut if lines.unended else ""


def _check_not_more(words: Sequence[str], n_rows: int | None, path: str) -> None:
    if n_rows is not None and len(words) > n_rows:
        raise _wrong_count(path, n_rows, f"at least {len(words):,}")


def _check_count(words: Sequence[str], n_rows: int | None, path: str) -> None:
    if n_rows is not None and len(words) < n_rows:
        raise _wrong_count(path, n_rows, f"{len(words):,}: the file is cut short")
    check_some_rows(len(words), path)


def _rows_to_expect(lines: Lines) -> int:
    """Rows that the file's size suggests, if the rest is like the window, and a twentieth more.

    Memory that is not written to costs nothing. 0 where the size is not known. The number in a
    header is not trusted: the file itself shows how much memory it can need.
    """
    window = lines.window
    if window.source.size is None or not lines.more():
        return 0
    n_lines = window.count_lines(window.start, lines.stop)
    left = window.source.size - window.position
    return left * n_lines // (lines.stop - window.start) * 21 // 20


@dataclass(frozen=True)
class Block:
    """The lines of the window, parsed, one entry per row.

    Each has its word, where its line starts in the window, and the number of lines before it there.
    n_lines: all lines, blank ones too. packed: the words in UTF-8, a line feed behind each; None
    where rows are odd.
    """

    words: list[str]
    starts: Longs1d
    numbers: Longs1d
    n_lines: int
    packed: bytes | None


def _take_block(lines: Lines, table: GrowingTable, picker: Picker) -> list[str]:
    """Parse the window's whole lines into `table` and consume them; return their words."""
    from embedadapt.kernels.parse import parse_text_rows

    rows = table.room(lines.count)
    block, odd_rows = _walk(lines, parse_text_rows, rows)
    for row, values in odd_rows.items():
        rows[row] = values
    n_rows = len(picker.pick(block.words))
    table.n_rows += n_rows
    lines.used(lines.stop, block.n_lines)
    return block.words[:n_rows]


def _take_chosen(lines: Lines, table: GrowingTable, picker: Picker) -> list[str]:
    """As `_take_block`, but only the numbers of rows that are picked by their words are read."""
    from embedadapt.kernels.parse import parse_chosen_rows

    dim = table.dim
    block = _split_block(lines, dim)
    picked = picker.pick(block.words)
    rows = table.room(len(picked))
    odd = np.empty(len(picked), dtype=np.bool_)
    parse_chosen_rows(lines.window.array, block.starts[picked], rows, odd)
    for k in np.flatnonzero(odd):
        row = picked[k]
        place = lines.place(block.numbers[row])
        _, rows[k] = read_odd_row(lines.line_at(block.starts[row]), dim, place)
    table.n_rows += len(picked)
    lines.used(lines.stop, block.n_lines)
    return [block.words[row] for row in picked]


def _split_block(lines: Lines, dim: int) -> Block:
    """The words of the window's whole lines."""
    from embedadapt.kernels.parse import split_text_rows

    return _walk(lines, split_text_rows, dim)[0]


def _walk(
    lines: Lines, kernel: Callable[..., tuple[int, int]], target: Floats2d | int
) -> tuple[Block, dict[int, Floats1d]]:
    """Parse the window's whole lines by `kernel`, in two threads where there are enough; to split
    them takes one less time than two.

    target: the rows to fill, or for `split_text_rows` their width. Returns the values of odd rows
    separately, by row.
    """
    parts = _parts(lines, 1 if isinstance(target, int) else THREADS)
    if len(parts) == 1:
        walked = [_walk_part(lines, kernel, target, parts[0])]
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            walked = list(pool.map(lambda part: _walk_part(lines, kernel, target, part), parts))
    if not isinstance(target, int):
        _close_gaps(target, parts, walked)
    starts, numbers, odd = (
        np.concatenate([getattr(part, name) for part in walked])
        for name in ("starts", "numbers", "odd")
    )
    packed = b"".join(part.words for part in walked)
    words = _decode(packed, lines, starts, numbers).split("\n")[:-1]
    dim = target if isinstance(target, int) else target.shape[1]
    values: dict[int, Floats1d] = {}
    for row in np.flatnonzero(odd).tolist():
        place = lines.place(numbers[row])
        word, values[row] = read_odd_row(lines.line_at(starts[row]), dim, place)
        words[row] = _decode(word, lines, starts[row:], numbers[row:])
    n_lines = sum(part.n_lines for part in parts)
    return Block(words, starts, numbers, n_lines, None if values else packed), values


@dataclass(frozen=True)
class Part:
    """Whole lines of the window, window.data[start:stop].

    n_lines: their number. n_before: number of lines of the window before them.
    """

    start: int
    stop: int
    n_before: int
    n_lines: int


@dataclass(frozen=True)
class WalkedPart:
    """The output of a kernel for a part: the words' bytes, and one entry per row."""

    words: bytes
    starts: Longs1d
    numbers: Longs1d
    odd: NDArray[np.bool_]


def _parts(lines: Lines, count: int) -> list[Part]:
    """The window's whole lines in parts of similar size; one part where they are few."""
    data, start, stop = lines.window.data, lines.window.start, lines.stop
    size = max(LEAST_PART, -(-(stop - start) // count))
    parts: list[Part] = []
    n_before = 0
    while start < stop:
        end = data.index(b"\n", min(start + size, stop) - 1) + 1
        n_lines = lines.window.count_lines(start, end)
        parts.append(Part(start, end, n_before, n_lines))
        start, n_before = end, n_before + n_lines
    return parts


def _walk_part(
    lines: Lines, kernel: Callable[..., tuple[int, int]], target: Floats2d | int, part: Part
) -> WalkedPart:
    n_lines = part.n_lines
    packed = np.empty(part.stop - part.start + n_lines, dtype=np.uint8)
    starts, numbers = np.empty(n_lines, dtype=np.int64), np.empty(n_lines, dtype=np.int64)
    odd = np.empty(n_lines, dtype=np.bool_)
    rows = target if isinstance(target, int) else target[part.n_before : part.n_before + n_lines]
    n_rows, n_bytes = kernel(
        lines.window.array, part.start, part.stop, rows, packed, starts, numbers, odd
    )
    numbers += part.n_before
    return WalkedPart(packed[:n_bytes].tobytes(), starts[:n_rows], numbers[:n_rows], odd[:n_rows])


def _close_gaps(rows: Floats2d, parts: Sequence[Part], walked: Sequence[WalkedPart]) -> None:
    """Move rows up over the gaps that blank lines left between the parts."""
    end = 0
    for part, done in zip(parts, walked, strict=True):
        n_rows = len(done.starts)
        if end < part.n_before:
            rows[end : end + n_rows] = rows[part.n_before : part.n_before + n_rows]
        end += n_rows


def _decode(packed: bytes, lines: Lines, starts: Longs1d, numbers: Longs1d) -> str:
    """Packed words as text; `starts` and `numbers` are their positions and lines.

    Raises FormatError at the byte that is not UTF-8.
    """
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
            found=f"the byte 0x{packed[error.start]:02x} in {shown(word)}",
            hint="Convert the file to UTF-8 (iconv -f latin1 -t utf-8, if it is Latin-1).",
        ) from error


def _wrong_count(path: str, announced: int, found: str) -> FormatError:
    return FormatError(
        path,
        expected=f"the {announced:,} rows its header announces",
        found=found,
        hint="Fetch the file again, or correct its first line.",
    )
