"""Every defect of a vector file with its place, and the contents of a repaired file.

Two kinds of file are surveyed row by row and can be repaired, text and word2vec binary: these are
what people make by hand and by script. Other files are written by one program each; their parts are
checked; where rows cannot be separated, the strict reader reports the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Doubles1d, Floats2d
from embedadapt.core.vectors import BLOCK_ROWS
from embedadapt.formats import read_parts
from embedadapt.formats.inspection.binary import BinaryLayout, sniff_binary_layout, walk_binary
from embedadapt.formats.inspection.defects import (
    NOT_UTF8,
    Defect,
    DefectKind,
    DefectLog,
    JudgedRows,
    Place,
    log_words,
    row_lengths,
    shown,
)
from embedadapt.formats.inspection.text import TextLayout, log_file_marks, sniff_layout, walk_text
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.sniffing import sniff_format

LEGACY = "Windows-1252, by the look of it"
"""Encoding assumed for text whose words are UTF-8 only if they are ASCII."""


@dataclass(frozen=True)
class PartsLayout:
    """The layout of a format whose parts are mapped; such a file cannot be repaired."""

    dim: int


Layout = TextLayout | BinaryLayout | PartsLayout


@dataclass(frozen=True)
class Survey:
    """The findings of a tolerant reading.

    words, norms (n_words,): of the rows that a repaired file keeps.
    encoding: "ASCII", "UTF-8", "UTF-8, damaged", "UTF-16" or LEGACY. dtype: type of the numbers.
    repairable: whether --repair can write those rows.
    """

    file_format: str
    layout: Layout
    words: tuple[str, ...]
    norms: Doubles1d
    encoding: str
    dtype: str
    defects: tuple[Defect, ...]
    repairable: bool


def survey_file(path: str | Path, *, trust_pickle: bool = False) -> Survey | None:
    """Read a whole vector file, whatever is wrong with it.

    None for formats with neither rows nor parts to check. Raises FormatError for a file without
    vectors.
    """
    layout = layout_of(path)
    if layout is None:
        parts = read_parts(path, trust_pickle=trust_pickle)
        return None if parts is None else _survey_parts(parts, sniff_format(path))
    log, first = DefectLog(), FirstOfEach(layout)
    words: list[str] = []
    norms = [np.empty(0)]
    if isinstance(layout, TextLayout):
        log_file_marks(path, layout, log)
    for block in walk_rows(path, layout, log):
        kept = first.keep(block, log)
        words += compress(block.words, kept)
        norms.append(block.norms[kept])
    encoding = _encoding(words, layout)
    lengths = np.concatenate(norms)
    if isinstance(layout, TextLayout):
        layout = replace(layout, legacy=encoding == LEGACY)
        utf8 = [is_repairable(word, layout) for word in words]
        words, lengths = [recode(w, layout) for w in compress(words, utf8)], lengths[utf8]
    return Survey(
        _format_name(layout),
        layout,
        tuple(words),
        lengths,
        encoding,
        "decimal text" if isinstance(layout, TextLayout) else "float32",
        log.defects(_repairs(layout, encoding)),
        bool(words) and DefectKind.LOST_ROWS not in log,
    )


def _survey_parts(parts: RawTable, file_format: str) -> Survey:
    """Log what is wrong with the words and with each row of numbers."""
    log, words = DefectLog(), list(parts.words)
    for what, rows in parts.tables.items():
        _log_not_finite(log, what, rows)
    numbers = np.arange(1, len(words) + 1)
    places = [f"row {number:,}" for number in numbers.tolist()]
    log_words(log, words, places)
    empty = (where for word, where in zip(words, places, strict=True) if not word)
    log.add_many(DefectKind.EMPTY_WORD, words.count(""), (Place(at, "no word") for at in empty))
    table = next(iter(parts.tables.values()))
    layout = PartsLayout(table.shape[1])
    norms = row_lengths(table[: len(words)])
    rows_of_words = JudgedRows(words, norms, [], numbers, len(words))
    kept = FirstOfEach(layout).keep(rows_of_words, log) & np.isfinite(norms)
    return Survey(
        file_format,
        layout,
        tuple(compress(words, kept)),
        norms[kept],
        _encoding(words, layout),
        parts.dtype,
        log.defects(dict.fromkeys(DefectKind, "")),
        repairable=False,
    )


def _log_not_finite(log: DefectLog, what: str, rows: Floats2d) -> None:
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        odd = np.flatnonzero(~np.isfinite(block).all(axis=1))
        places = (
            Place(f"{what} {start + row + 1:,}", str(block[row][~np.isfinite(block[row])][0]))
            for row in odd.tolist()
        )
        log.add_many(DefectKind.NOT_FINITE, len(odd), places)


def layout_of(path: str | Path) -> Layout | None:
    """The layout of a file that can be surveyed; None for any other format.

    Raises FormatError for a file without vectors.
    """
    try:
        name = sniff_format(path)
    except FormatError:
        text = sniff_layout(path)
        if text is None or not text.foreign:
            raise
        return text
    if name == "word2vec-binary":
        return sniff_binary_layout(path)
    layout = sniff_layout(path) if name in ("word2vec-text", "glove", "delimited") else None
    return layout if name != "delimited" or (layout and layout.tabs) else None


def walk_rows(path: str | Path, layout: Layout, log: DefectLog) -> Iterator[JudgedRows]:
    """The rows that can be kept, in file order; defects go to `log`."""
    if isinstance(layout, TextLayout):
        return walk_text(path, layout, log)
    return walk_binary(path, layout, log) if isinstance(layout, BinaryLayout) else iter(())


class FirstOfEach:
    """Distinguishes the first row of each word from later ones."""

    def __init__(self, layout: Layout) -> None:
        self._unit = "line" if isinstance(layout, TextLayout) else "row"
        self._numbers: dict[str, int] = {}

    def keep(self, rows: JudgedRows, log: DefectLog) -> NDArray[np.bool_]:
        """Whether each row is the first of its word, (n_rows,)."""
        firsts = [
            self._numbers.setdefault(word, number)
            for word, number in zip(rows.words, rows.numbers.tolist(), strict=True)
        ]
        kept: NDArray[np.bool_] = np.equal(rows.numbers, np.array(firsts, dtype=np.int64))
        repeats = np.flatnonzero(~kept)
        places = (
            Place(
                f"{self._unit} {rows.numbers[row]:,}",
                f"{shown(rows.words[row])} again, first in {self._unit} {firsts[row]:,}",
            )
            for row in repeats
        )
        log.add_many(DefectKind.DUPLICATE, len(repeats), places)
        return kept


def is_repairable(word: str, layout: Layout) -> bool:
    """Whether a repaired file can hold the word: text must be UTF-8 or converted to it."""
    return not isinstance(layout, TextLayout) or layout.legacy or not NOT_UTF8.search(word)


def recode(text: str, layout: Layout) -> str:
    """Encode text decoded with "surrogateescape" as the bytes of a repaired file."""
    if not isinstance(layout, TextLayout) or not layout.legacy:
        return text
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _encoding(words: list[str], layout: Layout) -> str:
    foreign = [word for word in words if not word.isascii()]
    broken = sum(bool(NOT_UTF8.search(word)) for word in foreign)
    if isinstance(layout, TextLayout) and layout.unit:
        return "UTF-16"
    if not broken:
        return "UTF-8" if foreign else "ASCII"
    return LEGACY if broken == len(foreign) else "UTF-8, damaged"


def _repairs(layout: Layout, encoding: str) -> dict[DefectKind, str]:
    """Repairs that differ from the usual ones."""
    if isinstance(layout, BinaryLayout):
        return {DefectKind.NOT_UTF8: "its bytes are kept"}
    return {DefectKind.NOT_UTF8: "read as Windows-1252"} if encoding == LEGACY else {}


def _format_name(layout: Layout) -> str:
    if not isinstance(layout, TextLayout):
        return "word2vec-binary"
    return "word2vec-text" if layout.header else "glove"
