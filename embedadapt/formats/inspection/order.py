"""Whether words are in order of frequency, judged by the words themselves.

Frequent words are short (Zipf 1935, "The Psycho-Biology of Language"), so that vectors in order of
frequency begin with shorter words than they continue with; in another order they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

FEWEST = 2000
"""With fewer words nothing is concluded."""
ALPHABETICAL = 0.9
"""Share of adjacent words in order of their characters; it is 0.50 in order of frequency."""
SURE, NOTHING = 10.0, 3.0
"""Standard errors by which the first words are shorter: 20 to 24 in five published files, English
and French, and 0.8 in one of them shuffled."""


def told_order(words: Sequence[str]) -> tuple[bool | None, str]:
    """Whether the order is by frequency, None where it is not clear, and the evidence."""
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
