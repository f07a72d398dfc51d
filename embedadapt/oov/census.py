"""One walk through a corpus: everything counted in it for one table, or for several at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, groupby
from operator import itemgetter
from typing import TypeAlias

import numpy as np

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.normalization import Normalization
from embedadapt.core.types import Longs1d
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.causes import Waterfall, written
from embedadapt.oov.residuals import Origin
from embedadapt.oov.result import DocumentCounts, SentenceCounts
from embedadapt.oov.sightings import Pairs, Sighting, Sightings
from embedadapt.oov.tallies import Numbered, Tally, WordNumbers
from embedadapt.text.counting import both
from embedadapt.text.identify import language_of, language_of_vectors, scripts_of_vectors
from embedadapt.text.keys import bare_vocabulary, has_keys, without_keys
from embedadapt.text.names import NameLooks
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import sentences

DOCUMENTS_PER_WORD = 3
"""Documents remembered of each unknown word."""


@dataclass(frozen=True)
class Reading:
    """A document cut in sentences, which are the same for every table."""

    document: Document
    sentences: Sequence[str]

    @classmethod
    def of(cls, document: Document) -> Reading:
        """The document as it is trained on: broken lines joined."""
        return cls(document, list(sentences(document.text)))


@dataclass
class Findings:
    """Everything counted for one table, in a corpus or a part of one.

    raw, tokens, words: the three readings. spread: unknown word to its number of documents.
    places: unknown word to the first few of these documents. seen: how unknown words are used.
    sentences: how many, those with an unknown word, and those with more than one that carries
    content.
    """

    raw: Tally = field(default_factory=lambda: Tally("raw"))
    tokens: Tally = field(default_factory=lambda: Tally("tokenized"))
    words: Tally = field(default_factory=lambda: Tally("normalized"))
    seen: Sightings = field(default_factory=Sightings)
    pairs: Pairs = field(default_factory=Pairs)
    documents: list[DocumentCounts] = field(default_factory=list)
    spread: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[int]] = field(default_factory=dict)
    sentences: SentenceCounts = field(default_factory=SentenceCounts)

    def __add__(self, other: Findings) -> Findings:
        """What both parts of a corpus show, the other one following."""
        n_before = len(self.documents)
        places = dict(self.places)
        for word, numbers in other.places.items():
            later = [n_before + number for number in numbers]
            places[word] = [*places.get(word, ()), *later][:DOCUMENTS_PER_WORD]
        return Findings(
            raw=self.raw + other.raw,
            tokens=self.tokens + other.tokens,
            words=self.words + other.words,
            seen=self.seen + other.seen,
            pairs=self.pairs + other.pairs,
            documents=self.documents + other.documents,
            spread=both(self.spread, other.spread),
            places=places,
            sentences=self.sentences + other.sentences,
        )


@dataclass
class Census:
    """What is found in a corpus for one table, and how that reads a text.

    table: with the words of its keys. keys: these as they are. language: that of the words.
    normalization: by which the text is read, what is around the words of keys included.
    """

    table: VectorsOutline
    keys: Vocabulary
    language: str | None
    normalization: Normalization
    normalizer: Normalizer
    waterfall: Waterfall
    found: Findings = field(default_factory=Findings)

    def sightings(self) -> Mapping[str, Sighting]:
        """Every unknown word as the corpus shows it, once all of it is known."""
        by_word = self.found.seen.by_word
        for token, n in self.found.tokens.counts.items():
            for word in self.normalizer.words(token):
                if word in by_word:
                    by_word[word].add(written(token, word), n)
        for word, sighting in by_word.items():
            sighting.n_documents = self.found.spread[word]
        return by_word

    @cached_property
    def origin(self) -> Origin:
        """The languages and scripts of the corpus and of the table, once all of it is known."""
        return Origin(
            language_of(self.found.words.counts),
            self.language,
            scripts_of_vectors(self.table.vocabulary.words),
        )

    def names(self) -> NameLooks:
        """What names look like here, learnt from the words that the table knows."""
        return NameLooks(*self.capitals())

    def capitals(self) -> tuple[Counter[str], Counter[str]]:
        """The words that the table knows to their running words in small letters, and to all."""
        small: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        for token, n in self.found.tokens.counts.items():
            for word in self.normalizer.words(token):
                if word in self.table.vocabulary.index:
                    counts[word] += n
                    small[word] += n * written(token, word).islower()
        return small, counts


Tables: TypeAlias = Sequence[tuple[VectorsOutline, Normalization, str | None]]
"""Each with the language of its words."""


def take_censuses(
    corpus: Corpus,
    tables: Sequence[tuple[WordVectors | VectorsOutline, Normalization]],
    engine: Engine = HERE,
) -> list[Census]:
    """A census of one walk through `corpus` for each table, the same whatever the engine."""
    outlines: Tables = [
        (table, rules, language_of_vectors(bare_vocabulary(table.vocabulary, rules).words))
        for table, rules in (
            (v.outline if isinstance(v, WordVectors) else v, rules) for v, rules in tables
        )
    ]
    found = engine.map_reduce(_find, engine.split(corpus), _add_each, engine.share(outlines))
    return [replace(_empty(*table), found=one) for table, one in zip(outlines, found, strict=True)]


def _find(corpus: Corpus, tables: Tables) -> list[Findings]:
    walks = [_Walk(_empty(*table)) for table in tables]
    for document in corpus:
        reading = Reading.of(document)
        for walk in walks:
            walk.add(reading)
    return [walk.findings() for walk in walks]


class _Walk:
    """Takes in documents for the census of one table."""

    def __init__(self, census: Census) -> None:
        self._normalizer, self._found = census.normalizer, census.found
        self._pieces, self._tokens = (WordNumbers(census.keys.index) for _ in range(2))
        self._words = WordNumbers(census.table.vocabulary.index)
        self._names: list[str] = []

    def findings(self) -> Findings:
        """What all documents show."""
        found = self._found
        found.raw = self._pieces.tally(found.raw.name)
        found.tokens = self._tokens.tally(found.tokens.name)
        found.words = self._words.tally(found.words.name)
        return found

    def add(self, reading: Reading) -> None:
        """Takes in one document."""
        as_written = list(map(self._normalizer.tokens, reading.sentences))
        cut = list(map(self._normalizer.sentence, as_written))
        pieces = self._pieces.add(reading.document.text.split())
        self._tokens.add(chain.from_iterable(as_written))
        words = self._words.add(chain.from_iterable(cut))
        self._names += self._words.since(len(self._names))
        ends = np.cumsum(np.fromiter(map(len, cut), np.int64))
        self._found.pairs.add(self._names, words.ids, ends)
        self._look_at(as_written, cut, words, ends)
        self._note_places(words)
        self._found.documents.append(
            DocumentCounts(
                reading.document.name,
                raw_tokens=len(pieces.ids),
                raw_unknown=pieces.n_unknown,
                n_tokens=len(words.ids),
                unknown_tokens=words.n_unknown,
            )
        )

    def _note_places(self, words: Numbered) -> None:
        found = self._found
        for word in map(self._names.__getitem__, words.unknown.tolist()):
            found.spread[word] += 1
            if found.spread[word] <= DOCUMENTS_PER_WORD:
                found.places.setdefault(word, []).append(len(found.documents))

    def _look_at(
        self,
        as_written: Sequence[list[str]],
        cut: Sequence[list[str]],
        words: Numbered,
        ends: Longs1d,
    ) -> None:
        """Takes in the sentences that have an unknown word, as written and as read."""
        affected = losing_several = 0
        for number, places in _by_sentence(words, ends):
            tokens, sentence = as_written[number], cut[number]
            self._found.seen.add(sentence, tokens, places)
            affected += 1
            losing_several += sum(any(map(str.isalpha, sentence[i])) for i in places) > 1
            if "(" in tokens:
                self._look_for_expansions(tokens)
        self._found.sentences += SentenceCounts(len(cut), affected, losing_several)

    def _look_for_expansions(self, tokens: Sequence[str]) -> None:
        seen = self._found.seen
        for at, token in enumerate(tokens):
            if token[:2].isupper():
                word = self._normalizer.words(token)[0]
                if word in seen.by_word:
                    seen.add_expansion(word, tokens, at)


def _by_sentence(words: Numbered, ends: Longs1d) -> Iterator[tuple[int, list[int]]]:
    """Each sentence that has unknown words, by number, and where in it they stand.

    ends: where each sentence ends among the document's words."""
    places = np.flatnonzero(words.is_unknown)
    numbers = np.searchsorted(ends, places, side="right")
    starts = np.concatenate([[0], ends])[numbers]
    pairs = zip(numbers.tolist(), (places - starts).tolist(), strict=True)
    for number, group in groupby(pairs, key=itemgetter(0)):
        yield number, [place for _, place in group]


def _add_each(some: list[Findings], others: list[Findings]) -> list[Findings]:
    return [one + other for one, other in zip(some, others, strict=True)]


def _empty(table: VectorsOutline, normalization: Normalization, language: str | None) -> Census:
    keys = table.vocabulary
    if has_keys(normalization):
        table = replace(table, vocabulary=bare_vocabulary(keys, normalization))
    return Census(
        table=table,
        keys=keys,
        language=language,
        normalization=normalization,
        normalizer=Normalizer(without_keys(normalization), table.vocabulary),
        waterfall=Waterfall(normalization, keys, table.vocabulary),
        found=Findings(seen=Sightings(language)),
    )
