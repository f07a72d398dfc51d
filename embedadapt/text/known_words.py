"""A table's words and conventions in the shapes that kernels.words takes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from embedadapt.core.types import Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.core.word_lines import word_lines
from embedadapt.kernels import known as kernels
from embedadapt.kernels.count import SLACK
from embedadapt.kernels.elisions import STRAIGHT, TYPOGRAPHIC
from embedadapt.kernels.features import FALLBACK, FOLDED, KEPT, LOWER, UPPER, Rules
from embedadapt.kernels.letters import Letters
from embedadapt.text.character_kinds import LATIN_1, are_replaceable, describe, word_letters
from embedadapt.text.chinese import FIRST_HAN, LAST_HAN
from embedadapt.text.growing import encoded
from embedadapt.text.keys import has_keys
from embedadapt.text.letters import LetterForms
from embedadapt.text.normalize import CLITICS, ELISIONS, Normalizer

_LETTERS: WeakKeyDictionary[LetterForms, tuple[Letters, set[str]]] = WeakKeyDictionary()
_DESCRIBING = Lock()
_KNOWN: WeakKeyDictionary[Vocabulary, kernels.Known] = WeakKeyDictionary()
_CASES = {"keep": KEPT, "lower": LOWER, "fallback": FALLBACK, "upper": UPPER}


def known_words(vocabulary: Vocabulary) -> kernels.Known:
    """The words of a table in a hash table, which is made once for each."""
    if vocabulary not in _KNOWN:
        if len(vocabulary.index) > len(vocabulary):  # keys, beside the words of these
            _KNOWN[vocabulary] = _known_words(tuple(vocabulary.index))
        else:
            _KNOWN[vocabulary] = _known_lines(word_lines(vocabulary), vocabulary.words)
    return _KNOWN[vocabulary]


def _known_words(words: tuple[str, ...]) -> kernels.Known:
    return _known_lines(encoded("\n".join((*words, ""))), words)


def _known_lines(text: bytes, words: tuple[str, ...]) -> kernels.Known:
    """Some words, which are also the lines of a text."""
    end = bytes([kernels.END])
    if text.count(b"\n") == len(words):
        text = text.replace(b"\n", end)
    else:  # some words have line feeds in them
        text = end.join([*map(encoded, words), b""])
    slots = np.zeros((max(1, 1 << (2 * len(words)).bit_length() >> 3), 8), np.int64)
    known = kernels.Known(slots, np.frombuffer(text + bytes(SLACK), np.uint8))
    kernels.fill_known(known)
    return known


def kernel_rules(normalizer: Normalizer, characters: Iterable[str] = ()) -> Rules | None:
    """The conventions of a normalizer, None where the kernel does not have them.

    characters: those that tokens have beyond Latin-1; a token with others is left to the
    Normalizer.
    """
    rules = normalizer.normalization
    if rules.digits == "letter" or rules.placeholders or has_keys(rules):
        return None
    if normalizer.is_wide:
        return None
    return Rules(
        case=_CASES[rules.case],
        zero=rules.digits == "zero",
        hash=rules.digits == "hash",
        split=rules.hyphen == "split",
        dotless=rules.turkish_i,
        mark={"straight": STRAIGHT, "typographic": TYPOGRAPHIC}.get(rules.apostrophe, 0),
        elide=rules.elision == "split",
        quotes=not normalizer.has_odd_apostrophes(),
        letters=_letters_of(normalizer, characters),
        odd=_known_words(
            tuple(normalizer.letter_forms.odd_words() if normalizer.letter_forms else ())
        ),
        elisions=_packed(ELISIONS),
        clitics=_packed(CLITICS),
    )


def _letters_of(normalizer: Normalizer, characters: Iterable[str]) -> Letters:
    """What the characters of Latin-1 and some others are in words; Chinese ones are left to a
    normalizer that rewrites them."""
    letters = _letters(normalizer.letter_forms, characters)
    if not normalizer.rewrites_chinese:
        return letters
    kinds = letters.kinds.copy()
    kinds[ord(FIRST_HAN) : ord(LAST_HAN) + 1] |= FOLDED
    return Letters(kinds, letters.small, letters.capital)


def _letters(forms: LetterForms | None, characters: Iterable[str]) -> Letters:
    """What characters are in words of a table, found once for each."""
    if forms is None:
        letters = word_letters()
        describe(letters, characters)
        return letters
    with _DESCRIBING:
        if forms not in _LETTERS:
            _LETTERS[forms] = word_letters(), set()
            characters = chain(map(chr, range(LATIN_1)), characters)
        letters, described = _LETTERS[forms]
        new = set(characters) - described
        if new:
            described |= new
            describe(letters, (letter for letter in new if ord(letter) >= LATIN_1))
            written_otherwise = forms.may_be_written_otherwise(are_replaceable(letters, new))
            letters.kinds[list(map(ord, written_otherwise))] |= FOLDED
    return letters


def _packed(pieces: Iterable[str]) -> Longs1d:
    """Short words of ASCII as numbers."""
    return np.array([int.from_bytes(piece.encode(), "big") for piece in sorted(pieces)], np.int64)
