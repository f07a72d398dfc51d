"""Counts the words of a corpus that a table does not know, and books each to its cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import nlargest, nsmallest
from itertools import chain

from embedadapt.core.corpus import Corpus, UnreadFiles, unread_files
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import CorpusError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.oov.bands import frequency_bands
from embedadapt.oov.causes import KINDS, Kind, book, is_fixed, setting_of, title_of
from embedadapt.oov.census import Census, take_censuses
from embedadapt.oov.contexts import find_contexts
from embedadapt.oov.evidence import Evidence, Seen
from embedadapt.oov.learning import count_learnable
from embedadapt.oov.loss import loss_of
from embedadapt.oov.ngrams import composed_of, ngrams_of
from embedadapt.oov.residuals import CapitalCauses, ResidualCauses
from embedadapt.oov.result import (
    Cause,
    Context,
    Example,
    Languages,
    Learnable,
    NgramCounts,
    OOVReport,
    UnknownWord,
    VectorsSummary,
)
from embedadapt.oov.sightings import Pairs
from embedadapt.oov.tallies import composes
from embedadapt.text.chinese import converter
from embedadapt.text.identifiers import are_code
from embedadapt.text.identify import scripts_of_vectors
from embedadapt.text.keyness import Keyness, general_share
from embedadapt.text.keys import describe_keys
from embedadapt.text.segment import SCRIPTS, Spaceless, spaceless

TOP_WORDS = 500
"""Words shown with a line of context."""
N_EXAMPLES = 6
NOT_WORDS = frozenset({"symbol", "number"})
"""Causes whose unknown "words" are not listed one by one."""


def analyze_tables(
    corpus: Corpus,
    tables: Sequence[tuple[WordVectors | VectorsOutline, Normalization]],
    *,
    top_words: int = TOP_WORDS,
    engine: Engine = HERE,
) -> tuple[OOVReport, ...]:
    """For each table, which words of `corpus` it has no vector for, why, and what would fix each
    cause. A word that several tables lack has the same line of context in all reports.

    Asks for no vector: the tables' outlines will do.
    Reads the corpus twice, for all tables together: to count, and to fetch the lines of context;
    and once more for each table that joins words. Memory grows with the number of different words,
    of documents, and of different unknown words in each, not with the length of the text; of fewer
    than ten documents, also by 4 bytes for each word.

    top_words: words with a line of context. engine: counts, finds the causes of many words, and
    fetches the lines.

    Raises CorpusError for a corpus without a word in it.
    """
    censuses = take_censuses(corpus, tables, engine)
    if not censuses[0].found.raw.n_tokens:
        raise CorpusError("corpus", found="no words", hint="Give text with words in it.")
    remains = [_what_remains(census, engine) for census in censuses]
    contexts = find_contexts(
        corpus, _places(remains, top_words), parts=censuses[0].found.parts, engine=engine
    )
    return tuple(
        _report(
            one,
            contexts,
            count_learnable(corpus, one.census, one.counts, engine),
            unread_files(corpus),
        )
        for one in remains
    )


@dataclass(frozen=True)
class _Remains:
    """The words of a census that no convention makes known.

    counts: of them all. words: without symbols and numbers, in the order they are reported.
    keyness: of these. ngrams: of those that n-grams compose, where their training is known.
    """

    census: Census
    causes: ResidualCauses
    counts: Mapping[str, int]
    words: list[str]
    keyness: Mapping[str, float]
    ngrams: Mapping[str, NgramCounts]

    def read_as(self, piece: str) -> tuple[str, ...]:
        """The words of a piece, those put right that have a known word behind them."""
        words = self.census.waterfall.words(piece)
        return tuple(
            chain.from_iterable(
                (self.causes.meant(word) if word in self.counts else ()) or (word,)
                for word in words
            )
        )

    def recovers(self, piece: str) -> bool:
        """Whether every word of a piece is known then."""
        return not any(word in self.counts for word in self.read_as(piece))


def _what_remains(census: Census, engine: Engine) -> _Remains:
    causes, found = residual_causes(census), census.found
    causes.explain_on(engine)
    counts = found.words.unknown(census.table.vocabulary)
    words = [word for word in counts if causes.of(word) not in NOT_WORDS]
    measure = Keyness(
        n_tokens=found.words.counts.total(),
        n_documents=len(found.documents),
        share=general_share(census.table.vocabulary),
    )
    measured = measure.of([counts[w] for w in words], [found.spread[w] for w in words])
    keyness = dict(zip(words, measured.tolist(), strict=True))
    words.sort(key=lambda word: (-keyness[word], word))
    ngrams = ngrams_of(census.table, list(counts))
    return _Remains(census, causes, counts, words, keyness, ngrams)


def _report(
    remains: _Remains,
    contexts: Mapping[str, Context],
    learned: Learnable,
    unread: tuple[UnreadFiles, ...],
) -> OOVReport:
    census, found = remains.census, remains.census.found
    raw, tokenized, normalized = (
        tally.reading(len(found.documents), replace(census.table, vocabulary=words))
        for tally, words in (
            (found.raw, census.keys),
            (found.tokens, census.keys),
            (found.words, census.table.vocabulary),
        )
    )
    return OOVReport(
        vectors=_summary(census.table),
        normalization=census.normalization,
        keys=describe_keys(census.keys, census.normalization),
        languages=Languages(census.origin.language, census.language),
        spaceless=_spaceless(census),
        raw=raw,
        tokenized=tokenized,
        normalized=normalized,
        loss=loss_of(found.words.counts, remains.counts, found.sentences, census.origin.language),
        causes=_causes(remains),
        words=_described(remains, contexts),
        learnable=learned,
        bands=frequency_bands(found.words.counts, remains.counts),
        documents=tuple(found.documents),
        composed=composed_of(remains.ngrams, remains.counts),
        unread=unread,
    )


def residual_causes(census: Census) -> ResidualCauses:
    """Return what finds the causes of the words that no convention makes known."""
    found, form = census.found, census.normalization.chinese
    if census.normalization.case == "upper":
        return _capital_causes(census)
    return ResidualCauses(
        Seen(census.sightings(), found.places, census.names().commonness),
        Evidence(
            counts=found.words.counts,
            known=census.table.vocabulary.index,
            pairs=found.pairs.count,
            lengths=[document.n_tokens for document in found.documents],
            origin=census.origin,
            is_code=are_code(found.raw.unknown(census.keys)),
            form="keep" if converter(form) else form,
        ),
    )


def _capital_causes(census: Census) -> CapitalCauses:
    found, commonness = census.found, census.names().commonness
    return CapitalCauses(
        Seen(
            {word.lower(): seen.in_small_letters() for word, seen in census.sightings().items()},
            {word.lower(): places for word, places in found.places.items()},
            lambda word: commonness(word.upper()),
        ),
        Evidence(
            counts={word.lower(): n for word, n in found.words.counts.items()},
            known=frozenset(map(str.lower, census.table.vocabulary.index)),
            pairs=partial(_count_in_capitals, found.pairs),
            lengths=[document.n_tokens for document in found.documents],
            origin=census.origin,
            is_code=are_code(found.raw.unknown(census.keys)),
        ),
    )


def _count_in_capitals(pairs: Pairs, one: str, other: str) -> int:
    return pairs.count(one.upper(), other.upper())


def _spaceless(census: Census) -> Spaceless | None:
    """Whether the text lacks the spaces between the words of the table."""
    words = census.table.vocabulary
    if not census.origin.scripts & SCRIPTS or not scripts_of_vectors(words.words) & SCRIPTS:
        return None
    pieces = census.found.raw.unknown(census.keys)
    if convert := converter(census.normalization.chinese):
        pieces = {next(iter(convert(piece)), piece): n for piece, n in pieces.items()}
    return spaceless(pieces, words.index)


def _causes(remains: _Remains) -> tuple[Cause, ...]:
    census = remains.census
    unknown = census.found.raw.unknown(census.keys)
    pieces: defaultdict[str, list[str]] = defaultdict(list)
    cut = census.found.raw.cut(census.keys)
    for piece, key in book(unknown, census.waterfall, remains.causes, cut):
        pieces[key].append(piece)
    words: defaultdict[str, list[str]] = defaultdict(list)
    for word in remains.counts:
        words[remains.causes.of(word)].append(word)
    return tuple(
        replace(
            _cause(kind, pieces[key], unknown, remains),
            left_tokens=sum(remains.counts[word] for word in words[key]),
            left_types=len(words[key]),
        )
        for key, kind in KINDS.items()
        if pieces[key] or words[key]
    )


def _cause(kind: Kind, pieces: list[str], unknown: Mapping[str, int], remains: _Remains) -> Cause:
    counts = [unknown[piece] for piece in pieces]
    # Few pieces are as common as the last example: only these are compared by name.
    least = min(nlargest(N_EXAMPLES, counts), default=0)
    often = (piece for piece, n in zip(pieces, counts, strict=True) if n >= least)
    commonest = nsmallest(N_EXAMPLES, often, key=lambda piece: (-unknown[piece], piece))
    tokens, fixed = sum(counts), is_fixed(kind.key)
    recovers = remains.recovers
    return Cause(
        key=kind.key,
        title=title_of(kind, remains.census.origin),
        fix=kind.fix,
        setting=setting_of(kind, remains.census.normalization),
        fixed=fixed,
        tokens=tokens,
        types=len(pieces),
        recovered_tokens=tokens
        if fixed
        else sum(n for piece, n in zip(pieces, counts, strict=True) if recovers(piece)),
        examples=tuple(
            Example(piece, unknown[piece], remains.read_as(piece)) for piece in commonest
        ),
    )


def _described(remains: _Remains, contexts: Mapping[str, Context]) -> tuple[UnknownWord, ...]:
    return tuple(
        UnknownWord(
            word=word,
            count=remains.counts[word],
            n_documents=remains.census.found.spread[word],
            cause=remains.causes.of(word),
            composed=composes(remains.census.table, word),
            context=contexts.get(word),
            meant=remains.causes.meant(word),
            expansion=remains.causes.expansion(word),
            keyness=remains.keyness[word],
            ngrams=remains.ngrams.get(word),
        )
        for word in remains.words
    )


def _places(several: Iterable[_Remains], top_words: int) -> dict[int, dict[str, list[str]]]:
    """Document number to the words to show from it, each with the ways it is written."""
    places: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    for remains in several:
        for word in remains.words[:top_words]:
            for number in remains.census.found.places[word]:
                places[number].setdefault(word, []).extend(remains.causes.forms(word))
    return places


def _summary(table: VectorsOutline) -> VectorsSummary:
    return VectorsSummary(
        path=table.provenance.path,
        format=table.provenance.format,
        n_words=len(table.vocabulary),
        dim=table.dim,
        n_shared_keys=table.provenance.n_shared_keys,
        composes=table.hashing is not None,
    )
