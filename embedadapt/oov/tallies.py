"""Words counted under one reading of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.counters import both
from embedadapt.core.types import Longs1d
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.result import Reading

if TYPE_CHECKING:
    from embedadapt.text.chunks import Cut


@dataclass(frozen=True, eq=False)
class Numbered:
    """Words counted by number.

    texts:
        Gives the words of some numbers.
    counts, unknown:
        (n_words,) int64 and bool: how often each was met, and whether `known` lacks it.
    cut:
        Gives the tokens of some numbers, if these are chunks.
    """

    texts: Callable[[Longs1d], list[str]]
    counts: Longs1d
    unknown: NDArray[np.bool_]
    known: Vocabulary
    cut: Callable[[Longs1d], Cut] | None = None

    def counter(self, among: NDArray[np.bool_] | None = None) -> Counter[str]:
        """The words that were met, or some of them, in the order of their numbers."""
        met = self.counts > 0
        numbers = np.flatnonzero(met if among is None else met & among)
        counter: Counter[str] = Counter()
        texts = self.texts(numbers)
        dict.update(counter, zip(texts, self.counts[numbers].tolist(), strict=True))  # different
        return counter


class Tally:
    """Words under one reading: how often, and in how many documents one of them is unknown.

    numbered: in place of `counts`, which are then made when they are asked for.
    """

    def __init__(
        self,
        name: str,
        counts: Counter[str] | None = None,
        n_affected: int = 0,
        numbered: Numbered | None = None,
    ) -> None:
        self.name, self.n_affected = name, n_affected
        self._numbered = numbered
        self._counts = counts if numbered or counts is not None else Counter()
        self._unknown: tuple[Vocabulary, dict[str, int]] | None = None

    @property
    def counts(self) -> Counter[str]:
        """Every word, with its count."""
        if self._counts is None:
            assert self._numbered is not None
            self._counts = self._numbered.counter()
        return self._counts

    @property
    def n_tokens(self) -> int:
        """The number of running words."""
        return int(self._numbered.counts.sum()) if self._numbered else self.counts.total()

    @property
    def n_types(self) -> int:
        """The number of different words."""
        if self._numbered:
            return int(np.count_nonzero(self._numbered.counts))
        return len(self.counts)

    def __reduce__(self) -> tuple[type[Tally], tuple[str, Counter[str], int]]:
        return Tally, (self.name, self.counts, self.n_affected)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.__reduce__() == other.__reduce__()

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Tally) -> Tally:
        n_affected = self.n_affected + other.n_affected
        return Tally(self.name, both(self.counts, other.counts), n_affected)

    def unknown(self, known: Vocabulary) -> dict[str, int]:
        """The words that are not in a vocabulary; remembered for the last one asked about."""
        if self._unknown is None or self._unknown[0] is not known:
            self._unknown = known, self._not_in(known)
        return self._unknown[1]

    def _not_in(self, known: Vocabulary) -> dict[str, int]:
        if self._numbered and self._numbered.known is known:
            return self._numbered.counter(self._numbered.unknown)
        index = known.index
        return {word: n for word, n in self.counts.items() if word not in index}

    def cut(self, known: Vocabulary) -> Cut | None:
        """The chunks that `unknown` returns, if they are cut already."""
        numbered = self._numbered
        if numbered is None or numbered.cut is None or numbered.known is not known:
            return None
        return numbered.cut(np.flatnonzero((numbered.counts > 0) & numbered.unknown))

    def reading(self, n_documents: int, table: VectorsOutline) -> Reading:
        """The figures of the reading by a table."""
        composed: list[int] = []
        if table.hashing:
            unknown = self.unknown(table.vocabulary)
            composed = [n for word, n in unknown.items() if composes(table, word)]
        unknown_tokens, unknown_types = self._count_unknown(table.vocabulary)
        return Reading(
            name=self.name,
            n_tokens=self.n_tokens,
            n_types=self.n_types,
            unknown_tokens=unknown_tokens,
            unknown_types=unknown_types,
            composed_tokens=sum(composed),
            composed_types=len(composed),
            n_documents=n_documents,
            affected_documents=self.n_affected,
        )

    def _count_unknown(self, known: Vocabulary) -> tuple[int, int]:
        """Running and different words that are not in a vocabulary; by number, no word is made."""
        if self._numbered and self._numbered.known is known:
            counts = self._numbered.counts[self._numbered.unknown]
            return int(counts.sum()), int(np.count_nonzero(counts))
        unknown = self.unknown(known)
        return sum(unknown.values()), len(unknown)


def composes(table: VectorsOutline, word: str) -> bool:
    """True where n-grams give the unknown `word` a vector."""
    return table.hashing is not None and table.hashing.composes(word)
