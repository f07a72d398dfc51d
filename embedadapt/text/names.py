"""Whether a word that is always capitalised looks like a name, by its letters.

Headings, tables and defined terms capitalise any word, so capitals alone do not tell
`Nonexclusivity` from `Hemispherx`. Naive Bayes over letter n-grams does, taught by the corpus: its
known words that are always capitalised against those that mostly are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from embedadapt.core.types import Ints1d, Longs1d

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
    """Learns from words and their capitals how names look.

    small: running words in small letters, of each word. counts: all running words of each.
    asked: the words whose `commonness` is to be known.
    """

    def __init__(
        self, small: Mapping[str, int], counts: Mapping[str, int], asked: Iterable[str]
    ) -> None:
        names, others = (some[:MOST] for some in known_by_capitals(small, counts))
        self.knows = len(names) >= FEWEST_NAMES
        asked = [*asked] if self.knows else []
        self._asked = {word: number for number, word in enumerate(asked)}
        if not self.knows:
            return
        ngrams, ends = _numbered([*names, *others, *asked])
        n, of_names, of_others = int(ngrams.max()) + 1, *ends[[len(names) - 1, -1 - len(asked)]]
        in_names = (np.bincount(ngrams[:of_names], minlength=n) + 0.5) / (len(names) + 1)
        in_others = (np.bincount(ngrams[of_names:of_others], minlength=n) + 0.5) / (len(others) + 1)
        ratios = np.log(in_others / in_names)[ngrams[of_others:]]
        sizes = np.diff(ends[len(ends) - len(asked) - 1 :])
        sums = np.add.reduceat(ratios, np.cumsum(sizes) - sizes) if asked else ratios
        self._commonness = (sums / sizes).tolist()

    def commonness(self, word: str) -> float:
        """How much likelier the n-grams of a word that was asked for are in other words than in
        names: their mean log ratio, in nats. 0 where there are too few names to learn from."""
        return self._commonness[self._asked[word]] if self.knows else 0.0


def known_by_capitals(
    small: Mapping[str, int], counts: Mapping[str, int]
) -> tuple[list[str], list[str]]:
    """The words that are always capitalised and those that mostly are not, commonest first."""
    commonest = sorted(sorted(counts), key=counts.__getitem__, reverse=True)
    words = [word for word in commonest if len(word) >= SHORTEST and word.isalpha()]
    names = [word for word in words if small.get(word, 0) <= NAME_SHARE * counts[word]]
    return names, [word for word in words if 2 * small.get(word, 0) >= counts[word]]


def _numbered(words: Sequence[str]) -> tuple[Ints1d, Longs1d]:
    """The numbers of the n-grams of words with their beginnings and ends marked, each once for a
    word; and where those of each word end."""
    from embedadapt.kernels.ngrams import number_ngrams

    text = "".join([f"<{word}>" for word in words]).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(text, np.uint32)
    word_ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)) + 2)
    most = len(letters) * (LONGEST_NGRAM - SHORTEST_NGRAM + 1)
    slots = np.zeros(1 << (2 * most).bit_length(), np.int32)
    first, sizes, last, ngrams = (np.empty(most, np.int32) for _ in range(4))
    ends = np.empty(len(words), np.int64)
    lengths = SHORTEST_NGRAM, LONGEST_NGRAM
    number_ngrams(letters, word_ends, lengths, slots, first, sizes, last, ngrams, ends)
    return ngrams[: ends[-1]], ends
