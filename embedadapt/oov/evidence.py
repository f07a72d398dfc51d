"""What the causes of unknown words are found by: facts about each word, and about the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from embedadapt.core.normalization import Chinese
from embedadapt.oov.sightings import Sighting, Sightings
from embedadapt.text.function_words import FUNCTION_WORDS
from embedadapt.text.misspellings import MisspellingFinder, PairCount
from embedadapt.text.relatives import Relatives

NOUNS_CAPITALISED = frozenset(("de", "lb"))
"""Languages that write every noun with a capital, which is no sign of a name then."""
CASED = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARMENIAN"))
"""Scripts with small and capital letters."""


@dataclass(frozen=True)
class Origin:
    """Where words come from, which says what is foreign and whose rules hold.

    language: the main one of the corpus; None where it is not identified; then nothing is claimed
        by the rules of any. vectors: that of the vectors. scripts: those that words of the vectors
        and most of the corpus are written in. main: those of most of the corpus.
    """

    language: str | None
    vectors: str | None
    scripts: frozenset[str]
    main: frozenset[str] = frozenset()

    @property
    def marks_names(self) -> bool:
        """Whether capitals tell names: not in German, nor in a script without capitals."""
        return self.language not in NOUNS_CAPITALISED and (self.main or self.scripts) <= CASED

    @property
    def is_recognized(self) -> bool:
        """Whether sentences in the corpus's own language are known for what they are."""
        return self.language in FUNCTION_WORDS or (
            self.language is not None and self.language == self.vectors
        )


@dataclass(frozen=True, eq=False)
class Seen:
    """Unknown words as the corpus shows them.

    sightings: of each word. places: the first documents that have it. commonness: see `NameLooks`,
    and `NameEvidence` where capitals tell nothing.
    """

    sightings: Mapping[str, Sighting]
    places: Mapping[str, Sequence[int]]
    commonness: Callable[[str], float]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "sightings": Sightings(self.sightings)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, sightings=state["sightings"].by_word)

    def part(self, words: Iterable[str]) -> Seen:
        """What is seen of some of the words, without the others."""
        words = list(words)
        return Seen(
            {word: self.sightings[word] for word in words},
            {word: self.places[word] for word in words},
            {word: self.commonness(word) for word in words}.__getitem__,
        )


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the corpus and the table say that bears on every unknown word.

    counts: every word of the corpus. known: the table's words. pairs: how often two words are
    neighbours. lengths: running words of each document. origin: of the words. is_code: whether the
    text is code. form: of Chinese, where words of the other form are not looked up in it.
    """

    counts: Mapping[str, int]
    known: Collection[str]
    pairs: PairCount
    lengths: Sequence[int]
    origin: Origin
    is_code: bool = False
    form: Chinese = "keep"

    @cached_property
    def misspellings(self) -> MisspellingFinder:
        return MisspellingFinder(self.counts, self.known, self.pairs, self.origin.language)

    @cached_property
    def relatives(self) -> Relatives:
        return Relatives(self.known, self.counts, self.origin.language)

    def __getstate__(self) -> dict[str, Any]:
        """Without what is made of the rest."""
        made = ("misspellings", "relatives")
        return {name: value for name, value in self.__dict__.items() if name not in made}


class Signs(NamedTuple):
    """What unknown words tell of the text that they stand in.

    joined: how many in each document are two words run together. near: how many that one document
    alone has are one edit away from a frequent word, and once: how many of them are met once, in
    small letters. formulas: the ways of writing that are formulas by their look. parsed: those that
    parse as formulas.
    """

    joined: Counter[int]
    near: Counter[int]
    once: Counter[int]
    formulas: frozenset[str]
    parsed: frozenset[str]

    def and_of(self, other: Signs) -> Signs:
        """Those of other words too."""
        return Signs(
            self.joined + other.joined,
            self.near + other.near,
            self.once + other.once,
            self.formulas | other.formulas,
            self.parsed | other.parsed,
        )


class TextTraits(NamedTuple):
    """What a text is like, as its unknown words show.

    spaceless: numbers of the documents that lose spaces between words. garbled: of those that are
    garbled by scanning. is_chemical: whether what parses as a formula mostly is one.
    """

    spaceless: frozenset[int]
    garbled: frozenset[int]
    is_chemical: bool
