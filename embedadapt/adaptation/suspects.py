"""Known words that the corpus uses in another sense than their vectors tell, before any training.

A word's mean context says what its vector should be (a la carte, see adaptation.induction), fitted
on all other words of the corpus. Where the vector it has is far from that, farther than those of
words as frequent are, the table probably means something else by it: `party`, `vest`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from embedadapt.adaptation.induction import cosines, mean_contexts
from embedadapt.adaptation.ridge import fit_ridge
from embedadapt.adaptation.trend import FrequencyTrend, in_frequency_order
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.text.function_words import FUNCTION_WORDS

FEWEST = 50
"""Occurrences from which contexts tell a sense."""
SPREAD = 0.02
"""Share of the documents from which a word is the corpus's: below it stand company names."""
WINDOW = 5
NEIGHBOURS = 5


@dataclass(frozen=True)
class Suspect:
    """A known word whose vector does not fit its contexts.

    count, n_documents: in the corpus. fit: cosine of its vector with the one its contexts ask for.
    surprise: by how many standard deviations that is less than words as frequent have. in_table,
    in_corpus: the table's words nearest to the one and to the other vector.
    """

    word: str
    count: int
    n_documents: int
    fit: float
    surprise: float
    in_table: tuple[str, ...]
    in_corpus: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return asdict(self)


def find_suspects(base: WordVectors, corpus: EncodedCorpus, most: int) -> tuple[Suspect, ...]:
    """The `most` surprising words of a corpus of the base's words, worst first.

    Words met FEWEST times and more in a SPREAD of the documents are judged, function words left
    out; none where hardly more are fitted than there are dimensions.
    """
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    assert counts is not None
    known = base.vocabulary.lookup(words)
    chosen = np.flatnonzero((counts >= FEWEST) & [_has_sense(word) for word in words])
    if len(chosen) < 2 * base.dim:
        return ()
    trend = FrequencyTrend.fit(base.matrix, by_frequency=in_frequency_order(known, counts))
    rows = base.matrix[known] - trend.at(known)
    means = mean_contexts(
        corpus, rows, np.ones(len(words), np.bool_), WINDOW, corpus.token_ids, len(words)
    )
    asked = fit_ridge(means[chosen], rows[chosen], np.log(counts[chosen])).held_out
    fits = cosines(asked, rows[chosen])
    surprises = surprise(fits, counts[chosen], known[chosen])
    spread = document_counts(corpus)[chosen]
    order = np.argsort(-surprises, kind="stable")
    order = order[spread[order] >= SPREAD * corpus.n_documents][:most]
    worst = chosen[order]
    placed: Floats2d = (asked[order] + trend.at(known[worst])).astype(np.float32)
    near = [_names(base, vectors, known[worst]) for vectors in (base.matrix[known[worst]], placed)]
    return tuple(
        Suspect(
            words[i], int(counts[i]), int(spread[at]), float(fits[at]), float(surprises[at]), *names
        )
        for i, at, *names in zip(worst, order, *near, strict=True)
    )


def document_counts(corpus: EncodedCorpus) -> Longs1d:
    """(n_words,) int64: in how many documents each word stands."""
    ends = corpus.sentence_offsets[corpus.document_offsets]
    n_documents: Longs1d = np.zeros(len(corpus.vocabulary), dtype=np.int64)
    for start, end in pairwise(ends.tolist()):
        n_documents[np.unique(corpus.token_ids[start:end])] += 1
    return n_documents


def surprise(fits: Floats1d, counts: Longs1d, ranks: Ints1d) -> Doubles1d:
    """(n,): by how many standard deviations each fit is below what a plane over log count and log
    rank lets expect."""
    plane = np.stack([np.ones(len(fits)), np.log(counts), np.log(ranks + 10.0)], axis=1)
    expected = plane @ np.linalg.lstsq(plane, fits.astype(np.float64), rcond=None)[0]
    below: Doubles1d = expected - fits
    return below / (below.std() or 1.0)


def _has_sense(word: str) -> bool:
    functions = FUNCTION_WORDS["en"] | FUNCTION_WORDS["fr"]
    return len(word) > 2 and word.isalpha() and word.lower() not in functions


def _names(base: WordVectors, vectors: Floats2d, themselves: Ints1d) -> list[tuple[str, ...]]:
    rows, _ = nearest_rows(base, vectors, NEIGHBOURS, exclude=themselves)
    return [tuple(base.vocabulary.words[row] for row in own if row >= 0) for own in rows]
