"""Strings between white space in UTF-8 text are counted, in a hash table of distinct strings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d, Longs2d
from embedadapt.kernels._bytes import byte_finder, load_word, trailing_zeros
from embedadapt.kernels._compile import branch, kernel, loop, step
from embedadapt.kernels._simd import prefetch_rows
from embedadapt.kernels.rng import MIX_1, MIX_2

Bytes1d = NDArray[np.uint8]
Words2d = NDArray[np.uint64]

SHORT = 16
"""Longest string, in bytes, that is its own key."""
MASKS = np.array(
    [[(1 << 8 * n) - 1 for n in (min(m, 8), max(m - 8, 0))] for m in range(SHORT + 1)], np.uint64
)
"""By length, masks of the first eight bytes and of the next eight."""
SLACK = 64
"""Bytes after the end of a text that may be read, though they are not used."""

may_be_space = byte_finder(0xC2, 0xE1, 0xE2, 0xE3, below=0x21)
"""Finds characters that may be white space, by their first byte."""

AHEAD = 64
"""Chunks whose rows are prefetched before the first of them is looked up. The rows of a large hash
table are not in the cache; they are fetched all at once."""

KEY, KEY_2, WHICH, SEEN = range(4)
LOW_HALF = 0xFFFFFFFF
ONE_MORE = 1 << 32
FULL = 1 << 62
"""A string met once more, and the count from which a row counts from zero again."""


class Strings(NamedTuple):
    """Distinct strings of bytes in a hash table, numbered in the order of their first occurrence.

    rows:
        (a power of two, 4) int64, open addressing, at most half full. Each row has the two keys
        of a string (see `keys_of`), its length << 32 | its number, and its occurrences << 32 | the
        lower half of the last document that contains it; zeros where free. A row is half a cache
        line, and most words need only one.
    starts:
        (room,) int64: start of each string in `text`.
    counts:
        (room,) int64: occurrences that `find_chunks` counted, beside those in `rows`.
    text:
        (room,) uint8: all strings, one after the other.
    size:
        (2,) int64: number of strings, and of bytes.
    """

    rows: Longs2d
    starts: Longs1d
    counts: Longs1d
    text: Bytes1d
    size: Longs1d


class Found(NamedTuple):
    """The chunks of documents, one document after the other: each chunk once, or all in order.

    ids: (room,) int32, numbers of the chunks. ends: (n_documents,) int64, end of each document's.
    """

    ids: Ints1d
    ends: Longs1d


@kernel
def find_chunks(
    text: Bytes1d,
    document_ends: Longs1d,
    distinct: bool,
    first_document: int,
    progress: Longs1d,
    chunks: Strings,
    found: Found,
) -> bool:
    """Find and count the chunks between white space, document by document.

    text: UTF-8 with a space after each document, and SLACK bytes after the last. White space is
    that of
        `str.split`.
    distinct: find each chunk only once per document.
    first_document: number of the first document, from 1.
    progress: document, position and number of chunks found so far, all 0 at the start.
    found: with room for all chunks that there may be, and one more.

    Returns False where `chunks` must grow; the next call continues there.
    """
    ahead = np.empty((AHEAD + 32, 5), np.int64)  # 64 bytes end 32 chunks at most
    return _find(text, document_ends, distinct, first_document, progress, chunks, found, ahead)


@step
def _find(
    text: Bytes1d,
    document_ends: Longs1d,
    distinct: bool,
    first_document: int,
    progress: Longs1d,
    chunks: Strings,
    found: Found,
    ahead: Longs2d,
) -> bool:
    rows, counts, ids = chunks.rows, chunks.counts, found.ids
    document, start, n = progress[0], progress[1], progress[2]
    while document < len(document_ends):
        end, this = document_ends[document], (first_document + document) & LOW_HALF
        while start < end:
            n_ahead, behind = _look_ahead(text, start, end, rows, ahead)
            for k in range(n_ahead):
                start, length, key, key_2 = ahead[k, 0], ahead[k, 1], ahead[k, 2], ahead[k, 3]
                row = _row(chunks, text, start, length, key, key_2, ahead[k, 4])
                # The table is full: this chunk is the first one of the next call.
                if row < 0:
                    progress[0], progress[1], progress[2] = document, start, n
                    return False
                seen = rows[row, SEEN]
                ids[n] = rows[row, WHICH] & LOW_HALF  # overwritten if it is not counted in n
                n += np.int64(not distinct or seen & LOW_HALF != this)
                rows[row, SEEN] = (seen & ~LOW_HALF) + ONE_MORE | this
                if seen >= FULL:
                    _keep_count(rows, row, counts)
            start = behind
        found.ends[document] = n
        document += 1
    progress[0], progress[1], progress[2] = document, start, n
    return True


@branch
def _keep_count(rows: Longs2d, row: int, counts: Longs1d) -> None:
    """Move the count of a row to `counts`."""
    counts[rows[row, WHICH] & LOW_HALF] += rows[row, SEEN] >> 32
    rows[row, SEEN] &= LOW_HALF


@step
def _look_ahead(
    text: Bytes1d, start: int, end: int, rows: Longs2d, ahead: Longs2d
) -> tuple[int, int]:
    """Cut off the next chunks of text[start:end], which ends in a space, and prefetch their rows.

    ahead: (AHEAD + 32, 5), receives their starts, lengths, keys and places. Returns their number,
    and the start of the next one.
    """
    n, block = 0, start
    while n < AHEAD and block < end:
        # Each bit of `marked` is a byte that may begin white space; the lowest one goes first.
        marked = may_be_space(text, block)
        while marked:
            i = block + trailing_zeros(marked)
            marked &= marked - np.uint64(1)  # clears the lowest bit
            n_space = 1 if text[i] == 0x20 else space_at(text, i)
            # Either a character that only begins like a space, or a byte of the next document.
            if n_space == 0 or i >= end:
                continue
            if i > start:  # else two spaces in a row, with nothing between them
                key, key_2 = keys_of(text, start, i - start)
                place = _slot(key, key_2) & np.int64(len(rows) - 1)
                prefetch_rows(rows, (place,), 0)
                ahead[n, 0], ahead[n, 1], ahead[n, 2], ahead[n, 3] = start, i - start, key, key_2
                ahead[n, 4] = place
                n += 1
            start = i + n_space
        block += 64
    return n, start


@branch
def space_at(text: Bytes1d, i: int) -> int:
    """Number of bytes of the white space character at text[i]; 0 for none."""
    byte = text[i]
    if byte <= 0x20:  # ASCII: tab to carriage return, four separators, the space
        return int(byte == 0x20 or 0x09 <= byte <= 0x0D or 0x1C <= byte <= 0x1F)
    if byte < 0xC2 or byte > 0xE3:
        return 0
    if byte == 0xC2:  # U+0085, U+00A0
        return 2 * int(text[i + 1] == 0x85 or text[i + 1] == 0xA0)
    if byte < 0xE1:  # no other white space has two bytes
        return 0
    second, third = text[i + 1], text[i + 2]
    if byte == 0xE2 and second == 0x80:  # U+2000 to U+200A, U+2028, U+2029, U+202F
        return 3 * int(third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF)
    return 3 * int(
        (byte == 0xE2 and second == 0x81 and third == 0x9F)  # U+205F
        or (byte == 0xE1 and second == 0x9A and third == 0x80)  # U+1680
        or (byte == 0xE3 and second == 0x80 and third == 0x80)  # U+3000
    )


@step
def row_of(
    strings: Strings, text: Bytes1d, start: int, length: int, key: np.int64, key_2: np.int64
) -> np.int64:
    """The row of text[start : start + length], added if it is new; -1 if there is no room."""
    place = _slot(key, key_2) & np.int64(len(strings.rows) - 1)
    return _row(strings, text, start, length, key, key_2, place)


@step
def _row(
    strings: Strings,
    text: Bytes1d,
    start: int,
    length: int,
    key: np.int64,
    key_2: np.int64,
    place: np.int64,
) -> np.int64:
    """As `row_of`; place: where the keys are looked for first."""
    rows = strings.rows
    mask = np.int64(len(rows) - 1)
    while rows[place, WHICH]:
        which = rows[place, WHICH]
        if rows[place, KEY] == key and rows[place, KEY_2] == key_2 and which >> 32 == length:
            if length <= SHORT:  # the keys are the string itself
                return place
            if _same(strings.text, strings.starts[which & LOW_HALF], text, start, length):
                return place
        place = (place + 1) & mask
    # The string is new. There must be room in the hash table, among the starts and in the text.
    number, at = strings.size
    if (
        2 * number >= len(rows)
        or number == len(strings.starts)
        or at + length + SLACK > len(strings.text)
    ):
        return np.int64(-1)
    rows[place, KEY], rows[place, KEY_2], rows[place, WHICH] = key, key_2, length << 32 | number
    strings.starts[number] = at
    for i in range(length):
        strings.text[at + i] = text[start + i]
    strings.size[0], strings.size[1] = number + 1, at + length
    return place


@step
def keys_of(text: Bytes1d, start: int, length: int) -> tuple[np.int64, np.int64]:
    """The bytes themselves if there are at most SHORT, else two hashes of them."""
    if length <= SHORT:
        key = load_word(text, start) & MASKS[length, 0]
        return np.int64(key), np.int64(load_word(text, start + 8) & MASKS[length, 1])
    value = np.uint64(length)
    for i in range(start, start + length - 8, 8):
        value = (value ^ load_word(text, i)) * MIX_1
        value ^= value >> np.uint64(32)
    # The last eight bytes overlap the word before, unless the length is a multiple of eight. As
    # the second key they spare `_same` a comparison.
    last = load_word(text, start + length - 8)
    return np.int64((value ^ last) * MIX_2), np.int64(last)


@step
def mixed(key: np.int64, key_2: np.int64) -> np.uint64:
    """A hash of two keys; its upper half is the better one."""
    value = np.uint64(key) ^ np.uint64(key_2) * MIX_1
    return (value ^ (value >> np.uint64(32))) * MIX_2


@step
def _slot(key: np.int64, key_2: np.int64) -> np.int64:
    return np.int64(mixed(key, key_2) >> np.uint64(32))


@loop
def add_strings(text: Bytes1d, ends: Longs1d, first: int, strings: Strings, ids: Ints1d) -> int:
    """Add strings, one after the other in `text`, from number `first` on, to the distinct ones.

    text: with SLACK bytes after the last. ids: (n_strings,), receives their numbers. Returns the
    first one for which there was no room.
    """
    start = ends[first - 1] if first else np.int64(0)
    for string in range(first, len(ends)):
        length = ends[string] - start
        row = row_of(strings, text, start, length, *keys_of(text, start, length))
        if row < 0:
            return string
        ids[string] = strings.rows[row, WHICH] & LOW_HALF
        start = ends[string]
    return len(ends)


@loop
def copy_lines(strings: Strings, numbers: Longs1d, lines: Bytes1d) -> int:
    """Copy some strings, a line feed behind each, into `lines`; return the number of bytes.

    A string for which `lines` has no room is only counted.
    """
    n = 0
    for number in numbers:
        start, end = bounds(strings, number)
        if n + end - start < len(lines):
            for i in range(end - start):
                lines[n + i] = strings.text[start + i]
            lines[n + end - start] = 0x0A
        n += end - start + 1
    return n


@loop
def copy_beginnings(strings: Strings, numbers: Longs1d, beginnings: Words2d) -> None:
    """Copy the first SHORT bytes of some strings, zeros behind shorter ones.

    beginnings: (2, n_numbers) uint64, the first byte the lowest.
    """
    for k in range(len(numbers)):
        start, end = bounds(strings, numbers[k])
        length = min(end - start, SHORT)
        beginnings[0, k] = load_word(strings.text, start) & MASKS[length, 0]
        beginnings[1, k] = load_word(strings.text, start + 8) & MASKS[length, 1]


@step
def _same(one: Bytes1d, at: int, other: Bytes1d, start: int, length: int) -> bool:
    """Whether two strings longer than SHORT are equal, given that their last eight bytes are."""
    for i in range(0, length - 8, 8):
        if load_word(one, at + i) != load_word(other, start + i):
            return False
    return True


@step
def prefetch_string(strings: Strings, text: Bytes1d, start: int, length: int) -> None:
    """Fetch the row of text[start : start + length]."""
    place = _slot(*keys_of(text, start, length)) & np.int64(len(strings.rows) - 1)
    prefetch_rows(strings.rows, (place,), 0)


@step
def bounds(strings: Strings, number: int) -> tuple[int, int]:
    """Start and end of a string in `strings.text`."""
    if number + 1 < strings.size[0]:
        return strings.starts[number], strings.starts[number + 1]
    return strings.starts[number], strings.size[1]


@loop
def move_rows(old: Longs2d, new: Longs2d) -> None:
    """Put every string of a hash table into an empty one."""
    mask = np.int64(len(new) - 1)
    for row in range(len(old)):
        if old[row, WHICH]:
            place = _slot(old[row, KEY], old[row, KEY_2]) & mask
            while new[place, WHICH]:
                place = (place + 1) & mask
            for k in range(4):
                new[place, k] = old[row, k]


class Lists(NamedTuple):
    """Lists of numbers: list i is items[ends[i] : ends[i + 1]].

    items: (n,) int32. ends: (n_lists + 1,) int64, the first of which is 0.
    """

    items: Ints1d
    ends: Longs1d


@loop
def add_documents(found: Found, first_document: int, words_of: Lists, spread: Longs2d) -> None:
    """Count the documents that contain each word.

    words_of: the words of each chunk. spread: (n_words, 2), receives the number of documents that
    contain each word, and the last of them.
    """
    start = 0
    for document in range(len(found.ends)):
        number = first_document + document
        for chunk in found.ids[start : found.ends[document]]:
            for i in range(words_of.ends[chunk], words_of.ends[chunk + 1]):
                word = words_of.items[i]
                # Another chunk of the same document may have counted the word already.
                if spread[word, 1] != number:
                    spread[word, 0] += 1
                    spread[word, 1] = number
        start = found.ends[document]


@loop
def chain_lists(first: Lists, second: Lists, items: Ints1d, ends: Longs1d, start: int) -> int:
    """For each list of `first` from `start` on, join the lists of `second` that it names.

    items: (room,). ends: (n_lists - start,), receives the end of each joined list. Returns the
    length of all; numbers for which `items` has no room are left out.
    """
    n = 0
    for i in range(start, len(first.ends) - 1):
        for k in range(first.ends[i], first.ends[i + 1]):
            chosen = first.items[k]
            for j in range(second.ends[chosen], second.ends[chosen + 1]):
                if n < len(items):
                    items[n] = second.items[j]
                n += 1
        ends[i - start] = n
    return n


@loop
def replace_lists(
    lists: Lists, places: Longs1d, others: Lists, items: Ints1d, ends: Longs1d
) -> None:
    """Copy `lists` to `items` and `ends`, list places[k] replaced by list k of `others`.

    places: ascending. items: with room for all. ends: (n_lists + 1,), the first is set to 0.
    """
    n, k = 0, 0
    ends[0] = 0
    for i in range(len(lists.ends) - 1):
        if k < len(places) and places[k] == i:
            for j in range(others.ends[k], others.ends[k + 1]):
                items[n] = others.items[j]
                n += 1
            k += 1
        else:
            for j in range(lists.ends[i], lists.ends[i + 1]):
                items[n] = lists.items[j]
                n += 1
        ends[i + 1] = n


@loop
def add_through(lists: Lists, counts: Longs1d, totals: Longs1d) -> None:
    """Add counts[i] to the total of each number in list i; `counts` may be longer."""
    for i in range(len(lists.ends) - 1):
        for k in range(lists.ends[i], lists.ends[i + 1]):
            totals[lists.items[k]] += counts[i]
