"""Which words adapting moved, and where the new ones stand."""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Doubles1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.neighbors import (
    QUERIES_AT_ONCE,
    has_letter,
    nearest_of_rows,
    neighbors_by_name,
)
from embedadapt.evaluation.result import MovedWord, NewWord
from embedadapt.evaluation.retention import kept_neighbors

NEIGHBORHOOD = 25
"""Neighbours on either side that make up a word's neighbourhood, as in Hamilton et al. 2016."""

MIN_COUNT = 20
"""Rarer words move by chance: their vectors rest on too few contexts."""

MAX_WORDS = 2_000
"""Words examined, the corpus's most frequent: the time is theirs times the candidates."""


def drift_rows(candidates: WordVectors, corpus_words: Vocabulary) -> Ints1d:
    """(at most MAX_WORDS,) int32: candidates frequent enough in the corpus to be judged.

    Most frequent in the corpus first; of letters, with a vector other than zero.
    """
    rows = candidates.vocabulary.lookup(corpus_words)
    enough = (rows >= 0) & (_counts(corpus_words) >= MIN_COUNT)
    rows = rows[enough][np.argsort(-_counts(corpus_words)[enough], kind="stable")]
    names = candidates.vocabulary.words
    fit = [row for row in rows if candidates.norms[row] > 0 and has_letter(names[row])]
    return np.array(fit[:MAX_WORDS], dtype=np.int32)


def neighborhood_distances(
    base: WordVectors, table: WordVectors, rows: Ints1d, before: Ints1d, after: Ints1d
) -> Doubles1d:
    """(n,) how much the neighbourhood of each of the (n,) rows changed, 0 for not at all.

    The local neighbourhood measure of Hamilton, Leskovec and Jurafsky (2016, section 2.3,
    doi:10.18653/v1/D16-1229): one minus the cosine between the word's similarities to all its
    neighbours, before and after together, in the one table and in the other. It compares tables of
    different widths, and a table turned as a whole has not changed.

    base, table: the same candidates in the same rows. before, after: (n, NEIGHBORHOOD) rows.
    """
    distances = np.empty(len(rows), dtype=np.float64)
    for start in range(0, len(rows), QUERIES_AT_ONCE):
        some = slice(start, start + QUERIES_AT_ONCE)
        near = np.hstack([before[some], after[some]])
        counted = _first_of_each(near)
        one = _cosines(base, rows[some], near) * counted
        other = _cosines(table, rows[some], near) * counted
        lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        products = np.einsum("ij,ij->i", one, other)
        distances[some] = 1 - products / np.where(lengths > 0, lengths, 1)
    return np.clip(distances, 0, None)


def moved_words(
    tables: tuple[WordVectors, WordVectors],
    candidates: tuple[WordVectors, WordVectors],
    corpus_words: Vocabulary,
    rows: Ints1d,
    before: Ints1d,
    *,
    n: int,
    k: int,
    shown: int = 5,
) -> tuple[MovedWord, ...]:
    """The n words whose neighbourhood changed most, the furthest first.

    tables: the base and the other one, whole, for the neighbours that are shown.
    candidates: the words that distances are measured among, in either.
    rows, before: the words examined and their (n, NEIGHBORHOOD) neighbours in the base.
    """
    if not len(rows):
        return ()
    after = nearest_of_rows(candidates[1], rows, before.shape[1])
    distances = neighborhood_distances(*candidates, rows, before, after)
    kept = kept_neighbors(before[:, :k], after[:, :k]) * (before[:, :k] >= 0).sum(axis=1)
    furthest = np.argsort(-distances, kind="stable")[:n]
    words = [candidates[0].vocabulary.words[row] for row in rows[furthest]]
    counts = _counts(corpus_words)[corpus_words.lookup(words)]
    return tuple(
        MovedWord(word, int(count), float(distances[i]), round(kept[i]), near, far)
        for word, count, i, near, far in zip(
            words,
            counts,
            furthest,
            *(neighbors_by_name(table, words, shown) for table in tables),
            strict=True,
        )
    )


def new_words(
    base: WordVectors, table: WordVectors, corpus_words: Vocabulary, *, n: int, shown: int = 5
) -> tuple[NewWord, ...]:
    """The n most frequent words that `table` has and `base` has not, with their neighbours."""
    new = (base.vocabulary.lookup(corpus_words) < 0) & (table.vocabulary.lookup(corpus_words) >= 0)
    order = np.argsort(-_counts(corpus_words), kind="stable")
    rows = [row for row in order if new[row] and has_letter(corpus_words.words[row])][:n]
    words = [corpus_words.words[row] for row in rows]
    return tuple(
        NewWord(word, int(_counts(corpus_words)[row]), near)
        for word, row, near in zip(words, rows, neighbors_by_name(table, words, shown), strict=True)
    )


def _first_of_each(rows: Ints1d) -> Floats2d:
    """1 where a row number stands for the first time in its line, 0 elsewhere and for -1."""
    order = np.argsort(rows, axis=1, kind="stable")
    ordered = np.take_along_axis(rows, order, axis=1)
    first = np.ones(rows.shape, dtype=np.float32)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first[ordered < 0] = 0
    result = np.empty_like(first)
    np.put_along_axis(result, order, first, axis=1)
    return result


def _cosines(table: WordVectors, rows: Ints1d, others: Ints1d) -> Floats2d:
    """(n, m): cosine of each of (n,) rows with its (n, m) others; 0 with a zero row."""
    products = np.einsum("id,ijd->ij", table.matrix[rows], table.matrix[others])
    lengths = table.norms[rows][:, None] * table.norms[others]
    return np.asarray(products / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _counts(words: Vocabulary) -> Longs1d:
    """Counts of the corpus's words; zeros where it was encoded without."""
    return np.zeros(len(words), dtype=np.int64) if words.counts is None else words.counts
