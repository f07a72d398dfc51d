"""Words counted by number: what a document adds is a few operations on arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import census as kernels
from embedadapt.oov.tallies import Numbered, Tally
from embedadapt.text.chunks import Cut
from embedadapt.text.growing import Numbers


class Counted:
    """Counts strings by number, and the documents with one that is unknown.

    unknown: (n_strings,) bool, those that are not known.
    """

    def __init__(self) -> None:
        self._counts, self._unknown = Numbers(np.int64), Numbers(np.int8)
        self.n_affected = 0

    def __len__(self) -> int:
        return len(self._counts.values)

    @property
    def unknown(self) -> NDArray[np.bool_]:
        return self._unknown.values.view(np.bool_)

    @property
    def counts(self) -> Longs1d:
        """(n_strings,): how often each was met."""
        counts: Longs1d = self._counts.values
        return counts

    def learn(self, unknown: NDArray[np.bool_]) -> None:
        """Number further strings, of which some are unknown."""
        self._unknown.extend(unknown.view(np.int8))
        self._counts.lengthen(len(self._unknown.values))

    def count(self, numbers: Ints1d, ends: Longs1d) -> Longs1d:
        """Count the strings of some documents, the end of each given.

        Returns how many of each document are unknown, (n_documents,).
        """
        n_unknown = np.zeros(len(ends), np.int64)
        kernels.count_numbers(numbers, ends, self.unknown, self._counts.values, n_unknown)
        self.n_affected += int(np.count_nonzero(n_unknown))
        return n_unknown

    def tally(
        self,
        name: str,
        texts: Callable[[Longs1d], list[str]],
        known: Vocabulary,
        cut: Callable[[Longs1d], Cut] | None = None,
    ) -> Tally:
        """What was counted. texts, cut: give the strings of numbers, and what chunks are cut into.
        known: what lacks the unknown."""
        numbered = Numbered(texts, self.counts, self.unknown, known, cut)
        return Tally(name, n_affected=self.n_affected, numbered=numbered)
