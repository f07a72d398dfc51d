"""Gains of several trainings of one matrix, added up and merged into it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d, Longs1d
from embedadapt.kernels.changes import Changes, add_changes, sum_changes, take_changes

AGREED = 1.3
"""The least that is merged of gains that agree, in means of them. Rows on which shards are in step
would be nearer to one process with less, and those of new words need more: it is half-way."""

SATURATION = 3.0
"""How soon a row has learned what a shard can teach it; see `agreed_shares`. On licenses, with ten
sync rounds in each of 5 epochs, the loss of 2, 4 and 8 shards is .9, 2.4 and 4.6 % above that of
one process (three seeds), and .6, 3.2 and 6.1 % with 1.6 times the mean for all rows; on medical
abstracts, with 4 shards and five sync rounds, 1.0 and 1.2 % (two seeds). `scripts/bench_shards.py`
measures both, the second with `--agreed 1.6 --saturation 1e6`."""


class Lessons(NamedTuple):
    """What several shards were taught at once.

    n_shards: how many. amount: the sum of their learning rates, each times the words of its text.
    """

    n_shards: int
    amount: float

    def and_of(self, other: Lessons) -> Lessons:
        return Lessons(self.n_shards + other.n_shards, self.amount + other.amount)


def agreed_shares(frequencies: Floats1d, lessons: Lessons) -> Floats1d:
    """How much of gains that agree is merged, in means of them, for each row: (n_rows,).

    What agrees is the way to an optimum. Trained one after the other, each shard would therefore
    add q times what the shard before it added. Of n gains, 1 + q + ... + q^(n - 1) means are
    merged: n means in the rows of rare words, where q is nearly 1, and AGREED in those of frequent
    words.

    frequencies: (n_rows,), how often a word of text trains a row.
    """
    taught = frequencies * np.float32(lessons.amount / lessons.n_shards)
    q = np.exp(-np.float32(SATURATION) * taught)
    shares = np.ones_like(q)
    for _ in range(lessons.n_shards - 1):
        shares = 1 + q * shares
    most: Floats1d = np.maximum(shares, np.float32(AGREED))
    return most


class Gain(NamedTuple):
    """What trainings added to the rows of a matrix that they changed: as little as has to travel.

    changes: the sum of what each training added, as `kernels.changes` keeps it. of_rows: the
    number of rows of the matrix.
    """

    changes: Changes
    of_rows: int

    @classmethod
    def taken(cls, before: Floats2d, after: Floats2d, places: Longs1d) -> Gain:
        """The gain of one training, whose rows are set back to those before it.

        places: (n_rows,), the row of `after` for each of `before`, which may have fewer columns.
        """
        changes = Changes.of_size(*before.shape)
        n = take_changes(before, np.ascontiguousarray(after), places, changes)
        return cls(changes.part(slice(n)), len(before))

    def and_of(self, other: Gain) -> Gain:
        """The gain of the trainings of both."""
        n_most = len(self.changes.rows) + len(other.changes.rows)
        total = Changes.of_size(n_most, self.changes.levels.shape[1])
        n = sum_changes(self.changes, other.changes, total)
        return Gain(total.part(slice(n)), self.of_rows)

    def piece(self, number: int, n_pieces: int) -> Gain:
        """That of some rows of the matrix, of which each piece has as many."""
        edges = [self.of_rows * one // n_pieces for one in (number, number + 1)]
        part = slice(*np.searchsorted(self.changes.rows, edges).tolist())
        return Gain(self.changes.part(part), self.of_rows)

    def merge_into(
        self, matrix: Floats2d, copy: Floats2d, places: Longs1d, agreed: Floats1d
    ) -> None:
        """Add the gain to the matrix, and set the same rows of a copy of it, at their places.

        A plain sum overshoots where several trainings learned the same; with four it diverges. A
        plain mean loses most of what they learned separately. The sum is therefore multiplied by
        `agreed`, one number for each row of the matrix, times the sum of the squared lengths of the
        changes of a row, over the squared length of their sum, where that is less than 1: the
        changes of a row are merged whole if they are orthogonal, and `agreed` times their mean if
        they are equal. With 1 the rule is that of Adasum (Maleki et al. 2020, arXiv:2006.02924,
        section 3) for two equal gains; it takes all of them at once instead of in pairs.
        """
        add_changes(matrix, copy, places, self.changes, agreed)
