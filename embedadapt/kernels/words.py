"""Tokens are written as a table writes its words, and looked up among them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d, Longs2d
from embedadapt.kernels._compile import kernel, step
from embedadapt.kernels._simd import prefetch_rows
from embedadapt.kernels.count import (
    AHEAD,
    LOW_HALF,
    SLACK,
    WHICH,
    Bytes1d,
    Lists,
    Strings,
    bounds,
    keys_of,
    mixed,
    row_of,
)
from embedadapt.kernels.tokens import ascii_letter

CAPITAL, SMALL, NUMBER, QUOTE, LINK, SIGN, ACCENT, DOUBLED, OTHER = (1 << bit for bit in range(9))
"""Bits of what a token has: capitals; small letters; decimal digits of ASCII; an apostrophe (' or ’
or `); one of - / & _; another sign of ASCII; a letter of Latin-1 other than ß and ÿ; SS; anything
else beyond ASCII."""
LINKS = tuple(b"-/&_")
SLASH, COLON = b"/:"
NOT_LETTERS = (0x97, 0x9F, 0xB7, 0xBF)
"""× ß ÷ ÿ: second bytes."""

END = 0xFF
"""A byte that UTF-8 does not have."""

KEPT, LOWER, FALLBACK = range(3)
"""How a table writes capitals (core.normalization.Case): kept, lower, or fallback."""
HELPFUL_PART = 3
"""Characters of a known part from which a compound with unknown parts is taken apart."""


class Known(NamedTuple):
    """The words of a table in a hash table.

    slots: (a power of two, 8) int64, open addressing, at most half full: the lower half of a word's
    hash << 32 | its start in `text` + 1; 0 where free. text: the words, END behind each, and SLACK
    bytes.
    """

    slots: Longs2d
    text: Bytes1d


class Rules(NamedTuple):
    """Conventions of a table, as numbers.

    case: KEPT, LOWER or FALLBACK. zero, hash: whether digits are written as 0 or as #. split:
    whether compounds are taken apart. dotless: whether ı is the small letter of I.
    """

    case: int
    zero: bool
    hash: bool
    split: bool
    dotless: bool


@kernel
def fill_known(known: Known) -> None:
    """Enter every word of the text into the empty slots."""
    start, mask = 0, known.slots.size - 1
    for i in range(len(known.text) - SLACK):
        if known.text[i] == END:
            value = mixed(*keys_of(known.text, start, i - start))
            place = np.int64(value >> np.uint64(32)) & mask
            while known.slots[place >> 3, place & 7]:
                place = (place + 1) & mask
            known.slots[place >> 3, place & 7] = _lower_half(value) << 32 | (start + 1)
            start = i + 1


@step
def _lower_half(value: np.uint64) -> np.int64:
    return np.int64(value & np.uint64(LOW_HALF))


@step
def _knows(known: Known, text: Bytes1d, start: int, length: int) -> bool:
    value, mask = mixed(*keys_of(text, start, length)), known.slots.size - 1
    place = np.int64(value >> np.uint64(32)) & mask
    slot = known.slots[place >> 3, place & 7]
    while slot:
        if (slot >> 32) & LOW_HALF == _lower_half(value) and _is_word(
            known.text, (slot & LOW_HALF) - 1, text, start, length
        ):
            return True
        place = (place + 1) & mask
        slot = known.slots[place >> 3, place & 7]
    return False


@step
def _is_word(words: Bytes1d, at: int, text: Bytes1d, start: int, length: int) -> bool:
    for i in range(length):
        if words[at + i] != text[start + i]:
            return False
    return bool(words[at + length] == END)


@step
def _prefetch(known: Known, text: Bytes1d, start: int, length: int) -> None:
    value = mixed(*keys_of(text, start, length))
    place = np.int64(value >> np.uint64(32)) & (known.slots.size - 1)
    prefetch_rows(known.slots, (place >> 3,), 0)


@kernel
def are_known(strings: Strings, numbers: Longs1d, known: Known) -> NDArray[np.bool_]:
    """Whether each of some strings is a word of the table, (n_numbers,) bool."""
    found = np.empty(len(numbers), np.bool_)
    for first in range(0, len(numbers), AHEAD):
        stop = min(first + AHEAD, len(numbers))
        for k in range(first, stop):
            start, end = bounds(strings, numbers[k])
            _prefetch(known, strings.text, start, end - start)
        for k in range(first, stop):
            start, end = bounds(strings, numbers[k])
            found[k] = _knows(known, strings.text, start, end - start)
    return found


@kernel
def find_words(
    tokens: Strings,
    first: int,
    known: Known,
    rules: Rules,
    words: Strings,
    room: Bytes1d,
    ids: Ints1d,
    ends: Longs1d,
    left: NDArray[np.bool_],
) -> int:
    """Find the words of the tokens from number `first` on, as `Normalizer.words` finds them.

    room: for four tokens of the greatest length, and SLACK bytes. ids: (as many as the tokens have
    bytes,), receives the words of one token after the other. ends, left: (n_tokens - first,),
    receive the end of each token's words, and whether it is left to the Normalizer; it has
    no words then.

    Returns the number of the first token for which `words` had no room.
    """
    n, size = 0, (len(room) - SLACK) // 4
    for token in range(first, tokens.size[0]):
        if (token - first) % AHEAD == 0:
            for coming in range(token, min(token + AHEAD, tokens.size[0])):
                start, end = bounds(tokens, coming)
                _write(tokens.text, start, end, rules, room)
                _prefetch(known, room, 0, end - start)
        start, end = bounds(tokens, token)
        has = _features(tokens.text, start, end)
        is_left = _is_left(has, rules)
        if not is_left:
            _write(tokens.text, start, end, rules, room)
            is_known = _spell(tokens.text, start, end - start, known, rules, room, size)
            is_left = not is_known and _is_odd(has, rules)
        if not is_left:
            n_parts = 0
            if not is_known and has & LINK and rules.split:
                n_parts = _add_parts(end - start, known, rules, room, size, words, ids, n)
            if n_parts == 0:
                n_parts = _add(words, room, size, end - start, ids, n)
            if n_parts < 0:
                return token
            n += n_parts
        left[token - first], ends[token - first] = is_left, n
    return tokens.size[0]


@step
def _features(text: Bytes1d, i: int, end: int) -> int:
    """What text[i:end] has: bits of CAPITAL to OTHER."""
    found = 0
    while i < end:
        byte = text[i]
        if ascii_letter(byte):
            found |= SMALL if byte & 0x20 else CAPITAL
            if byte == 0x53 and i + 1 < end and text[i + 1] == 0x53:
                found |= DOUBLED
        elif 0x30 <= byte <= 0x39:
            found |= NUMBER
        elif byte == 0x27 or byte == 0x60:
            found |= QUOTE
        elif byte < 0x80:
            found |= LINK if byte in LINKS else SIGN
        elif byte == 0xC3 and text[i + 1] not in NOT_LETTERS:
            found |= ACCENT | (CAPITAL if text[i + 1] < 0x9F else SMALL)
            i += 1
        else:
            found |= OTHER
        i += 1
    return found


@step
def _is_left(has: int, rules: Rules) -> bool:
    """Whether the Normalizer writes a token."""
    by_rules = (rules.dotless and has & CAPITAL) or (rules.hash and has & NUMBER)
    return bool(has & (QUOTE | OTHER)) or bool(by_rules)


@step
def _is_odd(has: int, rules: Rules) -> bool:
    """Whether an unknown token may be a word of the table in other letters of Unicode."""
    is_shouted = has & CAPITAL and not has & SMALL
    if has & DOUBLED and (is_shouted or has & LINK):
        return True
    others = LINK | SIGN | (NUMBER if rules.zero or rules.hash else 0)
    return bool(has & ACCENT and has & others)


@step
def _write(text: Bytes1d, start: int, end: int, rules: Rules, room: Bytes1d) -> None:
    """Copy text[start:end] to the front of `room`, as the conventions write case and digits."""
    for i in range(start, end):
        byte = text[i]
        if rules.case == LOWER:
            byte = _small(byte, text[i - 1] if i > start else np.uint8(0))
        if rules.zero and 0x30 <= byte <= 0x39:
            byte = np.uint8(0x30)
        room[i - start] = byte


@step
def _small(byte: np.uint8, before: np.uint8) -> np.uint8:
    """The byte of a small letter, for one of a letter of ASCII or Latin-1."""
    is_capital = 0x41 <= byte <= 0x5A or (before == 0xC3 and 0x80 <= byte <= 0x9E)
    return np.uint8(byte | 0x20) if is_capital else byte


@step
def _spell(
    text: Bytes1d, start: int, length: int, known: Known, rules: Rules, room: Bytes1d, size: int
) -> bool:
    """Put the spelling under which a token is looked up into the second part of `room`.

    The token is at text[start], and in the first part of `room` as the conventions write it.
    Returns whether the table knows it.
    """
    if _spell_part(0, length, known, False, room, size, size):
        return True
    if _knows(known, text, start, length):
        _copy(text, start, length, room, size)
        return True
    return rules.case == FALLBACK and _spell_part(0, length, known, True, room, size, size)


@step
def _spell_part(
    start: int, length: int, known: Known, fallback: bool, room: Bytes1d, size: int, at: int
) -> bool:
    """Put the spelling of room[start : start + length] at room[at:].

    Returns whether it is known: as it is, or where case falls back in small letters, or with a
    capital.
    """
    _copy(room, start, length, room, at)
    if _knows(known, room, at, length):
        return True
    if not fallback:
        return False
    for i in range(length):
        before = room[start + i - 1] if i else np.uint8(0)
        room[at + i] = _small(room[start + i], before)
        room[3 * size + i] = room[at + i]
    if _knows(known, room, at, length):
        return True
    first = 3 * size + np.int64(room[at] == 0xC3)
    if 0x61 <= room[first] <= 0x7A or (first > 3 * size and room[first] >= 0xA0):
        room[first] -= 0x20
    if not _knows(known, room, 3 * size, length):
        return False
    _copy(room, 3 * size, length, room, at)
    return True


@step
def _copy(text: Bytes1d, start: int, length: int, room: Bytes1d, at: int) -> None:
    for i in range(length):
        room[at + i] = text[start + i]


@step
def _add_parts(
    length: int,
    known: Known,
    rules: Rules,
    room: Bytes1d,
    size: int,
    words: Strings,
    ids: Ints1d,
    n: int,
) -> int:
    """Add the parts of the compound room[:length] to ids[n:], and return their number: 0 where
    taking it apart would not help, -1 where `words` has no room."""
    n_parts, n_known, helps = 0, np.int64(0), False
    i = 0
    while i < length:
        stop = _part_end(room, i, length)
        if stop > i:
            is_known = _spell_part(i, stop - i, known, rules.case == FALLBACK, room, size, 2 * size)
            n_parts += 1
            n_known += np.int64(is_known)
            helps = helps or (is_known and stop - i >= HELPFUL_PART)
            if _add(words, room, 2 * size, stop - i, ids, n + n_parts - 1) < 0:
                return -1
        elif (
            room[i] == SLASH
            and i
            and room[i - 1] == COLON
            and _part_end(room, i + 1, length) == i + 1
        ):
            return 0
        i = stop + np.int64(stop == i)
    return n_parts if n_parts > 1 and (helps or n_known == n_parts) else 0


@step
def _part_end(room: Bytes1d, i: int, length: int) -> int:
    while i < length and room[i] not in LINKS:
        i += 1
    return i


@step
def _add(words: Strings, room: Bytes1d, start: int, length: int, ids: Ints1d, n: int) -> int:
    """Write the number of the word room[start : start + length] to ids[n].

    Returns 1; or -1 where `words` has no room.
    """
    row = row_of(words, room, start, length, *keys_of(room, start, length))
    if row < 0:
        return -1
    ids[n] = words.rows[row, WHICH] & LOW_HALF
    return 1


@kernel
def rewritten(tokens: Strings, words: Strings, words_of: Lists, counts: Longs1d) -> Longs1d:
    """The numbers of tokens with counts that have one word, which is another string."""
    found, n = np.empty(len(counts), np.int64), np.int64(0)
    for token in range(len(counts)):
        first = words_of.ends[token]
        if counts[token] and words_of.ends[token + 1] == first + 1:
            start, end = bounds(tokens, token)
            at, stop = bounds(words, words_of.items[first])
            found[n] = token
            n += np.int64(not _equal(tokens.text, start, end, words.text, at, stop))
    return found[:n]


@step
def _equal(one: Bytes1d, start: int, end: int, other: Bytes1d, at: int, stop: int) -> bool:
    if end - start != stop - at:
        return False
    for i in range(end - start):
        if one[start + i] != other[at + i]:
            return False
    return True
