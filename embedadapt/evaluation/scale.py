"""The largest scale of an adapter that is within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, log2

import numpy as np

from embedadapt.core.adapted import Scale, check_applicable, check_scale, scaled_by_specificity
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.merging import merge_adapters
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.specificity import DIMENSIONS, NO_WORD, BySpecificity
from embedadapt.core.types import Doubles1d, Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.moving_neighbors import MovingNeighbors
from embedadapt.evaluation.neighbors import candidates_of, without_far_words
from embedadapt.evaluation.resampling import bootstrap_mean
from embedadapt.evaluation.result import Estimate
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

    def allows(step: int) -> bool:
        on_progress(Progress("finding the scale", next(steps), total))
        return costs.within(budget, step)

    costs = _Costs.of(base, adapters, layout)
    low, high = (STEPS, STEPS) if allows(STEPS) else (0, STEPS)
    while high - low > 1:
        middle = (low + high) // 2
        if allows(middle):
            low = middle
        else:
            high = middle
    best = costs.measure(low)
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

    adapter: the words of the base that the adapters know, in their order in the base.
    before: (n_words, dim) their rows. candidates: how many of them are among those of neighbors.
    """

    base: WordVectors
    adapter: Adapter
    layout: Layout
    before: WordVectors
    n_candidates: int
    neighbors: MovingNeighbors

    @classmethod
    def of(cls, base: WordVectors, adapters: Sequence[Adapter], layout: Layout) -> _Costs:
        check_scale(layout, 0.0, len(adapters))
        for one in adapters:
            check_applicable(base, one, layout)
        base, adapter = without_far_words(base, merge_adapters(adapters))
        candidates = candidates_of(base)
        general = WordGroups.of(candidates, adapter).general
        known = _known_words(adapter)
        moving = known.base_rows[known.base_rows < len(candidates)]
        before = WordVectors(known.vocabulary, base.matrix[known.base_rows])
        neighbors = MovingNeighbors.of(candidates, moving, general, K)
        return cls(base, known, layout, before, len(moving), neighbors)

    def within(self, budget: Budget, step: int) -> bool:
        """Whether a step is within the budget."""
        after = self._after(self._scale_at(step / STEPS))
        if budget.max_drift is not None and self._drift(after) > budget.max_drift:
            return False
        least = budget.neighbor_overlap
        if least is None or not len(self.neighbors.words):
            return True
        return float(np.mean(self._overlaps(after, least))) >= least

    def measure(self, step: int) -> ScaleCost:
        scale = self._scale_at(step / STEPS)
        after = self._after(scale)
        shares = self._overlaps(after, 0.0)
        overlap = bootstrap_mean(shares, np.ones(len(shares)), seed=1) if len(shares) else None
        return ScaleCost(self.layout, scale, overlap, self._drift(after))

    def _overlaps(self, after: Floats2d, least: float) -> Doubles1d:
        return self.neighbors.overlaps(after[: self.n_candidates], least)

    def _scale_at(self, way: float) -> float | BySpecificity:
        """The scale at a share of the way from the base.

        In concat, the domain dimensions grow on the first half, and words move on the second.
        """
        if self.adapter.specificity is None:
            return way
        if way == 0:
            return NOTHING
        if self.layout == "concat" and way < 0.5:
            return BySpecificity(NOTHING.threshold, dimensions=2 * way * DIMENSIONS)
        moving = 2 * way - 1 if self.layout == "concat" else way
        return BySpecificity(HIGHEST - (HIGHEST - LOWEST) * moving)

    def _after(self, scale: float | BySpecificity) -> Floats2d:
        """The adapted vectors of the words, (n_words, width)."""
        if isinstance(scale, BySpecificity):
            scaled = scaled_by_specificity(self.base, self.adapter, scale)
            rows, dimensions = self.before.matrix + scaled.delta, scaled.dimensions
        else:
            delta = np.float32(scale if self.layout == "add" else 0) * self.adapter.delta
            rows, dimensions = (
                self.before.matrix + delta,
                np.float32(scale) * self.adapter.dimensions,
            )
        return np.hstack([rows, dimensions]) if self.layout == "concat" else rows

    def _drift(self, after: Floats2d) -> float:
        moved = self.before.norms > 0
        before, after = self.before.matrix[moved], after[moved]
        products = np.einsum("ij,ij->i", before, after[:, : self.base.dim])
        lengths = self.before.norms[moved] * np.linalg.norm(after, axis=1)
        return float((1 - products / lengths).max(initial=0))


def _known_words(adapter: Adapter) -> Adapter:
    """The words of the base that an adapter knows, in their order in the base."""
    rows = np.argsort(adapter.base_rows, kind="stable")[adapter.n_new :].astype(np.int32)
    return replace(
        adapter,
        vocabulary=adapter.vocabulary.select(rows),
        base_rows=adapter.base_rows[rows],
        starts=adapter.starts[:0],
        delta=adapter.delta[rows],
        dimensions=adapter.dimensions[rows],
        surface_forms={},
        ngrams=None,
        confidence=None,
        document_counts=None,
        specificity=None if adapter.specificity is None else adapter.specificity[rows],
    )
