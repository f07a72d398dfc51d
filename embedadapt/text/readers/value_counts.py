"""Limits on the values of one object of JSON, and on the cells of one row of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from embedadapt.core.errors import CorpusError
from embedadapt.core.unpack_limit import VARIABLE, raised_limit

MOST_VALUES = 1_000_000
"""Commas and brackets in one object of JSON, and cells in one row of a table. Each can take 200
bytes of memory."""


def check_values(text: str, where: str) -> None:
    """Raise CorpusError for JSON whose values, by its marks, are too many to hold in memory."""
    most = max(MOST_VALUES, raised_limit() // 64)
    if len(text) > most and sum(map(text.count, ",[{")) > most:
        raise _too_many(where, most, "values in an object")


class CellCount:
    """Counts the cells of one row of a table, which may have many lines."""

    def __init__(self, where: str, delimiter: str) -> None:
        self._where, self._delimiter, self._n_cells = where, delimiter, 0

    def counted(self, lines: Iterable[str]) -> Iterator[str]:
        """The same lines. Raises CorpusError for more than MOST_VALUES since the last `restart`."""
        most = max(MOST_VALUES, raised_limit() // 64)
        for line in lines:
            self._n_cells += line.count(self._delimiter)
            if self._n_cells > most:
                raise _too_many(self._where, most, "cells in a row")
            yield line

    def restart(self) -> None:
        """Another row begins."""
        self._n_cells = 0


def _too_many(where: str, most: int, what: str) -> CorpusError:
    return CorpusError(
        where,
        expected=f"at most {most:,} {what}",
        found="more",
        hint=f"If it is sound, set {VARIABLE} to 64 times as many or more.",
    )
