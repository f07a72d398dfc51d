"""Known words taken out of a table and made again: how near is each to the truth?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.neighbors import QUERIES_AT_ONCE, candidates_of, unit_rows


@dataclass(frozen=True)
class HiddenScore:
    """How well hidden words were found again.

    cosine: mean, of what was found with the truth. It flatters: the domain's mean has .5.
    median_rank: of the true vector among the candidates, by cosine with what was found; 1 is best.
    hit_at_10: share with a rank of at most 10.
    n_words, n_candidates: hidden words, and words they were ranked among.
    """

    cosine: float
    median_rank: float
    hit_at_10: float
    n_words: int
    n_candidates: int


def score_hidden(base: WordVectors, true: Floats2d, found: Floats2d) -> HiddenScore:
    """(n, dim) true vectors of hidden words of `base` against what was made for them, n >= 1."""
    true, found = unit_rows(true), unit_rows(found)
    ranks = true_ranks(base, true, found)
    return HiddenScore(
        cosine=float((true * found).sum(axis=1).mean()),
        median_rank=float(np.median(ranks)),
        hit_at_10=float((ranks <= 10).mean()),
        n_words=len(true),
        n_candidates=len(candidates_of(base)),
    )


def true_ranks(base: WordVectors, true: Floats2d, found: Floats2d) -> Longs1d:
    """(n,) rank of each true vector among the base's first words, by cosine with the found one.

    Unit rows. A candidate must be nearer by more than rounding to come before.
    """
    candidates = unit_rows(candidates_of(base).matrix)
    own = (true * found).sum(axis=1)
    ranks = [
        (found[some] @ candidates.T > own[some, None] + 1e-6).sum(axis=1) + 1
        for some in np.array_split(np.arange(len(true)), -(-len(true) // QUERIES_AT_ONCE))
    ]
    return np.concatenate(ranks)
