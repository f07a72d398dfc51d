"""The language of a page's foreign text, for the `lang` attribute: a page itself is in English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from embedadapt.oov.result import OOVReport
from embedadapt.text.function_words import likeliest_language

MOST_LINES = 500
CLEAR_LINES, CLEAR_LEAD = 0.25, 0.75
"""Shares: of the lines, those whose function words tell a language; of these, those of one
language."""
FUNCTION_WORDS_NEEDED = 12
"""Different function words among words in no sentences."""


def language_of_report(report: OOVReport) -> str:
    """The language of the lines that unknown words are in."""
    contexts = (word.context for word in report.words[:MOST_LINES])
    return language_of_lines("".join(one.parts) for one in contexts if one is not None)


def language_of_lines(lines: Iterable[str]) -> str:
    """The language of most lines, as HTML has it: "" where it is not clear.

    >>> language_of_lines(["le contrat de la société", "dans les conditions de la loi"])
    'fr'
    >>> language_of_lines(["bir iki üç", "licensor"])
    ''
    """
    found = [likeliest_language(line.lower().split()) for line in lines]
    counts = Counter(language for language in found if language)
    if counts.total() < CLEAR_LINES * len(found) or not counts:
        return ""
    language, n_lines = counts.most_common(1)[0]
    return language if n_lines >= CLEAR_LEAD * counts.total() else ""


def language_of_words(words: Iterable[str]) -> str:
    """The language of words in no sentences; "" where they have too few function words."""
    return likeliest_language((word.lower() for word in words), FUNCTION_WORDS_NEEDED) or ""
