"""What tokens are made of, and how a table's conventions write them."""

from __future__ import annotations

from typing import NamedTuple

from embedadapt.core.types import Longs1d
from embedadapt.kernels._compile import step
from embedadapt.kernels.count import Bytes1d
from embedadapt.kernels.known import Known, knows
from embedadapt.kernels.letters import Letters, code_at, make_capital, make_small

CAPITAL, SMALL, NUMBER, QUOTE, LINK, SIGN, ACCENT, DOUBLED, OTHER, INNER, FOLDED, FOREIGN = (
    1 << bit for bit in range(12)
)
"""Bits of what a token has: capitals; small letters; decimal digits of ASCII; an apostrophe (' or
’); one of - / & _; another sign of ASCII; a letter of Latin-1 other than ß; SS; what only the
Normalizer writes; a capital behind a small letter, both of ASCII; a letter that the table may write
otherwise; a letter, mark or digit beyond Latin-1, or ß."""
GREEK, LETTER_I, NO_CAPITAL, FINAL = (1 << bit for bit in range(12, 16))
"""More bits: a letter of Greek; the capital I; a letter whose capital is no single character; ς."""
CLASS = 16
"""First bit of a mark's canonical combining class (UAX #44); no token of the kernel has two of them
that canonical order would exchange."""
BEYOND_ASCII = ACCENT | FOREIGN
EVERY_BIT = (1 << CLASS) - 1
LINKS = tuple(b"-/&_")
SLASH, COLON = b"/:"

KEPT, LOWER, FALLBACK, UPPER = range(4)
"""How a table writes capitals (core.normalization.Case): kept, lower, fallback or upper."""


class Rules(NamedTuple):
    """Conventions of a table, as numbers.

    case: KEPT, LOWER, FALLBACK or UPPER. zero, hash: whether digits are written as 0 or as #.
    split: whether compounds are taken apart. dotless: whether ı is the small letter of I. mark:
    number of bytes of the apostrophe that is written, 0 for the one in the text. elide: whether
    elisions and contractions are split. quotes: whether the kernel looks words with an apostrophe
    up: not where a table has any in odd letters. letters: what characters are in this table. odd:
    the standard letters of the words that it has in others. elisions, clitics: what is split off,
    each as one number.
    """

    case: int
    zero: bool
    hash: bool
    split: bool
    dotless: bool
    mark: int
    elide: bool
    quotes: bool
    letters: Letters
    odd: Known
    elisions: Longs1d
    clitics: Longs1d


@step
def features_of(text: Bytes1d, i: int, end: int, rules: Rules) -> int:
    """What text[i:end] has: bits of CAPITAL to FINAL."""
    kinds, found, first, mark_before = rules.letters.kinds, 0, i, 0
    while i < end:
        byte = text[i]
        if byte < 0x80:
            found |= int(kinds[byte])
            if byte == 0x53 and i + 1 < end and text[i + 1] == 0x53:
                found |= DOUBLED
            if 0x41 <= byte <= 0x5A and i > first and 0x61 <= text[i - 1] <= 0x7A:
                found |= INNER
            mark_before = 0
            i += 1
            continue
        code, size = code_at(text, i)
        kind = int(kinds[code])
        mark = kind >> CLASS
        if 0 < mark < mark_before:
            found |= OTHER
        # A word that is spelled with a capital begins with the token, or behind one of these.
        if i > first and rules.case != UPPER and not found & (LINK | QUOTE):
            kind &= ~NO_CAPITAL
        if kind & FINAL and i + size < end:
            kind |= FOLDED
        found |= kind & EVERY_BIT
        mark_before = mark
        i += size
    return found


@step
def is_left(has: int, rules: Rules) -> bool:
    """Whether the Normalizer writes a token."""
    by_rules = rules.hash and has & NUMBER
    if rules.dotless:
        by_rules |= has & (LETTER_I if rules.case == LOWER else CAPITAL)
        by_rules |= rules.case != LOWER and has & FOREIGN
    by_rules |= rules.case in (FALLBACK, UPPER) and has & NO_CAPITAL
    quoted = has & QUOTE and has & (LINK | FOLDED)
    return bool(has & OTHER or quoted or by_rules)


@step
def is_odd(has: int, rules: Rules) -> bool:
    """Whether an unknown token may be a word of the table in other letters of Unicode, or an
    identifier of code."""
    if (rules.split and has & INNER) or has & FOLDED:
        return True
    is_shouted = has & CAPITAL and not has & SMALL
    loses_letters = has & DOUBLED or (has & GREEK and has & CAPITAL)
    return bool(loses_letters and (is_shouted or has & LINK))


@step
def is_odd_word(has: int, start: int, length: int, rules: Rules, room: Bytes1d, at: int) -> bool:
    """Whether the table has the unknown word room[start : start + length], or its other spelling at
    room[at:], in other letters."""
    return bool(has & BEYOND_ASCII) and (
        knows(rules.odd, room, start, length) or knows(rules.odd, room, at, length)
    )


@step
def write_token(text: Bytes1d, start: int, end: int, rules: Rules, room: Bytes1d, at: int) -> None:
    """Copy text[start:end] to room[at:], as the conventions write case and digits."""
    for i in range(start, end):
        room[at + i - start] = text[i]
    if rules.case == LOWER:
        make_small(room, at, end - start, rules.letters)
    if rules.case == UPPER:
        for i in range(at, at + end - start):
            make_capital(room, i, rules.letters)
    if rules.zero:
        for i in range(at, at + end - start):
            if 0x30 <= room[i] <= 0x39:
                room[i] = 0x30
