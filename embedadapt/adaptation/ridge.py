"""Ridge regression whose penalty is chosen by leaving out one word at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedadapt.core.types import Doubles1d, Floats2d

PENALTIES = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
"""Penalties to try, relative to the mean of the diagonal. The largest nearly leave everything as it
is, which is best where a few words correct what many others determined."""


@dataclass(frozen=True, eq=False)
class Ridge:
    """A fitted linear map.

    weights: (n_features, dim) float32.
    held_out: (n, dim) float32, prediction for each of the fitted words without that word.
    """

    weights: Floats2d
    held_out: Floats2d

    def predict(self, features: Floats2d) -> Floats2d:
        """The predictions, (n, dim) float32."""
        predicted: Floats2d = features @ self.weights
        return predicted


def fit_ridge(features: Floats2d, targets: Floats2d, weights: Doubles1d) -> Ridge:
    """The matrix B that minimizes the sum of weight x |target - feature B|^2 plus penalty |B|^2.

    The penalty is the one with the smallest error of leave-one-out predictions, which follow in one
    step from the hat matrix of the fit (Allen 1974, doi:10.1080/00401706.1974.10489157). B is zero
    where there are no words.

    features: (n, n_features). targets: (n, dim). weights: (n,).
    """
    n_features = features.shape[1]
    if not len(features):
        return Ridge(np.zeros((n_features, targets.shape[1]), np.float32), targets)
    roots = np.sqrt(weights)[:, None]
    scaled, wanted = features.astype(np.float64) * roots, targets * roots
    values, axes = np.linalg.eigh(scaled.T @ scaled)
    values = np.maximum(values, 0)
    turned = scaled @ axes
    projected = turned.T @ wanted
    best: tuple[float, float, Floats2d] | None = None
    for penalty in PENALTIES:
        inverse = 1 / (values + penalty * values.mean() + 1e-12)
        leverage = (turned**2 * inverse).sum(axis=1, keepdims=True)
        residuals = wanted - turned @ (inverse[:, None] * projected)
        left_out = residuals / np.maximum(1 - leverage, 1e-6)
        error = float((left_out**2).sum())
        if best is None or error < best[0]:
            best = error, penalty, targets - left_out / np.maximum(roots, 1e-12)
    assert best is not None
    _, penalty, held_out = best
    inverse = 1 / (values + penalty * values.mean() + 1e-12)
    solved = axes @ (inverse[:, None] * projected)
    return Ridge(solved.astype(np.float32), held_out.astype(np.float32))
