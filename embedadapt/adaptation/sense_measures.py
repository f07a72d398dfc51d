"""What sense-shift candidates (adaptation.sense_shifts) are ranked by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.adapter import Adapter
from embedadapt.core.types import Doubles1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.keyness import general_shares, in_order
from embedadapt.text.relatives import Relatives

CANDIDATES = 100_000
"""First words of the base among which neighbors are looked for."""
NEIGHBORS = 50
"""Nearest words of the base that a word may leave."""
WORDS_AT_ONCE = 512


def general_specificity(vocabulary: Vocabulary, adapter: Adapter) -> Doubles1d | None:
    """(n_candidates,) float64: specificity of the base's first CANDIDATES words, with half an
    occurrence added to each; None where the base does not tell general shares."""
    has_shares = in_order(vocabulary) if vocabulary.counts is None else vocabulary.total > 0
    if not has_shares:
        return None
    n_candidates = min(CANDIDATES, len(vocabulary))
    counts, rows = np.full(n_candidates, 0.5), adapter.base_rows
    ours = (rows >= 0) & (rows < n_candidates)
    counts[rows[ours]] += token_counts(adapter)[ours]
    shares = general_shares(vocabulary, np.arange(n_candidates, dtype=np.int32))
    ratio: Doubles1d = np.log(counts / max(1, adapter.vocabulary.total)) - np.log(shares)
    return ratio


def neighbor_fits(before: Floats2d, after: Floats2d, judged: Ints1d) -> Doubles1d:
    """(n_judged,) float64: how near to each judged word, after the move, the NEIGHBORS words are
    that were nearest before, in standard deviations of its cosines with all words.

    before, after: (n_words, dim). judged: (n_judged,) rows of them.
    """
    then = WordVectors(Vocabulary(map(str, range(len(before)))), before)
    lengths = np.linalg.norm(after, axis=1, keepdims=True)
    units = np.divide(after, lengths, out=np.zeros_like(after), where=lengths > 0)
    fits = np.empty(len(judged))
    for start in range(0, len(judged), WORDS_AT_ONCE):
        words = judged[start : start + WORDS_AT_ONCE]
        near, _ = nearest_rows(then, before[words], NEIGHBORS, exclude=words)
        cosines = (units[words] @ units.T).astype(np.float64)
        cosines[np.arange(len(words)), words] = 0  # a word is no neighbor of its own
        fit = np.take_along_axis(cosines, near, axis=1).mean(axis=1) - cosines.mean(axis=1)
        spread = cosines.std(axis=1)
        fits[start : start + len(words)] = np.divide(
            fit, spread, out=np.zeros_like(fit), where=spread > 0
        )
    return fits


def inflected_families(words: tuple[str, ...], counts: Longs1d, language: str | None) -> Ints1d:
    """(n_words,) int32: a number for each family of inflected forms (`party`, `parties`)."""
    of_word = dict(zip(words, counts.tolist(), strict=True))
    relatives = Relatives(of_word, of_word, language)
    place = {word: i for i, word in enumerate(words)}
    family = list(range(len(words)))

    def first_of(i: int) -> int:
        while family[i] != i:
            i = family[i]
        return i

    for word, i in place.items():
        other = relatives.inflected(word)
        if other is not None:
            family[first_of(i)] = first_of(place[other])
    return np.array([first_of(i) for i in range(len(words))], dtype=np.int32)


def toward_family(values: Doubles1d, families: Ints1d, counts: Longs1d) -> Doubles1d:
    """(n_words,) float64: halfway from each word's value to its family's mean, weighted by counts:
    inflected forms mostly share their sense, and a mean is surer."""
    means = np.bincount(families, counts * values) / np.maximum(np.bincount(families, counts), 1)
    halfway: Doubles1d = (values + means[families]) / 2
    return halfway


def below(values: Doubles1d, domain: NDArray[np.bool_]) -> Doubles1d:
    """(n_words,) float64: how far below the domain's mean, in the domain's standard deviations."""
    if not domain.any():
        return np.zeros(len(values))
    difference: Doubles1d = (values[domain].mean() - values) / (values[domain].std() or 1.0)
    return difference


def token_counts(adapter: Adapter) -> Longs1d:
    """(n_words,) int64: counts of the adapter's words; zeros where it has none."""
    counts = adapter.vocabulary.counts
    return np.zeros(len(adapter.vocabulary), dtype=np.int64) if counts is None else counts
