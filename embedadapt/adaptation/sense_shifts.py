"""Known words that the corpus uses in another sense than their vectors have.

Two things hold of such a word. It is the domain's, and the words beside it in the vectors are not:
contracts use `party` 16 times as often as general text does, `election` and `coalition` far more
rarely. And training on the corpus moves it away from them. The first is specificity, the log ratio
of a word's share of the corpus to its share of general text (`text.keyness`); the second compares a
word's neighbors in two spaces, after Hamilton et al., "Cultural Shift or Linguistic Drift?" (EMNLP
2016), by the delta of an adapter.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.adaptation.sense_measures import (
    CANDIDATES,
    NEIGHBORS,
    below,
    general_specificity,
    inflected_families,
    neighbor_fits,
    token_counts,
    toward_family,
)
from embedadapt.core.adapter import Adapter
from embedadapt.core.corpus import Context
from embedadapt.core.types import Doubles1d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.function_words import FUNCTION_WORDS
from embedadapt.text.identify import language_of

FEWEST, SEEN = 50, 20
"""Occurrences from which a word's move tells its sense, and from which others are compared with
it."""
BESIDE = 10
"""Nearest words of the base whose specificity is averaged."""
SPECIFIC, SPREAD = 1.5, 0.5
"""Specificity from which a word is the domain's, and the share of the domain's words that is left
out because the fewest documents use them."""
SUREST = 50
"""Candidates chosen among all of the domain's words. Then come the central ones, which matter most
where the evidence is less: in contracts `consideration` and `execute`."""
CENTRAL, CENTRAL_SPREAD = 2.0, 0.75
"""SPECIFIC and SPREAD of central words."""
NAMED = 5
"""Neighbors named to a reader."""


@dataclass(frozen=True)
class SenseShift:
    """A known word that the corpus probably uses in another sense than its vector has.

    Parameters
    ----------
    word : str
        The word.
    count, n_documents : int
        Its tokens in the corpus, and the documents that use it; 0 if documents were not counted.
    specificity, neighbor_specificity : float or None
        Specificity of the word, and mean specificity of the BESIDE words nearest to it in the base,
        in nats. None if general frequencies are not known: the vectors have no counts and are not
        in order of frequency.
    neighbor_fit : float
        How near its NEIGHBORS nearest words of the base still are after the move, in standard
        deviations above the mean of all words.
    score : float
        Sum of how far neighbor_specificity and neighbor_fit are below those of the domain's words,
        in standard deviations. The score of a word is averaged with the mean score of its inflected
        forms.
    before, after : tuple of str
        The words nearest to it in the base, and after the move.
    context : Context or None
        A line of the corpus that uses it.

    Examples
    --------
    >>> shifts = embedadapt.find_sense_shifts(vectors, text, 5, adapter=adapter)
    >>> len(shifts[0].before), shifts[0].to_dict()["word"] == shifts[0].word
    (5, True)
    """

    word: str
    count: int
    n_documents: int
    specificity: float | None
    neighbor_specificity: float | None
    neighbor_fit: float
    score: float
    before: tuple[str, ...]
    after: tuple[str, ...]
    context: Context | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the candidate as a mapping.

        Returns
        -------
        dict
            JSON-ready, one entry per field.
        """
        return asdict(self)


def find_sense_shifts(base: WordVectors, adapter: Adapter, most: int) -> tuple[SenseShift, ...]:
    """Return known words that an adapter's corpus uses in another sense, the surest first.

    Parameters
    ----------
    base : WordVectors
        The vectors that the adapter was made for. They are read, not changed.
    adapter : Adapter
        Its delta is used at scale 1. Without counts nothing is found.
    most : int
        Candidates to return at most.

    Returns
    -------
    tuple of SenseShift
        First the SUREST by score, then central words by score, then the others. Where the vectors
        do not tell general shares, words are ranked by their move alone. Empty where fewer than
        2 * NEIGHBORS words occur SEEN times.
    """
    tables = _before_and_after(base, adapter)
    judged = _Judged.of(tables, adapter, general_specificity(base.vocabulary, adapter))
    if judged is None:
        return ()
    score, order = judged.score(), judged.order()[:most]
    near = [_named(table, judged.rows[order]) for table in tables]
    return tuple(
        judged.sense_shift(at, float(score[at]), *named)
        for at, *named in zip(order, *near, strict=True)
    )


@dataclass(frozen=True, eq=False)
class _Judged:
    """Words that are met FEWEST times and more, function words left out, and their measures.

    words: their names. rows: (n,) in the base. counts, documents: (n,) in the corpus.
    families: (n,) as `inflected_families`.
    fits: (n,) as `SenseShift.neighbor_fit`. specificity, beside: (n,) the word's, and the mean of
    its neighbors'; None if general shares are not known.
    """

    words: tuple[str, ...]
    rows: Ints1d
    counts: Longs1d
    documents: Longs1d
    families: Ints1d
    fits: Doubles1d
    specificity: Doubles1d | None
    beside: Doubles1d | None

    @classmethod
    def of(
        cls,
        tables: tuple[WordVectors, WordVectors],
        adapter: Adapter,
        specificity: Doubles1d | None,
    ) -> _Judged | None:
        """None if there are too few words.

        specificity: (n_candidates,), of every word of the tables.
        """
        counts = token_counts(adapter)
        is_known = (adapter.base_rows >= 0) & (adapter.base_rows < len(tables[0]))
        seen = np.flatnonzero(is_known & (counts >= SEEN))
        has_sense = np.array([_has_sense(adapter.vocabulary.words[i]) for i in seen], np.bool_)
        judged = np.flatnonzero(has_sense & (counts[seen] >= FEWEST)).astype(np.int32)
        if len(seen) < 2 * NEIGHBORS or not len(judged):
            return None
        ids = seen[judged]
        rows = adapter.base_rows[ids]
        beside = None
        if specificity is not None:
            near, _ = nearest_rows(tables[0], tables[0].matrix[rows], BESIDE, exclude=rows)
            beside = specificity[near].mean(axis=1)
        before, after = (table.matrix[adapter.base_rows[seen]] for table in tables)
        documents = adapter.document_counts
        if documents is None:
            documents = np.zeros(len(counts), dtype=np.int64)
        words = tuple(adapter.vocabulary.words[i] for i in ids)
        language = language_of(dict(zip(adapter.vocabulary.words, counts.tolist(), strict=True)))
        return cls(
            words=words,
            rows=rows,
            counts=counts[ids],
            documents=documents[ids],
            families=inflected_families(words, counts[ids], language),
            fits=neighbor_fits(before, after, judged),
            specificity=None if specificity is None else specificity[rows],
            beside=beside,
        )

    def score(self) -> Doubles1d:
        """(n,) float64, as `SenseShift.score`."""
        domain = self.of_domain(SPECIFIC, SPREAD)
        measures = [self.fits] if self.beside is None else [self.fits, self.beside]
        surer = [toward_family(measure, self.families, self.counts) for measure in measures]
        total: Doubles1d = np.sum([below(measure, domain) for measure in surer], axis=0)
        return total

    def order(self) -> Ints1d:
        """(n_domain,) int32: the domain's words as `find_sense_shifts` returns them."""
        domain = self.of_domain(SPECIFIC, SPREAD)
        ranked = np.argsort(-self.score(), kind="stable")
        ranked = ranked[domain[ranked]]
        first, rest = ranked[:SUREST], ranked[SUREST:]
        is_central = self.of_domain(CENTRAL, CENTRAL_SPREAD)[rest]
        return np.concatenate([first, rest[is_central], rest[~is_central]]).astype(np.int32)

    def of_domain(self, least: float, spread: float) -> NDArray[np.bool_]:
        """(n,): words of this specificity, those left out that the fewest documents use."""
        specific = np.ones(len(self.rows), dtype=np.bool_)
        if self.specificity is not None:
            specific = self.specificity > least
        if specific.any():
            specific &= self.documents >= np.quantile(self.documents[specific], spread)
        return specific

    def sense_shift(
        self, at: int, score: float, before: tuple[str, ...], after: tuple[str, ...]
    ) -> SenseShift:
        """One of the words, with its score and its neighbors."""
        return SenseShift(
            word=self.words[at],
            count=int(self.counts[at]),
            n_documents=int(self.documents[at]),
            specificity=None if self.specificity is None else float(self.specificity[at]),
            neighbor_specificity=None if self.beside is None else float(self.beside[at]),
            neighbor_fit=float(self.fits[at]),
            score=score,
            before=before,
            after=after,
        )


def _before_and_after(base: WordVectors, adapter: Adapter) -> tuple[WordVectors, WordVectors]:
    """The base's first CANDIDATES words as they are, and with the delta."""
    vocabulary = Vocabulary(base.vocabulary.words[:CANDIDATES])
    before = base.matrix[: len(vocabulary)]
    after = before.copy()
    ours = (adapter.base_rows >= 0) & (adapter.base_rows < len(vocabulary))
    after[adapter.base_rows[ours]] += adapter.delta[ours]
    return WordVectors(vocabulary, before), WordVectors(vocabulary, after)


def _has_sense(word: str) -> bool:
    functions = FUNCTION_WORDS["en"] | FUNCTION_WORDS["fr"]
    return len(word) > 2 and word.isalpha() and word.lower() not in functions


def _named(table: WordVectors, rows: Ints1d) -> list[tuple[str, ...]]:
    near, _ = nearest_rows(table, table.matrix[rows], NAMED, exclude=rows)
    return [tuple(table.vocabulary.words[row] for row in own) for own in near]
