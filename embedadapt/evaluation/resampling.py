"""Intervals by resampling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from embedadapt.core.types import Doubles1d, Longs2d
from embedadapt.evaluation.result import Estimate

RESAMPLES = 2_000
"""Enough for a 95 % percentile interval (Efron and Tibshirani 1993, section 13.3: 1,000)."""
ITEMS_AT_ONCE = 1 << 16
"""Items in a batch of resamples, which bounds the memory; it has at least one resample."""


def bootstrap_mean(values: Doubles1d, weights: Doubles1d, *, seed: int) -> Estimate:
    """The weighted mean of (n,) values and its 95 % percentile bootstrap interval, n >= 1.

    The same seed draws the same resamples, so that differences of paired values are paired too.

    >>> bootstrap_mean(np.array([2.0, 2.0]), np.array([1.0, 3.0]), seed=1)
    Estimate(value=2.0, low=2.0, high=2.0)
    """
    drawn = np.random.default_rng(seed).integers(0, len(values), size=(RESAMPLES, len(values)))
    means = (values * weights)[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(np.average(values, weights=weights)), float(low), float(high))


class Sample(Protocol):
    """A figure of some vectors. n: number of items that it rests on."""

    @property
    def n(self) -> int: ...

    def estimate(self) -> Estimate:
        """The figure with its 95 % interval."""

    def change_from(self, base: Any) -> Estimate | None:
        """The figure minus the base's of the same kind; None if they share no items."""


@dataclass(frozen=True, eq=False)
class Repeated:
    """Repetitions with the same seeds for all vectors, (n_seeds,)."""

    values: Doubles1d
    n: int

    def estimate(self) -> Estimate:
        """The mean with Student's interval."""
        mean, half = float(np.mean(self.values)), 0.0
        if len(self.values) > 1:
            from scipy import stats  # slow to import

            half = float(stats.t.ppf(0.975, len(self.values) - 1) * stats.sem(self.values))
        return Estimate(mean, mean - half, mean + half)

    def change_from(self, base: Repeated) -> Estimate:
        """The change seed by seed."""
        return Repeated(self.values - base.values, self.n).estimate()


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What some vectors answer to items with a known answer.

    outcomes: (n_items,), NaN if a word is missing. figure: a function of the outcomes and (n_draws,
    n) rows of items; (n_draws,), NaN for a draw of too few items. seed: seed of the resamples over
    the items.
    """

    outcomes: Doubles1d
    figure: Callable[[Doubles1d, Longs2d], Doubles1d]
    seed: int

    @property
    def n(self) -> int:
        return int(np.isfinite(self.outcomes).sum())

    @property
    def value(self) -> float:
        """The figure of all items whose words are known."""
        return float(self.figure(self.outcomes, np.arange(len(self.outcomes))[None])[0])

    def estimate(self) -> Estimate:
        """The figure with percentiles of the resamples."""
        return self._resampled(lambda rows: self.figure(self.outcomes, rows))

    def change_from(self, base: Outcomes) -> Estimate | None:
        """The change on the items that both know, resample by resample."""
        both = np.isfinite(self.outcomes) & np.isfinite(base.outcomes)
        ours, theirs = (np.where(both, one.outcomes, np.nan) for one in (self, base))
        change = self._resampled(lambda rows: self.figure(ours, rows) - self.figure(theirs, rows))
        return change if np.isfinite(change.value) else None

    def _resampled(self, figure: Callable[[Longs2d], Doubles1d]) -> Estimate:
        n_items, rng = len(self.outcomes), np.random.default_rng(self.seed)
        value = float(figure(np.arange(n_items)[None])[0])
        if not np.isfinite(value):
            return Estimate(value, value, value)
        n_at_once = max(1, ITEMS_AT_ONCE // n_items)
        draws = [
            figure(rng.integers(0, n_items, (min(n_at_once, RESAMPLES - start), n_items)))
            for start in range(0, RESAMPLES, n_at_once)
        ]
        low, high = np.nanpercentile(np.concatenate(draws), [2.5, 97.5])
        return Estimate(value, float(low), float(high))
