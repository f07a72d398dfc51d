"""Words that adapting moved, and neighbors of new words."""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.neighbors import (
    has_letter,
    nearest_of_rows,
    neighbors_by_name,
)
from embedadapt.evaluation.result import MovedWord, NewWord
from embedadapt.evaluation.retention import neighbor_overlap
from embedadapt.text.keyness import DomainRanking

NEIGHBORHOOD = 1_000
"""Nearest words that make up a neighborhood: Gonen et al. 2020 found 1,000 stable, where ten change
by chance. A small vocabulary has a tenth of its words."""

LEAST_CHANGE = 0.05
"""Share of the neighborhood that must change for a word to count as moved. On licenses no word
changed more than .02 in concat 0.25; in add 0.5 three of four changed more than .18."""

MIN_COUNT = 20
"""Rarer words move by chance: their vectors rest on too few contexts."""

MAX_WORDS = 2_000
"""Words examined, the most frequent in the corpus: time grows with their number times the
candidates."""


def drift_rows(candidates: WordVectors, corpus_words: Vocabulary) -> Ints1d:
    """Rows of candidates that are frequent enough in the corpus, (at most MAX_WORDS,) int32.

    Most frequent first; only words with a letter, and with a vector other than zero.
    """
    rows = candidates.vocabulary.lookup(corpus_words)
    enough = (rows >= 0) & (counts_of(corpus_words) >= MIN_COUNT)
    rows = rows[enough][np.argsort(-counts_of(corpus_words)[enough], kind="stable")]
    names = candidates.vocabulary.words
    fit = [row for row in rows if candidates.norms[row] > 0 and has_letter(names[row])]
    return np.array(fit[:MAX_WORDS], dtype=np.int32)


def neighborhood_size(candidates: WordVectors) -> int:
    """Nearest words that are compared: NEIGHBORHOOD, or a tenth of a small vocabulary."""
    return max(1, min(NEIGHBORHOOD, len(candidates) // 10))


def moved_words(
    tables: tuple[WordVectors, WordVectors],
    candidates: WordVectors,
    corpus_words: Vocabulary,
    rows: Ints1d,
    before: Ints1d,
    ranking: DomainRanking,
    *,
    n: int,
    k: int,
    shown: int = 5,
) -> tuple[MovedWord, ...]:
    """The n words whose neighborhood changed most, at least by LEAST_CHANGE, domain words first.

    How far a word moved is the share of its nearest words that changed (Gonen, Jawahar, Seddah and
    Goldberg 2020, doi:10.18653/v1/2020.acl-main.51). This needs no alignment: it compares vectors
    of different widths, and a rotation of all vectors changes nothing.

    tables: the base and the other vectors, whole, for the neighbors that are shown.
    candidates: the base's words among which neighbors are searched, with the other vectors.
    rows, before: the examined words and their (n, neighborhood_size) neighbors in the base.
    ranking: the ranking of the words in corpus_words (`DomainRanking`).
    """
    there = candidates.norms[rows] > 0  # a baseline may lack a word: it has not moved
    rows, before = rows[there], before[there]
    if not len(rows):
        return ()
    after = nearest_of_rows(candidates, rows, before.shape[1])
    changed = 1 - neighbor_overlap(before, after)
    ids = corpus_words.lookup(candidates.vocabulary.words[row] for row in rows)
    order = ranking.moved_words(ids, changed)
    furthest = order[changed[order] >= LEAST_CHANGE][:n]
    words = [candidates.vocabulary.words[row] for row in rows[furthest]]
    counts = counts_of(corpus_words)[ids[furthest]]
    documents = [ranking.documents_of(word) for word in ids[furthest]]
    overlap = neighbor_overlap(before[furthest, :k], after[furthest, :k])
    return tuple(
        MovedWord(word, int(count), n_documents, float(share), float(near_share), *near)
        for word, count, n_documents, share, near_share, *near in zip(
            words,
            counts,
            documents,
            changed[furthest],
            overlap,
            *(neighbors_by_name(table, words, shown) for table in tables),
            strict=True,
        )
    )


def new_words(
    base: WordVectors,
    table: WordVectors,
    corpus_words: Vocabulary,
    ranking: DomainRanking,
    *,
    n: int,
    shown: int = 5,
) -> tuple[NewWord, ...]:
    """The n words of highest keyness that `table` has and `base` lacks, with their neighbors.

    ranking: the ranking of the words in corpus_words.
    """
    new = (base.vocabulary.lookup(corpus_words) < 0) & (table.vocabulary.lookup(corpus_words) >= 0)
    order = ranking.new_words(np.flatnonzero(new).astype(np.int32))
    rows = [row for row in order if has_letter(corpus_words.words[row])][:n]
    words = [corpus_words.words[row] for row in rows]
    return tuple(
        NewWord(word, int(counts_of(corpus_words)[row]), ranking.documents_of(row), near)
        for word, row, near in zip(words, rows, neighbors_by_name(table, words, shown), strict=True)
    )


def counts_of(words: Vocabulary) -> Longs1d:
    """Counts of the words; zeros where there are none."""
    return np.zeros(len(words), dtype=np.int64) if words.counts is None else words.counts
