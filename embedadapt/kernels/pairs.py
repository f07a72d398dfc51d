"""Skip-gram pair by pair, each with noise words of its own: word2vec, the mode `exact`.

What `sgns` does for windows, without a way through memory for the scores. Within a window, a pair
waits for the row of the center that the one before changed; that time would count more than the
work. The pairs of several windows are therefore listed, and one of each quarter of the list is
trained at the same moment, as by four threads on neighboring text: their errors are computed before
the rows of any of them change. With four pairs in a row instead, the center would be moved four
times by the same error, which cost 8 % of the gain on licenses at a drift budget. The list also holds the
noise words, so that their rows are prefetched.
"""

from __future__ import annotations

import numpy as np

from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import (
    LANES,
    Rows,
    Vectors,
    add_products,
    add_scaled_to_rows,
    add_to_rows,
    clear_equal,
    fill,
    load_at,
    load_rows,
    prefetch_rows,
    read_rows,
    spread_lanes,
    store_at,
    totals,
    weighted_sums,
)
from embedadapt.kernels.rng import choose, draw_columns, next_below
from embedadapt.kernels.sgns import (
    ONE,
    Method,
    Model,
    Sampling,
    Scratch,
    Shape,
    measure,
    prefetch,
    row_of,
    sigmoid,
)

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
    quarter = (n + 3) // 4
    for first in range(quarter):
        second, third, fourth = first + quarter, first + 2 * quarter, first + 3 * quarter
        prefetch_noise(model, shape, first + 1, second + 1, scratch)
        prefetch_noise(model, shape, third + 1, fourth + 1, scratch)
        words, targets = read_two(first, second, shape, scratch)
        later_words, later_targets = read_two(third, fourth, shape, scratch)
        n_two, n_later = 1 + (second < n), (third < n) + (fourth < n)
        steps = steps_of_two(model, shape, words, targets, n_two, learning_rate, scratch)
        later_steps = steps_of_two(
            model, shape, later_words, later_targets, n_later, learning_rate, scratch
        )
        move_two(model, shape, words, targets, steps, freeze_inputs)
        move_two(model, shape, later_words, later_targets, later_steps, freeze_inputs)


@step
def prefetch_noise(model: Model, shape: Shape, one: int, other: int, scratch: Scratch) -> None:
    """Prefetch the rows of the noise words of two pairs."""
    noise, n_noise = scratch.pairs.noise, len(shape.noise)
    rows = read_rows(noise, one * n_noise, shape.noise)
    rows = rows + read_rows(noise, other * n_noise, shape.noise)
    for k in range(shape.blocks):
        prefetch_rows(model.outputs, rows, k)


@step
def read_two(one: int, other: int, shape: Shape, scratch: Scratch) -> tuple[Rows, Rows]:
    """The context words of two pairs, and the targets of the first, then those of the second."""
    words, centers, noise = scratch.pairs.words, scratch.pairs.centers, scratch.pairs.noise
    n_noise = len(shape.noise)
    return (*read_rows(words, one, ONE), *read_rows(words, other, ONE)), (
        *read_rows(centers, one, ONE),
        *read_rows(noise, one * n_noise, shape.noise),
        *read_rows(centers, other, ONE),
        *read_rows(noise, other * n_noise, shape.noise),
    )


@step
def steps_of_two(
    model: Model,
    shape: Shape,
    words: Rows,
    targets: Rows,
    n_pairs: int,
    learning_rate: np.float32,
    scratch: Scratch,
) -> Vectors:
    """Learning rate x error of each pair and target; 0 for those that are not among the n_pairs."""
    n = len(targets) // 2
    products = fill(np.float32(0), targets)
    for k in range(shape.blocks):
        x = load_rows(model.inputs, words, k, ONE)
        products = add_products(products, x, load_rows(model.outputs, targets, k, ONE))
    error = load_at(scratch.labels, 0) - sigmoid(totals(products), targets)
    steps = fill(learning_rate, ONE) * error * load_at(scratch.pairs.present, LANES * n_pairs)
    # A noise word that is the center itself is no negative example: its step becomes zero.
    repeated = False
    for t in range(1, n):
        repeated |= (targets[t] == targets[0]) | (targets[n + t] == targets[n])
    if repeated:
        steps = clear_equal(steps, targets, words)
    scratch.loss[2] -= n_pairs
    if scratch.loss[2] < 0:
        store_at(scratch.rates, 0, steps)
        scratch.loss[2] += n_pairs
        measure(scratch.rates, 0, n_pairs, n, learning_rate, scratch.loss)
    return steps


@step
def move_two(
    model: Model, shape: Shape, words: Rows, targets: Rows, steps: Vectors, freeze_inputs: bool
) -> None:
    """Each x of two pairs by its steps times y, and each y by its step times x."""
    rates = spread_lanes(steps, targets)
    for k in range(shape.blocks):
        x = load_rows(model.inputs, words, k, ONE)
        if not freeze_inputs:
            y = load_rows(model.outputs, targets, k, ONE)
            add_to_rows(model.inputs, words, k, weighted_sums(rates, y, words))
        add_scaled_to_rows(model.outputs, targets, k, rates, x)
