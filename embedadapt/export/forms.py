"""The other spellings of a table's words, for tools that look a text up as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

CaseForms = Literal["corpus", "all"]

STRAIGHT, TYPOGRAPHIC = "'", "’"


def with_forms(vectors: WordVectors, forms: Mapping[str, str]) -> WordVectors:
    """The table with a row more for each form (`LESSOR`) of a word that it has (`lessor`).

    Forms follow the words, sorted; one that is a word of the table keeps its own row.
    """
    known = vectors.vocabulary.index
    added = {
        form: known[word]
        for form, word in sorted(forms.items())
        if word in known and form not in known and is_text(form)
    }
    if not added:
        return vectors
    return replace(
        vectors,
        vocabulary=Vocabulary((*vectors.vocabulary.words, *added)),
        matrix=np.concatenate([vectors.matrix, vectors.matrix[list(added.values())]]),
        context=None,
    )


def all_forms(
    forms: Mapping[str, str], words: tuple[str, ...], case_forms: CaseForms
) -> Iterator[tuple[str, str]]:
    """(form, word), the surest first: those given, then apostrophes, then cases.

    case_forms: "all" adds capitalised and upper-case forms of every lower-case word.
    """
    yield from sorted(forms.items())
    for word in words:
        if STRAIGHT in word or TYPOGRAPHIC in word:
            yield from ((form, word) for form in _apostrophe_forms(word))
    if case_forms == "all":
        for word in words:
            if word == word.lower():
                yield from ((form, word) for form in (_capitalized(word), word.upper()))


def _apostrophe_forms(word: str) -> Iterator[str]:
    """Both apostrophes, small and capital.

    spaCy cuts `L’acheteur` into `L’` and `acheteur`, pieces that the corpus's own words need not
    hold, since the elided article is split off from words we keep together.
    """
    for variant in (word.replace(TYPOGRAPHIC, STRAIGHT), word.replace(STRAIGHT, TYPOGRAPHIC)):
        yield variant
        yield _capitalized(variant)
        yield variant.upper()


def _capitalized(word: str) -> str:
    """First letter capital, the rest as it is.

    >>> _capitalized("l'acheteur"), _capitalized("non-exclusive")
    ("L'acheteur", 'Non-exclusive')
    """
    return word[:1].upper() + word[1:]


def is_text(word: str) -> bool:
    """Neither empty nor holding lone surrogates, which stand for bytes that are not UTF-8."""
    return bool(word) and (word.isascii() or not any("\ud800" <= c <= "\udfff" for c in word))
