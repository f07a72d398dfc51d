"""Gains of several trainings of one matrix, joined into one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d, Longs1d


class Gain(NamedTuple):
    """What training added to a matrix.

    rows: the rows that it changed, ascending. changes: (n_rows, dim) float32, what it added to
    each.
    """

    rows: Longs1d
    changes: Floats2d

    @classmethod
    def between(cls, before: Floats2d, after: Floats2d) -> Gain:
        rows = np.flatnonzero((after != before).any(axis=1))
        return cls(rows, after[rows] - before[rows])


def join(one: Gain, other: Gain) -> Gain:
    """Join two gains: the sum where they are orthogonal, the mean where they agree.

    A plain sum overshoots where both trainings learned the same; with four it diverges. A plain
    mean loses most of what they learned separately. The rule is Adasum (Maleki et al. 2020,
    arXiv:2006.02924, section 3), row by row, which joins gains in pairs.

    >>> rows, x, y = np.array([7]), np.float32([[1, 0]]), np.float32([[0, 1]])
    >>> join(Gain(rows, x), Gain(rows, x)).changes, join(Gain(rows, x), Gain(rows, y)).changes
    (array([[1., 0.]], dtype=float32), array([[1., 1.]], dtype=float32))
    """
    rows = np.union1d(one.rows, other.rows)
    x, y = _changes_at(rows, one), _changes_at(rows, other)
    common = np.maximum(0, _dots(x, y)) / 2
    for changes in (x, y):
        squares = _dots(changes, changes)
        share = np.divide(common, squares, out=np.zeros_like(common), where=squares > 0)
        changes *= (1 - share)[:, None]
    return Gain(rows, x + y)


def _changes_at(rows: Longs1d, gain: Gain) -> Floats2d:
    """A copy of the changes, with 0 for rows that did not change."""
    changes = np.zeros((len(rows), gain.changes.shape[1]), dtype=np.float32)
    changes[np.searchsorted(rows, gain.rows)] = gain.changes
    return changes


def _dots(x: Floats2d, y: Floats2d) -> Floats1d:
    products: Floats1d = np.einsum("rd,rd->r", x, y)
    return products
