"""Nearest neighbors among the same candidates in different vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import starmap

import numpy as np

from embedadapt.core.adapter import Adapter
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors, nearest_rows, nearest_words
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.result import Neighbor

N_CANDIDATES = 100_000
"""Neighbors are searched among so many first words of the base. Later ones are mostly rare names
and misspellings, and the time grows with their number."""

QUERIES_AT_ONCE = 128
"""Bounds the memory: QUERIES_AT_ONCE x BLOCK_ROWS cosines at a time."""


def candidates_of(base: WordVectors) -> WordVectors:
    """The base's first N_CANDIDATES words, a view."""
    words = base.vocabulary
    counts = None if words.counts is None else words.counts[:N_CANDIDATES]
    return WordVectors(Vocabulary(words.words[:N_CANDIDATES], counts), base.matrix[:N_CANDIDATES])


def same_words(candidates: WordVectors, table: WordVectors) -> WordVectors:
    """The candidates' words in their order, with their vectors in `table`.

    A view where `table` begins with these words, as adapted vectors do; otherwise the rows are
    gathered. A word that `table` lacks is at zero, which is near nothing.
    """
    words = candidates.vocabulary
    if table.vocabulary.words[: len(words)] == words.words:
        return WordVectors(words, table.matrix[: len(words)])
    return WordVectors(words, gather(table, words))


def gather(table: WordVectors, words: Vocabulary) -> Floats2d:
    """The vectors of `words`, (n_words, dim) float32; zeros for missing words."""
    rows = table.vocabulary.lookup(words)
    vectors = np.zeros((len(words), table.dim), dtype=np.float32)
    vectors[rows >= 0] = table.matrix[rows[rows >= 0]]
    return vectors


def nearest_of_rows(candidates: WordVectors, rows: Ints1d, k: int) -> Ints1d:
    """The k candidates nearest to each of (n,) rows, (n, k) int32, without the row itself."""
    return nearest_rows(candidates, candidates.matrix[rows], k, exclude=rows)[0]


def unit_rows(rows: Floats2d) -> Floats2d:
    """The rows scaled to length 1, (n, dim) float32; zeros stay zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats2d = rows / np.maximum(lengths, 1e-12)
    return units


def neighbors_by_name(table: WordVectors, words: list[str], k: int) -> list[tuple[Neighbor, ...]]:
    """The k words nearest to each of `words`, all of which have vectors."""
    return [tuple(starmap(Neighbor, found)) for found in nearest_words(table, words, k)]


def without_far_words(
    base: WordVectors, adapter: Adapter, also: Sequence[Ints1d] = ()
) -> tuple[WordVectors, Adapter]:
    """The words of a base that the evaluation needs, and the adapter for these words alone.

    They are the first N_CANDIDATES, among which neighbors are searched, the words that the adapter
    has, and the rows in `also`, -1 for none. Adapted vectors of all words would take several times
    the memory of the base.
    """
    known = adapter.base_rows >= 0
    first = np.arange(min(N_CANDIDATES, len(base)), dtype=np.int32)
    rows = np.unique(np.concatenate([first, adapter.base_rows, *also]))
    rows = rows[rows >= 0]
    if len(rows) == len(base):
        return base, adapter
    near = WordVectors(
        base.vocabulary.select(rows.astype(np.int32)),
        base.matrix[rows],
        normalization=base.normalization,
        provenance=base.provenance,
    )
    base_rows = np.where(known, np.searchsorted(rows, adapter.base_rows), -1).astype(np.int32)
    return near, replace(
        adapter, base_rows=base_rows, ngrams=None, base_fingerprint=near.fingerprint
    )


def has_letter(word: str) -> bool:
    """Whether a word is more than punctuation and digits, whose neighbors mean little."""
    return any(map(str.isalpha, word))
