"""Small models to train."""

import numpy as np

from embedadapt.kernels._simd import LANES, slots
from embedadapt.kernels.bags import Bags
from embedadapt.kernels.model import Model, Shape

N_WORDS = 12
N_INPUTS = 16
WINDOW = 5

PIECES = [[word, *range(12, 12 + word % 5)] for word in range(N_WORDS)]
"""Each word its own row and up to four others, which words share."""


def random_model(width: int, scale: float = 0.5, seed: int = 0) -> Model:
    rows = np.random.default_rng(seed).normal(scale=scale, size=(2, N_INPUTS, width))
    return Model(*rows.astype(np.float32))


def shape_for(width: int, negative: int) -> Shape:
    return Shape(width // LANES, slots(negative))


def as_bags(pieces: list[list[int]], of_context: bool) -> Bags:
    offsets = np.cumsum([0, *map(len, pieces)])
    rows = np.array([row for several in pieces for row in several], dtype=np.int32)
    whole = pieces == [[word] for word in range(len(pieces))]
    return Bags(offsets, rows, whole, of_context, 2 * WINDOW * max(map(len, pieces)))
