"""One walk through a corpus: everything counted in it for one table, or for several at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeAlias

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.oov.causes import Waterfall, written
from embedadapt.oov.result import DocumentCounts, Rung, SentenceCounts
from embedadapt.oov.sightings import Pairs, Sighting, Sightings
from embedadapt.text.counting import both
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import sentences
from embedadapt.text.tokenize import tokenize

DOCUMENTS_PER_WORD = 3
"""Documents remembered of each unknown word."""


@dataclass
class Tally:
    """Words under one reading: how often, and in how many documents one of them is unknown."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    n_affected: int = 0

    def __add__(self, other: Tally) -> Tally:
        n_affected = self.n_affected + other.n_affected
        return Tally(self.name, both(self.counts, other.counts), n_affected)

    def add(self, counts: Mapping[str, int], table: VectorsOutline) -> dict[str, int]:
        """Takes in one document and returns its unknown words."""
        self.counts.update(counts)
        unknown = _unknown(counts, table)
        self.n_affected += bool(unknown)
        return unknown

    def unknown(self, table: VectorsOutline) -> dict[str, int]:
        return _unknown(self.counts, table)

    def rung(self, n_documents: int, table: VectorsOutline) -> Rung:
        unknown = self.unknown(table)
        composed = [n for word, n in unknown.items() if composes(table, word)]
        return Rung(
            name=self.name,
            n_tokens=self.counts.total(),
            n_types=len(self.counts),
            unknown_tokens=sum(unknown.values()),
            unknown_types=len(unknown),
            composed_tokens=sum(composed),
            composed_types=len(composed),
            n_documents=n_documents,
            affected_documents=self.n_affected,
        )


def composes(table: VectorsOutline, word: str) -> bool:
    """True where n-grams give the unknown `word` a vector."""
    return table.hashing is not None and table.hashing.composes(word)


def _unknown(counts: Mapping[str, int], table: VectorsOutline) -> dict[str, int]:
    index = table.vocabulary.index
    return {word: n for word, n in counts.items() if word not in index}


@dataclass(frozen=True)
class Reading:
    """A document cut in pieces and in sentences of tokens, which are the same for every table."""

    name: str
    pieces: Counter[str]
    sentences: Sequence[list[str]]
    tokens: Counter[str]

    @classmethod
    def of(cls, document: Document) -> Reading:
        """The document as it is trained on: broken lines joined."""
        cut = [tokenize(sentence) for sentence in sentences(document.text)]
        pieces = Counter(document.text.split())
        return cls(document.name, pieces, cut, Counter(chain.from_iterable(cut)))


@dataclass
class Findings:
    """Everything counted for one table, in a corpus or a part of one.

    raw, tokens, words: the three readings. spread: unknown word to its number of documents.
    places: unknown word to the first few of these documents. seen: how unknown words are used.
    sentences: how many, those with an unknown word, and those with more than one that carries
    content.
    """

    raw: Tally = field(default_factory=lambda: Tally("as it stands"))
    tokens: Tally = field(default_factory=lambda: Tally("tokenised"))
    words: Tally = field(default_factory=lambda: Tally("normalised"))
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
    """What is found in a corpus for one table, and how that reads a text."""

    table: VectorsOutline
    normalizer: Normalizer
    waterfall: Waterfall
    found: Findings = field(default_factory=Findings)

    def add(self, reading: Reading) -> None:
        """Takes in one document."""
        cut = [self.normalizer.sentence(tokens) for tokens in reading.sentences]
        words, found = Counter(chain.from_iterable(cut)), self.found
        raw_unknown = found.raw.add(reading.pieces, self.table)
        unknown = found.words.add(words, self.table)
        found.tokens.add(reading.tokens, self.table)
        found.pairs.add(cut)
        for tokens, sentence in zip(reading.sentences, cut, strict=True):
            self._look_at(tokens, sentence)
        for word in unknown:
            found.spread[word] += 1
            if found.spread[word] <= DOCUMENTS_PER_WORD:
                found.places.setdefault(word, []).append(len(found.documents))
        found.documents.append(
            DocumentCounts(
                reading.name,
                raw_tokens=reading.pieces.total(),
                raw_unknown=sum(raw_unknown.values()),
                n_tokens=words.total(),
                unknown_tokens=sum(unknown.values()),
            )
        )

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

    def _look_at(self, tokens: Sequence[str], words: Sequence[str]) -> None:
        seen = self.found.seen
        unknown = seen.add(words, tokens, self.table.vocabulary.index)
        content = sum(any(map(str.isalpha, words[i])) for i in unknown)
        self.found.sentences += SentenceCounts(1, int(bool(unknown)), int(content > 1))
        if unknown and "(" in tokens:
            for at, token in enumerate(tokens):
                word = self.normalizer.words(token)[0]
                if token[:2].isupper() and word in seen.by_word:
                    seen.add_expansion(word, tokens, at)


Tables: TypeAlias = Sequence[tuple[VectorsOutline, Normalization]]


def take_censuses(
    corpus: Corpus,
    tables: Sequence[tuple[WordVectors | VectorsOutline, Normalization]],
    engine: Engine = HERE,
) -> list[Census]:
    """A census of one walk through `corpus` for each table, the same whatever the engine."""
    outlines = [(v.outline if isinstance(v, WordVectors) else v, rules) for v, rules in tables]
    found = engine.map_reduce(_find, engine.split(corpus), _add_each, engine.share(outlines))
    return [replace(_empty(*table), found=one) for table, one in zip(outlines, found, strict=True)]


def _find(corpus: Corpus, tables: Tables) -> list[Findings]:
    censuses = [_empty(*table) for table in tables]
    for document in corpus:
        reading = Reading.of(document)
        for census in censuses:
            census.add(reading)
    return [census.found for census in censuses]


def _add_each(some: list[Findings], others: list[Findings]) -> list[Findings]:
    return [one + other for one, other in zip(some, others, strict=True)]


def _empty(table: VectorsOutline, normalization: Normalization) -> Census:
    return Census(
        table=table,
        normalizer=Normalizer(normalization, table.vocabulary),
        waterfall=Waterfall(normalization, table.vocabulary),
    )
