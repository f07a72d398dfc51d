"""How well the vectors of new words predict the words around them in held-out text.

The base has no vector for them and predicts nothing: the loss is log 2 for the neighbor and for
each noise word. A random vector does worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.long_arrays import GrowingArray, chunks, release
from embedadapt.core.types import Doubles1d, Floats1d, Floats2d, Ints1d, Ints2d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.judge import Judge
from embedadapt.training.likelihood import pair_losses
from embedadapt.training.sampling import keep_probabilities, noise_shares

PAIRS_AT_ONCE = 10_000
"""Bounds the memory of a loss: so many pairs with the rows of their words."""


class NewWordPairs(NamedTuple):
    """Pairs of a new word and a known neighbor.

    words: (n,) rows of the new words. neighbors: (n,) ids in the fitted vocabulary. noise: (n,
    negative) likewise.
    """

    words: Ints1d
    neighbors: Ints1d
    noise: Ints2d


def draw_pairs(
    groups: Sequence[EncodedCorpus], new_words: Vocabulary, fitted: Vocabulary, judge: Judge
) -> tuple[NewWordPairs, ...]:
    """The pairs of each group of documents, drawn as in training.

    groups: documents in one vocabulary that includes the new words. A neighbor at distance d is
    drawn with probability (window - d + 1) / window, and frequent ones are thinned by
    `judge.subsample`.
    """
    if not groups:
        return ()
    assert fitted.counts is not None
    new, known = (words.lookup(groups[0].vocabulary) for words in (new_words, fitted))
    keep = keep_probabilities(fitted.counts, judge.subsample)
    shares = noise_shares(fitted.counts, judge.ns_exponent)
    return _together(
        _pairs_of(group, new[group.token_ids], known[group.token_ids], keep, shares, judge)
        for group in groups
    )


def _together(pairs_of_groups: Iterable[NewWordPairs]) -> tuple[NewWordPairs, ...]:
    """The pairs of all groups in three arrays (core.long_arrays), of which those of each are views.

    Many arrays of their own would each be short enough to stay in memory.
    """
    words, neighbors, noise = (GrowingArray(np.int32) for _ in range(3))
    ends, n_noise = [0], 0
    for pairs in pairs_of_groups:
        words.extend(pairs.words)
        neighbors.extend(pairs.neighbors)
        noise.extend(pairs.noise.ravel())
        ends.append(len(words))
        n_noise = pairs.noise.shape[1]
    all_pairs = NewWordPairs(words.array(), neighbors.array(), noise.array().reshape(-1, n_noise))
    return tuple(
        NewWordPairs(*(each[first:end] for each in all_pairs)) for first, end in pairwise(ends)
    )


def _pairs_of(
    group: EncodedCorpus,
    new: Ints1d,
    known: Ints1d,
    keep: Floats1d,
    shares: Doubles1d,
    judge: Judge,
) -> NewWordPairs:
    """The pairs of one group.

    new, known: (n_tokens,), the row of each token among the new words, and its id in the fitted
    vocabulary, -1 for none. keep, shares: chance to be kept, and share of the noise, of each id.
    """
    rng = np.random.default_rng(judge.seed)
    lengths = np.diff(group.sentence_offsets)
    sentences = np.repeat(np.arange(group.n_sentences), lengths)
    centers = np.flatnonzero(new >= 0)
    words, neighbors = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for distance in (*range(-judge.window, 0), *range(1, judge.window + 1)):
        others = centers + distance
        inside = (others >= 0) & (others < len(known))
        at, there = centers[inside], others[inside]
        alike = (sentences[at] == sentences[there]) & (known[there] >= 0)
        at, there = at[alike], there[alike]
        chance = keep[known[there]] * (judge.window - abs(distance) + 1) / judge.window
        drawn = rng.random(len(at)) < chance
        words.append(new[at[drawn]])
        neighbors.append(known[there[drawn]])
    found = np.concatenate(words), np.concatenate(neighbors)
    noise = rng.choice(len(shares), size=(len(found[0]), judge.negative), p=shares)
    return NewWordPairs(*found, noise.astype(np.int32))


def new_word_losses(rows: Floats2d, outputs: Floats2d, pairs: NewWordPairs) -> float:
    """Mean loss of the pairs in nats; NaN if there are none.

    rows: (n_new, dim) vectors of the new words at the scale of `outputs`, zeros for missing ones.
    """
    if not len(pairs.words):
        return float("nan")
    losses = [
        pair_losses(rows[pairs.words[part]], outputs, pairs.neighbors[part], pairs.noise[part])
        for part in chunks(len(pairs.words), PAIRS_AT_ONCE)
    ]
    release(*pairs)
    return float(np.concatenate(losses).mean())
