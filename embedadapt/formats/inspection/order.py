"""Whether a table's words stand most frequent first, as far as the words themselves tell.

Frequent words are short (Zipf 1935, "The Psycho-Biology of Language"), so a table in order of
frequency begins with shorter words than it goes on with, and one in another order does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

FEWEST = 2000
"""Words below which nothing is told."""
ALPHABETICAL = 0.9
"""Of neighbors in order of their characters: 0.50 in tables in order of frequency."""
SURE, NOTHING = 10.0, 3.0
"""Standard errors by which the first words are shorter: 20 to 24 in five published tables, English
and French, 0.8 in one of them shuffled."""


def told_order(words: Sequence[str]) -> tuple[bool | None, str]:
    """Whether the order is that of frequency, None where it cannot be told, and by what."""
    if len(words) < FEWEST:
        return None, ""
    if sum(one <= other for one, other in pairwise(words)) > ALPHABETICAL * len(words):
        return False, "alphabetical"
    lengths = np.fromiter(map(len, words), np.float64, len(words))
    n_first = min(1000, len(words) // 10)
    first, mean = lengths[:n_first].mean(), lengths.mean()
    errors = (mean - first) / (lengths.std() / np.sqrt(n_first) or 1)
    told = f"its first {n_first:,} words have {first:.1f} characters on average, all {mean:.1f}"
    return (True if errors > SURE else False if errors < NOTHING else None), told
