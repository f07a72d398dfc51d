"""Skip-gram window by window, all words of a window against the same noise words: the mode `fast`.

What `pairs` does for pairs. Windows are listed, then trained two at a time, both against the same
noise words. The errors of two are computed before the two before them move, so that neither
computation waits for the other; they see the model as it was before four windows, as by four
threads. The list is sorted by the number of words, so that two windows of one moment are as long as
each other and the processor predicts the ends of loops. Windows of one moment are far from each
other in the text: those that share their words would move them by the same error.
"""

from __future__ import annotations

import math

import numpy as np

from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import (
    LANES,
    Rows,
    Slots,
    add_outer,
    add_to_rows,
    add_weighted,
    copy_at,
    fill,
    join,
    load_at,
    load_rows,
    read_rows,
    slots,
    spread,
    store_at,
    store_rows,
    totals,
)
from embedadapt.kernels.pairs import list_noise
from embedadapt.kernels.rng import next_below
from embedadapt.kernels.sgns import (
    MEASURE_EVERY,
    ONE,
    TWO,
    Method,
    Model,
    Sampling,
    Scratch,
    Shape,
    bounded,
    prefetch,
    row_of,
    sigmoid,
)

MOST = 128
"""Windows that are listed before they are trained. With fewer, two windows of one moment are near
each other more often, and the loss is higher."""

STRIDE = 49
"""Windows of the same length are trained in the order 0, 49, 98, 19, ... of the list: 128 times
.38, the golden section, so that those that follow each other are far apart."""

FOUR = slots(4)


@step
def train_windows(
    model: Model,
    shape: Shape,
    n_words: int,
    is_last: bool,
    n: int,
    sampling: Sampling,
    method: Method,
    learning_rate: np.float32,
    scratch: Scratch,
) -> int:
    """List the windows of the first n_words of scratch.words after n others; return their number.

    The list is trained when it is full, and after the last sentence.
    """
    words = scratch.words
    if method.copies.n_rows:
        for i in range(n_words):
            words[i] = row_of(words[i], method.copies)
    begin = 0
    while True:
        end = min(n_words, begin + MOST - n)
        for center in range(begin, end):
            prefetch(model.outputs, shape, words[center])
            prefetch(model.inputs, shape, words[min(center + method.window, n_words - 1)])
            list_window(n_words, center, n, method.window, scratch)
            n += 1
        if n == MOST or (is_last and end == n_words):
            sort_windows(n, method.window, scratch)
            list_noise((n + 1) // 2, shape, sampling, method, scratch)
            train_list(model, shape, n, learning_rate, method, scratch)
            n = 0
        if end == n_words:
            return n
        begin = end


@step
def list_window(n_words: int, center: int, n: int, window: int, scratch: Scratch) -> None:
    """Write the words around a center to the list as number n."""
    words, windows = scratch.words, scratch.windows
    reach = 1 + next_below(scratch.rng, window)
    first, last = max(0, center - reach), min(n_words - 1, center + reach)
    # As many words as the widest window has are copied, since a loop over as many as there are
    # would end at a different time in each window.
    place = n * 2 * window
    for i in range(0, window, LANES):
        copy_at(windows.context, place + i, words, first + i)
    for i in range(0, window, LANES):
        copy_at(windows.context, place + center - first + i, words, center + 1 + i)
    windows.centers[n], windows.sizes[n] = words[center], last - first


@step
def sort_windows(n: int, window: int, scratch: Scratch) -> None:
    """Write the numbers of n windows to windows.order, those with the fewest words first."""
    sizes, starts, order = scratch.windows.sizes, scratch.windows.starts, scratch.windows.order
    for size in range(2 * window + 2):
        starts[size] = 0
    for i in range(n):
        starts[sizes[i] + 1] += 1
    for size in range(2 * window + 1):
        starts[size + 1] += starts[size]
    for i in range(MOST):
        number = i * STRIDE % MOST
        if number < n:
            order[starts[sizes[number]]] = number
            starts[sizes[number]] += 1
    order[n] = MOST  # a window without words, for an odd one to be trained with


@step
def train_list(
    model: Model,
    shape: Shape,
    n: int,
    learning_rate: np.float32,
    method: Method,
    scratch: Scratch,
) -> None:
    """Train n windows, two at a time."""
    for first in range(0, n + 2, 2):
        if first < n:
            prefetch_noise(model, shape, first + 2, scratch)
            end = store_scores(model, shape, first, method.window, scratch)
        if first > 0:
            move_windows(model, shape, first - 2, n, method, scratch)
        if first < n:
            for i in range(half_of(first, scratch), end, LANES):
                sigma = sigmoid(load_at(scratch.windows.steps, i), FOUR + FOUR + FOUR)
                error = load_at(scratch.windows.labels, i) - sigma
                store_at(scratch.windows.steps, i, fill(learning_rate, ONE) * error)
            finish_steps(shape, first, n, learning_rate, scratch)


@step
def prefetch_noise(model: Model, shape: Shape, first: int, scratch: Scratch) -> None:
    """Prefetch the rows of the noise words of the windows order[first] and order[first + 1]."""
    for t in range(len(shape.noise)):
        prefetch(model.outputs, shape, scratch.pairs.noise[first // 2 * len(shape.noise) + t])


@step
def noise_of(first: int, shape: Shape, scratch: Scratch) -> Rows:
    """The rows of the noise words of the windows order[first] and order[first + 1]."""
    return read_rows(scratch.pairs.noise, first // 2 * len(shape.noise), shape.noise)


@step
def half_of(first: int, scratch: Scratch) -> int:
    """Where in windows.steps those of two windows begin; the next two have the other half."""
    return first // 2 % 2 * (len(scratch.windows.steps) // 2)


@step
def store_scores(model: Model, shape: Shape, first: int, window: int, scratch: Scratch) -> int:
    """Write x . y of two windows' words with their targets to windows.steps; return their end.

    Two words of each window are scored at a time. Their scores with the noise words come first,
    word by word, then those with their centers. Beyond the end of a window are other words, whose
    scores are not used.
    """
    windows, noise = scratch.windows, noise_of(first, shape, scratch)
    one, other = windows.order[first], windows.order[first + 1]
    center, other_center = (np.intp(windows.centers[one]),), (np.intp(windows.centers[other]),)
    place = half_of(first, scratch)
    for c in range(0, max(windows.sizes[one], windows.sizes[other]), 2):
        two = read_rows(windows.context, one * 2 * window + c, TWO)
        other_two = read_rows(windows.context, other * 2 * window + c, TWO)
        with_noise = fill(np.float32(0), noise + noise + noise + noise)
        with_center, with_other = fill(np.float32(0), TWO), fill(np.float32(0), TWO)
        for k in range(shape.blocks):
            x = load_rows(model.inputs, two, k, ONE)
            other_x = load_rows(model.inputs, other_two, k, ONE)
            y = load_rows(model.outputs, noise, k, ONE)
            with_noise = add_outer(with_noise, join(x, other_x), y)
            with_center = add_outer(with_center, x, load_rows(model.outputs, center, k, ONE))
            other_y = load_rows(model.outputs, other_center, k, ONE)
            with_other = add_outer(with_other, other_x, other_y)
        # Whole vectors are stored; what they overwrite behind these scores is stored next.
        scores = totals(join(with_noise, join(with_center, with_other)))
        store_at(windows.steps, place, scores)
        place += 4 * (1 + len(noise))
    return place


@step
def place_of(first: int, i: int, c: int, shape: Shape, scratch: Scratch) -> tuple[int, int]:
    """Where in windows.steps those of word c of window order[i] are, first the one with its center,
    then those with the noise words; see `store_scores`."""
    n_noise, word = len(shape.noise), 2 * (i - first) + c % 2
    four = half_of(first, scratch) + c // 2 * 4 * (1 + n_noise)
    return four + 4 * n_noise + word, four + word * n_noise


@step
def finish_steps(
    shape: Shape,
    first: int,
    n: int,
    learning_rate: np.float32,
    scratch: Scratch,
) -> None:
    """Clear the steps of noise words that are the center, and measure the loss of some pairs."""
    windows, noise = scratch.windows, noise_of(first, shape, scratch)
    for i in range(first, min(first + 2, n)):
        number = windows.order[i]
        # A noise word that is the center itself is no negative example: its step becomes zero.
        for t in range(len(noise)):
            if noise[t] == windows.centers[number]:
                for c in range(windows.sizes[number]):
                    windows.steps[place_of(first, i, c, shape, scratch)[1] + t] = 0
        measure_window(shape, first, i, learning_rate, scratch)


@step
def measure_window(
    shape: Shape, first: int, i: int, learning_rate: np.float32, scratch: Scratch
) -> None:
    """Add the loss of every MEASURE_EVERY-th pair to the sum, as `sgns.measure`."""
    steps, loss = scratch.windows.steps, scratch.loss
    size = scratch.windows.sizes[scratch.windows.order[i]]
    loss[2] -= size
    if loss[2] < 0:
        place, others = place_of(first, i, size + int(loss[2]), shape, scratch)
        # One logarithm of the product instead of one for each target.
        product = bounded(1 - abs(steps[place]) / learning_rate)
        for t in range(len(shape.noise)):
            product *= bounded(1 - abs(steps[others + t]) / learning_rate)
        loss[0] -= math.log(product)
        loss[1] += 1
        loss[2] += MEASURE_EVERY


@step
def move_windows(
    model: Model, shape: Shape, first: int, n: int, method: Method, scratch: Scratch
) -> None:
    """Move the rows of two windows by their steps, a few columns at a time."""
    for k in range(0, shape.blocks - 1, 2):
        move_blocks(model, shape, first, n, method, scratch, k, TWO)
    if shape.blocks % 2:
        move_blocks(model, shape, first, n, method, scratch, shape.blocks - 1, ONE)


@step
def move_blocks(
    model: Model,
    shape: Shape,
    first: int,
    n: int,
    method: Method,
    scratch: Scratch,
    k: int,
    span: Slots,
) -> None:
    """Blocks k, k + 1, ... of the rows, as many as the span is long, as `sgns.move`."""
    windows, noise = scratch.windows, noise_of(first, shape, scratch)
    y = load_rows(model.outputs, noise, k, span)
    steps = y - y
    for i in range(first, min(first + 2, n)):
        number = windows.order[i]
        center = (np.intp(windows.centers[number]),)
        center_y = load_rows(model.outputs, center, k, span)
        center_steps = fill(np.float32(0), span)
        for c in range(windows.sizes[number]):
            place, others = place_of(first, i, c, shape, scratch)
            center_rate = spread(windows.steps, place, ONE)
            rates = spread(windows.steps, others, noise)
            word = read_rows(windows.context, number * 2 * method.window + c, ONE)
            x = load_rows(model.inputs, word, k, span)
            center_steps = add_outer(center_steps, center_rate, x)
            steps = add_outer(steps, rates, x)
            if not method.freeze_inputs:
                moved = add_weighted(add_weighted(x, center_rate, center_y), rates, y)
                store_rows(model.inputs, word, k, moved)
        add_to_rows(model.outputs, center, k, center_steps)
    add_to_rows(model.outputs, noise, k, steps)
