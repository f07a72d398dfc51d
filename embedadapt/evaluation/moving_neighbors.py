"""The overlap of general words with their neighbors before, where few of many candidates move.

Only the candidates that move are searched at each scale. The others keep their distances to each
other, so that the few that were near a word bound how near all the rest can come to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedadapt.core.types import Doubles1d, Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.evaluation.neighbors import nearest_of_rows
from embedadapt.evaluation.retention import neighbor_overlap

N_LISTED = 128
"""Candidates that do not move which are listed for each word: its nearest, so that its neighbors in
the base are among them or move."""

TOLERANCE = 1e-6
"""Largest error of a cosine in float32."""

AT_ONCE = 128
"""Words whose listed candidates are gathered at a time."""


@dataclass(frozen=True, eq=False)
class MovingNeighbors:
    """General words, and the candidates among which their neighbors are.

    moving: candidates that an adapter may move, in their order in the base; rows: their rows.
    still: the other candidates; still_rows: their rows.
    words: (n,) places of the general words in `moving`.
    neighbors: (n, k) rows of their neighbors in the base.
    listed: (n, at most N_LISTED) places in `still` of the candidates nearest to each in the base.
    limits: (n,) cosine of the last of them, -inf if they are all.
    """

    moving: WordVectors
    rows: Ints1d
    still: WordVectors
    still_rows: Ints1d
    words: Ints1d
    neighbors: Ints1d
    listed: Ints1d
    limits: Doubles1d

    @classmethod
    def of(
        cls, candidates: WordVectors, moving: Ints1d, general: Ints1d, k: int
    ) -> MovingNeighbors:
        """General words, rows of `moving`, (n_moving,) ascending, with their k neighbors."""
        still_rows = np.setdiff1d(np.arange(len(candidates)), moving).astype(np.int32)
        parts = [
            WordVectors(candidates.vocabulary.select(rows), candidates.matrix[rows])
            for rows in (moving, still_rows)
        ]
        n_listed = min(N_LISTED, len(still_rows))
        listed, cosines = nearest_rows(parts[1], candidates.matrix[general], n_listed)
        limits = np.full(len(general), -np.inf)
        if n_listed < len(still_rows):
            limits[:] = cosines[:, -1]
        return cls(
            moving=parts[0],
            rows=moving,
            still=parts[1],
            still_rows=still_rows,
            words=np.searchsorted(moving, general).astype(np.int32),
            neighbors=nearest_of_rows(candidates, general, k),
            listed=listed,
            limits=limits,
        )

    def overlaps(self, after: Floats2d, least: float) -> Doubles1d:
        """The neighbor overlap of each general word, (n,), or something above it if that is on
        average below `least`.

        after: (n_moving, width) vectors of the moving candidates, whose first dimensions are the
        base's. All others have zeros in further ones.
        """
        found = self._moved(after)
        beside = self._listed(after, self.words, self.listed)
        near, last = self._merged(found, beside)
        overlaps = neighbor_overlap(self.neighbors, near)
        open_words = np.flatnonzero(~(last >= self._bounds(after)))
        if not len(open_words) or np.mean(overlaps) < least:
            return overlaps
        units = after[self.words[open_words], : self.still.dim]
        listed, _ = nearest_rows(self.still, units, self.neighbors.shape[1])
        beside = self._listed(after, self.words[open_words], listed)
        near, _ = self._merged((found[0][open_words], found[1][open_words]), beside)
        overlaps[open_words] = neighbor_overlap(self.neighbors[open_words], near)
        return overlaps

    def _moved(self, after: Floats2d) -> tuple[Ints1d, Floats2d]:
        """Rows and cosines of the nearest moving candidates, (n, k) each, -1 and -inf for none."""
        moved = WordVectors(self.moving.vocabulary, after)
        k = self.neighbors.shape[1]
        near, cosines = nearest_rows(moved, after[self.words], k, exclude=self.words)
        return np.where(near >= 0, self.rows[near], -1), cosines

    def _listed(self, after: Floats2d, words: Ints1d, listed: Ints1d) -> tuple[Ints1d, Floats2d]:
        """Rows and cosines of candidates that do not move, as `_moved`.

        words: (n,) as in `self.words`. listed: (n, n_listed) as in `self.listed`.
        """
        cosines = np.full(listed.shape, -np.inf, np.float32)
        for first in range(0, len(words), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            queries, others = after[words[some]], self.still.matrix[listed[some]]
            lengths = np.linalg.norm(queries, axis=1)[:, None] * self.still.norms[listed[some]]
            products = np.einsum("nld,nd->nl", others, queries[:, : self.still.dim])
            fit = (listed[some] >= 0) & (self.still.norms[listed[some]] > 0)
            np.divide(products, np.where(lengths > 0, lengths, 1), out=cosines[some], where=fit)
        return np.where(listed >= 0, self.still_rows[listed], -1), cosines

    def _merged(
        self, found: tuple[Ints1d, Floats2d], beside: tuple[Ints1d, Floats2d]
    ) -> tuple[Ints1d, Floats2d]:
        """Rows of the k nearest of both, (n, k), and the cosine of the last, (n,)."""
        rows, cosines = (np.hstack(pair) for pair in zip(found, beside, strict=True))
        order = np.lexsort((rows, -cosines), axis=1)[:, : self.neighbors.shape[1]]
        near, cosines = (np.take_along_axis(each, order, axis=1) for each in (rows, cosines))
        return np.where(cosines > -np.inf, near, -1), cosines[:, -1]

    def _bounds(self, after: Floats2d) -> Doubles1d:
        """Above the cosines of each general word with all candidates neither moving nor listed.

        Before, their angles with it were those of `limits` at least; its turn within the
        dimensions of the base takes them nearer by its angle at most, and the further dimensions
        turn it away from all of them alike.
        """
        before = self.moving.matrix[self.words].astype(np.float64)
        now = after[self.words].astype(np.float64)
        within = now[:, : self.still.dim]
        lengths = [np.linalg.norm(each, axis=1) for each in (before, within, now)]
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.einsum("nd,nd->n", before, within) / (lengths[0] * lengths[1])
            share = lengths[1] / lengths[2]
        turns = np.arccos(np.clip(kept - TOLERANCE, -1, 1))
        angles = np.arccos(np.clip(self.limits + TOLERANCE, -1, 1)) - turns
        bounds: Doubles1d = share * np.cos(np.maximum(angles, 0)) + TOLERANCE
        return np.where(self.limits > -np.inf, bounds, -np.inf)
