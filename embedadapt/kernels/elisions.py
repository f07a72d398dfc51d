"""Tokens with one apostrophe are looked up, and split where a word is elided or contracted."""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels._compile import branch, step
from embedadapt.kernels.count import Bytes1d, Strings
from embedadapt.kernels.features import (
    FALLBACK,
    Rules,
    features_of,
    is_odd,
    is_odd_word,
    write_token,
)
from embedadapt.kernels.known import Known, add_word, copy_bytes, knows, spell
from embedadapt.kernels.letters import Letters, make_capital, make_small

STRAIGHT, TYPOGRAPHIC = 1, 3
"""Bytes of ' and of ’, which stand for them."""
LEFT = -2
LONGEST_ELIDED = 200
NOT = int.from_bytes(b"n't", "big")


@branch
def add_elided(
    text: Bytes1d,
    start: int,
    end: int,
    known: Known,
    rules: Rules,
    room: Bytes1d,
    size: int,
    words: Strings,
    ids: Ints1d,
    n: int,
) -> int:
    """Add the words of the token text[start:end], which has an apostrophe, to ids[n:].

    Returns their number; -1 where `words` has no room, LEFT for a token left to the Normalizer.
    """
    place = _only_apostrophe(text, start, end)
    if place < 0 or end - start > LONGEST_ELIDED or not rules.quotes:
        return LEFT
    fallback = rules.case == FALLBACK
    given = STRAIGHT if text[start + place] == 0x27 else TYPOGRAPHIC
    mark = rules.mark if rules.mark else given
    write_token(text, start, end, rules, room, 3 * size)
    length = _respell(room, 3 * size, end - start, place, given, mark, room, 0)
    if knows(known, room, 0, length):
        return add_word(words, room, 0, length, ids, n)
    if knows(known, text, start, end - start):
        return add_word(words, text, start, end - start, ids, n)
    letters = rules.letters
    at, other_length = _spell_otherwise(
        0, length, place, mark, known, fallback, letters, room, size
    )
    if other_length:
        return add_word(words, room, at, other_length, ids, n)
    cut = _cut(room, length, place, mark, rules) if rules.elide else 0
    if cut == 0:
        if fallback:
            make_small(room, 0, length, letters)
        return add_word(words, room, 0, length, ids, n)
    if cut > place:  # the apostrophe is in the first half
        added = _add_half(0, cut, place, mark, known, fallback, letters, room, size, words, ids, n)
        return _add_rest(cut, length, added, known, rules, room, size, words, ids, n + 1)
    added = _add_half(
        cut, length, place, mark, known, fallback, letters, room, size, words, ids, n + 1
    )
    return _add_rest(0, cut, added, known, rules, room, size, words, ids, n)


@branch
def _only_apostrophe(text: Bytes1d, start: int, end: int) -> int:
    """Place in text[start:end] of its ' or ’; -1 where there are several."""
    place = -1
    for i in range(start, end):
        if text[i] == 0x27 or text[i] == 0xE2:
            if place >= 0:
                return -1
            place = i - start
    return place


@branch
def _respell(
    text: Bytes1d,
    start: int,
    length: int,
    place: int,
    given: int,
    mark: int,
    room: Bytes1d,
    at: int,
) -> int:
    """Copy text[start : start + length] to room[at:], another apostrophe at `place`; the length."""
    copy_bytes(text, start, place, room, at)
    rest = place + given
    copy_bytes(text, start + rest, length - rest, room, at + place + mark)
    room[at + place] = 0x27 if mark == STRAIGHT else 0xE2
    if mark == TYPOGRAPHIC:
        room[at + place + 1], room[at + place + 2] = 0x80, 0x99
    return length - given + mark


@branch
def _spell_otherwise(
    start: int,
    length: int,
    place: int,
    mark: int,
    known: Known,
    fallback: bool,
    letters: Letters,
    room: Bytes1d,
    size: int,
) -> tuple[int, int]:
    """Where in `room` the known spelling of room[start : start + length] is put, and its length, 0
    for none: with the other apostrophe, or where case falls back in small letters, or with a
    capital. place: of the apostrophe, from `start`."""
    other = STRAIGHT + TYPOGRAPHIC - mark
    other_length = _respell(room, start, length, place, mark, other, room, size)
    if knows(known, room, size, other_length):
        return size, other_length
    small = 2 * size
    copy_bytes(room, start, length, room, small)
    for turn in range(2 if fallback else 0):
        if turn:
            make_capital(room, small, letters)
        else:
            make_small(room, small, length, letters)
        if knows(known, room, small, length):
            return small, length
        other_length = _respell(room, small, length, place, mark, other, room, size)
        if knows(known, room, size, other_length):
            return size, other_length
    return 0, 0


@branch
def _cut(room: Bytes1d, length: int, place: int, mark: int, rules: Rules) -> int:
    """Where the written token room[:length] is cut in two; 0 for nowhere."""
    whole = _packed(room, 0, length, place, mark)
    behind = place + mark
    if length == mark or whole == NOT:
        return 0
    if _has(rules.elisions, whole) or _has(rules.clitics, whole):
        return 0
    if place and _packed(room, place - 1, length, place, mark) == NOT:
        return place - 1
    if place:
        if behind == length or _has(rules.clitics, _packed(room, place, length, place, mark)):
            return place
    return behind if _has(rules.elisions, _packed(room, 0, behind, place, mark)) else 0


@step
def _has(numbers: Longs1d, value: np.int64) -> bool:
    """Whether a number is one of some: `in` would load numba's linear algebra, scipy's with it."""
    for number in numbers:
        if number == value:
            return True
    return False


@branch
def _packed(room: Bytes1d, start: int, end: int, place: int, mark: int) -> np.int64:
    """The small letters of room[start:end] and its apostrophe as one number; -1 for more than 8."""
    value, i, n = np.int64(0), start, 0
    while i < end:
        if n == 8:
            return np.int64(-1)
        byte = np.int64(room[i])
        if 0x41 <= byte <= 0x5A:
            byte |= 0x20
        value = value << 8 | (np.int64(0x27) if i == place else byte)
        i += mark if i == place else 1
        n += 1
    return value


@branch
def _add_half(
    start: int,
    end: int,
    place: int,
    mark: int,
    known: Known,
    fallback: bool,
    letters: Letters,
    room: Bytes1d,
    size: int,
    words: Strings,
    ids: Ints1d,
    n: int,
) -> int:
    """Add the half room[start:end] that has the apostrophe, in a spelling that is known if any."""
    length = end - start
    if knows(known, room, start, length):
        return add_word(words, room, start, length, ids, n)
    at, other_length = _spell_otherwise(
        start, length, place - start, mark, known, fallback, letters, room, size
    )
    if other_length:
        return add_word(words, room, at, other_length, ids, n)
    copy_bytes(room, start, length, room, 2 * size)
    if fallback:
        make_small(room, 2 * size, length, letters)
    return add_word(words, room, 2 * size, length, ids, n)


@branch
def _add_rest(
    start: int,
    end: int,
    added: int,
    known: Known,
    rules: Rules,
    room: Bytes1d,
    size: int,
    words: Strings,
    ids: Ints1d,
    n: int,
) -> int:
    """Add the other half; return the number of both, or what is not 1 in `added`."""
    if added != 1:
        return added
    length, fallback = end - start, rules.case == FALLBACK
    if not spell(start, length, known, fallback, rules.letters, room, size, size):
        has = features_of(room, start, end, rules)
        if is_odd(has, rules) or is_odd_word(has, start, length, rules, room, size):
            return LEFT
    return 2 if add_word(words, room, size, end - start, ids, n) > 0 else -1
