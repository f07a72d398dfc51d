"""Whether a word that is always capitalised looks like a name, by its letters.

Headings, tables and defined terms capitalise any word, so capitals alone do not tell
`Nonexclusivity` from `Hemispherx`. Naive Bayes over letter n-grams does, taught by the corpus: its
known words that are always capitalised against those that mostly are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from math import log
from statistics import fmean

SHORTEST_NGRAM, LONGEST_NGRAM = 2, 4
SHORTEST = 4
"""Letters of a word that teaches."""
FEWEST_NAMES = 3000
"""Names that it takes to learn from. Of fewer, too many n-grams are seen by chance or never."""
MOST = 20_000
"""Words of a kind that teach, the commonest ones."""
NAME_SHARE = 0.05
"""Share of a name's running words that may stand in small letters."""


class NameLooks:
    """Learns from words and their capitals.

    small: running words in small letters, of each word. counts: all running words of each.
    """

    def __init__(self, small: Mapping[str, int], counts: Mapping[str, int]) -> None:
        names, others = known_by_capitals(small, counts)
        self.knows = len(names) >= FEWEST_NAMES
        self._names, self._n_names = _counted(names[:MOST])
        self._others, self._n_others = _counted(others[:MOST])
        self._log_ratio = cache(self._find_log_ratio)

    def commonness(self, word: str) -> float:
        """How much likelier the word's n-grams are in other words than in names: their mean log
        ratio, in nats. 0 where there are too few names to learn from."""
        return fmean([self._log_ratio(ngram) for ngram in _ngrams(word)]) if self.knows else 0.0

    def _find_log_ratio(self, ngram: str) -> float:
        in_others = (self._others[ngram] + 0.5) / (self._n_others + 1)
        in_names = (self._names[ngram] + 0.5) / (self._n_names + 1)
        return log(in_others / in_names)


def known_by_capitals(
    small: Mapping[str, int], counts: Mapping[str, int]
) -> tuple[list[str], list[str]]:
    """The words that are always capitalised and those that mostly are not, commonest first."""
    commonest = sorted(counts, key=lambda word: (-counts[word], word))
    words = [word for word in commonest if len(word) >= SHORTEST and word.isalpha()]
    names = [word for word in words if small.get(word, 0) <= NAME_SHARE * counts[word]]
    return names, [word for word in words if 2 * small.get(word, 0) >= counts[word]]


def _counted(words: Sequence[str]) -> tuple[Counter[str], int]:
    return Counter(chain.from_iterable(map(_ngrams, words))), len(words)


def _ngrams(word: str) -> set[str]:
    """With its beginning and its end marked."""
    marked = f"<{word}>"
    return {
        marked[start : start + length]
        for length in range(SHORTEST_NGRAM, LONGEST_NGRAM + 1)
        for start in range(len(marked) - length + 1)
    }
