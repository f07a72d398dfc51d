"""Two sets of word vectors in one space: an orthogonal map that is fitted to their shared words.

Source: Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem"; Smith et al.
2017, arXiv:1702.03859.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors

MOST_SHARED = 20_000
"""Shared words that a map is fitted to: the first of the first vectors, as a rule the commonest."""
HELD_OUT = 0.1
"""Share of them that is held out, to measure the map."""
FEWEST_A_DIMENSION = 2
"""Fewest shared words for each dimension; with fewer, a map fits words and not spaces."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """A map from one space to another.

    Parameters
    ----------
    matrix : (dim_from, dim_to) float32 array
        Orthogonal, times the ratio of the lengths.
    n_shared : int
        Shared words that it was fitted to and measured with.
    cosine : float
        Mean cosine of mapped vectors with the true ones, over shared words that were held out.

    Examples
    --------
    >>> shared = np.random.default_rng(1).normal(size=(100, 3)).astype(np.float32)
    >>> alignment = Alignment.fit(2 * shared[:, ::-1], shared)
    >>> alignment.n_shared, round(alignment.cosine, 3)
    (100, 1.0)
    >>> np.allclose(alignment.apply(2 * shared[:, ::-1]), shared, atol=1e-5)
    True
    """

    matrix: Floats2d
    n_shared: int
    cosine: float

    @classmethod
    def fit(cls, rows: Floats2d, target: Floats2d) -> Alignment:
        """Fit the map to pairs of rows.

        Parameters
        ----------
        rows, target : (n, dim_from) and (n, dim_to) float32 arrays
            Vectors of the same words; those with a vector of zeros are passed over.

        Returns
        -------
        Alignment
            The map, fitted to all of them; its cosine is that of a map fitted to nine tenths.
        """
        known = rows.any(axis=1) & target.any(axis=1)
        rows, target = rows[known], target[known]
        held_out = np.random.default_rng(1).random(len(rows)) < HELD_OUT
        trial = _rotation(rows[~held_out], target[~held_out])
        cosine = float((_units(rows[held_out] @ trial) * _units(target[held_out])).sum(1).mean())
        lengths = np.linalg.norm(target, axis=1) / np.linalg.norm(rows, axis=1)
        matrix = np.float32(np.median(lengths)) * _rotation(rows, target)
        return cls(matrix.astype(np.float32), len(rows), cosine)

    def apply(self, rows: Floats2d) -> Floats2d:
        """Map rows.

        Parameters
        ----------
        rows : (n, dim_from) float32 array
            Vectors of one space.

        Returns
        -------
        (n, dim_to) float32 array
            The same in the other space.
        """
        mapped: Floats2d = rows @ self.matrix
        return mapped


def align(vectors: WordVectors, target: WordVectors, *, where: str = "vectors") -> Alignment:
    """The map from the space of `vectors` to that of `target`.

    Raises FormatError, which names `where`, if they share too few words.
    """
    rows = vectors.vocabulary.lookup(target.vocabulary)
    shared: Ints1d = np.flatnonzero(rows >= 0)[:MOST_SHARED].astype(np.int32)
    fewest = FEWEST_A_DIMENSION * max(vectors.dim, target.dim)
    if len(shared) < fewest:
        raise FormatError(
            where,
            expected=f"{fewest:,} words that the others have too, to align {target.dim} dimensions",
            found=f"{len(shared):,}",
            hint="Vectors of different languages or conventions of spelling share few.",
        )
    return Alignment.fit(vectors.matrix[rows[shared]], target.matrix[shared])


def _rotation(rows: Floats2d, target: Floats2d) -> Floats2d:
    """The orthogonal map, (dim_from, dim_to), that turns unit rows nearest to the target's."""
    left, _, right = np.linalg.svd(_units(rows).T @ _units(target), full_matrices=False)
    rotation: Floats2d = left @ right
    return rotation


def _units(rows: Floats2d) -> Floats2d:
    units: Floats2d = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units
