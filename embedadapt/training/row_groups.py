"""The input rows that each word is made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Doubles1d, Floats2d, Ints1d, Longs1d

WORDS_AT_ONCE = 8_192
"""Words whose rows are gathered at a time."""


class RowGroups(NamedTuple):
    """The input rows whose mean is word i: rows[offsets[i] : offsets[i + 1]].

    offsets: (n_words + 1,) int64. rows: int32; in a fastText model the word's own row, then those
    of its n-grams.
    """

    offsets: Longs1d
    rows: Ints1d


def whole_words(n_words: int) -> RowGroups:
    """One row for each word."""
    return RowGroups(np.arange(n_words + 1), np.arange(n_words, dtype=np.int32))


def sum_rows(rows: Floats2d, row_groups: RowGroups) -> Floats2d:
    """The sum of each word's rows, (n_words, dim) float32."""
    n_words = len(row_groups.offsets) - 1
    sums = np.empty((n_words, rows.shape[1]), dtype=np.float32)
    for first in range(0, n_words, WORDS_AT_ONCE):
        offsets = row_groups.offsets[first : first + WORDS_AT_ONCE + 1]
        gathered = rows[row_groups.rows[offsets[0] : offsets[-1]]]
        np.add.reduceat(
            gathered, offsets[:-1] - offsets[0], out=sums[first : first + WORDS_AT_ONCE]
        )
    return sums


def mean_rows(rows: Floats2d, row_groups: RowGroups) -> Floats2d:
    """The mean of each word's rows, (n_words, dim) float32."""
    means: Floats2d = sum_rows(rows, row_groups)
    means /= np.diff(row_groups.offsets)[:, None]
    return means


def uses_of(row_groups: RowGroups, uses: Doubles1d, n_rows: int) -> Doubles1d:
    """How often each row is used, (n_rows,), where `uses`, (n_words,), are those of the words."""
    offsets, rows = row_groups
    return np.bincount(rows, np.repeat(uses, np.diff(offsets)), n_rows).astype(np.float64)


def places_by_use(row_groups: RowGroups, shares: Doubles1d, n_rows: int) -> Longs1d:
    """The rank of each row by use, (n_rows,), most used first.

    shares: (n_words,) shares of the words in the text.
    """
    uses = uses_of(row_groups, shares, n_rows)
    places = np.empty(n_rows, dtype=np.int64)
    places[np.argsort(-uses, kind="stable")] = np.arange(n_rows)
    return places


def check_row_groups(row_groups: RowGroups, n_words: int, n_inputs: int) -> None:
    """Raise ValueError unless every word has rows, and all are rows of the inputs."""
    offsets, rows = row_groups
    if len(offsets) != n_words + 1 or offsets[0] != 0 or offsets[-1] != len(rows):
        raise ValueError(f"row groups of {len(offsets) - 1} words for {n_words}")
    if (np.diff(offsets) < 1).any():
        raise ValueError("a word without a row")
    if not 0 <= rows.min() <= rows.max() < n_inputs:
        raise ValueError(f"row groups outside the {n_inputs} rows of the inputs")
