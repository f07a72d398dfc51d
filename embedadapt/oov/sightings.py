"""What a text shows of its unknown words: how they are written, where they stand, beside what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.counters import both
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels.traits import MIX_1, MIX_2, SHIFT
from embedadapt.text.misspellings import Place

PLACES = 8
"""Places remembered of each word."""
CELLS = 1 << 23
"""Counters of neighbouring words, 32 MB. The 504,000 different pairs of 510 contracts fill 6 %
(scripts/golden_oov.py figures)."""
CELLS_IN_ROW = 16
"""Those of a cache line."""
FEW_WORDS = 200_000
"""Words up to which pairs are counted without compiled loops, which take time to load."""


NOTHING: Counter[str] = Counter()
"""What most words have for languages and expansions, which nobody changes: one for all of them."""


@dataclass(slots=True)
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

    @property
    def commonest_form(self) -> str:
        """The first of those that are written the most often."""
        return max(self.forms, key=self.forms.__getitem__)

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

    def in_small_letters(self) -> Sighting:
        """The same beside neighbors in small letters; the forms stay as they are written."""
        places = [
            Place(tuple(map(str.lower, before)), tuple(map(str.lower, behind)))
            for before, behind in self.places
        ]
        return replace(self, places=places)

    def add(self, form: str, count: int) -> None:
        """Book `count` running words written `form`; capitals within a word (`SpinCo`, `eBay`) or
        all through with a plural s (`MHCs`) count as capitals."""
        self.forms[form] = self.forms.get(form, 0) + count
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
        self._cells = np.zeros(CELLS, dtype=np.uint32)
        self._cells[filled] = counts

    def add(self, hashes: NDArray[np.uint64], ids: Ints1d, ends: Longs1d) -> None:
        """Counts the neighbours within each sentence.

        hashes: of all words met so far, by number. ids: those of the text. ends: where each
        sentence ends among them.
        """
        if len(ids) > FEW_WORDS:
            from embedadapt.kernels.census import count_pairs

            count_pairs(ids, ends, hashes, self._cells.reshape(-1, CELLS_IN_ROW))
        else:
            _count_pairs(hashes[ids], ends, self._cells)
        self._n_words += len(ids)

    def count(self, one: str, other: str) -> int:
        """How often `other` directly follows `one`."""
        return max(0, int(self._cells[_cell(one, other)]) - 2 * self._n_words // CELLS)


def hashes_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """(n_words,): what `Pairs` counts words by."""
    return np.fromiter(map(_hash, words), np.uint64, len(words))


def _hash(word: str) -> int:
    """The same in every process, and as kernels.census.hash_strings has it."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def _count_pairs(words: NDArray[np.uint64], ends: Longs1d, cells: NDArray[np.uint32]) -> None:
    """As kernels.census.count_pairs, of hashes."""
    within = np.ones(len(words), np.bool_)
    within[ends[ends > 0] - 1] = False
    mixed = words[:-1] * np.uint64(MIX_1) + words[1:] * np.uint64(MIX_2)
    places = (mixed ^ (mixed >> np.uint64(SHIFT))) % np.uint64(CELLS)
    np.add.at(cells, places[within[:-1]], 1)


def _cell(one: str, other: str) -> int:
    mixed = (_hash(one) * MIX_1 + _hash(other) * MIX_2) % (1 << 64)
    return (mixed ^ (mixed >> SHIFT)) % CELLS


class Sightings:
    """What is seen of the words that a table does not know.

    by_word: unknown word to its sighting.
    """

    def __init__(self, by_word: Mapping[str, Sighting] | None = None) -> None:
        self.by_word: dict[str, Sighting] = dict(by_word or {})

    def __getstate__(self) -> list[tuple[Any, ...]]:
        """In builtin types, which are packed and made again without a call for each object."""
        return [
            (
                word,
                (seen.lower, seen.capitalised, seen.upper, seen.initial, seen.n_documents),
                dict(seen.forms),
                [tuple(place) for place in seen.places],
                dict(seen.languages),
                dict(seen.expansions),
            )
            for word, seen in self.by_word.items()
        ]

    def __setstate__(self, rows: list[tuple[Any, ...]]) -> None:
        self.by_word = {word: _sighting(*rest) for word, *rest in rows}

    def __add__(self, other: Sightings) -> Sightings:
        total = Sightings(self.by_word)
        for word, sighting in other.by_word.items():
            earlier = total.by_word.get(word)
            total.by_word[word] = earlier + sighting if earlier else sighting
        return total


def _sighting(
    numbers: tuple[int, int, int, int, int],
    forms: Mapping[str, int],
    places: Sequence[Any],
    *others: Mapping[str, int],
) -> Sighting:
    languages, expansions = (Counter(some) if some else NOTHING for some in others)
    seen = [Place(*place) for place in places]
    return Sighting(*numbers, Counter(forms), seen, languages, expansions)
