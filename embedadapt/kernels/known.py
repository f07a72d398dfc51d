"""The words of a table in a hash table, and words found, in UTF-8."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d, Longs2d
from embedadapt.kernels._compile import branch, kernel, loop, step
from embedadapt.kernels._simd import prefetch_rows
from embedadapt.kernels.count import (
    AHEAD,
    LOW_HALF,
    SLACK,
    WHICH,
    Bytes1d,
    Strings,
    bounds,
    keys_of,
    mixed,
    row_of,
)
from embedadapt.kernels.letters import Letters, make_capital, make_small

END = 0xFF
"""A byte that UTF-8 does not have."""


class Known(NamedTuple):
    """The words of a table in a hash table.

    slots: (a power of two, 8) int64, open addressing, at most half full: the lower half of a word's
    hash << 32 | its start in `text` + 1; 0 where free. text: the words, END behind each, and SLACK
    bytes.
    """

    slots: Longs2d
    text: Bytes1d


@loop
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
def knows(known: Known, text: Bytes1d, start: int, length: int) -> bool:
    """Whether text[start : start + length] is a word of the table."""
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
def knows_keys(known: Known, key: np.int64, key_2: np.int64, length: int) -> bool:
    """Whether a string of at most SHORT bytes, which has these keys, is a word of the table."""
    value, mask = mixed(key, key_2), known.slots.size - 1
    place = np.int64(value >> np.uint64(32)) & mask
    slot = known.slots[place >> 3, place & 7]
    while slot:
        if (slot >> 32) & LOW_HALF == _lower_half(value):
            at = (slot & LOW_HALF) - 1
            found, found_2 = keys_of(known.text, at, length)
            if found == key and found_2 == key_2 and known.text[at + length] == END:
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
def prefetch(known: Known, text: Bytes1d, start: int, length: int) -> None:
    """Fetch the slots where text[start : start + length] is looked up."""
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
            prefetch(known, strings.text, start, end - start)
        for k in range(first, stop):
            start, end = bounds(strings, numbers[k])
            found[k] = knows(known, strings.text, start, end - start)
    return found


@step
def add_word(words: Strings, room: Bytes1d, start: int, length: int, ids: Ints1d, n: int) -> int:
    """Write the number of the word room[start : start + length] to ids[n].

    Returns 1; or -1 where `words` has no room.
    """
    row = row_of(words, room, start, length, *keys_of(room, start, length))
    if row < 0:
        return -1
    ids[n] = words.rows[row, WHICH] & LOW_HALF
    return 1


@branch
def spell(
    start: int,
    length: int,
    known: Known,
    fallback: bool,
    letters: Letters,
    room: Bytes1d,
    size: int,
    at: int,
) -> bool:
    """Put the spelling of room[start : start + length] at room[at:].

    Returns whether it is known: as it is, or where case falls back in small letters, or with a
    capital. room[3 * size :] is overwritten.
    """
    copy_bytes(room, start, length, room, at)
    if knows(known, room, at, length):
        return True
    if not fallback:
        return False
    make_small(room, at, length, letters)
    if knows(known, room, at, length):
        return True
    copy_bytes(room, at, length, room, 3 * size)
    make_capital(room, 3 * size, letters)
    if not knows(known, room, 3 * size, length):
        return False
    copy_bytes(room, 3 * size, length, room, at)
    return True


@step
def copy_bytes(text: Bytes1d, start: int, length: int, room: Bytes1d, at: int) -> None:
    """Copy text[start : start + length] to room[at:]."""
    for i in range(length):
        room[at + i] = text[start + i]
