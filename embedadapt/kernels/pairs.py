"""Skip-gram pair by pair, each with noise words of its own: word2vec, the mode `exact`.

What `sgns` does for windows, without a way through memory for the scores: each pair waits for the
row of the center that the one before changed, so that the time from loading rows to storing them
counts, more than the work in between.
"""

from __future__ import annotations

import numpy as np

from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import (
    Rows,
    Slots,
    Vectors,
    add_outer,
    add_to_rows,
    add_weighted,
    clear_equal,
    fill,
    load_at,
    load_rows,
    spread_lanes,
    store_at,
    store_rows,
)
from embedadapt.kernels.sgns import (
    ONE,
    TWO,
    Method,
    Model,
    Sampling,
    Scratch,
    Shape,
    draw_noise,
    gather_context,
    measure,
    prefetch,
    row_of,
    score,
    sigmoid,
)


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
    """Train every pair of the first n_words of scratch.words, one after the other.

    The random numbers are those of `sgns.train_sentence` with one context word at a time.
    """
    words, context = scratch.words, scratch.context
    for i in range(n_words):
        words[i] = row_of(words[i], method.copies)
    coming = draw_noise(model, shape, sampling, method, scratch)
    for centre in range(n_words):
        prefetch(model.outputs, shape, words[min(centre + 1, n_words - 1)])
        prefetch(model.inputs, shape, words[min(centre + method.window + 1, n_words - 1)])
        n_context = gather_context(words, n_words, centre, method.window, scratch)
        for c in range(n_context):
            noise, coming = coming, draw_noise(model, shape, sampling, method, scratch)
            update_pair(
                model,
                shape,
                np.intp(context[c]),
                (np.intp(words[centre]), *noise),
                learning_rate,
                method.freeze_inputs,
                scratch,
            )


@step
def update_pair(
    model: Model,
    shape: Shape,
    word: int,
    targets: Rows,
    learning_rate: np.float32,
    freeze_inputs: bool,
    scratch: Scratch,
) -> None:
    """One gradient step on the loss of a pair, as `sgns.update_window` makes it."""
    n = len(targets)
    scores = score(model, shape, (word,), targets, targets)
    error = load_at(scratch.labels, 0) - sigmoid(scores, targets)
    steps = fill(learning_rate, ONE) * error
    repeated = False
    for t in range(1, n):
        repeated |= targets[t] == targets[0]
    if repeated:
        steps = clear_equal(steps, targets)
    scratch.loss[2] -= 1
    if scratch.loss[2] < 0:
        store_at(scratch.rates, 0, steps)
        scratch.loss[2] += 1
        measure(scratch.rates, 0, 1, n, learning_rate, scratch.loss)
    rates = spread_lanes(steps, targets)
    for k in range(0, shape.blocks - 1, 2):
        zeros = fill(np.float32(0), targets + targets)
        move_pair(model, (word,), targets, rates, zeros, k, TWO, freeze_inputs)
    if shape.blocks % 2:
        last = fill(np.float32(0), targets)
        move_pair(model, (word,), targets, rates, last, shape.blocks - 1, ONE, freeze_inputs)


@step
def move_pair(
    model: Model,
    word: Rows,
    targets: Rows,
    rates: Vectors,
    zeros: Vectors,
    k: int,
    span: Slots,
    freeze_inputs: bool,
) -> None:
    """Blocks k, k + 1, ... of the step, as many as the span is long."""
    x = load_rows(model.inputs, word, k, span)
    if not freeze_inputs:
        y = load_rows(model.outputs, targets, k, span)
        store_rows(model.inputs, word, k, add_weighted(x, rates, y))
    add_to_rows(model.outputs, targets, k, add_outer(zeros, rates, x))
