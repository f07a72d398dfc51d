"""How the rows of a window move by their errors: the last part of `sgns.update_window`.

There are two ways, for as many registers as the processor has. Both move each context word x by
the sum of rate * y with the targets y as they were, and each y by the sum of rate * x with the x as
they were. A word that occurs twice moves twice.
"""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d, Ints1d
from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import (
    LANES,
    LINE,
    ONE,
    TWO,
    Rows,
    Slots,
    Vectors,
    add_combinations,
    add_outer,
    add_scaled_to_rows,
    add_to_rows,
    add_weighted,
    fill,
    load_rows,
    spread,
    store_rows,
)
from embedadapt.kernels.model import Model, Scratch, Shape


@step
def move_by_blocks(
    model: Model,
    shape: Shape,
    context: Ints1d | Rows,
    first: int,
    last: int,
    targets: Rows,
    freeze_inputs: bool,
    scratch: Scratch,
) -> None:
    """Move some columns of all rows, then the next: the steps of all targets stay in registers.

    Columns are independent of each other, so that two blocks can go together; loaded rates serve
    both.
    """
    rates = scratch.rates
    for k in range(0, shape.blocks - 1, 2):
        steps = fill(np.float32(0), targets + targets)
        move_blocks(model, context, first, last, targets, rates, steps, k, TWO, freeze_inputs)
    if shape.blocks % 2:
        k = shape.blocks - 1
        steps = fill(np.float32(0), targets)
        move_blocks(model, context, first, last, targets, rates, steps, k, ONE, freeze_inputs)


@step
def move_blocks(
    model: Model,
    context: Ints1d | Rows,
    first: int,
    last: int,
    targets: Rows,
    rates: Floats1d,
    steps: Vectors,
    k: int,
    span: Slots,
    freeze_inputs: bool,
) -> None:
    """Blocks k, k + 1, ... of the rows.

    steps: zeros, one vector for each block of each target. span: a tuple as long as the run of
    blocks.
    """
    y = load_rows(model.outputs, targets, k, span)
    for c in range(first, last):
        rate = spread(rates, c * len(targets), targets)
        x = load_rows(model.inputs, (context[c],), k, span)
        # The targets' steps take x as it was; x itself moves by y as they were.
        steps = add_outer(steps, rate, x)
        if not freeze_inputs:
            store_rows(model.inputs, (context[c],), k, add_weighted(x, rate, y))
    add_to_rows(model.outputs, targets, k, steps)


@step
def move_by_words(
    model: Model,
    shape: Shape,
    context: Ints1d | Rows,
    first: int,
    last: int,
    targets: Rows,
    freeze_inputs: bool,
    scratch: Scratch,
) -> None:
    """Move two context words and all targets along their rows, then the next two words.

    Of the targets only a block at a time is in registers; those that the words move by are copied
    before.
    """
    n = len(targets)
    copies: Rows = (len(shape.noise), *shape.noise)
    if last - first == 1:
        before, places = model.outputs, targets  # the only word reads them before they move
    else:
        before, places = scratch.before, copies
        for k in range(shape.blocks):
            store_rows(before, places, k, load_rows(model.outputs, targets, k, ONE))
    c = first
    while c < last:
        # Of a word that occurs twice both moves must arrive.
        if c + 1 < last and context[c] != context[c + 1]:
            words, rates = (
                (context[c], context[c + 1]),
                spread(scratch.rates, c * n, targets + targets),
            )
            move_words(model, shape, words, targets, rates, before, places, freeze_inputs)
            c += 2
        else:
            word, rate = (context[c],), spread(scratch.rates, c * n, targets)
            move_words(model, shape, word, targets, rate, before, places, freeze_inputs)
            c += 1


@step
def move_words(
    model: Model,
    shape: Shape,
    words: Rows,
    targets: Rows,
    rates: Vectors,
    before: Floats2d,
    places: Rows,
    freeze_inputs: bool,
) -> None:
    """Move words and targets. places: the rows of `before` that hold the targets as they were."""
    for k in range(shape.blocks):
        x = load_rows(model.inputs, words, k, ONE)
        if not freeze_inputs:
            y = load_rows(before, places, k, ONE)
            store_rows(model.inputs, words, k, add_combinations(x, rates, y))
        add_scaled_to_rows(model.outputs, targets, k, rates, x)


move_rows = move_by_blocks if LANES == LINE else move_by_words
"""By words where there are 16 registers: with `add_combinations`, `fast` is a quarter faster there.
With 32 registers it was not measured."""
