"""Words in a plane at several scales of an adapter, with their neighbors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.adapter import Layout
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.shown import InNotebooks, Plotted
from embedadapt.core.types import Floats1d, Floats2d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.neighbors import gather, neighbors_by_name, unit_rows
from embedadapt.evaluation.result import Neighbor

Floats3d: TypeAlias = NDArray[np.float32]
"""Rank 3, float32."""

TableAt: TypeAlias = Callable[[float], WordVectors]
"""Returns the adapted vectors at a scale; the base at 0."""

NEIGHBORS_SHOWN = 8


@accepts_old_names
@dataclass(frozen=True, eq=False)
class SpaceMap(Plotted, InNotebooks):
    """Positions of words in one plane at each scale, and their nearest words in the whole space.

    Parameters
    ----------
    scales : tuple of float
        Scales of the map, from 0, the base.
    words : tuple of str
        The n words.
    counts : (n,) int64 array
        Tokens of each word in the corpus.
    is_new : (n,) bool array
        Whether the base has no vector for the word.
    positions : (n_scales, n, 2) float32 array
        Unit vectors, projected on the two directions in which the base's words vary most, before
        and after adaptation taken together (PCA). Zeros for a word without a vector.
    cosines : (n_scales, n) float32 array
        Cosine between the vector of each word and its vector in the base; 1 for a new word.
    neighbors : tuple of tuples
        Nearest words by scale and word; none for a word without a vector.
    share, share_of_moves : float
        Shares of the variance of the words, and of the squared length of their moves from the first
        to the last scale, that the plane shows.
    layout : {"add", "concat"}
        Layout of the adapter.
    opens_at : int
        Index of the scale to show first.
    new_near_new, new_near_known : float, optional
        Share of new words among the neighbors of new words, and among those of known words. Both
        are measured at the scale that is shown first, or, if that is the base, at the last scale.
        None if there are no neighbors.

    Examples
    --------
    >>> space = embedadapt.map_adaptation(vectors, adapter)
    >>> space.scales[space.opens_at], len(space.words) == len(space.counts)
    (1, True)
    """

    scales: tuple[float, ...]
    words: tuple[str, ...]
    counts: Longs1d
    is_new: NDArray[np.bool_]
    positions: Floats3d
    cosines: Floats2d
    neighbors: tuple[tuple[tuple[Neighbor, ...], ...], ...]
    share: float
    share_of_moves: float
    layout: Layout = "add"
    opens_at: int = 0
    new_near_new: float | None = None
    new_near_known: float | None = None

    def __repr__(self) -> str:
        return f"SpaceMap({len(self.words):,} words at {len(self.scales)} scales, {self.layout})"


def map_words(
    table_at: TableAt,
    words: Sequence[str],
    counts: Longs1d,
    scales: Sequence[float],
    *,
    layout: Layout = "add",
    opens_at: float = 0,
    on_progress: OnProgress = ignore_progress,
) -> SpaceMap:
    """Project words at every scale on the same plane: moves on the map are moves in the space.

    scales: from 0, the base, upward; `opens_at` is one of them. layout: layout of the adapter. All
    words have vectors at the last scale. Vectors of one scale are in memory at a time.
    """
    vocabulary = Vocabulary(words)
    rows: list[Floats2d] = []
    neighbors = []
    base_words = Vocabulary(())
    for number, scale in enumerate(scales):
        on_progress(Progress("mapping words", number, len(scales)))
        table = table_at(scale)
        if not rows:
            base_words = table.vocabulary
        rows.append(unit_rows(gather(table, vocabulary)))
        neighbors.append(_neighbors(table, vocabulary))
    on_progress(Progress("mapping words", len(scales), len(scales)))
    width = rows[-1].shape[1]
    spread = np.stack([np.pad(some, ((0, 0), (0, width - some.shape[1]))) for some in rows])
    is_new = ~spread[0].any(axis=1)
    known = ~is_new | is_new.all()
    before, after = spread[0][known], spread[-1][known]
    plane = Plane.through(np.concatenate([before, after]))
    positions = plane.project(spread)
    positions[0, is_new] = 0
    cosines: Floats2d = np.einsum("swd,wd->sw", spread, spread[0])
    opened = list(scales).index(opens_at)
    shown = neighbors[opened or -1]
    return SpaceMap(
        scales=tuple(scales),
        words=tuple(words),
        counts=counts,
        is_new=is_new,
        positions=positions,
        cosines=np.where(is_new, np.float32(1), cosines),
        neighbors=tuple(neighbors),
        share=plane.share,
        share_of_moves=plane.share_of(after - before),
        layout=layout,
        opens_at=opened,
        new_near_new=_share_beyond(base_words, compress(shown, is_new)),
        new_near_known=_share_beyond(base_words, compress(shown, ~is_new)),
    )


def _share_beyond(words: Vocabulary, neighbors: Iterable[Sequence[Neighbor]]) -> float | None:
    """The share of these neighbors that are none of the words; None for no neighbor."""
    beyond = [near.word not in words for near in chain.from_iterable(neighbors)]
    return sum(beyond) / len(beyond) if beyond else None


@dataclass(frozen=True, eq=False)
class Plane:
    """The two directions in which rows vary most.

    middle: (dim,), mean of the rows. axes: (2, dim), unit rows, or zeros where there are fewer
    directions. share: share of the rows' variance that they explain.
    """

    middle: Floats1d
    axes: Floats2d
    share: float

    @classmethod
    def through(cls, rows: Floats2d) -> Plane:
        """Principal components; the sign of an axis makes its largest component positive."""
        middle = rows.mean(axis=0)
        _, lengths, axes = np.linalg.svd(rows - middle, full_matrices=False)
        axes = np.pad(axes[:2], ((0, max(0, 2 - len(axes))), (0, 0)))
        axes *= np.sign(axes[[0, 1], np.abs(axes).argmax(axis=1)])[:, None]
        squares = lengths**2
        whole = float(squares.sum())
        return cls(middle, axes, float(squares[:2].sum()) / whole if whole else 0.0)

    def project(self, rows: Floats3d) -> Floats3d:
        """Project (..., dim) to (..., 2)."""
        positions: Floats3d = np.matmul(rows - self.middle, self.axes.T)
        return positions

    def share_of(self, differences: Floats2d) -> float:
        """Share of the squared length of differences, (n, dim), that the plane shows."""
        whole = float((differences**2).sum())
        return float(((differences @ self.axes.T) ** 2).sum()) / whole if whole else 0.0


def _neighbors(table: WordVectors, words: Vocabulary) -> tuple[tuple[Neighbor, ...], ...]:
    """Neighbors of each word; none for a word without a vector."""
    present = [word for word in words if word in table]
    found = dict(zip(present, neighbors_by_name(table, present, NEIGHBORS_SHOWN), strict=True))
    return tuple(found.get(word, ()) for word in words)
