"""Shares of words in general text, from the frequency lists of wordfreq (Speer 2022), which were
counted from encyclopedias, subtitles, news, books and the web in some forty languages."""

from __future__ import annotations

import numpy as np

from embedadapt.core.errors import MissingExtraError, SettingsError
from embedadapt.core.types import Doubles1d
from embedadapt.core.vocabulary import Vocabulary

UNLISTED = 5e-9
"""Share of a word that a list lacks: half of the smallest that lists have."""


def listed_shares(language: str, words: Vocabulary) -> Doubles1d:
    """The shares of words in general text of a language.

    Parameters
    ----------
    language : str
        A code as `en` or `fr`.
    words : Vocabulary
        In any case; words joined by `_` have the share of the phrase.

    Returns
    -------
    (n_words,) float64
        Above 0.

    Raises
    ------
    MissingExtraError, SettingsError
        As `check_language`.
    """
    check_language(language)
    from wordfreq import word_frequency

    shares = (word_frequency(word.replace("_", " "), language) for word in words)
    return np.maximum(np.fromiter(shares, np.float64, len(words)), UNLISTED)


def commonest_words(language: str, n_words: int) -> tuple[str, ...]:
    """The most frequent words of general text of a language, the most frequent first.

    Raises MissingExtraError and SettingsError as `check_language`.
    """
    check_language(language)
    from wordfreq import top_n_list

    return tuple(top_n_list(language, n_words))


def check_language(language: str) -> None:
    """Raise MissingExtraError where wordfreq is not installed, SettingsError for a language that it
    has no list of."""
    try:
        from wordfreq import available_languages
    except ImportError as error:
        raise MissingExtraError(
            "frequencies",
            expected="the package wordfreq",
            found="none",
            hint="In a clone of embedadapt: pip install '.[frequencies]'",
        ) from error
    languages = available_languages("best")
    if language not in languages:
        raise SettingsError(
            "frequencies", expected=f"one of {', '.join(sorted(languages))}", found=repr(language)
        )
