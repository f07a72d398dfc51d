"""Words counted by number: what a document adds is a few operations on arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels import census as kernels
from embedadapt.oov.tallies import Tally
from embedadapt.text.growing import Numbers


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
