"""Known words are hidden, made again as new words, and compared with their true vectors.

Both sides are compared without the frequency trend of the vectors (adaptation.trend): otherwise a
vector with nothing but the trend of rare words would be near the truth of every rare word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.neighbors import QUERIES_AT_ONCE, candidates_of, unit_rows


@dataclass(frozen=True)
class HiddenScore:
    """How near the vectors made for hidden words are to the true ones.

    cosine: mean cosine with the true vector. median_rank: median rank of the true vector by cosine
    with the one made, among the candidates, where
        the other hidden words have the vectors made for them; 1 is best.
    hit_at_10: share of words with a rank of at most 10.
    n_words, n_candidates: hidden words, and words they were ranked among.
    """

    cosine: float
    median_rank: float
    hit_at_10: float
    n_words: int
    n_candidates: int


def score_hidden(
    base: WordVectors, trend: FrequencyTrend, rows: Ints1d, found: Floats2d
) -> HiddenScore:
    """Compare the true vectors of hidden words with those made for them.

    base, trend: the whole vectors and their trend. rows: (n,) rows of the hidden words, n >= 1.
    found: (n, dim) vectors made for them, without the trend.
    """
    table = candidates_of(base).matrix
    shown = np.setdiff1d(np.arange(len(table)), rows)
    true = unit_rows(base.matrix[rows] - trend.at(rows))
    found = unit_rows(found)
    candidates = np.vstack([unit_rows(table[shown] - trend.at(shown)), found])
    ranks = true_ranks(candidates, true, found)
    return HiddenScore(
        cosine=float((true * found).sum(axis=1).mean()),
        median_rank=float(np.median(ranks)),
        hit_at_10=float((ranks <= 10).mean()),
        n_words=len(true),
        n_candidates=len(candidates),
    )


def true_ranks(candidates: Floats2d, true: Floats2d, found: Floats2d) -> Longs1d:
    """Rank of each true vector among the candidates, by cosine with the one made, (n,).

    All rows have unit length. The last n candidates are the vectors made; each is no rival of its
    own true vector. A candidate comes before only if it is nearer by more than rounding.
    """
    own = (true * found).sum(axis=1)
    first = len(candidates) - len(found)
    ranks = []
    for some in np.array_split(np.arange(len(true)), -(-len(true) // QUERIES_AT_ONCE)):
        nearer = found[some] @ candidates.T > own[some, None] + 1e-6
        nearer[np.arange(len(some)), first + some] = False
        ranks.append(nearer.sum(axis=1) + 1)
    return np.concatenate(ranks)
