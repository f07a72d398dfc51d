"""Known words that the corpus uses in another sense than their vectors tell, before any training.

Where a table has the right sense of a word, two things hold. Its mean context asks for the vector
it has: a la carte induction (adaptation.induction), fitted on the other words. And the words that
are nearest to it in the table stand in contexts like its own here, after Hamilton et al., "Cultural
Shift or Linguistic Drift?" (EMNLP 2016), who compare a word's neighbours in two spaces. A word far
below what words as frequent reach in both is a sense-shift candidate: `party`, near `candidate` and
`election`. The first alone finds mostly rarer words (`vest`), the second also frequent ones
(`effective`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from embedadapt.adaptation.hidden import context_weights, mean_contexts
from embedadapt.adaptation.induction import cosines
from embedadapt.adaptation.ridge import fit_ridge
from embedadapt.adaptation.trend import FrequencyTrend, in_frequency_order
from embedadapt.core.corpus import Context, EncodedCorpus
from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.function_words import FUNCTION_WORDS

FEWEST = 50
"""Occurrences from which contexts tell a sense."""
SPREAD = 0.02
"""Share of the documents from which a word is the corpus's: below it stand company names."""
WINDOW = 10
NEIGHBOURS = 50
"""In the table, whose contexts are compared."""
NAMED = 5
"""Of the neighbours, to a reader."""
WORDS_AT_ONCE = 1024


@dataclass(frozen=True)
class SenseShift:
    """A known word whose vector does not fit its contexts.

    count, n_documents: in the corpus. fit: cosine of its vector with the one its contexts ask for.
    neighbour_fit: by how many standard deviations the contexts of the NEIGHBOURS words nearest to
    it in the table are nearer to its own than any word's are. surprise: by how many standard
    deviations both are less than words as frequent have, in the mean. in_table, in_corpus: the
    words of this corpus nearest to it by vector and by context. context: where it is used.
    """

    word: str
    count: int
    n_documents: int
    fit: float
    neighbour_fit: float
    surprise: float
    in_table: tuple[str, ...]
    in_corpus: tuple[str, ...]
    context: Context | None = None

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return asdict(self)


def find_sense_shifts(
    base: WordVectors, corpus: EncodedCorpus, n_documents: Longs1d, most: int
) -> tuple[SenseShift, ...]:
    """The `most` surprising words of a corpus of the base's words, worst first.

    n_documents: (n_words,) int64, in how many documents each word stands.
    Words met FEWEST times and more in a SPREAD of the documents are judged, function words left
    out; none where they are hardly more than there are dimensions, or neighbours.
    """
    counts = corpus.vocabulary.counts
    assert counts is not None
    has_sense = [_has_sense(word) for word in corpus.vocabulary.words]
    often = (counts >= FEWEST) & (n_documents >= SPREAD * corpus.n_documents)
    judged = np.flatnonzero(often & has_sense)
    if len(judged) < 2 * max(base.dim, NEIGHBOURS):
        return ()
    known = base.vocabulary.lookup(corpus.vocabulary.words)
    trend = FrequencyTrend.fit(base.matrix, by_frequency=in_frequency_order(known, counts))
    rows = base.matrix[known] - trend.at(known)
    weights = context_weights(counts, np.ones(len(known), np.bool_))
    means = mean_contexts(corpus, rows, weights, WINDOW, corpus.token_ids, len(known))[judged]
    words = Vocabulary([corpus.vocabulary.words[i] for i in judged], counts[judged])
    senses = WordVectors(words, rows[judged])
    contexts = WordVectors(words, whitened(means, np.sqrt(counts[judged])))
    asked = fit_ridge(means, senses.matrix, np.log(counts[judged])).held_out
    fits = cosines(asked, senses.matrix), neighbour_fits(senses, contexts)
    surprises = np.mean([surprise(fit, counts[judged], known[judged]) for fit in fits], axis=0)
    worst = np.argsort(-surprises, kind="stable")[:most].astype(np.int32)
    near = [_named(table, worst) for table in (senses, contexts)]
    return tuple(
        SenseShift(
            word=words.words[at],
            count=int(counts[judged[at]]),
            n_documents=int(n_documents[judged[at]]),
            fit=float(fits[0][at]),
            neighbour_fit=float(fits[1][at]),
            surprise=float(surprises[at]),
            in_table=in_table,
            in_corpus=in_corpus,
        )
        for at, in_table, in_corpus in zip(worst, *near, strict=True)
    )


def whitened(rows: Floats2d, weights: Doubles1d) -> Floats2d:
    """(n, dim) float32 of length 1: rows centred on their weighted mean, without correlation."""
    centred = rows - np.average(rows, axis=0, weights=weights)
    values, axes = np.linalg.eigh(np.cov(centred.T))
    turned = centred @ (axes / np.sqrt(np.maximum(values, 1e-6 * values.max())))
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    white: Floats2d = (turned / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return white


def neighbour_fits(senses: WordVectors, contexts: WordVectors) -> Floats1d:
    """(n_words,) float32: how near the contexts of each word's neighbours are to its own, as
    `SenseShift.fit`.

    contexts: rows of length 1, of the same words.
    """
    units = contexts.matrix
    centre, moment = units.mean(axis=0), units.T @ units / len(units)
    fits = np.empty(len(units), dtype=np.float32)
    for start in range(0, len(units), WORDS_AT_ONCE):
        themselves = np.arange(start, min(start + WORDS_AT_ONCE, len(units)), dtype=np.int32)
        queries, own = senses.matrix[themselves], units[themselves]
        near, _ = nearest_rows(senses, queries, NEIGHBOURS, exclude=themselves)
        cosine = np.einsum("nd,nd->n", own, units[near].mean(axis=1))
        mean = own @ centre
        deviation = np.sqrt(np.einsum("nd,nd->n", own @ moment, own) - mean**2)
        fits[themselves] = (cosine - mean) / deviation
    return fits


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


def _named(table: WordVectors, rows: Ints1d) -> list[tuple[str, ...]]:
    near, _ = nearest_rows(table, table.matrix[rows], NAMED, exclude=rows)
    return [tuple(table.vocabulary.words[row] for row in own) for own in near]
