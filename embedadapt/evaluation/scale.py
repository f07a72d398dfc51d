"""How much of an adapter may be taken before too much of the general space is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.neighbors import candidates_of, nearest_of_rows, same_words
from embedadapt.evaluation.result import Estimate
from embedadapt.evaluation.retention import frequent_rows, measure_retention

STEPS = 100
"""A scale is found to the hundredth, from 0 to 1: at 1, `add` is plain continued training, and
the domain dimensions of `concat` are as long as the base's."""

N_WORDS, K = 400, 10
"""Frequent words, and nearest neighbours of each: those of `evaluate_vectors`."""


@dataclass(frozen=True)
class Budget:
    """What adapting may cost; None is no limit.

    keep_neighbors: share of the K nearest neighbours of N_WORDS frequent words that must be kept,
        0 to 1: the neighbor overlap of `evaluate`.
    max_drift: how far any word of the base may turn: 1 - the cosine between its vectors before and
        after, 0 to 2. The one before has zeros in the domain dimensions.

    Raises SettingsError outside these ranges.
    """

    keep_neighbors: float | None = None
    max_drift: float | None = None

    def __post_init__(self) -> None:
        for name, most in (("keep_neighbors", 1), ("max_drift", 2)):
            limit = getattr(self, name)
            if limit is not None and not 0 <= limit <= most:
                raise SettingsError(name, expected=f"a number from 0 to {most}", found=str(limit))

    def allows(self, cost: ScaleCost) -> bool:
        """Whether the figures, as measured, are within these limits."""
        overlap = 1.0 if cost.neighbor_overlap is None else cost.neighbor_overlap.value
        return (self.keep_neighbors is None or overlap >= self.keep_neighbors) and (
            self.max_drift is None or cost.drift <= self.max_drift
        )


@accepts_old_names
@dataclass(frozen=True)
class ScaleCost:
    """What an adapter costs at one scale.

    neighbor_overlap: measured, with its interval resampled over the words; None where the corpus
        uses
        no word of the base. drift: of the word that turned furthest.
    """

    layout: Layout
    scale: float
    neighbor_overlap: Estimate | None
    drift: float


def scale_within(
    budget: Budget, base: WordVectors, adapters: Sequence[Adapter], layout: Layout
) -> ScaleCost:
    """A scale up to 1, the same for all adapters, that was measured and is within the budget.

    By bisection: at one hundredth more the budget was exceeded. Each measurement makes the adapted
    table and finds the neighbours of N_WORDS words: ten seconds in all with 400,000 words.
    """
    costs = _Costs.of(base, adapters, layout)
    best = costs.measure(1)
    if budget.allows(best):
        return best
    low, high, best = 0, STEPS, costs.measure(0)
    while high - low > 1:
        middle = (low + high) // 2
        cost = costs.measure(middle / STEPS)
        if budget.allows(cost):
            low, best = middle, cost
        else:
            high = middle
    return best


@dataclass(frozen=True, eq=False)
class _Costs:
    """What every scale is measured by.

    moved: (n,) rows of the base that the adapters know, with a vector other than zero.
    frequent, neighbors: (n,) candidates, and their (n, K) neighbours in the base.
    """

    base: WordVectors
    adapters: Sequence[Adapter]
    layout: Layout
    moved: Ints1d
    candidates: WordVectors
    frequent: Ints1d
    neighbors: Ints1d

    @classmethod
    def of(cls, base: WordVectors, adapters: Sequence[Adapter], layout: Layout) -> _Costs:
        moved = np.unique(np.concatenate([one.base_rows for one in adapters]))
        moved = moved[moved >= 0]
        moved = moved[base.norms[moved] > 0]
        used = Vocabulary(base.vocabulary.words[row] for row in moved)
        candidates = candidates_of(base)
        frequent = frequent_rows(candidates, used, N_WORDS)
        neighbors = nearest_of_rows(candidates, frequent, K)
        return cls(base, adapters, layout, moved, candidates, frequent, neighbors)

    def measure(self, scale: float) -> ScaleCost:
        table = apply_adapter(self.base, self.adapters, layout=self.layout, scale=scale)
        same = same_words(self.candidates, table)
        overlap = measure_retention(same, self.frequent, self.neighbors, seed=1)
        return ScaleCost(self.layout, scale, overlap, self._drift(table))

    def _drift(self, table: WordVectors) -> float:
        before, after = self.base.matrix[self.moved], table.matrix[self.moved]
        products = np.einsum("ij,ij->i", before, after[:, : self.base.dim])
        lengths = self.base.norms[self.moved] * np.linalg.norm(after, axis=1)
        return float((1 - products / lengths).max(initial=0))
