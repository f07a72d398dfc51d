"""How well two matrices predict text: the loss of the model on pairs that are always the same."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import CorpusError
from embedadapt.core.long_arrays import GrowingArray, chunks, release
from embedadapt.core.types import Doubles1d, Floats2d, Ints1d, Ints2d, Longs1d
from embedadapt.training.sampling import keep_probabilities, noise_shares, occurrences
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import check_trainable

HELD_OUT_SEED = 20_130_907
"""A constant, so that all models are compared on the same pairs."""


class HeldOutPairs(NamedTuple):
    """Drawn pairs. words: (n, n_context) context words, -1 for none. centres: (n,). noise: (n,
    negative)."""

    words: Ints2d
    centres: Ints1d
    noise: NDArray[np.integer[Any]]


def held_out_loss(
    inputs: Floats2d,
    outputs: Floats2d,
    corpus: EncodedCorpus,
    settings: TrainingSettings,
    *,
    n_pairs: int = 100_000,
) -> float:
    """Mean loss per pair, in nats, on `n_pairs` pairs of a corpus that was not trained on.

    Pairs are drawn as in training: frequent words are thinned by `subsample`, and each pair has its
    own noise words. In skip-gram a word at distance d has the weight window - d + 1; CBOW takes the
    mean of the words within a random window. The draw depends only on the corpus and the sampling
    settings, so that all models of one vocabulary are compared on the same pairs. A model that
    knows nothing has a loss of 4.16 (6 log 2) with 5 noise words.

    inputs: (n_words, dim); the means, where words are made of several rows.

    Raises CorpusError where the corpus has no pair.
    """
    check_trainable(inputs, outputs, corpus)
    return mean_loss(inputs, outputs, draw_held_out_pairs(corpus, settings, n_pairs))


def draw_held_out_pairs(
    corpus: EncodedCorpus, settings: TrainingSettings, n_pairs: int
) -> HeldOutPairs:
    """The pairs of `held_out_loss`, which depend on no vectors.

    Raises CorpusError where the corpus has no pair.
    """
    rng = np.random.default_rng(HELD_OUT_SEED)
    draw = _draw_pairs if settings.model.architecture == "skipgram" else _draw_windows
    words, centres = draw(corpus, settings, n_pairs, rng)
    shares = noise_shares(occurrences(corpus), settings.model.ns_exponent)
    noise = rng.choice(len(shares), size=(len(centres), settings.model.negative), p=shares)
    return HeldOutPairs(words, centres, noise)


def mean_loss(inputs: Floats2d, outputs: Floats2d, pairs: HeldOutPairs) -> float:
    """Mean loss of drawn pairs, in nats."""
    words, centres, noise = pairs
    losses = [
        pair_losses(_means(inputs, words[chunk]), outputs, centres[chunk], noise[chunk])
        for chunk in np.array_split(np.arange(len(centres)), -(-len(centres) // 10_000))
    ]
    return float(np.concatenate(losses).mean())


def _means(inputs: Floats2d, words: Ints2d) -> Floats2d:
    """Mean row of each group of words; -1 fills a group up."""
    rows = inputs[words] * (words >= 0)[:, :, None]
    means: Floats2d = rows.sum(axis=1) / (words >= 0).sum(axis=1, keepdims=True, dtype=np.float32)
    return means


def pair_losses(
    rows: Floats2d, outputs: Floats2d, centres: Ints1d, noise: NDArray[np.integer[Any]]
) -> Doubles1d:
    """Loss of each pair in nats, (n,).

    The rows, (n, dim), predict the words, (n,), against noise words, (n, negative).
    """
    true = np.einsum("pd,pd->p", rows, outputs[centres], dtype=np.float64)
    false = np.einsum("pd,pnd->pn", rows, outputs[noise], dtype=np.float64)
    counted = noise != centres[:, None]
    losses: Doubles1d = np.logaddexp(0, -true) + (np.logaddexp(0, false) * counted).sum(axis=1)
    return losses


def _draw_pairs(
    corpus: EncodedCorpus, settings: TrainingSettings, n_pairs: int, rng: np.random.Generator
) -> tuple[Ints2d, Ints1d]:
    """Context words, (n, 1), and centers of up to n_pairs pairs.

    There are fewer where sentences are very short.
    """
    words, sentences = _thinned(corpus, settings, rng)
    weights = np.arange(settings.model.window, 0, -1)
    n_tries = 4 * n_pairs if len(words) else 0
    centres = rng.integers(max(1, len(words)), size=n_tries)
    distances = rng.choice(settings.model.window, size=n_tries, p=weights / weights.sum()) + 1
    others = centres + distances * rng.choice([-1, 1], size=n_tries)
    inside = (others >= 0) & (others < len(words))
    centres, others = centres[inside], others[inside]
    together = sentences[centres] == sentences[others]
    centres, others = centres[together][:n_pairs], others[together][:n_pairs]
    _check_some(len(centres), corpus)
    return words[others][:, None], words[centres]


def _draw_windows(
    corpus: EncodedCorpus, settings: TrainingSettings, n_windows: int, rng: np.random.Generator
) -> tuple[Ints2d, Ints1d]:
    """The words around up to n_windows centers, (n, 2 window), -1 for none, and the centers."""
    words, sentences = _thinned(corpus, settings, rng)
    centres = rng.integers(max(1, len(words)), size=n_windows if len(words) else 0)
    reach = rng.integers(1, settings.model.window + 1, size=(len(centres), 1))
    steps = np.array([d for d in range(-settings.model.window, settings.model.window + 1) if d])
    others = centres[:, None] + steps
    inside = (others >= 0) & (others < len(words)) & (np.abs(steps) <= reach)
    others = np.where(inside, others, centres[:, None])
    inside &= sentences[others] == sentences[centres][:, None]
    filled = inside.any(axis=1)
    _check_some(int(filled.sum()), corpus)
    return np.where(inside, words[others], -1)[filled], words[centres[filled]]


def _thinned(
    corpus: EncodedCorpus, settings: TrainingSettings, rng: np.random.Generator
) -> tuple[Ints1d, Longs1d]:
    """The tokens that subsampling keeps, and the sentence of each."""
    keep = keep_probabilities(occurrences(corpus), settings.model.subsample)
    words, sentences = GrowingArray(np.int32), GrowingArray(np.int64)
    for part in chunks(corpus.n_tokens):
        ids = corpus.token_ids[part]
        kept = np.flatnonzero(rng.random(len(ids)) < keep[ids])
        words.extend(ids[kept])
        sentences.extend(
            np.searchsorted(corpus.sentence_offsets, part.start + kept, side="right") - 1
        )
        release(corpus.token_ids)
    return words.array(), sentences.array()


def _check_some(n_pairs: int, corpus: EncodedCorpus) -> None:
    if not n_pairs:
        raise CorpusError(
            "held-out text",
            expected="sentences with at least two words of the vocabulary",
            found=f"none in {corpus.n_sentences:,}",
            hint="Hold out more text.",
        )
