"""The language of vectors and adapters, for commands that name a spaCy pipeline's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embedadapt.core.vocabulary import Vocabulary

FREQUENT = 500
"""Number of first words by which a language is found: most function words are among them."""


def language_of(vocabularies: Iterable[Vocabulary]) -> str | None:
    """Code of the language of the first vocabulary whose function words tell it; None for none."""
    from embedadapt.text.function_words import likeliest_language

    found = (likeliest_language(word.lower() for word in v.words[:FREQUENT]) for v in vocabularies)
    return next(filter(None, found), None)
