"""How often a word is drawn as noise, and how often a token of it is kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Doubles1d, Floats1d, Ints1d, Longs1d
from embedadapt.kernels.rng import fill_alias_table


def occurrences(corpus: EncodedCorpus) -> Longs1d:
    """Number of tokens of each word, (n_words,) int64.

    The counts of the vocabulary are used where it has any; otherwise the tokens are counted.
    """
    counts = corpus.vocabulary.counts
    if counts is None:
        return np.bincount(corpus.token_ids, minlength=len(corpus.vocabulary)).astype(np.int64)
    return counts


class NoiseTable(NamedTuple):
    """Walker's alias table: a draw takes a column at random, then its word or the word's alias.

    threshold: (n_words,) float32, probability that column i gives word i.
    alias: (n_words,) int32, the word that column i gives otherwise.
    """

    threshold: Floats1d
    alias: Ints1d


def noise_shares(counts: Longs1d, ns_exponent: float) -> Doubles1d:
    """Probability with which each word is drawn as noise, (n_words,) float64.

    Counts of 16 and 1 at the exponent .75 (Mikolov et al. 2013, arXiv:1310.4546, section 2.2)
    have the weights 8 and 1:

    >>> noise_shares(np.array([16, 1]), 0.75).round(4).tolist()
    [0.8889, 0.1111]

    Words that do not occur are never drawn. Raises ValueError if all counts are 0.
    """
    if not counts.any():
        raise ValueError("noise words need counts above 0")
    weights = np.zeros(len(counts))
    np.power(counts, ns_exponent, out=weights, where=counts > 0, dtype=np.float64)
    shares: Doubles1d = weights / weights.sum()
    return shares


def noise_table(counts: Longs1d, ns_exponent: float) -> NoiseTable:
    """The table that draws words with `noise_shares`.

    8/9 and 1/9 become two columns of 1/2 each; the second gives 2/9 of itself to its own word and
    the rest to the first:

    >>> table = noise_table(np.array([16, 1]), 0.75)
    >>> [round(float(p), 4) for p in table.threshold], table.alias.tolist()
    ([1.0, 0.2222], [0, 0])
    """
    threshold = np.empty(len(counts), dtype=np.float32)
    alias = np.empty(len(counts), dtype=np.int32)
    fill_alias_table(noise_shares(counts, ns_exponent), threshold, alias)
    return NoiseTable(threshold, alias)


def keep_probabilities(counts: Longs1d, subsample: float) -> Floats1d:
    """Probability with which a token of each word is kept, (n_words,) float32.

    The rule is that of word2vec and gensim: (sqrt(f / t) + 1) t / f, at most 1, where f is the
    word's share of all tokens and t is `subsample` (gensim's `sample`, fastText's `t`). A word that
    is a tenth of the text is kept (10 + 1) / 100 of the time at t = .001.

    >>> [round(float(p), 4) for p in keep_probabilities(np.array([100, 900]), 0.001)]
    [0.11, 0.0344]

    A `subsample` of 0 keeps all tokens.
    """
    if subsample == 0:
        return np.ones(len(counts), dtype=np.float32)
    share = np.maximum(counts, 1) / max(1, counts.sum())
    keep: Floats1d = ((np.sqrt(share / subsample) + 1) * subsample / share).astype(np.float32)
    return keep.clip(max=1)
