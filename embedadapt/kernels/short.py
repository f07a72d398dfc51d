"""Tokens of at most sixteen letters of ASCII are looked up as two numbers: most tokens are such.

Operations on eight letters at a time, as Henry S. Warren, "Hacker's Delight" (2013), chapter 6, has
them for bytes.
"""

from __future__ import annotations

import numpy as np

from embedadapt.core.types import Ints1d
from embedadapt.kernels._compile import step
from embedadapt.kernels._simd import prefetch_rows
from embedadapt.kernels.count import MASKS, SHORT, Bytes1d, Strings, keys_of, mixed
from embedadapt.kernels.features import FALLBACK, LOWER, UPPER, Rules
from embedadapt.kernels.known import Known, add_word, knows_keys

OTHER_PATH = -3
"""Returned for a token that goes the way of longer ones."""

TOP = np.uint64(0x8080808080808080)
REST = np.uint64(0x7F7F7F7F7F7F7F7F)
EVERY = np.uint64(0x0101010101010101)
FROM_A = np.uint64(0x80 - ord("A"))
BEHIND_Z = np.uint64(0x80 - ord("Z") - 1)
FROM_SMALL_A = np.uint64(0x80 - ord("a"))
BEHIND_SMALL_Z = np.uint64(0x80 - ord("z") - 1)
CASE = np.uint64(0x20)
BEHIND_FIRST = np.uint64(0xFFFFFFFFFFFFFF00)


@step
def _between(word: np.uint64, first: np.uint64, behind: np.uint64) -> np.uint64:
    """The top bit of each byte that is of ASCII, from one letter on and not behind another."""
    rest = word & REST
    return (rest + first * EVERY) & ~(rest + behind * EVERY) & ~word & TOP


@step
def small_letters(word: np.uint64) -> np.uint64:
    """Eight bytes, capitals of ASCII made small."""
    return word | _between(word, FROM_A, BEHIND_Z) >> np.uint64(2)


@step
def _are_letters(small: np.uint64, mask: np.uint64) -> bool:
    return bool(_between(small, FROM_SMALL_A, BEHIND_SMALL_Z) == mask & TOP)


@step
def prefetch_short(
    text: Bytes1d, start: int, length: int, known: Known, rules: Rules, words: Strings
) -> None:
    """Fetch the rows where a token is looked up, and then its word, if it is short."""
    if length <= SHORT:
        key, key_2 = keys_of(text, start, length)
        if rules.case == LOWER:
            key = np.int64(small_letters(np.uint64(key)))
            key_2 = np.int64(small_letters(np.uint64(key_2)))
        value = np.int64(mixed(key, key_2) >> np.uint64(32))
        prefetch_rows(known.slots, ((value & (known.slots.size - 1)) >> 3,), 0)
        prefetch_rows(words.rows, (value & np.int64(len(words.rows) - 1),), 0)


@step
def add_short(
    text: Bytes1d,
    start: int,
    length: int,
    known: Known,
    rules: Rules,
    room: Bytes1d,
    words: Strings,
    ids: Ints1d,
    n: int,
) -> int:
    """Add the word of the token text[start : start + length] to ids[n].

    Returns 1; -1 where `words` has no room; OTHER_PATH for a token that has more than letters, is
    unknown with a capital inside, or in Turkish has any.
    """
    if length > SHORT or rules.case == UPPER:
        return OTHER_PATH
    key, key_2 = keys_of(text, start, length)
    small, small_2 = small_letters(np.uint64(key)), small_letters(np.uint64(key_2))
    mask, mask_2 = MASKS[length, 0], MASKS[length, 1]
    if not (_are_letters(small, mask) and _are_letters(small_2, mask_2)):
        return OTHER_PATH
    lower, lower_2 = np.int64(small), np.int64(small_2)
    is_small = key == lower and key_2 == lower_2
    if rules.dotless and not is_small:
        return OTHER_PATH
    capital = np.int64(small ^ CASE)
    if rules.case == LOWER and knows_keys(known, lower, lower_2, length):
        key, key_2 = lower, lower_2
    elif (rules.case != LOWER or not is_small) and knows_keys(known, key, key_2, length):
        pass
    elif rules.case == FALLBACK and knows_keys(known, lower, lower_2, length):
        key, key_2 = lower, lower_2
    elif rules.case == FALLBACK and knows_keys(known, capital, lower_2, length):
        key, key_2 = capital, lower_2
    elif (np.uint64(key) ^ small) == CASE * EVERY & mask:
        return OTHER_PATH
    elif rules.split and ((np.uint64(key) ^ small) & BEHIND_FIRST or key_2 != lower_2):
        return OTHER_PATH
    elif rules.case in (LOWER, FALLBACK):
        key, key_2 = lower, lower_2
    _store(key, 0, length, room)
    _store(key_2, 8, length, room)
    return add_word(words, room, 0, length, ids, n)


@step
def _store(key: np.int64, start: int, length: int, room: Bytes1d) -> None:
    value = np.uint64(key)
    for i in range(start, min(start + 8, length)):
        room[i] = np.uint8(value & np.uint64(0xFF))
        value >>= np.uint64(8)
