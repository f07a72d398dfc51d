"""Intervals by resampling what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from embedadapt.core.types import Doubles1d, Longs1d
from embedadapt.evaluation.result import Estimate

RESAMPLES = 2_000
"""Enough for a 95 % percentile interval (Efron and Tibshirani 1993, section 13.3: 1,000)."""


def bootstrap_mean(values: Doubles1d, weights: Doubles1d, *, seed: int) -> Estimate:
    """The weighted mean of (n,) values and its 95 % percentile bootstrap interval, n >= 1.

    The same seed draws the same resamples, so differences of paired values are paired too.

    >>> bootstrap_mean(np.array([2.0, 2.0]), np.array([1.0, 3.0]), seed=1)
    Estimate(value=2.0, low=2.0, high=2.0)
    """
    drawn = np.random.default_rng(seed).integers(0, len(values), size=(RESAMPLES, len(values)))
    means = (values * weights)[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(np.average(values, weights=weights)), float(low), float(high))


@dataclass(frozen=True, eq=False)
class Sample:
    """A figure, and what it was on each of (n,) draws, which are the same for every table.

    n: items that the figure rests on. of_seeds: the draws are repetitions, whose mean the figure
    is; else they are resamples of what was measured once.
    """

    value: float
    draws: Doubles1d
    n: int
    of_seeds: bool = False

    @classmethod
    def resampled(
        cls, figure: Callable[[Longs1d], float], n_items: int, n: int, *, seed: int
    ) -> Sample:
        """`figure` of the rows of all items, and of RESAMPLES draws of as many with replacement."""
        rng = np.random.default_rng(seed)
        draws = [figure(rng.integers(0, n_items, n_items)) for _ in range(RESAMPLES)]
        return cls(figure(np.arange(n_items)), np.array(draws), n)

    @classmethod
    def repeated(cls, values: Doubles1d, n: int) -> Sample:
        """The mean of (n_seeds,) values."""
        return cls(float(np.mean(values)), values, n, of_seeds=True)

    def __sub__(self, other: Sample) -> Sample:
        """The difference, draw by draw."""
        draws = self.draws - other.draws
        return Sample(self.value - other.value, draws, min(self.n, other.n), self.of_seeds)

    def estimate(self) -> Estimate:
        """With its 95 % interval: Student's t over seeds, or percentiles of the resamples."""
        if not self.of_seeds:
            low, high = np.nanpercentile(self.draws, [2.5, 97.5])
            return Estimate(self.value, float(low), float(high))
        half = 0.0
        if len(self.draws) > 1:
            half = float(stats.t.ppf(0.975, len(self.draws) - 1) * stats.sem(self.draws))
        return Estimate(self.value, self.value - half, self.value + half)
