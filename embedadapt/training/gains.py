"""Gains of several trainings of one matrix, added up and merged into it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.kernels.changes import Changes, add_changes, sum_changes, take_changes

AGREED = 1.6
"""How much more of gains that agree is merged than their mean. On medical abstracts, with 4 shards
and 10 sync rounds in each of 5 epochs, the loss is 1.1 % above that of one process at 1, .6 % at
1.6, and 2.0 % at 2, from where on replicas that have each converged would swing without end
(scripts/bench_shards.py --agreed)."""


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

    def merge_into(self, matrix: Floats2d, copy: Floats2d, places: Longs1d) -> None:
        """Add the gain to the matrix, and set the same rows of a copy of it, at their places.

        A plain sum overshoots where several trainings learned the same; with four it diverges. A
        plain mean loses most of what they learned separately. The sum is therefore multiplied by
        AGREED times the sum of the squared lengths of the changes of a row, over the squared length
        of their sum, where that is less than 1: the changes of a row are merged whole if they are
        orthogonal, and AGREED times their mean if they are equal. The rule without AGREED is that
        of Adasum (Maleki et al. 2020, arXiv:2006.02924, section 3) for two equal gains; it takes
        all of them at once instead of in pairs.
        """
        add_changes(matrix, copy, places, self.changes, AGREED)
