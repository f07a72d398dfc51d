"""Which input rows a word is made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Ints1d, Longs1d


class Pieces(NamedTuple):
    """The input rows that word i is the mean of: rows[offsets[i] : offsets[i + 1]].

    offsets: (n_words + 1,) int64. rows: int32, in a fastText model the word's own row, then those
    of its n-grams.
    """

    offsets: Longs1d
    rows: Ints1d


def whole_words(n_words: int) -> Pieces:
    """Each word a row."""
    return Pieces(np.arange(n_words + 1), np.arange(n_words, dtype=np.int32))


def check_pieces(pieces: Pieces, n_words: int, n_inputs: int) -> None:
    """Raises ValueError unless each word has rows, and all are among the inputs."""
    offsets, rows = pieces
    if len(offsets) != n_words + 1 or offsets[0] != 0 or offsets[-1] != len(rows):
        raise ValueError(f"pieces of {len(offsets) - 1} words for {n_words}")
    if (np.diff(offsets) < 1).any():
        raise ValueError("a word without a piece")
    if not 0 <= rows.min() <= rows.max() < n_inputs:
        raise ValueError(f"pieces outside the {n_inputs} rows of the inputs")
