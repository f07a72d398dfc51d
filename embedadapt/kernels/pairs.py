"""Skip-gram pair by pair, each with noise words of its own: word2vec, the mode `exact`.

What `sgns` does for windows. Within a window, a pair waits for the row of the center that the one
before changed; that time would count more than the work. The pairs of several windows are therefore
listed, and one of each quarter of the list is trained at the same moment, as by four threads on
neighboring text: their errors are computed before the rows of any of them change. With four pairs
in a row instead, the center would be moved four times by the same error, which cost 8 % of the gain
on licenses at a drift budget. The list also holds the noise words, so that their rows are
prefetched.
"""

from __future__ import annotations

import numpy as np

from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import (
    LANES,
    LINE,
    ONE,
    Rows,
    add_scaled_to_rows,
    add_weighted,
    fill,
    join,
    load_at,
    load_rows,
    prefetch_rows,
    read_rows,
    spread,
    store_at,
    store_rows,
    totals,
)
from embedadapt.kernels.model import Method, Model, Sampling, Scratch, Shape
from embedadapt.kernels.rng import choose, draw_columns, next_below
from embedadapt.kernels.sgns import (
    add_products,
    measure,
    prefetch,
    row_of,
    sigmoid,
)

MOST_NOISE = 7
"""Noise words of a pair, for whose rates there are registers; with more of them, `sgns` trains."""

AHEAD = 1 if LANES < LINE else 1 << 20
"""Blocks of a noise word's row that are prefetched. Without AVX-512 one is enough, from which the
processor goes on by itself: with all of them `exact` was 8 to 12 % slower on an EPYC with AVX2."""

ROOM = 128
"""Pairs that are listed before they are trained, and the rest of the last window."""


@step
def train_pairs(
    model: Model,
    shape: Shape,
    n_words: int,
    sampling: Sampling,
    method: Method,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Train every pair of the first n_words of scratch.words, four at a time."""
    words = scratch.words
    for i in range(n_words):
        words[i] = row_of(words[i], method.copies)
    n = 0
    for center in range(n_words):
        prefetch(model.outputs, shape, words[center])
        prefetch(model.inputs, shape, words[min(center + method.window, n_words - 1)])
        n = list_window(n_words, center, n, method, scratch)
        if n >= ROOM or center == n_words - 1:
            list_noise(n, shape, sampling, method, scratch)
            train_list(model, shape, n, learning_rate, method.freeze_inputs, scratch)
            n = 0


@step
def list_window(n_words: int, center: int, n: int, method: Method, scratch: Scratch) -> int:
    """Append the pairs of a center to the n in the list; return their number."""
    words, pairs = scratch.words, scratch.pairs
    reach = 1 + next_below(scratch.rng, method.window)
    for position in range(max(0, center - reach), min(n_words, center + reach + 1)):
        if position != center:
            pairs.words[n], pairs.centers[n] = words[position], words[center]
            n += 1
    return n


@step
def list_noise(n: int, shape: Shape, sampling: Sampling, method: Method, scratch: Scratch) -> None:
    """Draw the noise words of n pairs."""
    n_noise = n * len(shape.noise)
    drawn, noise = scratch.pairs.drawn[:n_noise], scratch.pairs.noise
    draw_columns(scratch.noise_rng, len(sampling.columns), drawn)
    for i in range(n_noise):
        noise[i] = choose(drawn[i], sampling.columns)
    if method.copies.n_rows:
        for i in range(n_noise):
            noise[i] = row_of(noise[i], method.copies)


@step
def train_list(
    model: Model,
    shape: Shape,
    n: int,
    learning_rate: np.float32,
    freeze_inputs: bool,
    scratch: Scratch,
) -> None:
    """Train n pairs, the first of each quarter of the list first."""
    quarter, n_targets = (n + 3) // 4, 1 + len(shape.noise)
    for first in range(quarter):
        second, third, fourth = first + quarter, first + 2 * quarter, first + 3 * quarter
        n_present = 1 + (second < n) + (third < n) + (fourth < n)
        # Whole vectors are stored; what they overwrite behind the steps is stored next. Beyond the
        # end of the list are other pairs, whose steps are not used.
        store_steps(model, shape, first, second, 0, learning_rate, scratch)
        store_steps(model, shape, third, fourth, 2 * n_targets, learning_rate, scratch)
        measure(scratch.rates, 0, n_present, n_targets, learning_rate, scratch.loss)
        for i in range(n_present):
            move_pair(model, shape, first + i * quarter, i * n_targets, freeze_inputs, scratch)
            prefetch_noise(model, shape, first + i * quarter + 1, scratch)


@step
def prefetch_noise(model: Model, shape: Shape, pair: int, scratch: Scratch) -> None:
    """Prefetch the rows of a pair's noise words."""
    rows = read_rows(scratch.pairs.noise, pair * len(shape.noise), shape.noise)
    for k in range(0, min(shape.blocks, AHEAD), LINE // LANES):
        prefetch_rows(model.outputs, rows, k)


@step
def store_steps(
    model: Model,
    shape: Shape,
    one: int,
    other: int,
    place: int,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Write learning rate x error of each target of two pairs to scratch.rates[place:]."""
    targets, other_targets = targets_of(one, shape, scratch), targets_of(other, shape, scratch)
    words = scratch.pairs.words
    word, other_word = (np.intp(words[one]),), (np.intp(words[other]),)
    products = other_products = fill(np.float32(0), targets)
    for k in range(shape.blocks):
        products = add_products(products, model, word, targets, k)
        other_products = add_products(other_products, model, other_word, other_targets, k)
    store_at(scratch.rates, place, totals(join(products, other_products)))
    n = len(targets)
    for i in range(0, 2 * n, LANES):
        score = load_at(scratch.rates, place + i)
        error = load_at(scratch.labels, i) - sigmoid(score, targets + targets)
        store_at(scratch.rates, place + i, fill(learning_rate, ONE) * error)
    # A noise word that is the center itself is no negative example: its step becomes zero.
    for t in range(1, n):
        if targets[t] == targets[0]:
            scratch.rates[place + t] = 0
        if other_targets[t] == other_targets[0]:
            scratch.rates[place + n + t] = 0


@step
def targets_of(pair: int, shape: Shape, scratch: Scratch) -> Rows:
    """The rows of a pair's center and noise words."""
    noise = read_rows(scratch.pairs.noise, pair * len(shape.noise), shape.noise)
    return (np.intp(scratch.pairs.centers[pair]), *noise)


@step
def move_pair(
    model: Model, shape: Shape, pair: int, place: int, freeze_inputs: bool, scratch: Scratch
) -> None:
    """x by the sum of scratch.rates[place:] times y, and each y by its rate times x."""
    targets, word = targets_of(pair, shape, scratch), (np.intp(scratch.pairs.words[pair]),)
    rates = spread(scratch.rates, place, targets)
    for k in range(shape.blocks):
        x = load_rows(model.inputs, word, k, ONE)
        if not freeze_inputs:
            y = load_rows(model.outputs, targets, k, ONE)
            store_rows(model.inputs, word, k, add_weighted(x, rates, y))
        add_scaled_to_rows(model.outputs, targets, k, rates, x)
