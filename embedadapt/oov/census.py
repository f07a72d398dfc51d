"""One walk through a corpus: everything counted in it for one table, or for several at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.oov.causes import Waterfall, written
from embedadapt.oov.result import DocumentCounts, Rung, SentenceCounts
from embedadapt.oov.sightings import Pairs, Sighting, Sightings
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import sentences
from embedadapt.text.tokenize import tokenize

DOCUMENTS_PER_WORD = 3
"""Documents remembered of each unknown word."""


class Tally:
    """Words under one reading: how often, and which of them are unknown."""

    def __init__(self, name: str, table: VectorsOutline) -> None:
        self.name = name
        self.counts: Counter[str] = Counter()
        self.n_affected = 0
        self._index = table.vocabulary.index
        self._hashing = table.hashing

    def add(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Takes in one document and returns its unknown words."""
        self.counts.update(counts)
        unknown = {word: n for word, n in counts.items() if word not in self._index}
        self.n_affected += bool(unknown)
        return unknown

    def unknown(self) -> dict[str, int]:
        return {word: n for word, n in self.counts.items() if word not in self._index}

    def composes(self, word: str) -> bool:
        """True where n-grams give the unknown `word` a vector."""
        return self._hashing is not None and self._hashing.composes(word)

    def rung(self, n_documents: int) -> Rung:
        unknown = self.unknown()
        composed = [n for word, n in unknown.items() if self.composes(word)]
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
class Census:
    """Everything counted for one table.

    raw, tokens, words: the three readings. spread: unknown word to its number of documents.
    places: unknown word to the first few of these documents. seen: how unknown words are used.
    sentences: how many, those with an unknown word, and those with more than one that carries
    content.
    """

    raw: Tally
    tokens: Tally
    words: Tally
    table: VectorsOutline
    normalizer: Normalizer
    waterfall: Waterfall
    seen: Sightings
    pairs: Pairs = field(default_factory=Pairs)
    documents: list[DocumentCounts] = field(default_factory=list)
    spread: Counter[str] = field(default_factory=Counter)
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    sentences: SentenceCounts = field(default_factory=SentenceCounts)

    def add(self, reading: Reading) -> None:
        """Takes in one document."""
        cut = [self.normalizer.sentence(tokens) for tokens in reading.sentences]
        words = Counter(chain.from_iterable(cut))
        raw_unknown, unknown = self.raw.add(reading.pieces), self.words.add(words)
        self.tokens.add(reading.tokens)
        self.pairs.add(cut)
        for tokens, sentence in zip(reading.sentences, cut, strict=True):
            self._look_at(tokens, sentence)
        for word in unknown:
            self.spread[word] += 1
            if self.spread[word] <= DOCUMENTS_PER_WORD:
                self.places[word].append(len(self.documents))
        self.documents.append(
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
        by_word = self.seen.by_word
        for token, n in self.tokens.counts.items():
            for word in self.normalizer.words(token):
                if word in by_word:
                    by_word[word].add(written(token, word), n)
        for word, sighting in by_word.items():
            sighting.n_documents = self.spread[word]
        return by_word

    def _look_at(self, tokens: Sequence[str], words: Sequence[str]) -> None:
        unknown = self.seen.add(words, tokens)
        content = sum(any(map(str.isalpha, words[i])) for i in unknown)
        self.sentences += SentenceCounts(1, int(bool(unknown)), int(content > 1))
        if unknown and "(" in tokens:
            for at, token in enumerate(tokens):
                word = self.normalizer.words(token)[0]
                if token[:2].isupper() and word in self.seen.by_word:
                    self.seen.add_expansion(word, tokens, at)


def take_censuses(
    corpus: Corpus, tables: Sequence[tuple[WordVectors | VectorsOutline, Normalization]]
) -> list[Census]:
    """A census of one walk through `corpus` for each table."""
    censuses = [_census_of(*table) for table in tables]
    for document in corpus:
        reading = Reading.of(document)
        for census in censuses:
            census.add(reading)
    return censuses


def _census_of(vectors: WordVectors | VectorsOutline, normalization: Normalization) -> Census:
    table = vectors.outline if isinstance(vectors, WordVectors) else vectors
    return Census(
        raw=Tally("as it stands", table),
        tokens=Tally("tokenised", table),
        words=Tally("normalised", table),
        table=table,
        normalizer=Normalizer(normalization, table.vocabulary),
        waterfall=Waterfall(normalization, table.vocabulary),
        seen=Sightings(table.vocabulary.index),
    )
