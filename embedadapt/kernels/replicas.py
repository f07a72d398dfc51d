"""Replicas of a matrix, each trained on its own text, are merged."""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.kernels._compile import kernel, step
from embedadapt.kernels._simd import LINE


@kernel
def merge_replicas(
    merged: Floats2d, replicas: tuple[Floats2d, ...], n_hot: int, first: int, last: int
) -> None:
    """Add the gains of all replicas to rows first to last - 1, and set the replicas to the sum.

    All are (n_rows, width), width a multiple of LINE. In the first n_hot rows, those of the most
    frequent words, gains are added as far as they differ; where they agree, their mean is taken.
    There each replica reaches the optimum on its own, and plain sums overshoot further each time:
    with four replicas training diverges. The rule is Adasum (Maleki et al. 2020, arXiv:2006.02924,
    section 3), one replica after the other.
    """
    total, gain = np.empty((2, merged.shape[1]), np.float32)
    lanes = np.empty(LINE, np.float32)
    for row in range(first, last):
        seen = merged[row]  # what all replicas had after the last merge
        total[:] = 0
        for replica in replicas:
            own = replica[row]
            for k in range(len(gain)):
                gain[k] = own[k] - seen[k]
            if row < n_hot:
                join(total, gain, lanes)
            else:  # rare words: replicas hardly ever train the same ones
                for k in range(len(gain)):
                    total[k] += gain[k]
        for k in range(len(total)):
            seen[k] += total[k]
        for replica in replicas:
            own = replica[row]
            for k in range(len(seen)):
                own[k] = seen[k]


@step
def join(total: Floats1d, gain: Floats1d, lanes: Floats1d) -> None:
    """Set `total` to the sum of both, each without half of what it has in common with the other."""
    common = max(np.float32(0), dot(total, gain, lanes)) / np.float32(2)
    keep = add = np.float32(1)
    # Gains that point apart are added whole. Here neither is zero, so that both can divide.
    if common > 0:
        keep -= common / dot(total, total, lanes)
        add -= common / dot(gain, gain, lanes)
    for k in range(len(total)):
        total[k] = keep * total[k] + add * gain[k]


@step
def dot(x: Floats1d, y: Floats1d, lanes: Floats1d) -> np.float32:
    """The scalar product, computed in LINE partial sums."""
    lanes[:] = 0
    for k in range(0, len(x), LINE):
        for lane in range(LINE):
            lanes[lane] += x[k + lane] * y[k + lane]
    total = np.float32(0)
    for lane in range(LINE):
        total += lanes[lane]
    return total
