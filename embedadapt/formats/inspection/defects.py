"""Kinds of defects of vector files, with their places and repairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import numpy as np

from embedadapt.core.types import Doubles1d, Floats2d, Longs1d

PLACES_KEPT = 10
"""Places that are kept of each kind; the others are counted."""


class DefectKind(StrEnum):
    """The kinds, each by its name in reports."""

    WRONG_HEADER = "wrong header"
    SHORT_ROW = "short row"
    LONG_ROW = "long row"
    NOT_FINITE = "NaN or infinity"
    NOT_A_NUMBER = "not a number"
    DECIMAL_COMMA = "decimal comma"
    EMPTY_WORD = "empty word"
    DUPLICATE = "repeated word"
    NOT_UTF8 = "not UTF-8"
    SPACE_IN_WORD = "space in a word"
    UNICODE_SPACE = "Unicode space in a word"
    CONTROL = "control character in a word"
    CRLF = "CRLF line end"
    BARE_RETURN = "CR line end"
    BYTE_ORDER_MARK = "byte order mark"
    UTF16 = "UTF-16"
    TABS = "tabs between fields"
    DOUBLED_SPACE = "doubled space"
    BLANK_LINE = "blank line"
    NO_FINAL_LINE_FEED = "no final line feed"
    CUT = "cut or damaged file"
    LOST_ROWS = "rows out of step"
    TRAILING = "trailing bytes"


LEFT_OUT = "the row is left out"
KEPT = "kept as it is"
REPAIRS: Mapping[DefectKind, str] = {
    DefectKind.WRONG_HEADER: "rewritten to the rows kept",
    DefectKind.SHORT_ROW: LEFT_OUT,
    DefectKind.LONG_ROW: LEFT_OUT,
    DefectKind.NOT_FINITE: LEFT_OUT,
    DefectKind.NOT_A_NUMBER: LEFT_OUT,
    DefectKind.DECIMAL_COMMA: "written with a point",
    DefectKind.EMPTY_WORD: LEFT_OUT,
    DefectKind.DUPLICATE: "the first row is kept",
    DefectKind.NOT_UTF8: LEFT_OUT,
    DefectKind.SPACE_IN_WORD: KEPT,
    DefectKind.UNICODE_SPACE: KEPT,
    DefectKind.CONTROL: KEPT,
    DefectKind.CRLF: "ends in a line feed",
    DefectKind.BARE_RETURN: "ends in a line feed",
    DefectKind.BYTE_ORDER_MARK: "dropped",
    DefectKind.UTF16: "written as UTF-8",
    DefectKind.TABS: "single spaces",
    DefectKind.DOUBLED_SPACE: "single spaces",
    DefectKind.BLANK_LINE: "dropped",
    DefectKind.NO_FINAL_LINE_FEED: "one is added",
    DefectKind.CUT: "the whole rows before it are kept",
    DefectKind.LOST_ROWS: "",
    DefectKind.TRAILING: "dropped",
}
"""What --repair does; "" where it can do nothing."""


@dataclass(frozen=True)
class Place:
    """One occurrence of a defect.

    Parameters
    ----------
    where : str
        "line 5", "row 5" or "byte 120".
    found : str
        What is there.
    """

    where: str
    found: str


@dataclass(frozen=True)
class Defect:
    """All defects of one kind in a file.

    Parameters
    ----------
    kind : str
        Their kind, in a few words.
    total : int
        Their number.
    places : tuple of Place
        The first of them.
    repair : str
        What --repair does with them; "" for nothing.
    """

    kind: str
    total: int
    places: tuple[Place, ...]
    repair: str


class DefectLog:
    """Collects the defects of a survey, in bounded memory."""

    def __init__(self) -> None:
        self._totals: dict[DefectKind, int] = {}
        self._places: dict[DefectKind, list[Place]] = {}

    def add(self, kind: DefectKind, where: str, found: str) -> None:
        """Log one occurrence."""
        self.add_many(kind, 1, [Place(where, found)])

    def add_told(self, kind: DefectKind, where: str, tell: Callable[[], str]) -> None:
        """Log one occurrence; its description is made only where the place is kept."""
        self.add_many(kind, 1, (Place(where, told()) for told in [tell]))

    def add_many(self, kind: DefectKind, total: int, places: Iterable[Place]) -> None:
        """Log many occurrences, and the places of the first ones."""
        if total:
            kept = self._places.setdefault(kind, [])
            kept += islice(places, PLACES_KEPT - len(kept))
            self._totals[kind] = self._totals.get(kind, 0) + total

    def extend(self, other: DefectLog) -> None:
        """Append the contents of another log."""
        for kind, total in other._totals.items():
            self.add_many(kind, total, other._places[kind])

    def __contains__(self, kind: object) -> bool:
        return kind in self._totals

    def defects(self, repairs: Mapping[DefectKind, str] | None = None) -> tuple[Defect, ...]:
        """The defects in the order of `DefectKind`. repairs: where they differ from REPAIRS."""
        rules = {**REPAIRS, **(repairs or {})}
        return tuple(
            Defect(str(kind), self._totals[kind], tuple(self._places[kind]), rules[kind])
            for kind in DefectKind
            if kind in self._totals
        )


UNICODE_SPACES = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
CONTROLS = "\x00-\x1f\x7f-\x84\x86-\x9f\ufeff"
SURROGATES = "\ud800-\udfff"
UNUSUAL = re.compile(f"[ {UNICODE_SPACES}{CONTROLS}{SURROGATES}]")
NOT_UTF8 = re.compile(f"[{SURROGATES}]")
"""Finds, in a word decoded with "surrogateescape", what was not UTF-8."""
_WORD_DEFECTS = (
    (DefectKind.NOT_UTF8, NOT_UTF8),
    (DefectKind.SPACE_IN_WORD, re.compile(" ")),
    (DefectKind.UNICODE_SPACE, re.compile(f"[{UNICODE_SPACES}]")),
    (DefectKind.CONTROL, re.compile(f"[{CONTROLS}]")),
)


@dataclass
class JudgedRows:
    """Adjacent rows of a file that can be kept, repaired where needed.

    words: with "surrogateescape" for bytes that are not UTF-8. norms: lengths of the vectors,
    (n_rows,). contents: the bytes of each row in a repaired file. numbers: their lines or rows,
    (n_rows,) int64. n_seen: number of rows here, including those left out.
    """

    words: list[str]
    norms: Doubles1d
    contents: list[bytes]
    numbers: Longs1d
    n_seen: int


def log_words(log: DefectLog, words: Sequence[str], places: Sequence[str]) -> None:
    """Log what is unusual about words, decoded with "surrogateescape", at `places`."""
    if not UNUSUAL.search("".join(words)):
        return
    for word, where in zip(words, places, strict=True):
        if UNUSUAL.search(word):
            for kind, pattern in _WORD_DEFECTS:
                if pattern.search(word):
                    log.add(kind, where, shown(word))


def row_lengths(rows: Floats2d) -> Doubles1d:
    """Euclidean lengths, (n_rows,) float64, since squares of float32 can exceed float32."""
    lengths: Doubles1d = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    return lengths


def shown(word: str | bytes, limit: int = 40) -> str:
    r"""A word as a report quotes it: unprintable characters, no-break spaces too, are escaped.

    >>> print(shown("a\xa0b"), shown(b"na\xefve"))
    'a\xa0b' 'na\xefve'
    """
    text = word if isinstance(word, str) else word.decode("utf-8", "surrogateescape")
    quoted = repr(text if len(text) <= limit else text[:limit] + "…")
    return re.sub(r"\\udc([89a-f][0-9a-f])", r"\\x\1", quoted) if "\\ud" in quoted else quoted
