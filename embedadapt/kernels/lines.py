"""Words that line ends break, in UTF-8 text: found, and joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Longs1d
from embedadapt.kernels._bytes import byte_finder, trailing_zeros
from embedadapt.kernels._compile import kernel, loop, step
from embedadapt.kernels.count import Bytes1d, space_at
from embedadapt.kernels.known import copy_bytes

may_be_hyphen = byte_finder(0x2D, 0x90, 0xAD)
"""Finds `-`, and the last byte of U+2010 and of the soft hyphen."""
may_end_line = byte_finder(0xC2, 0xE2, below=0x20)
"""Finds characters that may end a line, by their first byte."""

UNKNOWN = -1
"""Length or width of text with characters that the kernels do not look up."""
LETTER, SMALL = 1, 2
"""Bits of what a character is: a letter, a small letter."""


@kernel
def may_break_words(text: Bytes1d, document_ends: Longs1d) -> NDArray[np.bool_]:
    """Whether a hyphen may be at the end of a line in each document, (n_documents,) bool.

    The documents are laid out as for `find_chunks`.
    """
    broken = np.zeros(len(document_ends), np.bool_)
    start = 0
    for document in range(len(document_ends)):
        broken[document] = _may_break_words(text, start, document_ends[document])
        start = document_ends[document]
    return broken


@step
def _may_break_words(text: Bytes1d, start: int, end: int) -> bool:
    for block in range(start, end, 64):
        marked = may_be_hyphen(text, block)
        while marked:
            i = block + trailing_zeros(marked) + 1
            marked &= marked - np.uint64(1)
            if i < end and space_at(text, i) and _line_ends(text, i, end):
                return True
    return False


@step
def _line_ends(text: Bytes1d, i: int, end: int) -> bool:
    """Whether the white space at text[i] has a line break, and a lower-case letter may follow.

    White space beyond ASCII counts as a line break.
    """
    found = False
    while i < end and space_at(text, i):
        # All white space but the space, the tab and U+001F may break a line.
        found |= text[i] != 0x20 and text[i] != 0x09 and text[i] != 0x1F
        i += space_at(text, i)
    return found and (text[i] >= 0x61 or text[i - 1] >= 0x80)


@loop
def continued_lines(text: Bytes1d, end: int, letters: Bytes1d, lengths: Longs1d) -> tuple[int, int]:
    """Lengths in characters of the lines of text[:end] that a small letter continues.

    A line is without the white space at its end. letters: (0x10000,), LETTER and SMALL of every
    character. lengths: (room for half as many as there are bytes, and one,).

    Returns their number and that of all lines that are not empty; UNKNOWN where a line begins with
    a character beyond U+FFFF.
    """
    n, n_lines, before = 0, 0, 0  # before: length of the line before, 0 if empty
    first = 0
    while first < end:
        stop, following = _line(text, first, end)
        content = first
        while content < stop and space_at(text, content):
            content += space_at(text, content)
        length = 0
        if content < stop:
            while space_before(text, stop):
                stop -= space_before(text, stop)
            length = _n_characters(text, first, stop)
            if text[content] >= 0xF0:
                return UNKNOWN, 0
            if before and letters[_code(text, content)] & SMALL:
                lengths[n] = before
                n += 1
            n_lines += 1
        before, first = length, following
    return n, n_lines


@step
def _line(text: Bytes1d, start: int, end: int) -> tuple[int, int]:
    """End of the line at text[start], and start of the next one, as `str.splitlines` has them."""
    for block in range(start, end, 64):
        marked = may_end_line(text, block)
        while marked:
            i = block + trailing_zeros(marked)
            marked &= marked - np.uint64(1)
            if i >= end:
                break
            n = line_break(text, i)
            if n:
                return i, min(i + n, end)
    return end, end


@step
def line_break(text: Bytes1d, i: int) -> int:
    """Number of bytes of the line break at text[i]; 0 for none."""
    byte = text[i]
    if byte == 0x0D:
        return 1 + int(text[i + 1] == 0x0A)
    if byte < 0x20:
        return int(0x0A <= byte <= 0x0C or 0x1C <= byte <= 0x1E)
    if byte == 0xC2:
        return 2 * int(text[i + 1] == 0x85)
    if byte == 0xE2 and text[i + 1] == 0x80:
        return 3 * int(text[i + 2] == 0xA8 or text[i + 2] == 0xA9)
    return 0


@step
def space_before(text: Bytes1d, i: int) -> int:
    """Number of bytes of the white space character before text[i], which is not the first one."""
    if text[i - 1] < 0x80:
        return space_at(text, i - 1)
    size = 2 if text[i - 2] >= 0xC0 else 3
    return size if space_at(text, i - size) == size else 0


@step
def _n_characters(text: Bytes1d, start: int, end: int) -> np.int64:
    n = np.int64(0)
    for i in range(start, end):
        n += np.int64((text[i] & 0xC0) != 0x80)
    return n


@step
def _code(text: Bytes1d, i: int) -> np.int64:
    """The code point at text[i], which is below U+10000."""
    byte = np.int64(text[i])
    if byte < 0x80:
        return byte
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | (text[i + 1] & 0x3F)
    return (byte & 0xF) << 12 | (text[i + 1] & 0x3F) << 6 | (text[i + 2] & 0x3F)


@kernel
def join_broken_words(text: Bytes1d, end: int, letters: Bytes1d, joined: Bytes1d) -> int:
    """Copy text[:end] to `joined`, words that a hyphen breaks at a line end in one piece.

    A letter goes before the hyphen, which stays, and a small letter of Latin-1 or œ behind the line
    break; an empty line parts words. letters: as in `continued_lines`.

    Returns the length of the copy; UNKNOWN where a soft hyphen breaks a word.
    """
    copied, at = 0, 0
    for block in range(0, end, 64):
        marked = may_be_hyphen(text, block)
        while marked:
            i = block + trailing_zeros(marked) + 1
            marked &= marked - np.uint64(1)
            if i >= end or i <= copied or not space_at(text, i):
                continue
            following, n_breaks = _gap(text, i, end)
            if text[i - 1] == 0xAD:
                if n_breaks and text[i - 2] == 0xC2:
                    return UNKNOWN
                continue
            hyphen = i - 1 if text[i - 1] == 0x2D else i - 3
            if n_breaks != 1 or hyphen <= 0 or not _continues(text, following):
                continue
            if hyphen < i - 1 and not (text[hyphen] == 0xE2 and text[hyphen + 1] == 0x80):
                continue
            before = hyphen - 1
            while text[before] & 0xC0 == 0x80:
                before -= 1
            if text[before] < 0xF0 and letters[_code(text, before)] & LETTER:
                copy_bytes(text, copied, i - copied, joined, at)
                at += i - copied
                copied = following
            elif text[before] >= 0xF0:
                return UNKNOWN
    copy_bytes(text, copied, end - copied, joined, at)
    return at + end - copied


@step
def _gap(text: Bytes1d, i: int, end: int) -> tuple[int, int]:
    """End of the white space at text[i], and its number of line breaks."""
    n = 0
    while i < end and space_at(text, i):
        size = line_break(text, i)
        n += int(size > 0)
        i += max(size, space_at(text, i))
    return min(i, end), n


@step
def _continues(text: Bytes1d, i: int) -> bool:
    """Whether text[i] is one of a-z, ß-ö, ø-ÿ and œ."""
    if text[i] < 0x80:
        return 0x61 <= text[i] <= 0x7A
    if text[i] == 0xC3:
        return text[i + 1] >= 0x9F and text[i + 1] != 0xB7
    return text[i] == 0xC5 and text[i + 1] == 0x93
