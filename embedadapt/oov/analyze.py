"""Counts the words of a corpus that a table does not know, and books each to its cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.errors import CorpusError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.oov.bands import frequency_bands
from embedadapt.oov.causes import (
    KINDS,
    Kind,
    ResidualCauses,
    Sighting,
    Waterfall,
    book,
    is_cured,
    setting_of,
    written,
)
from embedadapt.oov.contexts import find_contexts
from embedadapt.oov.result import (
    Cause,
    Context,
    DocumentCounts,
    Example,
    OOVReport,
    Rung,
    TableSummary,
    UnknownWord,
)
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import rejoined
from embedadapt.text.tokenize import tokenize

TOP_WORDS = 500
"""Words shown with a line of context."""
N_EXAMPLES = 6
NOT_WORDS = frozenset({"symbol", "number"})
"""Causes whose unknown "words" are not listed one by one."""
DOCUMENTS_PER_CONTEXT = 3
"""Documents in which a telling line is looked for."""


def analyze_corpus(
    corpus: Corpus,
    vectors: WordVectors | VectorsOutline,
    normalization: Normalization,
    *,
    top_words: int = TOP_WORDS,
) -> OOVReport:
    """Which words of `corpus` the table has no vector for, why, and what would cure each cause.

    Asks for no vector: the table's outline will do.
    Reads the corpus twice: to count, and to fetch the lines of context. Memory grows with the
    number of different words and of documents, not with the length of the text.

    Raises CorpusError for a corpus without a word in it.
    """
    return analyze_tables(corpus, [(vectors, normalization)], top_words=top_words)[0]


def analyze_tables(
    corpus: Corpus,
    tables: Sequence[tuple[WordVectors | VectorsOutline, Normalization]],
    *,
    top_words: int = TOP_WORDS,
) -> tuple[OOVReport, ...]:
    """A report for each table as `analyze_corpus` gives it, from the same two readings; a word that
    several tables lack has the same line of context in all of them."""
    censuses = _take_censuses(corpus, tables)
    if not censuses[0].raw.counts:
        raise CorpusError("corpus", found="no words", hint="Give text with words in it.")
    remains = [_what_remains(census) for census in censuses]
    contexts = find_contexts(corpus, _places(remains, top_words))
    return tuple(_report(one, contexts) for one in remains)


@dataclass(frozen=True)
class _Remains:
    """The words of a census that no convention makes known.

    counts: of them all. words: without symbols and numbers, in the order they are reported.
    """

    census: _Census
    causes: ResidualCauses
    counts: Mapping[str, int]
    words: list[str]


def _what_remains(census: _Census) -> _Remains:
    causes = _residual_causes(census)
    counts = census.words.unknown()
    words = [word for word in counts if causes.of(word) not in NOT_WORDS]
    words.sort(key=lambda word: (-counts[word] * census.spread[word], word))
    return _Remains(census, causes, counts, words)


def _report(remains: _Remains, contexts: Mapping[str, Context]) -> OOVReport:
    census = remains.census
    raw, tokenized, normalized = (
        tally.rung(len(census.documents)) for tally in (census.raw, census.tokens, census.words)
    )
    return OOVReport(
        table=_summary(census.table),
        normalization=census.normalizer.normalization,
        raw=raw,
        tokenized=tokenized,
        normalized=normalized,
        causes=_causes(remains),
        words=_described(remains, contexts),
        bands=frequency_bands(census.words.counts, remains.counts),
        documents=tuple(census.documents),
    )


class _Tally:
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
class _Reading:
    """A document cut in pieces and in tokens, which are the same for every table."""

    name: str
    text: str
    raw: Counter[str]
    tokens: Counter[str]

    @classmethod
    def of(cls, document: Document) -> _Reading:
        text = rejoined(document.text)  # as it is trained on
        return cls(document.name, text, Counter(document.text.split()), Counter(tokenize(text)))


@dataclass
class _Census:
    """Everything counted for one table in one walk through the corpus."""

    raw: _Tally
    tokens: _Tally
    words: _Tally
    table: VectorsOutline
    normalizer: Normalizer
    waterfall: Waterfall
    documents: list[DocumentCounts] = field(default_factory=list)
    spread: Counter[str] = field(default_factory=Counter)
    """Unknown word to the number of documents it stands in."""
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Unknown word to the first few of these documents."""

    def add(self, reading: _Reading) -> None:
        words = _count_words(reading.text, reading.tokens, self.normalizer)
        raw_unknown, unknown = self.raw.add(reading.raw), self.words.add(words)
        self.tokens.add(reading.tokens)
        for word in unknown:
            self.spread[word] += 1
            if self.spread[word] <= DOCUMENTS_PER_CONTEXT:
                self.places[word].append(len(self.documents))
        self.documents.append(
            DocumentCounts(
                reading.name,
                raw_tokens=reading.raw.total(),
                raw_unknown=sum(raw_unknown.values()),
                n_tokens=words.total(),
                unknown_tokens=sum(unknown.values()),
            )
        )


def _take_censuses(
    corpus: Corpus, tables: Sequence[tuple[WordVectors | VectorsOutline, Normalization]]
) -> list[_Census]:
    censuses = [_census_of(*table) for table in tables]
    for document in corpus:
        reading = _Reading.of(document)
        for census in censuses:
            census.add(reading)
    return censuses


def _census_of(vectors: WordVectors | VectorsOutline, normalization: Normalization) -> _Census:
    table = vectors.outline if isinstance(vectors, WordVectors) else vectors
    return _Census(
        raw=_Tally("as it stands", table),
        tokens=_Tally("tokenised", table),
        words=_Tally("normalised", table),
        table=table,
        normalizer=Normalizer(normalization, table.vocabulary),
        waterfall=Waterfall(normalization, table.vocabulary),
    )


def _count_words(text: str, tokens: Mapping[str, int], normalizer: Normalizer) -> Counter[str]:
    """Normalised words of a document. Phrases need the tokens in their order; else each different
    token is normalised once."""
    if normalizer.normalization.phrases:
        return Counter(normalizer.sentence(tokenize(text)))
    words: Counter[str] = Counter()
    for token, n in tokens.items():
        for word in normalizer.words(token):
            words[word] += n
    return words


def _residual_causes(census: _Census) -> ResidualCauses:
    """Looks at every unknown word as it is written, now that the whole corpus is known."""
    sightings: defaultdict[str, Sighting] = defaultdict(Sighting)
    for token, n in census.tokens.counts.items():
        for word in census.normalizer.words(token):
            if word not in census.table.vocabulary:
                sightings[word].add(written(token, word), n)
    for word, sighting in sightings.items():
        sighting.n_documents = census.spread[word]
    return ResidualCauses(sightings, len(census.documents))


def _causes(remains: _Remains) -> tuple[Cause, ...]:
    census, left = remains.census, remains.counts
    unknown = census.raw.unknown()
    pieces: defaultdict[str, list[str]] = defaultdict(list)
    for piece, key in book(unknown, census.waterfall, remains.causes):
        pieces[key].append(piece)
    words: defaultdict[str, list[str]] = defaultdict(list)
    for word in left:
        words[remains.causes.of(word)].append(word)
    return tuple(
        replace(
            _cause(kind, pieces[key], unknown, census),
            left_tokens=sum(left[word] for word in words[key]),
            left_types=len(words[key]),
        )
        for key, kind in KINDS.items()
        if pieces[key] or words[key]
    )


def _cause(kind: Kind, pieces: list[str], unknown: Mapping[str, int], census: _Census) -> Cause:
    commonest = sorted(pieces, key=lambda piece: (-unknown[piece], piece))[:N_EXAMPLES]
    return Cause(
        key=kind.key,
        title=kind.title,
        cure=kind.cure,
        setting=setting_of(kind, census.normalizer.normalization),
        cured=is_cured(kind.key),
        tokens=sum(unknown[piece] for piece in pieces),
        types=len(pieces),
        examples=tuple(
            Example(piece, unknown[piece], census.waterfall.words(piece)) for piece in commonest
        ),
    )


def _described(remains: _Remains, contexts: Mapping[str, Context]) -> tuple[UnknownWord, ...]:
    return tuple(
        UnknownWord(
            word=word,
            count=remains.counts[word],
            n_documents=remains.census.spread[word],
            cause=remains.causes.of(word),
            composed=remains.census.words.composes(word),
            context=contexts.get(word),
        )
        for word in remains.words
    )


def _places(several: Iterable[_Remains], top_words: int) -> dict[int, dict[str, list[str]]]:
    """Document number to the words to show from it, each with the ways it is written."""
    places: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    for remains in several:
        for word in remains.words[:top_words]:
            for number in remains.census.places[word]:
                places[number].setdefault(word, []).extend(remains.causes.forms(word))
    return places


def _summary(table: VectorsOutline) -> TableSummary:
    return TableSummary(
        path=table.provenance.path,
        format=table.provenance.format,
        n_words=len(table.vocabulary),
        dim=table.dim,
        n_shared_keys=table.provenance.n_shared_keys,
        composes=table.hashing is not None,
    )
