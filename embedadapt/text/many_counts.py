"""Counts of more distinct strings than fit in memory."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import IO

from embedadapt.core.long_arrays import unnamed_file

MOST = 1_000_000
"""Distinct strings that are counted in memory, in some 150 MB."""


class ManyCounts:
    r"""Counts of strings without tabs and line ends; beyond MOST they go to temporary files.

    >>> counts = ManyCounts()
    >>> counts.update(["a b", "c", "a b"])
    >>> counts.at_least(2)
    {'a b': 2}
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._files: list[IO[bytes]] = []

    def update(self, strings: Iterable[str]) -> None:
        """Count each of some strings once more."""
        self._counts.update(strings)
        if len(self._counts) > MOST:
            file = unnamed_file()
            file.writelines(f"{s}\t{n}\n".encode("utf-8", "surrogatepass") for s, n in self._all())
            self._files.append(file)
            self._counts.clear()

    def at_least(self, least: int) -> dict[str, int]:
        """The strings with that count and more."""
        if not self._files:
            return {string: n for string, n in self._counts.items() if n >= least}
        merged = heapq.merge(self._all(), *map(_read, self._files), key=itemgetter(0))
        totals = (
            (string, sum(n for _, n in same)) for string, same in groupby(merged, itemgetter(0))
        )
        return {string: n for string, n in totals if n >= least}

    def _all(self) -> Iterable[tuple[str, int]]:
        """What is counted in memory, in order."""
        return sorted(self._counts.items())


def _read(file: IO[bytes]) -> Iterator[tuple[str, int]]:
    file.seek(0)
    for line in file:
        string, _, n = line.decode("utf-8", "surrogatepass").rpartition("\t")
        yield string, int(n)
