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
    Rows,
    Vectors,
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
from embedadapt.kernels.rng import choose, draw_columns, next_below
from embedadapt.kernels.sgns import (
    ONE,
    Method,
    Model,
    Sampling,
    Scratch,
    Shape,
    add_products,
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
    quarter, n_targets = (n + 3) // 4, 1 + len(shape.noise)
    for first in range(quarter):
        second, third, fourth = first + quarter, first + 2 * quarter, first + 3 * quarter
        prefetch_noise(model, shape, first + 1, second + 1, scratch)
        prefetch_noise(model, shape, third + 1, fourth + 1, scratch)
        n_present = 1 + (second < n) + (third < n) + (fourth < n)
        # Whole vectors are stored; what they overwrite behind the steps is stored next.
        store_steps(model, shape, first, second, min(n_present, 2), 0, learning_rate, scratch)
        n_later = max(n_present - 2, 0)
        store_steps(model, shape, third, fourth, n_later, 2 * n_targets, learning_rate, scratch)
        measure(scratch.rates, 0, n_present, n_targets, learning_rate, scratch.loss)
        for i in range(n_present):
            move_pair(model, shape, first + i * quarter, i * n_targets, freeze_inputs, scratch)


@step
def prefetch_noise(model: Model, shape: Shape, one: int, other: int, scratch: Scratch) -> None:
    """Prefetch the rows of the noise words of two pairs."""
    noise, n_noise = scratch.pairs.noise, len(shape.noise)
    rows = read_rows(noise, one * n_noise, shape.noise)
    rows = rows + read_rows(noise, other * n_noise, shape.noise)
    for k in range(shape.blocks):
        prefetch_rows(model.outputs, rows, k)


@step
def store_steps(
    model: Model,
    shape: Shape,
    one: int,
    other: int,
    n_present: int,
    place: int,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Write learning rate x error of each target of two pairs to scratch.rates[place:].

    n_present: how many of the two there are; the steps of the rest are 0.
    """
    targets, other_targets = targets_of(one, shape, scratch), targets_of(other, shape, scratch)
    products = products_of(model, shape, one, targets, scratch)
    scores = totals(join(products, products_of(model, shape, other, other_targets, scratch)))
    error = load_at(scratch.labels, 0) - sigmoid(scores, targets + targets)
    steps = fill(learning_rate, ONE) * error * load_at(scratch.pairs.present, LANES * n_present)
    store_at(scratch.rates, place, steps)
    # A noise word that is the center itself is no negative example: its step becomes zero.
    n = len(targets)
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
def products_of(model: Model, shape: Shape, pair: int, targets: Rows, scratch: Scratch) -> Vectors:
    """Of each target a vector whose total is x . y."""
    products, word = fill(np.float32(0), targets), (np.intp(scratch.pairs.words[pair]),)
    for k in range(shape.blocks):
        products = add_products(products, model, word, targets, k)
    return products


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
