"""What tokens are made of, and how a table's conventions write them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from embedadapt.core.types import Longs1d
from embedadapt.kernels._compile import step
from embedadapt.kernels.count import Bytes1d

CAPITAL, SMALL, NUMBER, QUOTE, LINK, SIGN, ACCENT, DOUBLED, OTHER, INNER, FOLDED = (
    1 << bit for bit in range(11)
)
"""Bits of what a token has: capitals; small letters; decimal digits of ASCII; an apostrophe (' or
’); one of - / & _; another sign of ASCII; a letter of Latin-1 other than ß and ÿ; SS; ` and
anything else beyond ASCII; a capital behind a small letter, both of ASCII; a letter of Latin-1
that the table may write otherwise."""
LINKS = tuple(b"-/&_")
SLASH, COLON = b"/:"
NOT_LETTERS = (0x97, 0x9F, 0xB7, 0xBF)
"""× ß ÷ ÿ: second bytes."""

FEATURES = np.full(128, SIGN)
"""What an ASCII character is."""
FEATURES[ord("A") : ord("Z") + 1] = CAPITAL
FEATURES[ord("a") : ord("z") + 1] = SMALL
FEATURES[ord("0") : ord("9") + 1] = NUMBER
FEATURES[[*LINKS]] = LINK
FEATURES[ord("'")], FEATURES[ord("`")] = QUOTE, OTHER

KEPT, LOWER, FALLBACK = range(3)
"""How a table writes capitals (core.normalization.Case): kept, lower, or fallback."""


class Rules(NamedTuple):
    """Conventions of a table, as numbers.

    case: KEPT, LOWER or FALLBACK. zero, hash: whether digits are written as 0 or as #. split:
    whether compounds are taken apart. dotless: whether ı is the small letter of I. mark: number of
    bytes of the apostrophe that is written, 0 for the one in the text. elide: whether elisions and
    contractions are split. folds: a bit for each second byte, from 0x80 on, of the letters of
    Latin-1 that the table may write otherwise. quotes: whether the kernel looks words with an
    apostrophe up: not where a table has any in odd letters.
    elisions, clitics: what is split off, each as one number.
    """

    case: int
    zero: bool
    hash: bool
    split: bool
    dotless: bool
    mark: int
    elide: bool
    folds: np.uint64
    quotes: bool
    elisions: Longs1d
    clitics: Longs1d


@step
def features_of(text: Bytes1d, i: int, end: int, rules: Rules) -> int:
    """What text[i:end] has: bits of CAPITAL to FOLDED."""
    found, first = 0, i
    while i < end:
        byte = text[i]
        if byte < 0x80:
            found |= FEATURES[byte]
            if byte == 0x53 and i + 1 < end and text[i + 1] == 0x53:
                found |= DOUBLED
            if 0x41 <= byte <= 0x5A and i > first and 0x61 <= text[i - 1] <= 0x7A:
                found |= INNER
        elif byte == 0xC3 and text[i + 1] not in NOT_LETTERS:
            found |= ACCENT | (CAPITAL if text[i + 1] < 0x9F else SMALL)
            if rules.folds >> np.uint64(text[i + 1] & 0x3F) & np.uint64(1):
                found |= FOLDED
            i += 1
        elif byte == 0xE2 and text[i + 1] == 0x80 and text[i + 2] == 0x99:
            found |= QUOTE
            i += 2
        else:
            found |= OTHER
        i += 1
    return found


@step
def is_left(has: int, rules: Rules) -> bool:
    """Whether the Normalizer writes a token."""
    by_rules = (rules.dotless and has & CAPITAL) or (rules.hash and has & NUMBER)
    quoted = has & QUOTE and has & (LINK | FOLDED)
    return bool(has & OTHER or quoted or by_rules)


@step
def is_odd(has: int, rules: Rules) -> bool:
    """Whether an unknown token may be a word of the table in other letters of Unicode, or an
    identifier of code."""
    if (rules.split and has & INNER) or has & FOLDED:
        return True
    is_shouted = has & CAPITAL and not has & SMALL
    if has & DOUBLED and (is_shouted or has & LINK):
        return True
    others = LINK | SIGN | (NUMBER if rules.zero or rules.hash else 0)
    return bool(has & ACCENT and has & others)


@step
def write_token(text: Bytes1d, start: int, end: int, rules: Rules, room: Bytes1d, at: int) -> None:
    """Copy text[start:end] to room[at:], as the conventions write case and digits."""
    for i in range(start, end):
        room[at + i - start] = text[i]
    if rules.case == LOWER:
        make_small(room, at, end - start)
    if rules.zero:
        for i in range(at, at + end - start):
            if 0x30 <= room[i] <= 0x39:
                room[i] = 0x30


@step
def make_small(room: Bytes1d, start: int, length: int) -> None:
    """Write the letters of ASCII and Latin-1 in room[start : start + length] small."""
    before = np.uint8(0)
    for i in range(start, start + length):
        byte = room[i]
        if 0x41 <= byte <= 0x5A or (before == 0xC3 and 0x80 <= byte <= 0x9E):
            room[i] = byte | 0x20
        before = byte


@step
def make_capital(room: Bytes1d, start: int) -> None:
    """Write the small letter of ASCII or Latin-1 at room[start] as a capital."""
    first = start + np.int64(room[start] == 0xC3)
    if 0x61 <= room[first] <= 0x7A or (first > start and room[first] >= 0xA0):
        room[first] -= 0x20
