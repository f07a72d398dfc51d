"""Several copies of a matrix, each trained on text of its own, made one again."""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.kernels._compile import kernel, step
from embedadapt.kernels._simd import LANES


@kernel
def merge_replicas(
    merged: Floats2d, replicas: tuple[Floats2d, ...], n_hot: int, first: int, last: int
) -> None:
    """Add to rows first to last - 1 what the replicas gained on them, and start all replicas from
    the sum. All are (n_rows, width), width a multiple of 16.

    In the first n_hot rows, of the words used most, gains add up as far as they differ; of what
    they agree on only the mean is taken. There each replica goes all the way by itself, and plain
    sums overshoot further each time: four replicas end in infinity. The rule is Adasum's (Maleki et
    al. 2020, arXiv:2006.02924, section 3), one replica after the other.
    """
    total, gain = np.empty((2, merged.shape[1]), np.float32)
    lanes = np.empty(LANES, np.float32)
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
    """Total becomes the sum of both, each less half of what it has in common with the other."""
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
    """The scalar product, in sixteen sums side by side."""
    lanes[:] = 0
    for k in range(0, len(x), LANES):
        for lane in range(LANES):
            lanes[lane] += x[k + lane] * y[k + lane]
    total = np.float32(0)
    for lane in range(LANES):
        total += lanes[lane]
    return total
