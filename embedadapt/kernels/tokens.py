"""Strings without white space are cut into tokens, as text.tokenize's pattern cuts them."""

from __future__ import annotations

import numpy as np

from embedadapt.kernels._compile import loop, step
from embedadapt.kernels.count import (
    AHEAD,
    LOW_HALF,
    SHORT,
    WHICH,
    Bytes1d,
    Lists,
    Strings,
    bounds,
    keys_of,
    prefetch_string,
    row_of,
)

WORD, DIGIT, MARK, JOINT, RULE, APOSTROPHE, FOLDED, LEFT = (1 << bit for bit in range(8))
"""Bits of what a character may be: a letter or digit; a decimal digit; a combining mark; what joins
words; what makes rules; an apostrophe; a letter that `re.IGNORECASE` takes for another; and what
only the pattern cuts. text.tokenize.character_kinds has them for every character below U+10000."""

PATTERN, WHOLE, CUT = range(3)
"""How a string is cut: not by the kernel; not at all, it is one token; into its tokens."""

LONGEST_RUN = 3
POINT, SLASH, COLON, COMMA, UNDERSCORE, AT = b"./:,_@"


def _packed(word: str) -> int:
    return int.from_bytes(word.encode(), "big")


_ELIDED = tuple(_packed(word) for word in "jusqu lorsqu puisqu quoiqu quelqu presqu qu".split())
_ELIDED_LETTERS = tuple(b"cdjlmnst")
_OPENING = tuple(b'"([')
_IN_LABEL = tuple(b"0123456789_-")
_TOP_LEVEL_2 = tuple(_packed(word) for word in "eu fr uk de io".split())
_TOP_LEVEL_3 = tuple(_packed(word) for word in "com net org edu gov".split())
_TOP_LEVEL_4 = _packed("info")
_WWW = int.from_bytes(b"www.", "big")


@loop
def cut_strings(
    strings: Strings,
    first: int,
    start: int,
    kinds: Bytes1d,
    tokens: Strings,
    found: Lists,
    how: Bytes1d,
) -> int:
    """Cut the strings from number `start` on into tokens, those from number `first` on being cut.

    kinds: (0x10000,), of every character. found: of the strings from number `first` on, receives
    the tokens of each (with room for as many as they have bytes; its first end is 0). how:
    (n_strings - first,), receives how each was cut; one left to the pattern has no tokens.

    Returns the number of the first string for which `tokens` had no room.
    """
    text, ids = strings.text, found.items
    n = found.ends[start - first]
    for string in range(start, strings.size[0]):
        if (string - start) % AHEAD == 0:
            for coming in range(string, min(string + AHEAD, strings.size[0])):
                begin, end = bounds(strings, coming)
                prefetch_string(tokens, text, begin, min(end - begin, SHORT))
        begin, end = bounds(strings, string)
        place = string - first
        seen, every = _survey(text, begin, end, kinds)
        how[place] = PATTERN if seen & LEFT else WHOLE if every & WORD else CUT
        # If there is no room for one of its tokens, the string is left out: its end is not set.
        i, before = begin, np.uint8(0)
        while i < end and how[place] != PATTERN:
            length, kept = end - i, end - i
            if how[place] == CUT:
                length, kept, before = _token(text, i, end, before, seen, kinds)
                if kept == end - begin:
                    how[place] = WHOLE
            row = row_of(tokens, text, i, kept, *keys_of(text, i, kept))
            if row < 0:
                return string
            ids[n] = tokens.rows[row, WHICH] & LOW_HALF
            i += length
            n += 1
        found.ends[place + 1] = n
    return strings.size[0]


@step
def _character(text: Bytes1d, i: int, kinds: Bytes1d) -> tuple[np.uint8, int]:
    """The kind of the character at text[i], and its number of bytes."""
    byte = np.int64(text[i])
    if byte < 0x80:
        return kinds[byte], 1
    if byte < 0xE0:
        return kinds[(byte & 0x1F) << 6 | (text[i + 1] & 0x3F)], 2
    if byte < 0xF0:
        return kinds[(byte & 0xF) << 12 | (text[i + 1] & 0x3F) << 6 | (text[i + 2] & 0x3F)], 3
    return np.uint8(LEFT), 4


@step
def _survey(text: Bytes1d, start: int, end: int, kinds: Bytes1d) -> tuple[np.uint8, np.uint8]:
    """The bits that any character of text[start:end] has, and those that every character has.

    LEFT is among the first where there may be what only the pattern finds: a URL, a host, an
    address.
    """
    i, seen, every, points = start, np.uint8(0), np.uint8(0xFF), False
    while i < end:
        kind, size = _character(text, i, kinds)
        if text[i] == POINT:
            points = True
            if _is_top_level(text, i + 1, end) or (i - start > 2 and _four(text, i - 3) == _WWW):
                seen |= np.uint8(LEFT)
        elif text[i] == COLON and i + 2 < end and text[i + 1] == SLASH == text[i + 2]:
            seen |= np.uint8(LEFT)
        elif text[i] == AT and i > start and _is_domain(text, i + 1, end, kinds):
            seen |= np.uint8(LEFT)
        seen |= kind
        every &= kind
        i += size
    if seen & FOLDED and (points or seen & APOSTROPHE):
        seen |= np.uint8(LEFT)
    return seen, every


@step
def _is_domain(text: Bytes1d, start: int, end: int, kinds: Bytes1d) -> bool:
    """Whether at most 63 letters, digits, - and _ are at text[start], then a point and more."""
    i, n = start, 0
    while i < end and n < 65:
        kind, size = _character(text, i, kinds)
        if not kind & WORD and text[i] not in _IN_LABEL:
            break
        i, n = i + size, n + 1
    if not 0 < n < 65 or i + 1 >= end or text[i] != POINT:
        return False
    kind, _ = _character(text, i + 1, kinds)
    return bool(kind & WORD) or text[i + 1] in _IN_LABEL


@step
def _four(text: Bytes1d, i: int) -> np.int64:
    value = np.int64(0)
    for k in range(i, i + 4):
        value = value << 8 | np.int64(text[k])
    return value


@step
def _is_top_level(text: Bytes1d, start: int, end: int) -> bool:
    """Whether a top-level domain is at text[start], as far as the letters of ASCII show."""
    i, value = start, np.int64(0)
    while i < end and i - start < 5 and ascii_letter(text[i]):
        value = value << 8 | np.int64(text[i] | 0x20)
        i += 1
    if i < end and text[i] in _IN_LABEL:
        return False
    if i - start == 2:
        return value in _TOP_LEVEL_2
    if i - start == 3:
        return value in _TOP_LEVEL_3
    return i - start == 4 and value == _TOP_LEVEL_4


@step
def ascii_letter(byte: np.uint8) -> bool:
    return bool(0x61 <= (byte | 0x20) <= 0x7A)


@step
def _token(
    text: Bytes1d, i: int, end: int, before: np.uint8, seen: np.uint8, kinds: Bytes1d
) -> tuple[int, int, np.uint8]:
    """Length of the token at text[i], the part of it that is kept, and the kind of its last
    character. before: kind of the character before it. seen: as `_survey` returns it."""
    kind, size = _character(text, i, kinds)
    if kind & WORD:
        if not kind & DIGIT:
            stop = _dotted(text, i + size, end, kinds)
            if stop:
                return stop - i, stop - i, np.uint8(0)
            may_be_elided = seen & APOSTROPHE and not before & APOSTROPHE
            stop = _elided(text, i, end) if may_be_elided else 0
            if stop:
                return stop - i, stop - i, np.uint8(APOSTROPHE)
        stop, last = _word(text, i, end, kinds)
        return stop - i, stop - i, last
    stop = i + size
    if kind & RULE:
        while stop < end and _same_character(text, i, stop, size, end):
            stop += size
        if stop > i + size:
            return stop - i, min(stop - i, LONGEST_RUN * size), kind
    while stop < end:
        mark, size = _character(text, stop, kinds)
        if not mark & MARK:
            break
        stop, kind = stop + size, mark
    return stop - i, stop - i, kind


@step
def _same_character(text: Bytes1d, one: int, other: int, size: int, end: int) -> bool:
    if other + size > end:
        return False
    for k in range(size):
        if text[one + k] != text[other + k]:
            return False
    return True


@step
def _dotted(text: Bytes1d, start: int, end: int, kinds: Bytes1d) -> int:
    """End of single letters with points between, such as U.S., whose first letter ends at `start`;
    0 where there are none."""
    i = start
    while i + 1 < end and text[i] == POINT:
        kind, size = _character(text, i + 1, kinds)
        behind = i + 1 + size
        if not kind & WORD or kind & DIGIT:
            break
        if behind < end:
            following, _ = _character(text, behind, kinds)
            if following & (WORD | MARK) or text[behind] == UNDERSCORE:
                break
        i = behind
    if i == start:
        return 0
    return i + 1 if i < end and text[i] == POINT else i


@step
def _elided(text: Bytes1d, start: int, end: int) -> int:
    """End of an elided word of French that nothing follows, such as `l'`; 0 where there is none."""
    i, value = start, np.int64(0)
    while i < end and i - start < 7 and ascii_letter(text[i]):
        value = value << 8 | np.int64(text[i] | 0x20)
        i += 1
    if i == start or i == end:
        return 0
    if i - start == 1:
        if value not in _ELIDED_LETTERS:
            return 0
    elif value not in _ELIDED:
        return 0
    if text[i] == 0x27:
        i += 1
    elif text[i] == 0xE2 and text[i + 1] == 0x80 and text[i + 2] == 0x99:  # ’
        i += 3
    else:
        return 0
    opens = i == end or text[i] in _OPENING
    opens = opens or (text[i] == 0xC2 and text[i + 1] == 0xAB)  # «
    opens = opens or (text[i] == 0xE2 and text[i + 1] == 0x80 and text[i + 2] == 0x9C)  # “
    return i if opens else 0


@step
def _word(text: Bytes1d, start: int, end: int, kinds: Bytes1d) -> tuple[int, np.uint8]:
    """End of the word at `start`, with those joined to it, and the kind of its last character."""
    i, last = start, np.uint8(0)
    while i < end:
        kind, size = _character(text, i, kinds)
        if not kind & (WORD | MARK):
            between = text[i] == POINT or text[i] == COMMA or text[i] == COLON
            if i + size >= end or not (kind & JOINT or (between and last & DIGIT)):
                break
            following, _ = _character(text, i + size, kinds)
            if not following & (WORD if kind & JOINT else DIGIT):
                break
        i, last = i + size, kind
    return i, last
