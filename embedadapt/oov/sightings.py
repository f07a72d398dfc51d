"""What a text shows of its unknown words: how they are written, where they stand, beside what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.oov.expansions import expansion_at
from embedadapt.text.counting import both
from embedadapt.text.function_words import likeliest_language
from embedadapt.text.growing import Numbers
from embedadapt.text.misspellings import Place

PLACES = 8
"""Places remembered of each word."""
CELLS = 1 << 23
"""Counters of neighbouring words, 32 MB. The 504,000 different pairs of 510 contracts fill 6 %
(scripts/golden_oov.py figures)."""
_MIX = (0x9E3779B1, 0x85EBCA77)
"""Odd numbers that spread pairs over the cells."""


@dataclass
class Sighting:
    """How an unknown word is written in the corpus, and where it stands.

    lower, capitalised, upper: running words by shape. forms: by their exact writing.
    initial: how many stand first in their sentence. n_documents: documents that have the word.
    places: a few of its places. languages: of the sentences around it, where they tell.
    expansions: what the text says an acronym stands for.
    """

    lower: int = 0
    capitalised: int = 0
    upper: int = 0
    initial: int = 0
    n_documents: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    places: list[Place] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    expansions: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.lower + self.capitalised + self.upper

    def __add__(self, other: Sighting) -> Sighting:
        """Of a corpus whose second part is the other's."""
        return Sighting(
            lower=self.lower + other.lower,
            capitalised=self.capitalised + other.capitalised,
            upper=self.upper + other.upper,
            initial=self.initial + other.initial,
            n_documents=self.n_documents + other.n_documents,
            forms=both(self.forms, other.forms),
            places=[*self.places, *other.places][:PLACES],
            languages=both(self.languages, other.languages),
            expansions=both(self.expansions, other.expansions),
        )

    def add(self, form: str, count: int) -> None:
        """Book `count` running words written `form`; capitals within a word (`SpinCo`, `eBay`) or
        all through with a plural s (`MHCs`) count as capitals."""
        self.forms[form] += count
        stem = form[:-1] if form.endswith("s") and len(form) > 2 else form
        if stem.isupper() and len(stem) > 1:
            self.upper += count
        elif form != form.lower():
            self.capitalised += count
        else:
            self.lower += count


class Pairs:
    """Counts of neighbouring words in room that does not grow with the text.

    A pair's count is that of a hash cell: never too small, and too large where pairs share the
    cell, as a rule by twice the mean of all cells at most; so much is taken off.
    """

    def __init__(self) -> None:
        self._hashes = Numbers(np.uint64)
        self._cells = np.zeros(CELLS, dtype=np.uint32)
        self._n_words = 0

    def __add__(self, other: Pairs) -> Pairs:
        total = Pairs()
        total._cells = self._cells + other._cells
        total._n_words = self._n_words + other._n_words
        return total

    def __getstate__(self) -> tuple[NDArray[np.int64], NDArray[np.uint32], int]:
        """Without the empty cells, which are most."""
        filled = np.flatnonzero(self._cells)
        return filled, self._cells[filled], self._n_words

    def __setstate__(self, state: tuple[NDArray[np.int64], NDArray[np.uint32], int]) -> None:
        filled, counts, self._n_words = state
        self._hashes = Numbers(np.uint64)
        self._cells = np.zeros(CELLS, dtype=np.uint32)
        self._cells[filled] = counts

    def add(self, names: Sequence[str], ids: Ints1d, ends: Longs1d) -> None:
        """Counts the neighbours within each of a document's sentences.

        names: all words met so far, by number. ids: those of the document. ends: where each
        sentence ends among them.
        """
        n_hashed = len(self._hashes.values)
        self._hashes.extend(np.array([_hash(word) for word in names[n_hashed:]], dtype=np.uint64))
        words = self._hashes.values[ids]
        within = np.ones(len(ids), dtype=np.bool_)
        within[ends[ends > 0] - 1] = False
        np.add.at(self._cells, _cells(words[:-1], words[1:])[within[:-1]], 1)
        self._n_words += len(ids)

    def count(self, one: str, other: str) -> int:
        """How often `other` directly follows `one`."""
        first, second = np.array([[_hash(one)], [_hash(other)]], dtype=np.uint64)
        cell = _cells(first, second)
        return max(0, int(self._cells[cell[0]]) - 2 * self._n_words // CELLS)


def _hash(word: str) -> int:
    """The same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _cells(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = first * np.uint64(_MIX[0]) + second * np.uint64(_MIX[1])
    cells: NDArray[np.uint64] = (mixed ^ (mixed >> np.uint64(29))) % np.uint64(CELLS)
    return cells


class Sightings:
    """Gathers sightings of the words that a table does not know.

    by_word: unknown word to its sighting. language: that of the vectors, which the sentences are
    likely to be in.
    """

    def __init__(self, language: str | None = None) -> None:
        self._language = language
        self.by_word: defaultdict[str, Sighting] = defaultdict(Sighting)

    def __add__(self, other: Sightings) -> Sightings:
        total = Sightings(self._language)
        total.by_word.update(self.by_word)
        for word, sighting in other.by_word.items():
            total.by_word[word] = total.by_word[word] + sighting
        return total

    def add(self, words: Sequence[str], tokens: Sequence[str], unknown: Sequence[int]) -> None:
        """Takes in one sentence, as read and as written, with the places of its unknown words."""
        small = (token for token in tokens if token == token.lower())
        language = likeliest_language(small, main=self._language)
        first = next((i for i, word in enumerate(words) if word[0].isalpha()), len(words))
        for i in unknown:
            sighting = self.by_word[words[i]]
            if len(sighting.places) < PLACES:
                before, behind = words[max(0, i - 2) : i], words[i + 1 : i + 3]
                sighting.places.append(Place(tuple(before), tuple(behind)))
            sighting.initial += i <= first
            sighting.languages.update((language,) if language else ())

    def add_expansion(self, word: str, tokens: Sequence[str], at: int) -> None:
        """Takes in what a sentence says `tokens[at]`, read as `word`, stands for."""
        if expansion := expansion_at(tokens, at):
            self.by_word[word].expansions[expansion] += 1
