"""What a text shows of its unknown words: how they are written, where they stand, beside what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels import census as kernels
from embedadapt.oov.expansions import expansion_at
from embedadapt.text.counting import both
from embedadapt.text.function_words import FUNCTION_WORDS, languages_of_words
from embedadapt.text.growing import Numbers
from embedadapt.text.misspellings import Place

PLACES = 8
"""Places remembered of each word."""
CELLS = 1 << 23
"""Counters of neighbouring words, 32 MB. The 504,000 different pairs of 510 contracts fill 6 %
(scripts/golden_oov.py figures)."""


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
        """Counts the neighbours within each sentence.

        names: all words met so far, by number. ids: those of the text. ends: where each sentence
        ends among them.
        """
        n_hashed = len(self._hashes.values)
        self._hashes.extend(np.array([_hash(word) for word in names[n_hashed:]], dtype=np.uint64))
        kernels.count_pairs(ids, ends, self._hashes.values, self._cells)
        self._n_words += len(ids)

    def count(self, one: str, other: str) -> int:
        """How often `other` directly follows `one`."""
        return max(0, int(self._cells[_cell(one, other)]) - 2 * self._n_words // CELLS)


def _hash(word: str) -> int:
    """The same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _cell(one: str, other: str) -> int:
    mixed = (_hash(one) * kernels.MIX_1 + _hash(other) * kernels.MIX_2) % (1 << 64)
    return (mixed ^ (mixed >> kernels.SHIFT)) % CELLS


class Sightings:
    """What is seen of the words that a table does not know.

    by_word: unknown word to its sighting.
    """

    def __init__(self, by_word: Mapping[str, Sighting] | None = None) -> None:
        self.by_word: dict[str, Sighting] = dict(by_word or {})

    def __add__(self, other: Sightings) -> Sightings:
        total = Sightings(self.by_word)
        for word, sighting in other.by_word.items():
            earlier = total.by_word.get(word)
            total.by_word[word] = earlier + sighting if earlier else sighting
        return total


class SightingCounts:
    """Gathers sightings from text whose words have numbers.

    language: that of the vectors, which the sentences are likely to be in.
    """

    def __init__(self, language: str | None = None) -> None:
        self.languages = list(dict.fromkeys((*FUNCTION_WORDS, *([language] if language else []))))
        by_word = languages_of_words(language)
        self.function_words = {word: number for number, word in enumerate(by_word)}
        self.languages_of_words = np.array(
            [[name in names for name in self.languages] for names in by_word.values()]
        )
        self.arrays = self._room(1 << 10)
        self._expansions: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def _room(self, n: int) -> kernels.Seen:
        return kernels.Seen(
            initial=np.zeros(n, np.int64),
            n_places=np.zeros(n, np.int64),
            places=np.empty((n, PLACES, 4), np.int32),
            languages=np.zeros((n, len(self.languages)), np.int64),
            last=np.zeros((n, 2), np.int64),
        )

    def make_room(self, n: int) -> None:
        """For so many unknown words."""
        while n > len(self.arrays.initial):
            room = self._room(len(self.arrays.initial))
            rooms: Iterable[tuple[Any, Any]] = zip(self.arrays, room, strict=True)
            self.arrays = kernels.Seen(*map(np.concatenate, rooms))

    def add_expansion(self, word: str, tokens: Sequence[str], at: int) -> None:
        """Takes in what a sentence says `tokens[at]`, read as `word`, stands for."""
        if expansion := expansion_at(tokens, at):
            self._expansions[word][expansion] += 1

    def sightings(self, unknown: Sequence[str], names: Sequence[str]) -> Sightings:
        """What was seen of the unknown words, by number; names: of all words."""
        columns = (self.arrays.initial, self.arrays.n_places, self.arrays.languages)
        rows = zip(unknown, *(column[: len(unknown)].tolist() for column in columns), strict=True)
        by_word = {}
        for number, (word, initial, n_places, languages) in enumerate(rows):
            if n_places:
                places = self.arrays.places[number, :n_places].tolist()
                by_word[word] = Sighting(
                    initial=initial,
                    places=[_place(place, names) for place in places],
                    languages=Counter(
                        {name: n for name, n in zip(self.languages, languages, strict=True) if n}
                    ),
                    expansions=self._expansions.get(word, Counter()),
                )
        return Sightings(by_word)


def _place(beside: Sequence[int], names: Sequence[str]) -> Place:
    words = [names[number] if number >= 0 else "" for number in beside]
    return Place(tuple(filter(None, words[:2])), tuple(filter(None, words[2:])))
