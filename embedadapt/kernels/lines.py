"""Lines that a page wrapped, and words that their ends break, in UTF-8 text: found, and joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Longs1d
from embedadapt.kernels._bytes import byte_finder, trailing_zeros
from embedadapt.kernels._compile import kernel, loop, step
from embedadapt.kernels.count import Bytes1d, space_at
from embedadapt.kernels.known import copy_bytes
from embedadapt.kernels.sentences import item_mark
from embedadapt.kernels.traits import RAGGED

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
            if i < end and space_at(text, i) and _line_ends(text, i, end, text[i - 1] == 0xAD):
                return True
    return False


@step
def _line_ends(text: Bytes1d, i: int, end: int, is_soft: bool) -> bool:
    """Whether the white space at text[i] has a line break, and a lower-case letter may follow, or
    anything behind a soft hyphen.

    White space beyond ASCII counts as a line break.
    """
    found = False
    while i < end and space_at(text, i):
        # All white space but the space, the tab and U+001F may break a line.
        found |= text[i] != 0x20 and text[i] != 0x09 and text[i] != 0x1F
        i += space_at(text, i)
    return found and (is_soft or text[i] >= 0x61 or text[i - 1] >= 0x80)


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


@loop
def unwrap(text: Bytes1d, end: int, letters: Bytes1d, width: int, unwrapped: Bytes1d) -> int:
    """Write each paragraph of text[:end] as one line, its broken words joined.

    What a paragraph is, and what a line goes on in, is as in text.sentences; white space within a
    line stays as it is. letters: as in `continued_lines`. width: of the lines. unwrapped: (end,).

    Returns the length of what is written; UNKNOWN where a line begins with a character beyond
    U+FFFF or what may be an item's number in other digits, or a soft hyphen ends one.
    """
    at, first, length = 0, 0, 0  # length: of the line before in characters, 0 if it is empty
    start = stop = 0  # of the line before
    while first < end:
        line_end, following = _line(text, first, end)
        content = first
        while content < line_end and space_at(text, content):
            content += space_at(text, content)
        if content >= line_end:
            length, first = 0, following
            continue
        while space_before(text, line_end):
            line_end -= space_before(text, line_end)
        copied = first
        if at:
            goes_on = 0
            if length:
                goes_on = _goes_on(text, start, stop, length, content, line_end, letters, width)
            broken = 0 if goes_on == 0 else _broken(text, start, stop, content, letters)
            if goes_on == UNKNOWN or broken == UNKNOWN:
                return UNKNOWN
            if broken:
                copied = content
            else:
                unwrapped[at] = 0x20 if goes_on else 0x0A
                at += 1
        copy_bytes(text, copied, line_end - copied, unwrapped, at)
        at += line_end - copied
        length = _n_characters(text, first, line_end)
        start, stop, first = first, line_end, following
    return at


@step
def _goes_on(
    text: Bytes1d,
    start: int,
    stop: int,
    length: int,
    following: int,
    end: int,
    letters: Bytes1d,
    width: int,
) -> int:
    """Whether the line text[start:stop] of `length` characters goes on in text[following:end]."""
    if text[following] >= 0xF0:
        return UNKNOWN
    if _item_may_follow(text, start, stop):
        is_item = _is_item(text, following, end, letters)
        if is_item:
            return UNKNOWN if is_item == UNKNOWN else 0
    if letters[_code(text, following)] & SMALL:
        return 1
    word_end = following
    while word_end < end and not space_at(text, word_end):
        word_end += 1
    return int(length + 1 + _n_characters(text, following, word_end) > width - RAGGED)


@step
def _item_may_follow(text: Bytes1d, start: int, stop: int) -> bool:
    """Whether a line ends with `.`, `;`, `:` or `,`, or with one of the words and, or, et, ou."""
    last = text[stop - 1]
    if last == 0x2E or last == 0x3B or last == 0x3A or last == 0x2C:
        return True
    if stop - start < 3:
        return False
    if text[stop - 3] == 0x20:
        return (text[stop - 2] == 0x6F and (last == 0x72 or last == 0x75)) or (
            text[stop - 2] == 0x65 and last == 0x74
        )
    is_and = last == 0x64 and text[stop - 2] == 0x6E and text[stop - 3] == 0x61
    return is_and and stop - start > 3 and text[stop - 4] == 0x20


@step
def _is_item(text: Bytes1d, i: int, end: int, letters: Bytes1d) -> int:
    """Whether text[i:end] begins with an item's mark and white space; UNKNOWN where the mark may be
    a number in digits beyond ASCII."""
    mark_end, is_ascii = i, True
    while mark_end < end and not space_at(text, mark_end):
        is_ascii &= text[mark_end] < 0x80
        mark_end += 1
    if mark_end == end:
        return 0
    if is_ascii:
        return int(item_mark(text, i, mark_end) != 0)
    if _is_bullet(text, i, mark_end):
        return 1
    last = mark_end - 1
    if text[last] != 0x2E and text[last] != 0x29:
        return 0
    i += int(text[i] == 0x28)
    if text[i] < 0x80:
        return UNKNOWN if 0x30 <= text[i] <= 0x39 else 0
    size = 2 if text[i] < 0xE0 else 3 if text[i] < 0xF0 else 4
    if size == 4 or not letters[_code(text, i)] & LETTER:
        return UNKNOWN
    return int(i + size == last)


@step
def _is_bullet(text: Bytes1d, i: int, end: int) -> bool:
    """Whether text[i:end], which is not ASCII, is one of – — • · ▪."""
    if end - i == 2:
        return text[i] == 0xC2 and text[i + 1] == 0xB7
    if end - i != 3 or text[i] != 0xE2:
        return False
    second, third = text[i + 1], text[i + 2]
    if second == 0x80:
        return third == 0x93 or third == 0x94 or third == 0xA2
    return second == 0x96 and third == 0xAA


@step
def _broken(text: Bytes1d, start: int, stop: int, following: int, letters: Bytes1d) -> int:
    """Whether a hyphen at the end of text[start:stop] breaks a word that goes on at `following`.

    A letter goes before the hyphen, which stays, and a small letter of Latin-1 or œ follows.
    UNKNOWN for a soft hyphen.
    """
    last = text[stop - 1]
    if last == 0xAD and stop - start > 1 and text[stop - 2] == 0xC2:
        return UNKNOWN
    size = 1
    if last != 0x2D:
        size = 3
        if last != 0x90 or stop - start < 3:
            return 0
        if text[stop - 2] != 0x80 or text[stop - 3] != 0xE2:
            return 0
    before = stop - size - 1
    if before < start or not _continues(text, following):
        return 0
    while text[before] & 0xC0 == 0x80:
        before -= 1
    if text[before] >= 0xF0:
        return UNKNOWN
    return int(letters[_code(text, before)] & LETTER != 0)


@step
def _continues(text: Bytes1d, i: int) -> bool:
    """Whether text[i] is one of a-z, ß-ö, ø-ÿ and œ."""
    if text[i] < 0x80:
        return 0x61 <= text[i] <= 0x7A
    if text[i] == 0xC3:
        return text[i + 1] >= 0x9F and text[i + 1] != 0xB7
    return text[i] == 0xC5 and text[i + 1] == 0x93
