"""Which language a passage is in, by its function words.

On sentences of 8 words and more of the shipped corpora 99 % are told right and none is set aside
wrongly; of the licences' French sentence the reverse is true. py3langid is as good at 3 to 6 times
the time, and brings a model of 4 MB; the lists of function words come with spaCy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
FEWEST_WORDS = 8
FEWEST_FUNCTION_WORDS = 3
FEW = 0.15
"""Share of the main language's function words below which a passage may be foreign."""

_WORD = re.compile(r"[^\W\d_]+")


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
    if len(words) < FEWEST_WORDS:
        return None
    counts = _counts(words)
    likeliest = max(LANGUAGES, key=lambda language: counts[language])
    is_foreign = (
        likeliest != main
        and counts[likeliest] >= max(FEWEST_FUNCTION_WORDS, 2 * counts[main])
        and counts[main] < FEW * len(words)
    )
    return likeliest if is_foreign else None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _counts(words: Iterable[str]) -> Counter[str]:
    """How many function words of each language there are."""
    languages = _languages_of()
    return Counter(language for word in words for language in languages.get(word, ()))


@cache
def _languages_of() -> Mapping[str, tuple[str, ...]]:
    """Each function word's languages."""
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        for word in import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS:
            found[word] = (*found.get(word, ()), language)
    return found
