"""The part of vectors that depends on the frequency of the word, apart from its meaning.

In GloVe 6B 50d the mean vectors at ranks 10 to 20 thousand and 100 to 200 thousand point in
opposite directions. A new word is rarer than every word of the base, so that whatever is fitted to
the base puts it among words that are merely rarer. The trend is therefore subtracted first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d

BLOCK_ROWS = 4096
"""Rows summed at a time, in double precision."""
FIRST_RANK = 200
"""Rank from which the trend is fitted. Earlier words, mostly function words, do not follow it."""
FEWEST_WORDS = 50
"""Fewer shared words say nothing about the order of a file."""
LEAST_CORRELATION = 0.2
"""Least correlation of log rank with log count. GloVe 6B against contracts: .6; a shuffled file:
0."""


@dataclass(frozen=True, eq=False)
class FrequencyTrend:
    """A straight line over log(rank + 10) for each column: level and slope, (dim,) float32.

    by_frequency: whether the rows are in order of frequency; otherwise the slope is 0.
    """

    level: Floats1d
    slope: Floats1d
    by_frequency: bool

    @classmethod
    def fit(cls, matrix: Floats2d, *, by_frequency: bool) -> FrequencyTrend:
        """Fit the lines by least squares to the rows from FIRST_RANK on, in blocks.

        They are constant where the rows are not in order of frequency.
        """
        first = FIRST_RANK if len(matrix) > 10 * FIRST_RANK else 0
        log_ranks = _log_ranks(np.arange(first, len(matrix)))
        total, product = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
        for start in range(first, len(matrix), BLOCK_ROWS):
            block = matrix[start : start + BLOCK_ROWS].astype(np.float64)
            total += block.sum(axis=0)
            product += log_ranks[start - first : start - first + len(block)] @ block
        mean, mean_log = total / len(log_ranks), log_ranks.mean()
        variance = log_ranks.var()
        slope = np.zeros_like(mean)
        if by_frequency and variance > 0:
            slope = (product / len(log_ranks) - mean * mean_log) / variance
        level = mean - slope * mean_log
        return cls(level.astype(np.float32), slope.astype(np.float32), by_frequency)

    def at(self, ranks: Ints1d | Longs1d, columns: slice = slice(None)) -> Floats2d:
        """The trend at each rank, (n, n_columns), in some columns or all."""
        logs = _log_ranks(ranks).astype(np.float32)
        return self.level[columns] + np.outer(logs, self.slope[columns])


def in_frequency_order(rows: Ints1d, counts: Longs1d) -> bool:
    """Whether words with early rows in the vectors are frequent in the corpus too.

    rows: (n,) rows of the words. counts: (n,) their counts in the corpus.
    """
    if len(rows) < FEWEST_WORDS or np.ptp(counts) == 0:
        return False
    correlation = np.corrcoef(_log_ranks(rows), np.log(counts))[0, 1]
    return bool(correlation < -LEAST_CORRELATION)


def _log_ranks(ranks: Ints1d | Longs1d) -> np.ndarray:
    return np.log(np.asarray(ranks, dtype=np.float64) + 10)
