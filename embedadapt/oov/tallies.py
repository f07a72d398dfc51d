"""Words counted by number: what a document adds is a few operations on arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.result import Reading
from embedadapt.text.counting import both
from embedadapt.text.growing import Numbers


@dataclass
class Tally:
    """Words under one reading: how often, and in how many documents one of them is unknown."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    n_affected: int = 0

    def __add__(self, other: Tally) -> Tally:
        n_affected = self.n_affected + other.n_affected
        return Tally(self.name, both(self.counts, other.counts), n_affected)

    def unknown(self, known: Vocabulary) -> dict[str, int]:
        index = known.index
        return {word: n for word, n in self.counts.items() if word not in index}

    def reading(self, n_documents: int, table: VectorsOutline) -> Reading:
        unknown = self.unknown(table.vocabulary)
        composed = [n for word, n in unknown.items() if composes(table, word)]
        return Reading(
            name=self.name,
            n_tokens=self.counts.total(),
            n_types=len(self.counts),
            unknown_tokens=sum(unknown.values()),
            unknown_types=len(unknown),
            composed_tokens=sum(composed),
            composed_types=len(composed),
            n_documents=n_documents,
            affected_documents=self.n_affected,
        )


def composes(table: VectorsOutline, word: str) -> bool:
    """True where n-grams give the unknown `word` a vector."""
    return table.hashing is not None and table.hashing.composes(word)


@dataclass(frozen=True)
class Numbered:
    """The words of a document by number.

    ids: (n,) int32. is_unknown: (n,) bool. unknown: the different ones of these, ascending.
    """

    ids: Ints1d
    is_unknown: NDArray[np.bool_]
    unknown: Ints1d

    @property
    def n_unknown(self) -> int:
        return int(self.is_unknown.sum())


class WordNumbers:
    """Numbers words in the order in which they are met, and counts them."""

    def __init__(self, known: Container[str]) -> None:
        self._known = known
        self._number_of = _Numbering()
        self._counts, self._unknown = Numbers(np.int64), Numbers(np.int8)
        self._n_affected = 0

    def add(self, words: Iterable[str]) -> Numbered:
        """Takes in one document."""
        ids = np.fromiter(map(self._number_of.__getitem__, words), np.int32)
        new = self.since(len(self._counts.values))
        self._unknown.extend([word not in self._known for word in new])
        self._counts.lengthen(len(self._number_of))
        different, n = np.unique(ids, return_counts=True)
        self._counts.values[different] += n
        unknown = different[self._unknown.values[different] > 0]
        self._n_affected += bool(len(unknown))
        return Numbered(ids, self._unknown.values[ids] > 0, unknown)

    def since(self, first: int) -> list[str]:
        """The words from number `first` on."""
        return [*islice(reversed(self._number_of), len(self._number_of) - first)][::-1]

    def tally(self, name: str) -> Tally:
        """What was counted."""
        counts = self._counts.values.tolist()
        return Tally(
            name, Counter(dict(zip(self._number_of, counts, strict=True))), self._n_affected
        )


class _Numbering(dict[str, int]):
    """Gives a word that it does not have the next number."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number
