"""The letters of words in UTF-8, and their cases."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.kernels._compile import step
from embedadapt.kernels.count import Bytes1d

NOT_A_CHARACTER = 0xFFFF
"""Stands for all characters from U+10000 on."""


class Letters(NamedTuple):
    """What the characters below U+10000 are.

    kinds: (0x10000,) uint32, bits of kernels.features, and canonical combining classes. small,
    capital: (0x10000,) uint16, the letter in the other case; the same one where it has none.
    """

    kinds: NDArray[np.uint32]
    small: NDArray[np.uint16]
    capital: NDArray[np.uint16]


@step
def code_at(text: Bytes1d, i: int) -> tuple[int, int]:
    """The code of the character at text[i], which is not of ASCII, and its number of bytes."""
    byte = np.int64(text[i])
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | (text[i + 1] & 0x3F), 2
    if byte < 0xF0:
        return (byte & 0xF) << 12 | np.int64(text[i + 1] & 0x3F) << 6 | (text[i + 2] & 0x3F), 3
    return NOT_A_CHARACTER, 4


@step
def n_characters(text: Bytes1d, start: int, end: int) -> int:
    """Number of characters in text[start:end]."""
    n = 0
    for i in range(start, end):
        n += int(text[i] & 0xC0 != 0x80)
    return n


@step
def make_small(room: Bytes1d, start: int, length: int, letters: Letters) -> None:
    """Write the letters of room[start : start + length] small."""
    i = start
    while i < start + length:
        byte = room[i]
        if byte < 0x80:
            if 0x41 <= byte <= 0x5A:
                room[i] = byte | 0x20
            i += 1
        else:
            code, size = code_at(room, i)
            _put(np.int64(letters.small[code]), room, i, size)
            i += size


@step
def make_capital(room: Bytes1d, start: int, letters: Letters) -> None:
    """Write the small letter at room[start] as a capital; none is within another one's bytes."""
    byte = room[start]
    if 0x61 <= byte <= 0x7A:
        room[start] = byte - 0x20
    elif byte >= 0xC2:
        code, size = code_at(room, start)
        _put(np.int64(letters.capital[code]), room, start, size)


@step
def _put(code: int, room: Bytes1d, i: int, size: int) -> None:
    """Write a character of two or three bytes at room[i]."""
    if size == 2:
        room[i] = 0xC0 | code >> 6
        room[i + 1] = 0x80 | (code & 0x3F)
    elif size == 3:
        room[i] = 0xE0 | code >> 12
        room[i + 1] = 0x80 | (code >> 6 & 0x3F)
        room[i + 2] = 0x80 | (code & 0x3F)
