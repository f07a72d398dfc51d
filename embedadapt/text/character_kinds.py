"""What characters are, in tables that the kernels look up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from embedadapt.kernels import features, lines, tokens
from embedadapt.kernels.letters import Letters
from embedadapt.text.growing import encoded
from embedadapt.text.letters import JOINERS, TATWEEL, may_replace, standard_letters
from embedadapt.text.tokenize import APOSTROPHES, HYPHENS, INVISIBLE, RULES, mark_codes

N_CHARACTERS = 0x10000
"""Characters in a table: those that UTF-8 writes in three bytes or fewer."""
LATIN_1 = 0x100
_WORD_CATEGORIES = ("L", "M", "Nd")
_HANGUL_VOWELS_AND_FINALS = range(0x1160, 0x1200)
LAST_COMPOSED = 0x3100
_IDEOGRAPHS_AND_SYLLABLES = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uac00-\ud7a3]++")
"""Letters without case, marks and other forms, half of all characters."""


@cache
def token_kinds() -> NDArray[np.uint8]:
    """What every character may be inside a token: (N_CHARACTERS,) bits of kernels.tokens.

    Left to the pattern of text.tokenize are invisible characters, and the signs that make `n°`.
    """
    table = _table(
        {
            tokens.WORD: r"[^\W_]++",
            tokens.DIGIT: r"\d++",
            tokens.JOINT: f"[{re.escape(APOSTROPHES + HYPHENS)}/&_·]",
            tokens.RULE: f"[{re.escape(RULES)}]",
            tokens.APOSTROPHE: f"[{APOSTROPHES}]",
            tokens.FOLDED: "[ıİſ\u212a]",  # re.IGNORECASE takes them for i, s and k
            tokens.LEFT: f"[°º{''.join(map(chr, INVISIBLE))}]",
        }
    )
    table[[code for code in mark_codes() if code < N_CHARACTERS]] |= tokens.MARK
    return table


@cache
def letters() -> NDArray[np.uint8]:
    """Which characters are letters, and which small ones: (N_CHARACTERS,) bits of kernels.lines."""
    table = _table({lines.LETTER: r"[^\W\d_]++"})
    small = np.fromiter(map(str.islower, _characters()), np.bool_, N_CHARACTERS)
    table[small] |= lines.SMALL
    return table


def word_letters() -> Letters:
    """What the characters of Latin-1 and ’ are in words, for kernels that write words.

    Others are left to the Normalizer until `describe` is called with them; so are letters that
    str.lower or UAX #15 may write otherwise beside others.
    """
    kinds, small, capital = _latin_1()
    return Letters(kinds.copy(), small.copy(), capital.copy())


@cache
def _latin_1() -> Letters:
    kinds = np.full(N_CHARACTERS, features.OTHER, np.uint32)
    letters = Letters(kinds, *(np.arange(N_CHARACTERS, dtype=np.uint16) for _ in range(2)))
    describe(letters, (*map(chr, range(LATIN_1)), "’"))
    return letters


def describe(letters: Letters, characters: Iterable[str]) -> None:
    """Note what further characters below N_CHARACTERS are in words; each of them once."""
    for letter in characters:
        kind, code = _word_kind(letter), ord(letter)
        if kind & (features.CAPITAL | features.SMALL):
            letters.small[code] = ord(letter.lower())
            if not kind & features.NO_CAPITAL:
                letters.capital[code] = ord(letter.upper())
        letters.kinds[code] = kind


def are_replaceable(letters: Letters, characters: Iterable[str]) -> Iterator[str]:
    """Those of some characters that `LetterForms` may replace in words that kernels write."""
    for letter in characters:
        is_written = letters.kinds[ord(letter)] & features.BEYOND_ASCII
        if is_written and may_replace(letter) and not _IDEOGRAPHS_AND_SYLLABLES.match(letter):
            yield letter


def _word_kind(letter: str) -> int:
    if letter.isascii():
        return _ascii_kind(letter)
    if _IDEOGRAPHS_AND_SYLLABLES.match(letter):
        return features.FOREIGN
    if not _is_plain(letter):
        return features.QUOTE if letter == "’" else features.OTHER
    kind = features.FOREIGN if letter > "ÿ" or letter == "ß" else features.ACCENT
    kind |= features.CAPITAL * letter.isupper() | features.SMALL * letter.islower()
    kind |= features.NO_CAPITAL * (not _have_one_size(letter, letter.upper()))
    kind |= features.GREEK * ("\u0370" <= letter <= "\u03ff" or "\u1f00" <= letter <= "\u1fff")
    kind |= features.FINAL * (letter == "ς")
    return kind | unicodedata.combining(letter) << features.CLASS


def _ascii_kind(letter: str) -> int:
    if letter.isupper():
        return features.CAPITAL | features.LETTER_I * (letter == "I")
    if letter.islower():
        return features.SMALL
    if letter.isdigit():
        return features.NUMBER
    if ord(letter) in features.LINKS:
        return features.LINK
    return {"'": features.QUOTE, "`": features.OTHER}.get(letter, features.SIGN)


def _is_plain(letter: str) -> bool:
    """Whether a character beyond ASCII is written the same among any others, in small letters too,
    but for the order of marks."""
    if ord(letter) in JOINERS:
        return True
    if not unicodedata.category(letter).startswith(_WORD_CATEGORIES):
        return False
    small = letter.lower()
    same = letter == small or (_have_one_size(letter, small) and letter != "Σ" and _is_plain(small))
    other = letter in (*APOSTROPHES, TATWEEL) or (letter.istitle() and not letter.isupper())
    standard = standard_letters(letter) == letter and not _may_compose(letter)
    return same and standard and not other


def _have_one_size(one: str, other: str) -> bool:
    return len(other) == 1 and len(encoded(one)) == len(encoded(other))


def _may_compose(letter: str) -> bool:
    return letter > "ÿ" and letter in _composing()


@cache
def _composing() -> frozenset[str]:
    """Characters that UAX #15 may compose with what is before them."""
    decompositions = map(unicodedata.decomposition, _characters()[:LAST_COMPOSED])
    pairs = (each.split() for each in decompositions if each and each[0] != "<")
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2}
    return frozenset({*seconds, *map(chr, _HANGUL_VOWELS_AND_FINALS)})


def _table(patterns: dict[int, str]) -> NDArray[np.uint8]:
    table = np.zeros(N_CHARACTERS, np.uint8)
    for bit, pattern in patterns.items():
        for found in re.finditer(pattern, _characters()):
            table[slice(*found.span())] |= bit
    return table


@cache
def _characters() -> str:
    return "".join(map(chr, range(N_CHARACTERS)))
