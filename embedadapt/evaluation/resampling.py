"""Intervals by resampling what was measured."""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Doubles1d
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
