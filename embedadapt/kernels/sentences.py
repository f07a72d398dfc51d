"""Sentences end between the numbered chunks of a text: the rules of text.sentences, on arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels._compile import kernel, part, step
from embedadapt.kernels.count import Bytes1d, Found, Strings, space_at
from embedadapt.kernels.traits import (
    ABBREVIATION,
    ABBREVIATIONS,
    AFTER_NAME,
    AFTER_NAMES,
    BEFORE_NUMBER,
    BEFORE_NUMBERS,
    CONJUNCTION,
    CONTINUED_LINES,
    DIVISION,
    FULL_LINES,
    FULL_STOP,
    FULL_WIDTH,
    ITEM,
    ITEM_MAY_FOLLOW,
    NUMBER,
    NUMBER_FIRST,
    ONLY_CLOSING,
    ONLY_OPENING,
    OPEN,
    OTHER_STOP,
    RAGGED,
    SHORT_ITEM,
    STARTS_SMALL,
    THEN_BEGINNING,
    THEN_NUMBER,
    THEN_SMALL,
    WINDOW,
    WORDLESS,
)

Traits1d = NDArray[np.uint32]

LONGEST_ABBREVIATION = 8
"""Bytes of the longest known abbreviation, or more."""
SHORTENED = np.array(
    [
        int.from_bytes(word.encode(), "big")
        for word in sorted(ABBREVIATIONS | AFTER_NAMES | BEFORE_NUMBERS)
        if word.isascii()
    ],
    np.int64,
)
"""The abbreviations that are of ASCII, each as a number."""
LISTED = np.array(
    sorted(
        list(f"{word:<9}".encode())
        for word in """
            any each he if in it no she the these they this we you ce cette elle il ils la le les si
            un une article section clause chapter part schedule exhibit chapitre titre annexe and or
            et ou
        """.split()
    ),
    np.uint8,
)
"""(n_words, 9): words that text.sentences lists; chunks with one of them are left to it."""

SMALL, CAPITAL, DIGIT, ROMAN, NUMERAL, OPENING, CLOSING, STOP = (1 << bit for bit in range(8))
ALPHABET = np.zeros(128, np.uint8)
for _characters, _kind in (
    (b"abcdefghijklmnopqrstuvwxyz", SMALL),
    (b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", CAPITAL),
    (b"0123456789", DIGIT),
    (b"ivxIVX", ROMAN),
    (b"IVXLC", NUMERAL),
    (b"\"'([", OPENING),
    (b"\"')]", CLOSING),
    (b".!?", STOP),
):
    ALPHABET[list(_characters)] |= _kind
LETTER = SMALL | CAPITAL


@kernel
def describe_chunks(chunks: Strings, first: int, traits: Traits1d, lengths: Ints1d) -> None:
    """Determine the traits of the chunks from number `first` on, and their characters.

    traits: (n_chunks - first,). OPEN for a chunk with characters beyond ASCII, with a listed word,
    or with what may be an abbreviation. lengths: (n_chunks - first,).
    """
    for i in range(len(traits)):
        start, end = chunks.starts[first + i], chunks.size[1]
        if first + i + 1 < chunks.size[0]:
            end = chunks.starts[first + i + 1]
        n = 0
        for k in range(start, end):
            n += (chunks.text[k] & 0xC0) != 0x80
        lengths[i] = n
        traits[i] = _traits(chunks.text, start, end) if n == end - start else OPEN


@step
def _traits(text: Bytes1d, start: int, end: int) -> int:
    """The traits of an ASCII chunk."""
    opened = start  # where what is no opening mark begins
    while opened < end and ALPHABET[text[opened]] & OPENING:
        opened += 1
    word = opened  # where the first letter or digit is
    while word < end and not _in_word(text[word]):
        word += 1
    if _is_listed(text, opened, end) or _is_listed(text, word, end):
        return OPEN
    closed = end  # where only closing marks follow
    while closed > start and ALPHABET[text[closed - 1]] & CLOSING:
        closed -= 1
    found = STARTS_SMALL * int(ALPHABET[text[start]] & SMALL != 0)
    found |= _beginning(text, start, opened, end)
    found |= _contents(text, start, word, end)
    last = text[end - 1]
    if last == 0x2E or last == 0x3B or last == 0x3A or last == 0x2C:  # . ; : ,
        found |= ITEM_MAY_FOLLOW
    if closed == start or not ALPHABET[text[closed - 1]] & STOP:
        return found
    if text[closed - 1] != 0x2E:
        return found | OTHER_STOP
    before = closed - 1
    while before > start and (_in_word(text[before - 1]) or text[before - 1] == 0x2E):
        before -= 1
    n, dotted = closed - 1 - before, False
    for i in range(before, closed - 1):
        dotted |= text[i] == 0x2E
    is_open = dotted or n == 1 or _is_abbreviation(text, before, n)
    return OPEN if is_open else found | FULL_STOP


@step
def _is_abbreviation(text: Bytes1d, start: int, n: int) -> bool:
    """Whether the letters and digits text[start : start + n] are an abbreviation, in any case."""
    if not 0 < n <= LONGEST_ABBREVIATION:
        return False
    value = np.int64(0)
    for i in range(start, start + n):
        value = value << 8 | np.int64(text[i] | 0x20)
    for word in SHORTENED:
        if word == value:
            return True
    return False


@step
def _beginning(text: Bytes1d, start: int, opened: int, end: int) -> int:
    """The traits of what follows the opening marks, and of items."""
    if opened == end or opened - start >= WINDOW:
        return ONLY_OPENING
    found = THEN_SMALL * int(ALPHABET[text[opened]] & SMALL != 0)
    last = min(end, start + WINDOW)
    if ALPHABET[text[opened]] & DIGIT:
        found |= THEN_NUMBER
    if ALPHABET[text[opened]] & CAPITAL and opened + 1 < last and text[opened + 1] == 0x2E:
        found |= THEN_NUMBER
    i = opened
    while i < last and ALPHABET[text[i]] & NUMERAL:
        i += 1
    if i > opened and (i == last or not _in_word(text[i])):
        found |= THEN_NUMBER
    return found | item_mark(text, start, end)


@step
def item_mark(text: Bytes1d, start: int, end: int) -> int:
    """Whether text[start:end] is the mark of an item."""
    if end - start == 1:
        return (ITEM | SHORT_ITEM) * int(text[start] == 0x2D or text[start] == 0x2A)
    i = start + int(text[start] == 0x28)
    last = end - 1
    if i >= last or (text[last] != 0x2E and text[last] != 0x29):
        return 0
    is_item = last - i == 1 and ALPHABET[text[i]] & LETTER != 0
    romans = True
    numbers = ALPHABET[text[i]] & DIGIT != 0 and text[last - 1] != 0x2E
    for k in range(i, last):
        romans &= ALPHABET[text[k]] & ROMAN != 0
        point = text[k] == 0x2E and text[k - 1] != 0x2E
        numbers &= point or ALPHABET[text[k]] & DIGIT != 0
    if not (is_item or romans or numbers):
        return 0
    return ITEM | SHORT_ITEM * int(end - start < WINDOW)


@step
def _contents(text: Bytes1d, start: int, word: int, end: int) -> int:
    """The traits of a chunk's letters and digits, the first of which is at `word`."""
    if word == end:
        return WORDLESS
    i = word + int(ALPHABET[text[word]] & CAPITAL != 0)
    if i < end and ALPHABET[text[i]] & DIGIT:
        while i < end and ALPHABET[text[i]] & DIGIT:
            i += 1
            joined = i + 1 < end and (text[i] == 0x2E or text[i] == 0x2D)
            i += int(joined and ALPHABET[text[i + 1]] & DIGIT != 0)
    elif ALPHABET[text[word]] & ROMAN:
        i = word
        while i < end and ALPHABET[text[i]] & ROMAN:
            i += 1
    else:
        i = word + 1
    while i < end:
        if _in_word(text[i]):
            return 0
        i += 1
    return NUMBER | NUMBER_FIRST * int(word == start)


@step
def _in_word(byte: int) -> bool:
    return ALPHABET[byte] & (LETTER | DIGIT) != 0 or byte == 0x5F


@step
def _is_listed(text: Bytes1d, start: int, end: int) -> bool:
    """Whether the letters from `start` on are a word of LISTED, in any case."""
    n = 0
    while start + n < end and ALPHABET[text[start + n]] & LETTER:
        n += 1
    if n < 2 or n >= LISTED.shape[1]:
        return False
    for word in LISTED:
        i = 0
        while i < n and word[i] == text[start + i] | 0x20:
            i += 1
        if i == n and word[n] == 0x20:
            return True
    return False


@kernel
def end_sentences(
    text: Bytes1d,
    document_ends: Longs1d,
    found: Found,
    traits: Traits1d,
    lengths: Ints1d,
    n_bytes: Ints1d,
    is_joined: NDArray[np.bool_],
    ends: Longs1d,
    n_sentences: Longs1d,
) -> None:
    """Determine where the sentences of documents end.

    text, document_ends, found: documents and their chunks in order (kernels.count.find_chunks).
    traits, lengths, n_bytes: of each chunk, by number; its length in characters and in bytes.
    is_joined: (n_documents,), documents whose lines are paragraphs, however long.
    ends: (n_chunks,), receives the number of chunks before the end of each sentence.
    n_sentences: (n_documents,), receives the number of sentences up to the end of each document.
    """
    n = first_chunk = start = 0
    for document in range(len(document_ends)):
        end, end_chunk = document_ends[document], found.ends[document]
        ids = found.ids[first_chunk:end_chunk]
        firsts, columns, kinds = _lines(text, start, end, ids, first_chunk, lengths, n_bytes)
        width = 0
        if not is_joined[document]:
            width = _wrap_width(found.ids, firsts, columns, kinds, traits)
        paragraph = first_chunk
        for line in range(len(columns)):
            last = firsts[line + 1]
            if width and _goes_on(found.ids, firsts, columns, kinds, line, traits, lengths, width):
                continue
            n = _split(found.ids[paragraph:last], paragraph, traits, lengths, ends, n)
            paragraph = last
        n_sentences[document] = n
        start, first_chunk = end, end_chunk


ADJACENT, SPACED = 1, 2
"""The next line follows without an empty one between; the last chunk of a line is after a space."""


@part
def _lines(
    text: Bytes1d,
    start: int,
    end: int,
    ids: Ints1d,
    first_chunk: int,
    lengths: Ints1d,
    n_bytes: Ints1d,
) -> tuple[Longs1d, Longs1d, NDArray[np.uint8]]:
    """The lines of text[start:end] that are not empty; its chunks are `ids`.

    Returns the first chunk of each line and the end of the last one, (n_lines + 1,); the
    characters of each up to its last chunk, and its kind, (n_lines,).
    """
    room = 2
    for i in range(start, end):
        byte = text[i]
        room += (byte < 0x20) | (byte == 0x85) | (byte == 0xA8) | (byte == 0xA9)
    firsts, columns = np.empty(room, np.int64), np.empty(room, np.int64)
    kinds = np.zeros(room, np.uint8)
    i, chunk, line, column, n_breaks = start, 0, -1, 0, 1
    while i < end:
        n_space = 1 if text[i] == 0x20 else space_at(text, i)
        if n_space:
            if _breaks(text, i, n_space):
                n_breaks += 1
                n_space += int(text[i] == 0x0D and i + 1 < end and text[i + 1] == 0x0A)
                column = 0
            else:
                column += 1
            i += n_space
            continue
        if n_breaks:
            if line >= 0 and n_breaks == 1:
                kinds[line] |= ADJACENT
            line += 1
            firsts[line], n_breaks = first_chunk + chunk, 0
        kinds[line] = SPACED * int(i > start and text[i - 1] == 0x20)
        column += lengths[ids[chunk]]
        i += n_bytes[ids[chunk]]
        columns[line] = column
        chunk += 1
    firsts[line + 1] = first_chunk + len(ids)
    return firsts[: line + 2], columns[: line + 1], kinds[: line + 1]


@step
def _breaks(text: Bytes1d, i: int, n_space: int) -> bool:
    """Whether the white space at text[i] ends a line, as `str.splitlines` has it."""
    if n_space == 1:
        return text[i] != 0x20 and text[i] != 0x09 and text[i] != 0x1F
    if n_space == 2:
        return text[i + 1] == 0x85
    return text[i + 1] == 0x80 and (text[i + 2] == 0xA8 or text[i + 2] == 0xA9) and text[i] == 0xE2


@part
def _wrap_width(
    ids: Ints1d, firsts: Longs1d, columns: Longs1d, kinds: NDArray[np.uint8], traits: Traits1d
) -> int:
    """The column at which the lines are wrapped; 0 where they are not."""
    n_lines, n = len(columns), 0
    continued = np.empty(n_lines, np.int64)
    for line in range(n_lines - 1):
        if kinds[line] & ADJACENT and traits[ids[firsts[line + 1]]] & STARTS_SMALL:
            continued[n] = columns[line]
            n += 1
    if n == 0 or n < CONTINUED_LINES * n_lines:
        return 0
    continued = continued[:n]
    width = _at_place(continued, np.int64(FULL_WIDTH * (n - 1)))
    n_full = 0
    for length in continued:
        n_full += length >= width - RAGGED
    return width if n_full >= FULL_LINES * n else 0


@step
def _at_place(lengths: Longs1d, place: int) -> int:
    """The length that `place` lengths go before when they are sorted.

    It halves the range where the length is: the sort that numba has takes a second to compile.
    """
    low = high = 0
    for length in lengths:
        high = max(high, length)
    while low < high:
        middle, n = (low + high) >> 1, 0
        for length in lengths:
            n += length <= middle
        if n > place:
            high = middle
        else:
            low = middle + 1
    return low


@step
def _goes_on(
    ids: Ints1d,
    firsts: Longs1d,
    columns: Longs1d,
    kinds: NDArray[np.uint8],
    line: int,
    traits: Traits1d,
    lengths: Ints1d,
    width: int,
) -> bool:
    """Whether a line of a wrapped document goes on in the next one."""
    if line + 1 == len(columns) or not kinds[line] & ADJACENT:
        return False
    first = firsts[line + 1]
    following, last = traits[ids[first]], traits[ids[first - 1]]
    if following & ITEM and firsts[line + 2] - first > 1:
        if last & ITEM_MAY_FOLLOW or (last & CONJUNCTION and kinds[line] & SPACED):
            return False
    if following & STARTS_SMALL:
        return True
    return columns[line] + 1 + lengths[ids[first]] > width - RAGGED


@part
def _split(
    ids: Ints1d, before: int, traits: Traits1d, lengths: Ints1d, ends: Longs1d, n: int
) -> int:
    """End the sentences of a paragraph whose chunks are `ids`, with `before` others before it.

    ends: receives their ends from number n on. Returns the number of ends.
    """
    number = 0  # 0: only marks so far, DIVISION and NUMBER: only these, WORDLESS: words
    i = 0
    while i < len(ids):
        has = traits[ids[i]]
        if number == DIVISION:
            number = NUMBER if has & NUMBER_FIRST else WORDLESS
        elif number == 0 and not has & WORDLESS:
            number = NUMBER if has & NUMBER else DIVISION if has & DIVISION else WORDLESS
        elif number == NUMBER and not has & WORDLESS:
            number = WORDLESS
        i += 1
        if i == len(ids) or not has & (FULL_STOP | OTHER_STOP):
            continue
        while i + 1 < len(ids) and traits[ids[i]] & ONLY_CLOSING:
            i += 1
        if _ends(ids, i, has, number == NUMBER, traits, lengths):
            ends[n] = before + i
            n += 1
            number = 0
    ends[n] = before + len(ids)
    return n + 1


@step
def _ends(
    ids: Ints1d, behind: int, has: int, is_number: bool, traits: Traits1d, lengths: Ints1d
) -> bool:
    """Whether the mark of a chunk with these traits ends a sentence before chunk `behind`."""
    following, i, n_characters = traits[ids[behind]], behind, 0
    while following & ONLY_OPENING:
        n_characters += lengths[ids[i]] + 1
        i += 1
        if i == len(ids) or n_characters >= WINDOW:
            return False
        following = traits[ids[i]]
    is_item = i == behind and following & SHORT_ITEM and behind + 1 < len(ids)
    if following & THEN_SMALL and not is_item:
        return False
    if has & OTHER_STOP:
        return True
    if is_number or has & ABBREVIATION:
        return False
    if has & AFTER_NAME:
        return following & THEN_BEGINNING != 0
    return not (has & BEFORE_NUMBER and following & THEN_NUMBER)
