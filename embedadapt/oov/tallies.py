"""Words counted by number: what a document adds is a few operations on arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import census as kernels
from embedadapt.oov.result import Reading
from embedadapt.text.counting import both
from embedadapt.text.growing import Numbers


@dataclass
class Tally:
    """Words under one reading: how often, and in how many documents one of them is unknown."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    n_affected: int = 0
    _unknown: tuple[Vocabulary, dict[str, int]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    def __add__(self, other: Tally) -> Tally:
        n_affected = self.n_affected + other.n_affected
        return Tally(self.name, both(self.counts, other.counts), n_affected)

    def unknown(self, known: Vocabulary) -> dict[str, int]:
        """The words that are not in a vocabulary; remembered for the last one asked about."""
        if self._unknown is None or self._unknown[0] is not known:
            index = known.index
            unknown = {word: n for word, n in self.counts.items() if word not in index}
            self._unknown = known, unknown
        return self._unknown[1]

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


class Counted:
    """Counts strings by number, and the documents with one that is unknown.

    names: all strings met so far, by number. unknown: (n_names,) bool, those not in `known`.
    """

    def __init__(self, known: Container[str]) -> None:
        self.names: list[str] = []
        self._known = known
        self._counts, self._unknown = Numbers(np.int64), Numbers(np.int8)
        self._n_affected = 0

    @property
    def unknown(self) -> NDArray[np.bool_]:
        return self._unknown.values.view(np.bool_)

    def learn(self, names: Iterable[str]) -> list[str]:
        """Number further strings. Returns them."""
        new = list(names)
        known = self._known
        self.names += new
        self._unknown.extend(np.fromiter((name not in known for name in new), np.int8, len(new)))
        self._counts.lengthen(len(self.names))
        return new

    def count(self, numbers: Ints1d, ends: Longs1d) -> Longs1d:
        """Count the strings of some documents, the end of each given.

        Returns how many of each document are unknown, (n_documents,).
        """
        n_unknown = np.zeros(len(ends), np.int64)
        kernels.count_numbers(numbers, ends, self.unknown, self._counts.values, n_unknown)
        self._n_affected += int(np.count_nonzero(n_unknown))
        return n_unknown

    def tally(self, name: str) -> Tally:
        """What was counted."""
        counted = zip(self.names, self._counts.values.tolist(), strict=True)
        return Tally(name, Counter({word: n for word, n in counted if n}), self._n_affected)
