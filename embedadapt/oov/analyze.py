"""Counts the words of a corpus that a table does not know, and books each to its cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.errors import CorpusError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline, WordVectors
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
"""Words reported one by one, each with a line of context."""
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
    table = vectors.outline if isinstance(vectors, WordVectors) else vectors
    census = _take_census(corpus, table, normalization)
    if not census.raw.counts:
        raise CorpusError("corpus", found="no words", hint="Give text with words in it.")
    residuals = _residual_causes(census)
    left = census.words.unknown()
    words = [word for word in left if residuals.of(word) not in NOT_WORDS]
    words.sort(key=lambda word: (-left[word] * census.spread[word], word))
    raw, tokenized, normalized = (
        tally.rung(len(census.documents)) for tally in (census.raw, census.tokens, census.words)
    )
    return OOVReport(
        table=_summary(table),
        normalization=normalization,
        raw=raw,
        tokenized=tokenized,
        normalized=normalized,
        causes=_causes(census, residuals, left),
        words=_described(words[:top_words], left, corpus, census, residuals),
        n_unknown_words=len(words),
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


@dataclass
class _Census:
    """Everything counted in one walk through the corpus."""

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

    def add(self, document: Document) -> None:
        raw = Counter(document.text.split())
        text = rejoined(document.text)  # as it is trained on
        tokens = Counter(tokenize(text))
        words = _count_words(text, tokens, self.normalizer)
        raw_unknown, unknown = self.raw.add(raw), self.words.add(words)
        self.tokens.add(tokens)
        for word in unknown:
            self.spread[word] += 1
            if self.spread[word] <= DOCUMENTS_PER_CONTEXT:
                self.places[word].append(len(self.documents))
        self.documents.append(
            DocumentCounts(
                document.name,
                raw_tokens=raw.total(),
                raw_unknown=sum(raw_unknown.values()),
                n_tokens=words.total(),
                unknown_tokens=sum(unknown.values()),
            )
        )


def _take_census(corpus: Corpus, table: VectorsOutline, normalization: Normalization) -> _Census:
    census = _Census(
        raw=_Tally("as it stands", table),
        tokens=_Tally("tokenised", table),
        words=_Tally("normalised", table),
        table=table,
        normalizer=Normalizer(normalization, table.vocabulary),
        waterfall=Waterfall(normalization, table.vocabulary),
    )
    for document in corpus:
        census.add(document)
    return census


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


def _causes(
    census: _Census, residuals: ResidualCauses, left: Mapping[str, int]
) -> tuple[Cause, ...]:
    unknown = census.raw.unknown()
    pieces: defaultdict[str, list[str]] = defaultdict(list)
    for piece, key in book(unknown, census.waterfall, residuals):
        pieces[key].append(piece)
    words: defaultdict[str, list[str]] = defaultdict(list)
    for word in left:
        words[residuals.of(word)].append(word)
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


def _described(
    words: list[str],
    left: Mapping[str, int],
    corpus: Corpus,
    census: _Census,
    causes: ResidualCauses,
) -> tuple[UnknownWord, ...]:
    contexts = find_contexts(corpus, _places(words, census, causes))
    return tuple(
        UnknownWord(
            word=word,
            count=left[word],
            n_documents=census.spread[word],
            cause=causes.of(word),
            composed=census.words.composes(word),
            context=contexts.get(word),
        )
        for word in words
    )


def _places(
    words: Iterable[str], census: _Census, residuals: ResidualCauses
) -> dict[int, dict[str, list[str]]]:
    """Document number to the words to show from it, each with the ways it is written."""
    places: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    for word in words:
        for number in census.places[word]:
            places[number][word] = residuals.forms(word)
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
