"""Other spellings of words, for tools that look words up as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

CaseForms = Literal["all", "corpus"]

STRAIGHT, TYPOGRAPHIC = "'", "’"

_AFTER_JOINT = re.compile(r"(?<=[-'’])\w")


def with_forms(vectors: WordVectors, forms: Mapping[str, str]) -> WordVectors:
    """The vectors with one row more for each form (`LESSOR`) of a word that they have (`lessor`).

    Forms follow the words, sorted. A form that is a word itself keeps its own row.
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


def apostrophe_forms(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(form, word): words with an apostrophe, with either one, in lower case and capitalized.

    spaCy cuts `L’acheteur` into `L’` and `acheteur`, pieces that the corpus's own words may lack,
    since the elided article is split off from words that we keep together.
    """
    for word in words:
        if STRAIGHT in word or TYPOGRAPHIC in word:
            for one, other in ((TYPOGRAPHIC, STRAIGHT), (STRAIGHT, TYPOGRAPHIC)):
                variant = word.replace(one, other)
                yield from ((form, word) for form in (variant, *capital_forms(variant)))


def spellings_of(word: str) -> tuple[str, ...]:
    """A word as it is, in its case forms, and with either apostrophe.

    >>> spellings_of("c'est")
    ("c'est", "C'est", "C'EST", "C'Est", 'c’est', 'C’est', 'C’EST', 'C’Est')
    """
    variants = [form for form, _ in apostrophe_forms([word])]
    return tuple(dict.fromkeys((word, *capital_forms(word), *variants)))


def every_case_form(
    words: Sequence[str], normalization: Normalization
) -> Iterator[tuple[str, str]]:
    """(form, word): every case form that the conventions look up as a word, most certain first.

    Words in lower case have capitalized forms. With the case "fallback", a capitalized word
    (`Paris`) also has `PARIS` and `paris`. With the case "keep", no word has another form.
    """
    # `ß` and `ss` share `SS`, which is `ss` in small letters
    pairs = partial(_case_forms, words, normalization)
    yield from (pair for pair in pairs() if pair[0].lower() == pair[1].lower())
    yield from (pair for pair in pairs() if pair[0].lower() != pair[1].lower())


def _case_forms(words: Sequence[str], normalization: Normalization) -> Iterator[tuple[str, str]]:
    """Words in lower case come first: `PARIS` is `paris` where the vectors have both."""
    if normalization.case == "keep":
        return
    for word in words:
        if word == word.lower():
            yield from ((form, word) for form in capital_forms(word))
    if normalization.case == "fallback":
        for word in words:
            small = word.lower()
            if word != small and word == capitalized(small):
                yield from ((form, word) for form in (word.upper(), small))


def initials(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(form, word): `J.`, which spaCy does not split, for each word of one letter."""
    for word in words:
        if len(word) == 1 and word.isalpha():
            yield f"{word.upper()}.", word


def capital_forms(word: str) -> tuple[str, ...]:
    """
    >>> capital_forms("non-exclusive"), capital_forms("lessor")
    (('Non-exclusive', 'NON-EXCLUSIVE', 'Non-Exclusive'), ('Lessor', 'LESSOR', 'Lessor'))
    """
    first = capitalized(word)
    return first, word.upper(), _AFTER_JOINT.sub(lambda found: found[0].upper(), first)


def capitalized(word: str) -> str:
    """The word with its first letter in upper case, and the rest unchanged.

    >>> capitalized("l'acheteur"), capitalized("non-exclusive")
    ("L'acheteur", 'Non-exclusive')
    """
    return word[:1].upper() + word[1:]


def is_text(word: str) -> bool:
    """Whether the word is not empty and has no lone surrogate, which represents an invalid byte."""
    return bool(word) and (word.isascii() or not any("\ud800" <= c <= "\udfff" for c in word))
