"""Sums of the words around each word."""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels._compile import kernel


@kernel
def sum_contexts(
    token_ids: Ints1d,
    sentence_offsets: Longs1d,
    targets: Ints1d,
    rows: Floats2d,
    weights: Floats1d,
    window: int,
    sums: Floats2d,
    totals: Doubles1d,
) -> None:
    """Add the weighted rows of every token's neighbors to `sums`, and their weights to `totals`.

    token_ids: (n_tokens,) int32. sentence_offsets: (n_sentences + 1,) int64.
    targets: (n_tokens,) int32, the row of `sums` that a token adds to, -1 for none.
    rows: (n_words, dim) float32, and weights: (n_words,) float32, what a neighbor adds.
    window: words on each side.
    sums: (n_targets, dim) float32, and totals: (n_targets,) float64, changed in place.
    """
    dim = rows.shape[1]
    for sentence in range(len(sentence_offsets) - 1):
        start, end = sentence_offsets[sentence], sentence_offsets[sentence + 1]
        for position in range(start, end):
            target = targets[position]
            if target < 0:  # most tokens, where only some words are wanted
                continue
            for other in range(max(start, position - window), min(end, position + window + 1)):
                # A neighbor without weight, such as a new word, would add nothing.
                weight = weights[token_ids[other]]
                if other == position or weight == np.float32(0):
                    continue
                row = rows[token_ids[other]]
                total = sums[target]
                for d in range(dim):
                    total[d] += weight * row[d]
                totals[target] += weight
