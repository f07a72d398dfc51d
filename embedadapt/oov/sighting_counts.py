"""Sightings of unknown words gathered from text whose words have numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from embedadapt.kernels import census as kernels
from embedadapt.oov.expansions import expansion_at
from embedadapt.oov.sightings import NOTHING, PLACES, Sighting, Sightings
from embedadapt.text.function_words import FUNCTION_WORDS, languages_of_words
from embedadapt.text.misspellings import Place


class SightingCounts:
    """Gathers sightings from text whose words have numbers.

    language: that of the vectors, which the sentences are likely to be in.
    """

    def __init__(self, language: str | None = None) -> None:
        self.languages = list(dict.fromkeys((*FUNCTION_WORDS, *([language] if language else []))))
        by_word = {
            word: names
            for word, names in languages_of_words(language).items()
            if word == word.lower()
        }
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
        initial, n_places, languages = (
            column[: len(unknown)]
            for column in (self.arrays.initial, self.arrays.n_places, self.arrays.languages)
        )
        rows = zip(unknown, initial.tolist(), n_places.tolist(), strict=True)
        by_word = {
            word: Sighting(
                initial=at_beginnings,
                places=[_place(place, names) for place in self.arrays.places[number, :n].tolist()],
                languages=NOTHING,
                expansions=self._expansions.get(word, NOTHING),
            )
            for number, (word, at_beginnings, n) in enumerate(rows)
            if n
        }
        for number in np.flatnonzero(languages.any(axis=1) & (n_places > 0)).tolist():
            counts = zip(self.languages, languages[number].tolist(), strict=True)
            by_word[unknown[number]].languages = Counter({name: n for name, n in counts if n})
        return Sightings(by_word)


def _place(beside: Sequence[int], names: Sequence[str]) -> Place:
    second_before, before, behind, second_behind = beside
    return Place(
        (names[second_before], names[before])
        if second_before >= 0
        else ((names[before],) if before >= 0 else ()),
        (names[behind], names[second_behind])
        if second_behind >= 0
        else ((names[behind],) if behind >= 0 else ()),
    )
