"""Every defect of a vector file with its place, and what a mended file would hold.

Two kinds of file are surveyed row by row, text tables and word2vec binary: they are what people
make by hand and by script. The others are written by one program each, and their strict readers say
where one is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Doubles1d
from embedadapt.formats.inspection.binary import BinaryLayout, sniff_binary_layout, walk_binary
from embedadapt.formats.inspection.defects import (
    NOT_UTF8,
    Defect,
    DefectKind,
    DefectLog,
    JudgedRows,
    Place,
    shown,
)
from embedadapt.formats.inspection.text import TextLayout, log_file_marks, sniff_layout, walk_text
from embedadapt.formats.sniffing import sniff_format

LEGACY = "Windows-1252, by the look of it"
"""What a text is taken for whose words are never UTF-8 but where they are ASCII."""

Layout = TextLayout | BinaryLayout


@dataclass(frozen=True)
class Survey:
    """What a tolerant reading found.

    words, norms (n_words,): of the rows a mended file would keep.
    encoding: "ASCII", "UTF-8", "UTF-8, damaged", "UTF-16" or LEGACY.
    mendable: whether --repair can write those rows.
    """

    file_format: str
    layout: Layout
    words: tuple[str, ...]
    norms: Doubles1d
    encoding: str
    defects: tuple[Defect, ...]
    mendable: bool


def survey_file(path: str | Path) -> Survey | None:
    """Reads a text table or a word2vec binary file whole, whatever is wrong with it.

    None for other formats. Raises FormatError for what is no vector file.
    """
    layout = layout_of(path)
    if layout is None:
        return None
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
        utf8 = [is_mendable(word, layout) for word in words]
        words, lengths = [recode(w, layout) for w in compress(words, utf8)], lengths[utf8]
    return Survey(
        _format_name(layout),
        layout,
        tuple(words),
        lengths,
        encoding,
        log.defects(_repairs(layout, encoding)),
        bool(words) and DefectKind.LOST_ROWS not in log,
    )


def layout_of(path: str | Path) -> Layout | None:
    """How a file that can be surveyed is laid out; None for any other format.

    Raises FormatError for what is no vector file.
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
    return sniff_layout(path) if name in ("word2vec-text", "glove") else None


def walk_rows(path: str | Path, layout: Layout, log: DefectLog) -> Iterator[JudgedRows]:
    """The rows that can be kept, in file order; what is wrong goes to `log`."""
    if isinstance(layout, TextLayout):
        return walk_text(path, layout, log)
    return walk_binary(path, layout, log)


class FirstOfEach:
    """Tells the first row of each word from the later ones."""

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


def is_mendable(word: str, layout: Layout) -> bool:
    """Whether a mended file can hold the word: in text it must be, or become, UTF-8."""
    return isinstance(layout, BinaryLayout) or layout.legacy or not NOT_UTF8.search(word)


def recode(text: str, layout: Layout) -> str:
    """What a mended file holds for text decoded with "surrogateescape"."""
    if isinstance(layout, BinaryLayout) or not layout.legacy:
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
    """Where --repair does something else than usual."""
    if isinstance(layout, BinaryLayout):
        return {DefectKind.NOT_UTF8: "its bytes are kept"}
    return {DefectKind.NOT_UTF8: "read as Windows-1252"} if encoding == LEGACY else {}


def _format_name(layout: Layout) -> str:
    if isinstance(layout, BinaryLayout):
        return "word2vec-binary"
    return "word2vec-text" if layout.header else "glove"
