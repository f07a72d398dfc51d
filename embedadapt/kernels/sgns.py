"""Skip-gram with negative sampling: the update and the loops over it.

The model is Mikolov et al. 2013 (arXiv:1310.4546). The input row x of a context word should score
high against the output row y of the center word, and low against those of noise words. A *pair* is
a context word with its center; its *targets* are the center, then the noise words; its loss is
-log sigma(x . y_centre) - the sum over noise words of log sigma(-x . y_noise).

The loops climb a ladder: `update_window`, `train_sentence`, `train_block`. `update_window` takes
several context words of a center against the same targets, so that many dot products become a small
dense product that stays in registers (Ji et al. 2016, "Parallelizing Word2Vec in Shared and
Distributed Memory", arXiv:1604.04661). With all words of a window, and noise words that serve two
windows in a row, that is the mode `fast`; with one at a time, each against noise words of its own,
it is word2vec, the mode `exact`, for which `pairs` has a faster loop.
"""

from __future__ import annotations

import math

import numpy as np

from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d
from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import (
    LANES,
    LINE,
    ONE,
    Rows,
    Vectors,
    add_products_with_rows,
    clamp,
    divide,
    fill,
    fma,
    load_at,
    load_rows,
    prefetch_rows,
    read_rows,
    store_at,
    totals,
)
from embedadapt.kernels.model import Copies, Method, Model, Sampling, Scratch, Shape
from embedadapt.kernels.moves import move_rows
from embedadapt.kernels.rng import choose, next_below, next_column

MEASURE_EVERY = 50
"""The loss of every 50th pair is measured."""


@step
def update_window(
    model: Model,
    shape: Shape,
    context: Ints1d | Rows,
    first: int,
    last: int,
    targets: Rows,
    learning_rate: np.float32,
    freeze_inputs: bool,
    scratch: Scratch,
) -> None:
    """One gradient step on the loss of context[first:last], each paired with the same targets.

    It computes the scores x . y, then the errors (label - sigma), then the rows: x += rate * error
    * y and y += rate * error * x. With one context word this is word2vec's update of a pair; with
    several, all errors are computed before any row changes. A noise word equal to the center
    contributes nothing, as in word2vec.

    Scores are computed for two context words at a time, so that loaded rows serve twice.
    """
    rates, n = scratch.rates, len(targets)

    # rates[c * n + t] holds in turn the score, the error and the step of word c with target t.
    # Words go in twos: each loaded row of a target serves both.
    for c in range(first, last - 1, 2):
        two = (context[c], context[c + 1])
        # Whole vectors are stored; what they overwrite behind these scores is stored next.
        store_at(rates, c * n, score(model, shape, two, targets, targets + targets))
    if (last - first) % 2:
        odd = (context[last - 1],)
        store_at(rates, (last - 1) * n, score(model, shape, odd, targets, targets))

    # The last vector may reach beyond the scores into unused numbers; `rates` has room for it.
    for i in range(first * n, last * n, LANES):
        error = load_at(scratch.labels, i) - sigmoid(load_at(rates, i), targets + targets + targets)
        store_at(rates, i, fill(learning_rate, ONE) * error)
    # A noise word that is the center itself is no negative example: its step becomes zero.
    for t in range(1, n):
        if targets[t] == targets[0]:
            for c in range(first, last):
                rates[c * n + t] = 0
    measure(rates, first, last, n, learning_rate, scratch.loss)

    move_rows(model, shape, context, first, last, targets, freeze_inputs, scratch)


@step
def score(model: Model, shape: Shape, words: Rows, targets: Rows, count: Rows) -> Vectors:
    """x . y of each word with each target. count: a tuple whose length is the number of scores."""
    products = fill(np.float32(0), count)
    for k in range(0, shape.blocks - 1, 2):
        products = add_products(products, model, words, targets, k)
        products = add_products(products, model, words, targets, k + 1)
    if shape.blocks % 2:
        products = add_products(products, model, words, targets, shape.blocks - 1)
    return totals(products)


@step
def add_products(products: Vectors, model: Model, words: Rows, targets: Rows, k: int) -> Vectors:
    """Add the products of block k of each word with each target."""
    x = load_rows(model.inputs, words, k, ONE)
    return add_products_with_rows(model.outputs, targets, k, x, products)


@step
def sigmoid(x: Vectors, count: Rows) -> Vectors:
    """1 / (1 + exp(-x)), to 1e-6 up to |x| = 15.8 and constant beyond.

    It is (1 + tanh(x / 2)) / 2 with Eigen's rational function for tanh: no table and no branch,
    LANES values at a time. count: a tuple as long as the number of lanes that are used.
    """
    half = fill(np.float32(0.5), ONE)
    # Beyond this bound the rational function would leave [-1, 1].
    h = clamp(x * half, np.float32(7.9053111))
    square = h * h
    fourth = square * square
    # In pairs of terms (Estrin), which wait less for each other than Horner's.
    top = fma(
        fill(np.float32(-2.76076847742355e-16), ONE),
        fourth,
        line(2.00018790482477e-13, -8.60467152213735e-11, square),
    )
    top = fma(top, fourth, line(5.12229709037114e-08, 1.48572235717979e-05, square))
    top = fma(top, fourth, line(6.37261928875436e-04, 4.89352455891786e-03, square))
    bottom = line(1.19825839466702e-06, 1.18534705686654e-04, square)
    bottom = fma(bottom, fourth, line(2.26843463243900e-03, 4.89352518554385e-03, square))
    return fma(h * divide(top, bottom, count), half, half)


@step
def line(slope: float, start: float, x: Vectors) -> Vectors:
    """slope * x + start."""
    return fma(fill(np.float32(slope), ONE), x, fill(np.float32(start), ONE))


@step
def measure(
    rates: Floats1d, first: int, last: int, n: int, learning_rate: np.float32, loss: Doubles1d
) -> None:
    """Add the loss of every MEASURE_EVERY-th pair, before its update, to the sum.

    sigma(x . y_center) is 1 - error, and sigma(-x . y_noise) is 1 + error, so that the errors of
    the update give the loss too. 1e-7 bounds the loss of a pair whose sigmoid rounds to zero.
    """
    # loss[2] counts down to the next pair to measure. It is in this window if the count falls
    # below 0, and as far before `last` as the count is below 0.
    loss[2] -= last - first
    if loss[2] < 0:
        c = last + int(loss[2])
        for i in range(c * n, c * n + n):
            right = 1 - abs(rates[i]) / learning_rate
            loss[0] -= math.log(bounded(right))
        loss[1] += 1
        loss[2] += MEASURE_EVERY


@step
def bounded(right: float) -> float:
    """At least 1e-7, as in `measure`; NaN stays NaN."""
    return 1e-7 if right < 1e-7 else right


@step
def train_sentence(
    model: Model,
    shape: Shape,
    n_words: int,
    sampling: Sampling,
    method: Method,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Train every pair of the first n_words of scratch.words.

    Noise words are drawn ahead, so that their rows are prefetched.
    """
    words, context = scratch.words, scratch.context
    for i in range(n_words):
        words[i] = row_of(words[i], method.copies)
    # `coming` is prefetched while `noise` is used. With `used` at its limit, the first update
    # takes `coming` and draws the next ones.
    noise = coming = draw_noise(model, shape, sampling, method, scratch)
    used = method.reuse
    for centre in range(n_words):
        # The rows that the next center needs and this one does not: itself, and the word that
        # enters the widest window.
        prefetch(model.outputs, shape, words[min(centre + 1, n_words - 1)])
        prefetch(model.inputs, shape, words[min(centre + method.window + 1, n_words - 1)])
        n_context = gather_context(words, n_words, centre, method.window, scratch)
        first = np.intp(0)  # a plain 0 would compile `update_window` once more
        while first < n_context:
            last = min(first + method.together, n_context)
            if used == method.reuse:
                noise, coming = coming, draw_noise(model, shape, sampling, method, scratch)
                used = 0
            used += 1
            targets = (np.intp(words[centre]), *noise)
            update_window(
                model,
                shape,
                context,
                first,
                last,
                targets,
                learning_rate,
                method.freeze_inputs,
                scratch,
            )
            first = last


@step
def gather_context(words: Ints1d, n_words: int, centre: int, window: int, scratch: Scratch) -> int:
    """Fill scratch.context with the words around `centre`; return their number.

    The window is shrunk at random to 1, 2, ... `window` words on each side, as in word2vec.
    """
    reach = 1 + next_below(scratch.rng, window)
    n = 0
    for position in range(max(0, centre - reach), min(n_words, centre + reach + 1)):
        if position != centre:
            scratch.context[n] = words[position]
            n += 1
    return n


@step
def draw_noise(
    model: Model, shape: Shape, sampling: Sampling, method: Method, scratch: Scratch
) -> Rows:
    """Draw noise words for one update, and prefetch their rows."""
    for i in range(len(shape.noise)):
        word = choose(next_column(scratch.noise_rng, len(sampling.columns)), sampling.columns)
        scratch.noise[i] = row_of(word, method.copies)
        prefetch(model.outputs, shape, scratch.noise[i])
    return read_rows(scratch.noise, 0, shape.noise)


@step
def prefetch(matrix: Floats2d, shape: Shape, row: int) -> None:
    """Prefetch a row that will be changed soon."""
    for k in range(0, shape.blocks, LINE // LANES):
        prefetch_rows(matrix, (row,), k)


@step
def row_of(word: int, copies: Copies) -> int:
    """The row in which this thread trains a word."""
    return word + copies.first if word < copies.n_rows else word
