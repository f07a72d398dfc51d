"""Models whose input is the mean of several rows: CBOW, and words made of character n-grams.

In CBOW (Mikolov et al. 2013, arXiv:1301.3781) the mean of the words around a center should have a
high score with the center. In fastText (Bojanowski et al. 2017, arXiv:1607.04606) a word is itself
the mean of its own row and its n-grams' rows. In both, a *bag* of input rows has a mean, the hidden
row, which is trained against the targets as in skip-gram (`sgns.update_window`). Its whole gain is
then added to each row of the bag, as in word2vec, gensim and fastText.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import Slots, add_to_rows, fill, load_rows, slots, store_rows
from embedadapt.kernels.sgns import (
    ONE,
    Copies,
    Method,
    Model,
    Sampling,
    Scratch,
    Shape,
    draw_noise,
    gather_context,
    prefetch,
    row_of,
    update_window,
)

FOUR = slots(4)
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
