"""Which rows of a file are wanted, and how they are picked while it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Longs1d
from embedadapt.core.vectors import WordVectors


@dataclass(frozen=True)
class Selection:
    """The rows of some words, among the first rows of a file.

    words: None for all. Of a word that occurs twice the first row counts; words that the file lacks
        are ignored.
    limit: number of rows of the file that are read, None for all.

    Rows are in the file's order. Rows that are left out may go unchecked: reading stops once all
    the words are found.
    """

    words: frozenset[str] | None = None
    limit: int | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return self.words is not None or self.limit is not None

    def capacity(self, n_rows: int) -> int:
        """Upper bound of the number of rows picked from `n_rows`."""
        return min(n_rows, self.limit or n_rows, n_rows if self.words is None else len(self.words))


ALL = Selection()


class Picker:
    """Follows a selection block by block through a file.

    >>> picker = Picker(Selection(frozenset(["of", "lessee"]), limit=5))
    >>> picker.pick(["the", "of", "a"]), picker.pick(["of", "in", "lessee"]), picker.is_done
    (array([1]), array([], dtype=int64), True)
    """

    def __init__(self, selection: Selection) -> None:
        self._missing = None if selection.words is None else set(selection.words)
        self._left = selection.limit

    @property
    def is_done(self) -> bool:
        """Whether nothing that follows can be wanted."""
        return self._left == 0 or (self._missing is not None and not self._missing)

    def pick(self, words: Sequence[str]) -> Longs1d:
        """Wanted rows of the next block, by its words; no row is picked twice."""
        if self._left is not None:
            words = words[: self._left]
            self._left -= len(words)
        if self._missing is None:
            return np.arange(len(words))
        if self._missing.isdisjoint(words):  # the common case, at the speed of C
            return np.empty(0, dtype=np.int64)
        rows = []
        for row, word in enumerate(words):
            if word in self._missing:
                self._missing.remove(word)
                rows.append(row)
                if not self._missing:
                    break
        return np.array(rows, dtype=np.int64)


def select_rows(vectors: WordVectors, selection: Selection) -> WordVectors:
    """The selected rows of vectors, copied; n-grams, and vectors without words, do not change.

    Raises FormatError where no row is left.
    """
    if not len(vectors):
        return vectors
    rows = Picker(selection).pick(vectors.vocabulary.words).astype(np.int32)
    check_some_picked(len(rows), selection, vectors.provenance.path)
    subwords = vectors.subwords
    if subwords is not None and subwords.words is not None:
        subwords = replace(subwords, words=subwords.words[rows])
    return replace(
        vectors,
        vocabulary=vectors.vocabulary.select(rows),
        matrix=vectors.matrix[rows],
        context=None if vectors.context is None else vectors.context[rows],
        subwords=subwords,
    )


def check_some_picked(n_rows: int, selection: Selection, path: str) -> None:
    """Raise FormatError where a selection leaves no row."""
    if not n_rows:
        asked = "rows" if selection.words is None else f"one of {len(selection.words):,} words"
        looked_at = "" if selection.limit is None else f" in its first {selection.limit:,} rows"
        raise FormatError(path, expected=f"{asked}{looked_at}", found="none")
