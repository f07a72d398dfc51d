"""The largest scale of an adapter that is within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from embedadapt.core.adapted import Scale, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.merging import merge_adapters
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.specificity import DIMENSIONS, NO_WORD, BySpecificity
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.neighbors import (
    candidates_of,
    nearest_of_rows,
    same_words,
    without_far_words,
)
from embedadapt.evaluation.result import Estimate
from embedadapt.evaluation.retention import measure_retention
from embedadapt.evaluation.word_groups import WordGroups

OVERLAP = 0.92
"""Share of general words' nearest neighbors that the default scale keeps."""

STEPS = 200
"""Steps from the base to the largest scale; a scale is found to one step."""

HIGHEST, LOWEST = 6.0, -2.0
"""Thresholds of specificity, in nats: hardly a word moves at the first, and all do at the last."""

NOTHING = BySpecificity(threshold=NO_WORD, dimensions=0.0)

K = 10
"""Nearest neighbors of each word that are compared, as in `evaluate_vectors`."""


@dataclass(frozen=True)
class Budget:
    """Limits of what adaptation may cost.

    Parameters
    ----------
    neighbor_overlap : float or None
        Least neighbor overlap@10 of general words, 0 to 1, as `evaluate` measures it; None for no
        limit.
    max_drift : float or None
        Largest drift of any word of the base: 1 - cosine between its vectors before and after, 0 to
        2; None for no limit. In "concat", the vector before has zeros in the domain dimensions.

    Raises
    ------
    SettingsError
        A limit is out of range.

    Examples
    --------
    >>> cost = ScaleCost("add", 0.5, neighbor_overlap=None, drift=0.2)
    >>> Budget(max_drift=0.1).allows(cost)
    False
    """

    neighbor_overlap: float | None = OVERLAP
    max_drift: float | None = None

    def __post_init__(self) -> None:
        for name, shown, most in (("neighbor_overlap", "budget", 1), ("max_drift", "max_drift", 2)):
            limit = getattr(self, name)
            if limit is not None and not 0 <= limit <= most:
                raise SettingsError(shown, expected=f"a number from 0 to {most}", found=str(limit))

    def allows(self, cost: ScaleCost) -> bool:
        """Return whether a measured cost is within the limits.

        Parameters
        ----------
        cost : ScaleCost
            What `find_scale` measured.

        Returns
        -------
        bool
            True if no limit is exceeded.
        """
        overlap = 1.0 if cost.neighbor_overlap is None else cost.neighbor_overlap.value
        return (self.neighbor_overlap is None or overlap >= self.neighbor_overlap) and (
            self.max_drift is None or cost.drift <= self.max_drift
        )


@accepts_old_names
@dataclass(frozen=True)
class ScaleCost:
    """What an adapter costs at one scale.

    Parameters
    ----------
    layout : {"add", "concat"}
        How the adapter is applied.
    scale : float or BySpecificity
        How much of the adapter is applied. The scale is a single number for all words if no
        specificity is known.
    neighbor_overlap : Estimate or None
        Neighbor overlap@10 of general words, resampled over words; None if the corpus uses no word
        of the base.
    drift : float
        Largest drift of a word: 1 - cosine between its vectors before and after.

    Examples
    --------
    >>> ScaleCost("add", 0.5, neighbor_overlap=None, drift=0.2).drift
    0.2
    """

    layout: Layout
    scale: float | BySpecificity
    neighbor_overlap: Estimate | None
    drift: float


def scale_within(
    budget: Budget,
    base: WordVectors,
    adapters: Sequence[Adapter],
    layout: Layout,
    on_progress: OnProgress = ignore_progress,
) -> ScaleCost:
    """The largest scale within the budget, found by bisection; all adapters get the same.

    Each step applies the adapters to the words among which neighbors are searched, and finds those
    of general words: five seconds in all with 400,000 words of 50 dimensions.
    """
    total = 2 + ceil(log2(STEPS))
    steps = iter(range(total))

    def measure(step: int) -> ScaleCost:
        on_progress(Progress("finding the scale", next(steps), total))
        return costs.measure(step)

    costs = _Costs.of(base, adapters, layout)
    best = measure(STEPS)
    low, high = (STEPS, STEPS) if budget.allows(best) else (0, STEPS)
    if low < high:
        best = measure(low)
    while high - low > 1:
        middle = (low + high) // 2
        cost = measure(middle)
        if budget.allows(cost):
            low, best = middle, cost
        else:
            high = middle
    on_progress(Progress("finding the scale", total, total))
    return best


def scale_of(
    base: WordVectors,
    adapters: Sequence[Adapter],
    layout: Layout,
    scale: Scale | None,
    budget: float | None,
) -> Scale:
    """The scale that was given, or else the one found within a budget; OVERLAP for None.

    Raises SettingsError where both are given.
    """
    if scale is None:
        return scale_within(
            Budget(OVERLAP if budget is None else budget), base, adapters, layout
        ).scale
    if budget is not None:
        raise SettingsError(
            "budget",
            expected="no scale beside it",
            found=f"a budget of {budget:g} and a scale",
            hint="A budget determines the scale: give one of the two.",
        )
    return scale


@dataclass(frozen=True, eq=False)
class _Costs:
    """What every scale is measured with.

    moved: (n,) rows of the base that the adapters know, with a vector other than zero.
    general, neighbors: (n,) candidates, and their (n, K) neighbors in the base.
    """

    base: WordVectors
    adapter: Adapter
    layout: Layout
    by_specificity: bool
    moved: Ints1d
    candidates: WordVectors
    general: Ints1d
    neighbors: Ints1d

    @classmethod
    def of(cls, base: WordVectors, adapters: Sequence[Adapter], layout: Layout) -> _Costs:
        base, adapter = without_far_words(base, merge_adapters(adapters))
        moved = np.unique(adapter.base_rows)
        moved = moved[moved >= 0]
        moved = moved[base.norms[moved] > 0]
        candidates = candidates_of(base)
        groups = WordGroups.of(candidates, adapter)
        neighbors = nearest_of_rows(candidates, groups.general, K)
        by_specificity = adapter.specificity is not None
        return cls(
            base, adapter, layout, by_specificity, moved, candidates, groups.general, neighbors
        )

    def measure(self, step: int) -> ScaleCost:
        scale = self._scale_at(step / STEPS)
        vectors = apply_adapter(self.base, self.adapter, layout=self.layout, scale=scale)
        same = same_words(self.candidates, vectors)
        overlap = measure_retention(same, self.general, self.neighbors, seed=1)
        return ScaleCost(self.layout, scale, overlap, self._drift(vectors))

    def _scale_at(self, way: float) -> float | BySpecificity:
        """The scale at a share of the way from the base.

        In concat, the domain dimensions grow on the first half, and words move on the second.
        """
        if not self.by_specificity:
            return way
        if way == 0:
            return NOTHING
        if self.layout == "concat" and way < 0.5:
            return BySpecificity(NOTHING.threshold, dimensions=2 * way * DIMENSIONS)
        moving = 2 * way - 1 if self.layout == "concat" else way
        return BySpecificity(HIGHEST - (HIGHEST - LOWEST) * moving)

    def _drift(self, vectors: WordVectors) -> float:
        before, after = self.base.matrix[self.moved], vectors.matrix[self.moved]
        products = np.einsum("ij,ij->i", before, after[:, : self.base.dim])
        lengths = self.base.norms[self.moved] * np.linalg.norm(after, axis=1)
        return float((1 - products / lengths).max(initial=0))
