"""How much likelier the letters of a word are in a name than in another word of a language.

Naive Bayes over letter n-grams, taught by lists of names and of common words (`name_lists`). The
n-grams are counted by their hashes. Since n-grams of a word depend on each other, a part of the
lists is kept from the counts and tells what a score is worth: linear discriminant analysis turns it
into the log of a ratio of likelihoods.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from embedadapt.core.types import Doubles1d, Longs1d
from embedadapt.text.name_lists import name_lists

LONGEST = 5
"""Letters of an n-gram, the marks of the beginning and of the end included."""
CELLS = 1 << 20
KEPT = 5
"""Every fifth word of a list is kept from the counts."""
FEWEST = 1_000
"""Names, and words, from which they teach."""
_BEGIN, _END, _PRIME = "\x02", "\x03", 0x9E3779B97F4A7C15
# fmt: off
_PARTICLES = {
    "ko": (
        "은", "는", "이", "가", "을", "를", "의", "에", "에서", "에게", "와", "과", "로", "으로",
        "도", "만", "까지", "부터", "에는", "에서는", "에도", "이나", "나", "라는", "이라는", "인",
        "이다", "였다", "이었다", "보다", "처럼", "들", "들이", "들은", "들의", "들을", "에서의",
        "으로부터", "로부터", "께서", "한테", "이며", "며", "이고", "하고",
    ),
}
# fmt: on
"""What is written at the end of nouns, names among them, and is no part of them."""


class NameLetters:
    """Learns from names and from other words, both in small letters."""

    def __init__(self, names: Iterable[str], words: Iterable[str], language: str | None) -> None:
        self._particles = sorted(_PARTICLES.get(language or "", ()), key=len, reverse=True)
        lists = [sorted({self._stem(word) for word in own}) for own in (names, words)]
        in_names, in_words = (
            self._shares([w for i, w in enumerate(own) if i % KEPT]) for own in lists
        )
        self._log_ratios = np.log(in_names) - np.log(in_words)
        of_names, of_words = (self._means(own[::KEPT]) for own in lists)
        spread = (of_names.var() * len(of_names) + of_words.var() * len(of_words)) / (
            len(of_names) + len(of_words)
        )
        self._slope = float((of_names.mean() - of_words.mean()) / max(spread, 1e-9))
        self._middle = float((of_names.mean() + of_words.mean()) / 2)

    def log_ratios(self, words: Sequence[str]) -> Doubles1d:
        """(n_words,): log of the likelihood of a word's letters in names over that in others."""
        stems = [self._stem(word.lower()) for word in words]
        ratios: Doubles1d = self._slope * (self._means(stems) - self._middle)
        return ratios

    def _stem(self, word: str) -> str:
        for particle in self._particles:
            if word.endswith(particle) and len(word) - len(particle) > 1:
                return word[: -len(particle)]
        return word

    def _shares(self, words: Sequence[str]) -> Doubles1d:
        """(CELLS,): how many of the words have each n-gram, smoothed."""
        cells, _ = _ngrams(words)
        return (np.bincount(cells, minlength=CELLS) + 0.5) / (len(words) + 1)

    def _means(self, words: Sequence[str]) -> Doubles1d:
        """(n_words,): the mean log ratio of each word's n-grams."""
        cells, word_of = _ngrams(words)
        n = np.bincount(word_of, minlength=len(words))
        return np.bincount(word_of, self._log_ratios[cells], len(words)) / np.maximum(n, 1)


@cache
def name_letters(language: str) -> NameLetters | None:
    """What a language's lists teach; None where it has no lists, or too short ones."""
    lists = name_lists(language)
    if lists is None or min(map(len, lists)) < FEWEST:
        return None
    return NameLetters(lists.names, lists.words, language)


def _ngrams(words: Sequence[str]) -> tuple[Longs1d, Longs1d]:
    """The cells of all n-grams of some words, and the number of the word of each."""
    marked = [f"{_BEGIN}{word}{_END}" for word in words]
    text = np.frombuffer("".join(marked).encode("utf-32-le", "surrogatepass"), "<u4")
    lengths = np.fromiter(map(len, marked), np.int64, len(marked))
    word_of = np.repeat(np.arange(len(marked)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(text))
    cells, numbers = [], []
    hashes = np.zeros(len(text), np.uint64)
    for length in range(1, LONGEST + 1):
        letters = np.zeros(len(text), np.uint64)
        letters[: max(0, len(text) - length + 1)] = text[length - 1 :]
        hashes = (hashes + letters + np.uint64(1)) * np.uint64(_PRIME)
        hashes ^= hashes >> np.uint64(29)
        within = left >= length
        cells.append((hashes[within] % np.uint64(CELLS)).astype(np.int64))
        numbers.append(word_of[within])
    return np.concatenate(cells), np.concatenate(numbers)
