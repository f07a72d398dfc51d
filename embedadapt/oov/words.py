"""The words of a corpus by number, those that a table does not know by a second one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedadapt.core.types import Ints1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import census as kernels
from embedadapt.kernels import count
from embedadapt.oov.counted import Counted
from embedadapt.oov.tallies import Tally
from embedadapt.text.growing import Numbers


class Words(Counted):
    """Counts words, and numbers those that the table does not know."""

    def __init__(self, table: Vocabulary) -> None:
        super().__init__()
        self._table = table
        self.names: list[str] = []
        self.unknown_names: list[str] = []
        self._unknown_numbers, self._codes = Numbers(np.int32), Numbers(np.int32)
        self._kinds = Numbers(np.uint8)

    @property
    def unknown_numbers(self) -> Ints1d:
        """(n_words,): the number of each unknown word, -1 for known ones."""
        numbers: Ints1d = self._unknown_numbers.values
        return numbers

    @property
    def codes(self) -> Ints1d:
        """(n_words,): the row of each known word, -1 - the number of each unknown one."""
        codes: Ints1d = self._codes.values
        return codes

    @property
    def kinds(self) -> count.Bytes1d:
        """(n_words,): as `kernels.Lexicon.word_kinds`."""
        kinds: count.Bytes1d = self._kinds.values
        return kinds

    def learn_names(self, new: Sequence[str]) -> None:
        """Number further words."""
        n_before = len(self.unknown_names)
        rows = self._table.lookup(new)
        is_unknown = rows < 0
        self.learn(is_unknown)
        self.names += new
        self.unknown_names += [new[i] for i in np.flatnonzero(is_unknown).tolist()]
        numbers = (n_before - 1 + np.cumsum(is_unknown)).astype(np.int32)
        self._unknown_numbers.extend(np.where(is_unknown, numbers, -1))
        self._codes.extend(np.where(is_unknown, -1 - numbers, rows))
        self._kinds.extend([_ALL if word[0].isalpha() else _kind(word) for word in new])

    def tally_of(self, name: str) -> Tally:
        """What was counted."""
        names = self.names
        return self.tally(name, lambda some: [names[i] for i in some.tolist()], self._table)


_ALL = kernels.LETTERS | kernels.LETTER_FIRST


def _kind(word: str) -> int:
    """The kind of a word that no letter begins."""
    return kernels.LETTERS * any(map(str.isalpha, word))
