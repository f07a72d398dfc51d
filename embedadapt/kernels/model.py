"""Types of the arguments of the training kernels: the model, the method, and buffers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d
from embedadapt.kernels._simd import Slots


class Model(NamedTuple):
    """The two matrices of skip-gram, (n_words, width) float32, width a multiple of LINE."""

    inputs: Floats2d
    outputs: Floats2d


class Shape(NamedTuple):
    """Sizes of an update.

    blocks: blocks of LANES columns of a row, without those that are all padding. A kernel that is
        compiled for their number is up to 5 % faster at 50 columns and level at 100, but each width
        takes seconds to compile.
    noise: noise words of a pair, as `slots(n)`, for whose number a kernel is compiled.
    """

    blocks: int
    noise: Slots


class Sampling(NamedTuple):
    """How words are drawn.

    keep: (n_words,) float32, probability that an occurrence is kept.
    columns: (n_words,) uint64, alias table of the noise words; see `rng.packed_columns`.
    """

    keep: Floats1d
    columns: NDArray[np.uint64]


class Copies(NamedTuple):
    """The rows of which one of several threads has its own copies.

    Two threads that change the same row take its cache line from each other every time. Each thread
    therefore trains copies of the most frequent rows, and merges their gains into the shared rows
    at intervals.

    n_rows: rows 0 to n_rows - 1 are copied; 0 for none.
    first: first row of the copies. After them are the shared rows as they were at the last merge.
    merge_every: words between two merges.
    """

    n_rows: int
    first: int
    merge_every: int


class Method(NamedTuple):
    """How to train.

    window: words on each side. together: context words of one update. reuse: consecutive updates
        with the same noise words. The mode `exact` has 1 of both.
    freeze_inputs: do not change the input rows.
    copies: the rows that this thread has copies of; none with one thread.
    """

    window: int
    together: int
    reuse: int
    freeze_inputs: bool
    copies: Copies


class Pairs(NamedTuple):
    """A list of pairs, and what goes with it; see `pairs`.

    words, centers: (most,) int32, rows. noise: (most x n_noise,) int32, rows of the noise words.
    drawn: as long, uint64, their draws; see `rng.draw_columns`.
    """

    words: Ints1d
    centers: Ints1d
    noise: Ints1d
    drawn: NDArray[np.uint64]


class Goals(NamedTuple):
    """The targets that a window of `bags` has: the noise words, then the words around the center.

    rows: int32, with room for what is copied beyond them. labels: float32, 0 for noise words, then
    1. weights: as long, how many pairs a target has: 1 for the words around the center.
    """

    rows: Ints1d
    labels: Floats1d
    weights: Floats1d


class Scratch(NamedTuple):
    """Buffers for the training of a block; only the loss is used afterwards.

    rng: (1,) uint64. words: (longest sentence,) int32, words of a sentence after subsampling.
    context: (2 window,) int32. noise: (n_noise,) int32.
    noise_rng: (1,) uint64, of the noise words, which are drawn ahead of the rest.
    rates: (2 window x targets + 32,) float32, learning rate x error of each pair and target.
    labels: of the same length, 1 for each pair's center and 0 for its noise words.
    loss: (3,) float64, sum over the measured pairs, their number, and pairs until the next.
    bag: (longest bag,) int32, input rows. hidden: (2, width) float32, their mean; see `bags`.
    goals: the targets of a bag; None where they are not needed. pairs: the list of `pairs`.
    before: (n_targets, width) float32, the targets' rows before an update; see `moves`.
    """

    rng: NDArray[np.uint64]
    words: Ints1d
    context: Ints1d
    noise: Ints1d
    noise_rng: NDArray[np.uint64]
    rates: Floats1d
    labels: Floats1d
    loss: Doubles1d
    bag: Ints1d
    hidden: Floats2d
    goals: Goals
    pairs: Pairs
    before: Floats2d
