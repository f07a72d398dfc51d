"""The training of a block of text, which calls the kernels of `sgns` and `bags`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels import sgns
from embedadapt.kernels._compile import kernel, part, step
from embedadapt.kernels._simd import LANES, LINE, ONE, Slots, load_rows, store_rows
from embedadapt.kernels.bags import Bags, train_sentence_of_bags, train_windows_of_bags
from embedadapt.kernels.model import Copies, Goals, Method, Model, Pairs, Sampling, Scratch, Shape
from embedadapt.kernels.pairs import ROOM, train_pairs
from embedadapt.kernels.rng import next_unit, stream, substream


class Place(NamedTuple):
    """The position of a block of text in a run, which determines its random numbers."""

    seed: int
    epoch: int
    block: int


@kernel
def train_block(
    model: Model,
    shape: Shape,
    bags: Bags | None,
    one_by_one: Slots | None,
    by_window: Slots | None,
    token_ids: Ints1d,
    sentence_offsets: Longs1d,
    sampling: Sampling,
    method: Method,
    learning_rate: float,
    place: Place,
) -> tuple[float, int]:
    """Train on the sentences between the offsets, in order; the model changes in place.

    bags: None for skip-gram of whole words. one_by_one: ONE to train this pair by pair, with at
    most MOST_NOISE noise words, else None. by_window: ONE to train bags with several words
    around them at a time, else None. Returns the sum of the measured losses, in nats, and their
    number.
    """
    longest_bag = 0 if bags is None else bags.longest
    scratch = make_scratch(shape, sentence_offsets, method.window, longest_bag, place, by_window)
    rate = np.float32(learning_rate)
    merged = sentence_offsets[0]
    for s in range(len(sentence_offsets) - 1):
        start, end = sentence_offsets[s], sentence_offsets[s + 1]
        n_words = subsample(token_ids, start, end, sampling.keep, scratch)
        if one_by_one is not None:  # known to the compiler, as the others
            train_pairs(model, shape, n_words, sampling, method, rate, scratch)
        elif bags is None:
            sgns.train_sentence(model, shape, n_words, sampling, method, rate, scratch)
        elif by_window is not None:
            train_windows_of_bags(model, shape, bags, n_words, sampling, method, rate, scratch)
        else:
            train_sentence_of_bags(model, shape, bags, n_words, sampling, method, rate, scratch)
        # Copies are merged between sentences, and at the end of the block, after which the shared
        # rows may be read.
        if end - merged >= method.copies.merge_every or end == sentence_offsets[-1]:
            merge(model.inputs, shape, method.copies)
            merge(model.outputs, shape, method.copies)
            merged = end
    return scratch.loss[0], int(scratch.loss[1])


@step
def subsample(token_ids: Ints1d, start: int, end: int, keep: Floats1d, scratch: Scratch) -> int:
    """Copy the tokens of token_ids[start:end] that are kept to scratch.words; return how many."""
    n = 0
    for i in range(start, end):
        # There is no branch, which would often be mispredicted: the next word overwrites one that
        # is not kept.
        scratch.words[n] = token_ids[i]
        n += next_unit(scratch.rng) < keep[token_ids[i]]
    return n


@step
def merge(matrix: Floats2d, shape: Shape, copies: Copies) -> None:
    """Add the gains of the copies to the shared rows, and set the copies to the sum.

    There is no lock: where two threads merge a row at the same moment, one of the gains is lost.
    """
    for row in range(copies.n_rows):
        own, seen = copies.first + row, copies.first + copies.n_rows + row
        # The gain is what the copy has more than the shared row had when it was last read.
        for k in range(shape.blocks):
            gain = load_rows(matrix, (own,), k, ONE) - load_rows(matrix, (seen,), k, ONE)
            shared = load_rows(matrix, (row,), k, ONE) + gain
            store_rows(matrix, (row,), k, shared)
            store_rows(matrix, (own,), k, shared)
            store_rows(matrix, (seen,), k, shared)


@part
def make_scratch(
    shape: Shape,
    sentence_offsets: Longs1d,
    window: int,
    longest_bag: int,
    place: Place,
    by_window: Slots | None,
) -> Scratch:
    """Buffers for every sentence, window and bag of a block."""
    longest = 0
    for s in range(len(sentence_offsets) - 1):
        longest = max(longest, sentence_offsets[s + 1] - sentence_offsets[s])
    n_targets = 1 + len(shape.noise)
    # Two vectors more than there are scores: `update_window` stores and reads whole vectors.
    labels = np.zeros(2 * window * n_targets + 2 * LANES, np.float32)
    for i in range(0, len(labels), n_targets):
        labels[i] = 1  # the center is the first target of each pair
    numbers = stream(place.seed, place.epoch, place.block)
    return Scratch(
        numbers,
        np.empty(longest, np.int32),
        np.zeros(2 * window + 2 * LANES, np.int32),
        np.empty(n_targets, np.int32),
        substream(numbers),
        np.empty(len(labels), np.float32),
        labels,
        np.zeros(3),
        np.empty(longest_bag, np.int32),
        aligned_rows(2, shape.blocks * LANES),
        make_goals(window, n_targets, by_window),
        make_pairs(window, n_targets),
        aligned_rows(n_targets, shape.blocks * LANES),
    )


@part
def make_goals(window: int, n_targets: int, by_window: Slots | None) -> Goals | None:
    """Targets with room for the rest of a last vector; None where there is no need of them, since
    each array takes time to compile."""
    if by_window is None:
        return None
    most = n_targets + 2 * window + 2 * LANES
    labels = np.ones(most, np.float32)
    for t in range(n_targets - 1):
        labels[t] = 0
    return Goals(np.zeros(most, np.int32), labels, np.ones(most, np.float32))


@part
def make_pairs(window: int, n_targets: int) -> Pairs:
    """A list with room for the rest of a last window, and for what is read beyond its end."""
    most = ROOM + 2 * window + 4
    return Pairs(
        np.zeros(most, np.int32),
        np.zeros(most, np.int32),
        np.zeros(most * (n_targets - 1), np.int32),
        np.empty(most * (n_targets - 1), np.uint64),
    )


@part
def aligned_rows(n_rows: int, width: int) -> Floats2d:
    """Rows that begin at a multiple of 64 bytes.

    A vector that is stored across two cache lines is slow to load again.
    """
    buffer = np.empty(n_rows * width + LINE, np.float32)
    skip = (-buffer.ctypes.data % 64) // 4  # numbers up to the next multiple of 64 bytes
    return buffer[skip : skip + n_rows * width].reshape(n_rows, width)
