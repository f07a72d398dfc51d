"""Models whose input is the mean of several rows: CBOW, and words made of character n-grams.

In CBOW (Mikolov et al. 2013, arXiv:1301.3781) the mean of the words around a center should have a
high score with the center. In fastText (Bojanowski et al. 2017, arXiv:1607.04606) a word is itself
the mean of its own row and its n-grams' rows. In both, a *bag* of input rows has a mean, the hidden
row, which is trained against the targets as in skip-gram (`sgns.update_window`). Its whole gain is
then added to each row of the bag, as in word2vec, gensim and fastText. In the mode `fast` a word
made of n-grams is trained with several words around it at a time, against the same noise words:
each of these is scored once, and moves once by the errors of all their pairs.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import (
    LANES,
    ONE,
    TWO,
    Rows,
    Slots,
    add_outer,
    add_to_rows,
    copy_at,
    fill,
    load_at,
    load_rows,
    read_rows,
    slots,
    spread,
    store_at,
    store_rows,
    totals,
)
from embedadapt.kernels.model import Copies, Method, Model, Sampling, Scratch, Shape
from embedadapt.kernels.sgns import (
    MEASURE_EVERY,
    bounded,
    draw_noise,
    gather_context,
    prefetch,
    row_of,
    sigmoid,
    update_window,
)

FOUR, EIGHT = slots(4), slots(8)
HIDDEN, BEGUN = slots(2)
"""Rows of scratch.hidden: the mean of a bag during training, and before it."""


class Bags(NamedTuple):
    """The contents of bags.

    offsets, rows: the input rows of word i are rows[offsets[i] : offsets[i + 1]]. whole: each word
    is its own row, so that no look-up is needed: a seventh faster in CBOW. of_context: True for
    CBOW, where a bag holds the words around a center, and the center is its target.
        False for skip-gram, where a bag holds the center, and the words around it are its targets.
    longest: rows of the largest bag.
    """

    offsets: Longs1d
    rows: Ints1d
    whole: bool
    of_context: bool
    longest: int


@step
def train_sentence_of_bags(
    model: Model,
    shape: Shape,
    bags: Bags,
    n_words: int,
    sampling: Sampling,
    method: Method,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Train every bag of the first n_words of scratch.words with its targets."""
    words, context, copies = scratch.words, scratch.context, method.copies
    noise = coming = draw_noise(model, shape, sampling, method, scratch)
    used = method.reuse
    for centre in range(n_words):
        prefetch(model.outputs, shape, row_of(words[min(centre + 1, n_words - 1)], copies))
        if bags.of_context and centre + method.window + 1 < n_words:
            prefetch_word(model.inputs, shape, bags, words[centre + method.window + 1], copies)
        n_context = gather_context(words, n_words, centre, method.window, scratch)
        if not n_context:
            continue  # a sentence of one word
        n_rows = 0
        if bags.of_context:
            for c in range(n_context):
                n_rows = fill_bag(bags, context[c], n_rows, copies, scratch)
            # From here on `context` holds the targets: in CBOW the center alone.
            context[0], n_context = words[centre], 1
        else:
            n_rows = fill_bag(bags, words[centre], n_rows, copies, scratch)
        open_bag(model.inputs, shape, n_rows, scratch)
        for c in range(n_context):
            if used == method.reuse:
                noise, coming = coming, draw_noise(model, shape, sampling, method, scratch)
                used = 0
            used += 1
            targets = (np.intp(row_of(context[c], copies)), *noise)
            # The hidden row takes the place of an input row, and moves with each target.
            update_window(
                Model(scratch.hidden, model.outputs),
                shape,
                (HIDDEN,),
                0,
                1,
                targets,
                learning_rate,
                method.freeze_inputs,
                scratch,
            )
        if not method.freeze_inputs:
            spread_gain(model.inputs, shape, n_rows, scratch)


@step
def train_windows_of_bags(
    model: Model,
    shape: Shape,
    bags: Bags,
    n_words: int,
    sampling: Sampling,
    method: Method,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Train every bag of the first n_words of scratch.words with all its targets at a time."""
    words, copies = scratch.words, method.copies
    noise = coming = draw_noise(model, shape, sampling, method, scratch)
    used = method.reuse
    for center in range(n_words):
        entering = words[min(center + method.window + 1, n_words - 1)]
        prefetch(model.outputs, shape, row_of(entering, copies))
        if used == method.reuse:
            noise, coming = coming, draw_noise(model, shape, sampling, method, scratch)
            used = 0
        used += 1
        n_context = gather_context(words, n_words, center, method.window, scratch)
        if not n_context:
            continue  # a sentence of one word
        n_rows = fill_bag(bags, words[center], 0, copies, scratch)
        open_bag(model.inputs, shape, n_rows, scratch)
        n_parts = (n_context + method.together - 1) // method.together
        for part in range(n_parts):
            first, last = part * n_context // n_parts, (part + 1) * n_context // n_parts
            n_goals = list_goals(first, last, noise, method, scratch)
            store_steps(model, shape, n_goals, learning_rate, scratch)
            move_goals(model, shape, n_goals, method.freeze_inputs, scratch)
        if not method.freeze_inputs:
            spread_gain(model.inputs, shape, n_rows, scratch)


@step
def list_goals(first: int, last: int, noise: Rows, method: Method, scratch: Scratch) -> int:
    """Write the noise words and scratch.context[first:last] to scratch.goals; return how many are
    of the context.

    A noise word has a pair with each of them that is another word.
    """
    rows, weights, n_noise = scratch.goals.rows, scratch.goals.weights, len(noise)
    for i in range(0, method.together, LANES):
        copy_at(rows, n_noise + i, scratch.context, first + i)
    if method.copies.n_rows:
        for i in range(n_noise, n_noise + last - first):
            rows[i] = row_of(rows[i], method.copies)
    for t in range(n_noise):
        same = 0
        for i in range(n_noise, n_noise + last - first):
            same += rows[i] == noise[t]
        rows[t], weights[t] = noise[t], last - first - same
    return last - first


@step
def store_steps(
    model: Model, shape: Shape, n_context: int, learning_rate: np.float32, scratch: Scratch
) -> None:
    """Write learning rate x error x pairs of each target to scratch.rates, and measure some."""
    goals, rates, end = scratch.goals, scratch.rates, len(shape.noise) + n_context
    # Behind the targets are other words, whose steps are not used.
    for i in range(0, end, len(EIGHT)):
        targets, products = read_rows(goals.rows, i, EIGHT), fill(np.float32(0), EIGHT)
        for k in range(shape.blocks):
            hidden = load_rows(scratch.hidden, (HIDDEN,), k, ONE)
            products = add_outer(products, hidden, load_rows(model.outputs, targets, k, ONE))
        store_at(rates, i, totals(products))
    for i in range(0, end, LANES):
        error = load_at(goals.labels, i) - sigmoid(load_at(rates, i), EIGHT + EIGHT)
        store_at(rates, i, fill(learning_rate, ONE) * load_at(goals.weights, i) * error)
    measure_goals(shape, n_context, learning_rate, scratch)


@step
def measure_goals(
    shape: Shape, n_context: int, learning_rate: np.float32, scratch: Scratch
) -> None:
    """Add the loss of every MEASURE_EVERY-th pair to the sum, as `sgns.measure`."""
    goals, loss, n_noise = scratch.goals, scratch.loss, len(shape.noise)
    loss[2] -= n_context
    if loss[2] < 0:
        word = n_noise + n_context + int(loss[2])
        loss[0] -= math.log(bounded(1 - abs(scratch.rates[word]) / learning_rate))
        for t in range(n_noise):
            if goals.rows[t] != goals.rows[word]:
                error = abs(scratch.rates[t]) / (learning_rate * goals.weights[t])
                loss[0] -= math.log(bounded(1 - error))
        loss[1] += 1
        loss[2] += MEASURE_EVERY


@step
def move_goals(
    model: Model, shape: Shape, n_context: int, freeze_inputs: bool, scratch: Scratch
) -> None:
    """Move each target by its step times the hidden row, and this by theirs."""
    for k in range(0, shape.blocks - 1, 2):
        move_blocks(model, shape, n_context, freeze_inputs, scratch, k, TWO)
    if shape.blocks % 2:
        move_blocks(model, shape, n_context, freeze_inputs, scratch, shape.blocks - 1, ONE)


@step
def move_blocks(
    model: Model,
    shape: Shape,
    n_context: int,
    freeze_inputs: bool,
    scratch: Scratch,
    k: int,
    span: Slots,
) -> None:
    """Blocks k, k + 1, ... of the rows, as many as the span is long."""
    hidden = load_rows(scratch.hidden, (HIDDEN,), k, span)
    moved = hidden
    for i in range(len(shape.noise) + n_context):
        row, rate = read_rows(scratch.goals.rows, i, ONE), spread(scratch.rates, i, ONE)
        y = load_rows(model.outputs, row, k, span)
        moved = add_outer(moved, rate, y)
        store_rows(model.outputs, row, k, add_outer(y, rate, hidden))
    if not freeze_inputs:
        store_rows(scratch.hidden, (HIDDEN,), k, moved)


@step
def prefetch_word(inputs: Floats2d, shape: Shape, bags: Bags, word: int, copies: Copies) -> None:
    """Prefetch the rows of a word that is needed soon. It is worth the time in CBOW only (5 %)."""
    if bags.whole:
        prefetch(inputs, shape, row_of(word, copies))
    else:
        for i in range(bags.offsets[word], bags.offsets[word + 1]):
            prefetch(inputs, shape, row_of(bags.rows[i], copies))


@step
def fill_bag(bags: Bags, word: int, n: int, copies: Copies, scratch: Scratch) -> int:
    """Append the rows of a word to the n in scratch.bag; return their number."""
    if bags.whole:
        scratch.bag[n] = row_of(word, copies)
        return n + 1
    for i in range(bags.offsets[word], bags.offsets[word + 1]):
        scratch.bag[n] = row_of(bags.rows[i], copies)
        n += 1
    return n


@step
def open_bag(inputs: Floats2d, shape: Shape, n_rows: int, scratch: Scratch) -> None:
    """Write the mean of the bag's rows to both rows of scratch.hidden."""
    for k in range(0, shape.blocks - 3, 4):
        open_blocks(inputs, n_rows, scratch, k, FOUR)
    for k in range(shape.blocks - shape.blocks % 4, shape.blocks):
        open_blocks(inputs, n_rows, scratch, k, ONE)


@step
def open_blocks(inputs: Floats2d, n_rows: int, scratch: Scratch, k: int, span: Slots) -> None:
    """Blocks k, k + 1, ... of the mean, as many as the span is long."""
    total = fill(np.float32(0), span)
    for i in range(n_rows):
        total = total + load_rows(inputs, (scratch.bag[i],), k, span)
    mean = total * fill(np.float32(1) / np.float32(n_rows), span)
    store_rows(scratch.hidden, (HIDDEN,), k, mean)
    store_rows(scratch.hidden, (BEGUN,), k, mean)


@step
def spread_gain(inputs: Floats2d, shape: Shape, n_rows: int, scratch: Scratch) -> None:
    """Add the gain of the mean to each row of the bag, twice to one that occurs twice."""
    for k in range(0, shape.blocks - 3, 4):
        spread_blocks(inputs, n_rows, scratch, k, FOUR)
    for k in range(shape.blocks - shape.blocks % 4, shape.blocks):
        spread_blocks(inputs, n_rows, scratch, k, ONE)


@step
def spread_blocks(inputs: Floats2d, n_rows: int, scratch: Scratch, k: int, span: Slots) -> None:
    """Blocks k, k + 1, ... of the gain, as many as the span is long."""
    trained = load_rows(scratch.hidden, (HIDDEN,), k, span)
    gain = trained - load_rows(scratch.hidden, (BEGUN,), k, span)
    # One row after the other: the gains of a row that occurs twice must both arrive.
    for i in range(n_rows):
        add_to_rows(inputs, (scratch.bag[i],), k, gain)
