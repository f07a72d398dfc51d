"""A word2vec binary file is read tolerantly: defects are logged with their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.formats.inspection.defects import (
    DefectKind,
    DefectLog,
    JudgedRows,
    Place,
    log_words,
    row_lengths,
    shown,
)
from embedadapt.formats.reading.opening import opening
from embedadapt.formats.reading.table_checks import MAX_DIM
from embedadapt.formats.reading.window import Window
from embedadapt.formats.sniffing import HEADER

LONGEST_HEADER = 100


@dataclass(frozen=True)
class BinaryLayout:
    """The header: number of rows announced, and values per row."""

    n_words: int
    dim: int


def sniff_binary_layout(path: str | Path) -> BinaryLayout | None:
    """The header of a word2vec binary file; None for one that is impossible."""
    with opening(path) as source:
        buffer = np.empty(LONGEST_HEADER, dtype=np.uint8)
        header = HEADER.match(buffer[: source.fill(buffer)].tobytes())
    if not header:
        return None
    layout = BinaryLayout(*map(int, header[0].split()))
    return layout if 0 < layout.dim <= MAX_DIM else None


def walk_binary(path: str | Path, layout: BinaryLayout, log: DefectLog) -> Iterator[JudgedRows]:
    """The rows that can be kept, block by block; defects go to `log`.

    Rows beyond those announced count if they continue to the end of the file, which makes the
    header wrong; anything else there is trailing bytes.
    """
    with opening(path) as source:
        window = Window(source)
        window.refill()
        window.start = window.data.index(b"\n") + 1
        n_seen = 0
        try:
            for block in _blocks(window, layout.dim, 1, layout.n_words, log):
                n_seen += block.n_seen
                yield block
            if n_seen < layout.n_words:
                _log_end(window, layout, n_seen, log)
            else:
                yield from _beyond_announced(window, layout, log)
        except FormatError as error:
            place = error.where.removeprefix(str(path)).lstrip(", ")
            log.add(DefectKind.CUT, place, error.found)
            if n_seen < layout.n_words:
                _log_wrong_count(layout, n_seen, log)


def _blocks(
    window: Window, dim: int, first: int, last: int | None, log: DefectLog
) -> Iterator[JudgedRows]:
    """Parse the rows `first` to `last`, up to the first whose end cannot be determined."""
    from embedadapt.kernels.parse import parse_binary_rows

    number = first
    while last is None or number <= last:
        packed = np.empty(window.end - window.start, dtype=np.uint8)
        most = len(packed) // (4 * dim + 2) + 1
        most = most if last is None else min(most, last - number + 1)
        table = np.empty((most, dim), dtype="<f4")
        count, behind, n_bytes = parse_binary_rows(
            window.array, window.start, window.end, table.view(np.uint8), packed
        )
        window.start = behind
        if count:
            words = packed[:n_bytes].tobytes().decode("utf-8", "surrogateescape").split("\n")[:-1]
            yield _judge_rows(words, table[:count], number, log)
            number += count
        elif wordless := _skip_wordless_rows(window, dim, most):
            found = "a row that begins with its space"
            places = (Place(f"row {n:,}", found) for n in range(number, number + wordless))
            log.add_many(DefectKind.EMPTY_WORD, wordless, places)
            yield _judge_rows([], table[:0], number, log, n_wordless=wordless)
            number += wordless
        elif not window.refill():
            return


def _judge_rows(
    words: list[str], table: Floats2d, first: int, log: DefectLog, *, n_wordless: int = 0
) -> JudgedRows:
    finite = np.atleast_1d(np.isfinite(table).all(axis=1))
    odd = np.flatnonzero(~finite)
    places = (_place_of_odd(words[row], table[row], first + int(row)) for row in odd)
    log.add_many(DefectKind.NOT_FINITE, len(odd), places)
    numbers = first + np.flatnonzero(finite)
    words = list(compress(words, finite))
    log_words(log, words, [f"row {number:,}" for number in numbers.tolist()])
    contents = [
        word.encode("utf-8", "surrogateescape") + b" " + row.tobytes() + b"\n"
        for word, row in zip(words, table[finite], strict=True)
    ]
    norms = row_lengths(table[finite])
    return JudgedRows(words, norms, contents, numbers, len(table) + n_wordless)


def _place_of_odd(word: str, values: Floats1d, number: int) -> Place:
    return Place(f"row {number:,}", f"{values[~np.isfinite(values)][0]} in {shown(word)}")


def _skip_wordless_rows(window: Window, dim: int, most: int) -> int:
    """Skip up to `most` consecutive complete rows without a word; return their number."""
    n_bytes, count = 1 + 4 * dim, 0
    while count < most:
        window.skip_line_feeds()
        if window.end - window.start < n_bytes or window.data[window.start] != ord(" "):
            break
        window.start += n_bytes
        count += 1
    return count


def _log_end(window: Window, layout: BinaryLayout, n_seen: int, log: DefectLog) -> None:
    """Log why there are fewer rows than the header announces."""
    window.skip_line_feeds()
    n_left, where = window.end - window.start, f"byte {window.position:,}"
    space = window.data.find(b" ", window.start, window.end)
    feed = window.data.find(b"\n", window.start, window.end if space < 0 else space)
    if n_left > 4 * layout.dim and (space < 0 or space == window.start or feed >= 0):
        found = f"no word where row {n_seen + 1:,} should begin: the width is probably wrong"
        log.add(DefectKind.LOST_ROWS, where, found)
        return
    if n_left:
        log.add(DefectKind.CUT, where, f"the file ends inside row {n_seen + 1:,}")
    _log_wrong_count(layout, n_seen, log)


def _log_wrong_count(layout: BinaryLayout, n_seen: int, log: DefectLog) -> None:
    found = f"announces {layout.n_words:,} rows, the file has {n_seen:,}"
    log.add(DefectKind.WRONG_HEADER, "byte 0", found)


def _beyond_announced(window: Window, layout: BinaryLayout, log: DefectLog) -> Iterator[JudgedRows]:
    """What follows the announced rows: more rows, up to the end of the file, or trailing bytes."""
    if window.end - window.start < LONGEST_HEADER:
        window.refill()
    window.skip_line_feeds()
    begin, found = window.position, DefectLog()
    blocks = []
    for block in _blocks(window, layout.dim, layout.n_words + 1, None, found):
        if DefectKind.NOT_FINITE in found or DefectKind.NOT_UTF8 in found:
            break
        blocks.append(block)
    window.skip_line_feeds()
    left = window.end > window.start
    if blocks and not left and not window.refill():
        _log_wrong_count(layout, layout.n_words + sum(block.n_seen for block in blocks), log)
        log.extend(found)
        yield from blocks
    elif left or window.position > begin:
        log.add(DefectKind.TRAILING, f"byte {begin:,}", "more than the rows announced")
