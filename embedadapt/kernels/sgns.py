"""Skip-gram with negative sampling: the updates and the loops over them.

The model is Mikolov et al. 2013 (arXiv:1310.4546): the input row x of a context word should score
high against the output row y of the centre word, and low against the output rows of noise words.
A *pair* is one context word with one centre; its *targets* are the centre, then the noise words;
its loss is -log sigma(x . y_centre) - sum over noise of log sigma(-x . y_noise).

The loops climb a ladder: `update_pair` or `update_window`, then `train_sentence`, then
`train_block`. `update_pair` takes one pair at a time, as word2vec does. `update_window` takes all
context words of a centre against one set of targets at once (Ji et al. 2016, "Parallelizing
Word2Vec in Shared and Distributed Memory", arXiv:1604.04661): the same noise words serve the whole
window, and what was many dot products becomes a small dense product that stays in registers.

Matrices are (n_words, width) float32 with the width a multiple of 16 (see _simd). `blocks` is the
tuple (0, 1, ... width / 16 - 1): the length of a tuple belongs to its type, so numba compiles one
kernel for each width, and unrolls the loops over k.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels._simd import Vector, clamp, fma, load, splat, store, total
from embedadapt.kernels.rng import next_below, next_noise, next_unit, stream

Blocks: TypeAlias = tuple[int, ...]

MEASURED_SHARE = 100  # the loss of every 100th pair is measured: 3 % of the time, not all of it


class Model(NamedTuple):
    """The two matrices of skip-gram, (n_words, width) float32 each."""

    inputs: Floats2d
    outputs: Floats2d


class Sampling(NamedTuple):
    """keep, threshold (n_words,) float32, alias (n_words,) int32: see training.sampling."""

    keep: Floats1d
    threshold: Floats1d
    alias: Ints1d


class Method(NamedTuple):
    """window, negative: words on each side, noise words. shared: update_window, else update_pair.
    freeze_inputs: leave the input rows as they are."""

    window: int
    negative: int
    shared: bool
    freeze_inputs: bool


class Place(NamedTuple):
    """Seed, epoch and block number: where a block's random numbers start."""

    seed: int
    epoch: int
    block: int


class Scratch(NamedTuple):
    """What a thread writes on: nothing in it outlives a block of text but `loss`.

    rng (1,) uint64. words (longest sentence,) int32. targets (2, 1 + negative) int32.
    rates (2 x window, ...) float32. gradient (1 + negative, width) float32.
    loss (2,) float64: sum over the measured pairs, and how many.
    """

    rng: NDArray[np.uint64]
    words: Ints1d
    targets: Ints1d
    gradient: Floats2d
    loss: Doubles1d


@njit(cache=True, nogil=True, forceinline=True)
def sigmoid(x: Vector) -> Vector:
    """1 / (1 + exp(-x)) in every lane, to 1e-6: (1 + tanh(x / 2)) / 2, tanh as in Eigen."""
    h = clamp(x * splat(np.float32(0.5)), np.float32(7.9053111))
    square = h * h
    top = splat(np.float32(-2.76076847742355e-16))
    top = fma(top, square, splat(np.float32(2.00018790482477e-13)))
    top = fma(top, square, splat(np.float32(-8.60467152213735e-11)))
    top = fma(top, square, splat(np.float32(5.12229709037114e-08)))
    top = fma(top, square, splat(np.float32(1.48572235717979e-05)))
    top = fma(top, square, splat(np.float32(6.37261928875436e-04)))
    top = fma(top, square, splat(np.float32(4.89352455891786e-03)))
    bottom = splat(np.float32(1.19825839466702e-06))
    bottom = fma(bottom, square, splat(np.float32(1.18534705686654e-04)))
    bottom = fma(bottom, square, splat(np.float32(2.26843463243900e-03)))
    bottom = fma(bottom, square, splat(np.float32(4.89352518554385e-03)))
    half = splat(np.float32(0.5))
    return fma(h * top / bottom, half, half)


@njit(cache=True, nogil=True, forceinline=True)
def dot(inputs: Floats2d, x: int, outputs: Floats2d, y: int, blocks: Blocks) -> float:
    """Scalar product of input row x and output row y."""
    products = splat(np.float32(0))
    for k in range(len(blocks)):
        products = fma(load(inputs, x, k), load(outputs, y, k), products)
    return total(products)


@njit(cache=True, nogil=True)
def pair_loss(model: Model, blocks: Blocks, word: int, targets: Ints1d) -> float:
    """Loss of one pair, in nats; noise words equal to the centre do not count."""
    loss = softplus(-dot(model.inputs, word, model.outputs, targets[0], blocks))
    for t in range(1, len(targets)):
        if targets[t] != targets[0]:
            loss += softplus(dot(model.inputs, word, model.outputs, targets[t], blocks))
    return loss


@njit(cache=True, nogil=True)
def softplus(x: float) -> float:
    """log(1 + exp(x)) = -log sigma(-x), without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@njit(cache=True, nogil=True, forceinline=True)
def update_pair(
    model: Model,
    blocks: Blocks,
    word: int,
    targets: Ints1d,
    learning_rate: np.float32,
    freeze_inputs: bool,
    gradient: Floats2d,
) -> None:
    """One step down the loss of one pair: `word` against `targets`, the centre first."""
    inputs, outputs = model
    for k in range(len(blocks)):
        store(gradient, 0, k, splat(np.float32(0)))
    for t in range(len(targets)):
        if t > 0 and targets[t] == targets[0]:
            continue
        label = splat(np.float32(t == 0))
        score = splat(dot(inputs, word, outputs, targets[t], blocks))
        step = splat(learning_rate) * (label - sigmoid(score))
        for k in range(len(blocks)):
            y = load(outputs, targets[t], k)
            store(gradient, 0, k, fma(step, y, load(gradient, 0, k)))
            store(outputs, targets[t], k, fma(step, load(inputs, word, k), y))
    if not freeze_inputs:
        for k in range(len(blocks)):
            store(inputs, word, k, load(inputs, word, k) + load(gradient, 0, k))


@njit(cache=True, nogil=True)
def train_sentence(
    model: Model,
    blocks: Blocks,
    words: Ints1d,
    sampling: Sampling,
    method: Method,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Every pair of one sentence; each window is shrunk at random, as in word2vec."""
    for centre in range(len(words)):
        reach = method.window - next_below(scratch.rng, method.window)
        last = min(len(words), centre + reach + 1)
        for position in range(max(0, centre - reach), last):
            if position != centre:
                draw_targets(scratch.targets[0], words[centre], sampling, scratch.rng)
                measure(model, blocks, words[position], scratch.targets[0], scratch.loss)
                update_pair(
                    model,
                    blocks,
                    words[position],
                    scratch.targets[0],
                    learning_rate,
                    method.freeze_inputs,
                    scratch.gradient,
                )


@njit(cache=True, nogil=True, forceinline=True)
def draw_targets(targets: Ints1d, centre: int, sampling: Sampling, rng: NDArray[np.uint64]) -> None:
    targets[0] = centre
    for t in range(1, len(targets)):
        targets[t] = next_noise(rng, sampling.threshold, sampling.alias)


@njit(cache=True, nogil=True, forceinline=True)
def measure(model: Model, blocks: Blocks, word: int, targets: Ints1d, loss: Doubles1d) -> None:
    """Add the loss of every MEASURED_SHARE-th pair to the sum."""
    loss[2] += 1
    if loss[2] >= MEASURED_SHARE:
        loss[2] = 0
        loss[0] += pair_loss(model, blocks, word, targets)
        loss[1] += 1


@njit(cache=True, nogil=True)
def subsample(sentence: Ints1d, keep: Floats1d, rng: NDArray[np.uint64], words: Ints1d) -> Ints1d:
    """Copy the occurrences that are kept into `words`; returns them as a view."""
    n = 0
    for word in sentence:
        if next_unit(rng) < keep[word]:
            words[n] = word
            n += 1
    return words[:n]


@njit(cache=True, nogil=True)
def train_block(
    model: Model,
    blocks: Blocks,
    token_ids: Ints1d,
    sentence_offsets: Longs1d,
    sampling: Sampling,
    method: Method,
    learning_rate: float,
    place: Place,
) -> tuple[float, int]:
    """Sentences between the offsets, in order. Returns the measured losses: sum, number."""
    longest = 0
    for s in range(len(sentence_offsets) - 1):
        longest = max(longest, sentence_offsets[s + 1] - sentence_offsets[s])
    scratch = Scratch(
        stream(place.seed, place.epoch, place.block),
        np.empty(longest, np.int32),
        np.empty((2, 1 + method.negative), np.int32),
        np.empty((1 + method.negative, model.inputs.shape[1]), np.float32),
        np.zeros(3, np.float64),
    )
    for s in range(len(sentence_offsets) - 1):
        sentence = token_ids[sentence_offsets[s] : sentence_offsets[s + 1]]
        words = subsample(sentence, sampling.keep, scratch.rng, scratch.words)
        train_sentence(model, blocks, words, sampling, method, np.float32(learning_rate), scratch)
    return scratch.loss[0], scratch.loss[1]
