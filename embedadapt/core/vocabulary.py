"""Words, their counts and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import repeat

import numpy as np

from embedadapt.core.types import Ints1d, Longs1d


class Vocabulary:
    """Distinct words in row order, with optional counts.

    Words keep the exact characters of their source: they are neither lower-cased nor normalized
    here.

    Parameters
    ----------
    words : iterable of str
        The words, each once; the first has row 0.
    counts : (n_words,) int64 array, optional
        Occurrences of each word. None if the source has none.

    Raises
    ------
    ValueError
        The number of counts differs from the number of words, or (when the index is first used) a
        word occurs twice.

    Examples
    --------
    >>> vocabulary = Vocabulary(["the", "lessor"], counts=np.array([20, 3]))
    >>> vocabulary.lookup(["lessor", "lessee"])
    array([ 1, -1], dtype=int32)
    >>> "the" in vocabulary, len(vocabulary), vocabulary.words[0]
    (True, 2, 'the')
    """

    def __init__(self, words: Iterable[str], counts: Longs1d | None = None) -> None:
        self.words: tuple[str, ...] = words if isinstance(words, tuple) else tuple(words)
        self.counts = None if counts is None else np.asarray(counts, dtype=np.int64)
        if self.counts is not None and self.counts.shape != (len(self.words),):
            raise ValueError(f"{len(self.words)} words but counts of shape {self.counts.shape}")

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each word."""
        index = dict(zip(self.words, range(len(self.words)), strict=True))
        if len(index) != len(self.words):
            twice = next(w for row, w in enumerate(self.words) if index[w] != row)
            raise ValueError(f"the word {twice!r} occurs twice in the vocabulary")
        return index

    def lookup(self, words: Iterable[str]) -> Ints1d:
        """Return the rows of words.

        Parameters
        ----------
        words : iterable of str
            The words to look up.

        Returns
        -------
        (n,) int32 array
            The row of each word; -1 if the word is missing.
        """
        return np.fromiter(map(self.index.get, words, repeat(-1)), dtype=np.int32)

    def select(self, rows: Ints1d) -> Vocabulary:
        """Return the vocabulary of some rows.

        Parameters
        ----------
        rows : (n,) int array
            Rows to keep, in the order wanted.

        Returns
        -------
        Vocabulary
            The words of `rows` with their counts.
        """
        counts = None if self.counts is None else self.counts[rows]
        return Vocabulary((self.words[row] for row in rows), counts)

    @property
    def total(self) -> int:
        """Sum of the counts; 0 if there are none."""
        return 0 if self.counts is None else int(self.counts.sum())

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self.words[:3])) + (", …" if len(self) > 3 else "")
        return f"Vocabulary({len(self):,} words: {shown})"
