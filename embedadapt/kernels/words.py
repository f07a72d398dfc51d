"""Tokens are written as a table writes its words, and looked up among them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.kernels._compile import branch, kernel, loop, step
from embedadapt.kernels.count import AHEAD, SLACK, Bytes1d, Lists, Strings, bounds
from embedadapt.kernels.elisions import LEFT, add_elided
from embedadapt.kernels.features import (
    BEYOND_ASCII,
    COLON,
    FALLBACK,
    LINK,
    LINKS,
    QUOTE,
    SLASH,
    Rules,
    features_of,
    is_left,
    is_odd,
    is_odd_word,
    write_token,
)
from embedadapt.kernels.known import Known, add_word, copy_bytes, knows, spell
from embedadapt.kernels.letters import n_characters
from embedadapt.kernels.short import OTHER_PATH, add_short, prefetch_short

HELPFUL_PART = 3
"""Characters of a known part from which a compound with unknown parts is taken apart."""


@loop
def find_words(
    tokens: Strings,
    first: int,
    begin: int,
    known: Known,
    rules: Rules,
    words: Strings,
    room: Bytes1d,
    found: Lists,
    left: NDArray[np.bool_],
) -> int:
    """Find the words of the tokens from number `begin` on, as `Normalizer.words` finds them.

    Those from number `first` on have been found. room: for four tokens that are two bytes longer
    than the longest, and SLACK bytes. found: of the tokens from number `first` on, receives the
    words of each (with room for as many as they have bytes; its first end is 0). left:
    (n_tokens - first,), receives whether a token is left to the Normalizer; it has no words then.

    Returns the number of the first token for which `words` had no room.
    """
    n, size, ids = found.ends[begin - first], (len(room) - SLACK) // 4, found.items
    for token in range(begin, tokens.size[0]):
        if (token - begin) % AHEAD == 0:
            for coming in range(token, min(token + AHEAD, tokens.size[0])):
                start, end = bounds(tokens, coming)
                prefetch_short(tokens.text, start, end - start, known, rules, words)
        start, end = bounds(tokens, token)
        n_found = add_short(tokens.text, start, end - start, known, rules, room, words, ids, n)
        if n_found == OTHER_PATH:
            n_found = _add_longer(tokens.text, start, end, known, rules, room, size, words, ids, n)
        if n_found == -1:
            return token
        n += max(n_found, 0)
        left[token - first], found.ends[token - first + 1] = n_found == LEFT, n
    return tokens.size[0]


@branch
def _add_longer(
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
    """Add the words of a token of any kind, as `add_elided` does."""
    has = features_of(text, start, end, rules)
    if is_left(has, rules):
        return LEFT
    if has & QUOTE:
        return add_elided(text, start, end, known, rules, room, size, words, ids, n)
    return _add_plain(text, start, end, has, known, rules, room, size, words, ids, n)


@step
def _add_plain(
    text: Bytes1d,
    start: int,
    end: int,
    has: int,
    known: Known,
    rules: Rules,
    room: Bytes1d,
    size: int,
    words: Strings,
    ids: Ints1d,
    n: int,
) -> int:
    """Add the words of a token without apostrophes, as `add_elided` does."""
    write_token(text, start, end, rules, room, 0)
    if not _spell(text, start, end - start, known, rules, room, size):
        if is_odd(has, rules) or is_odd_word(has, 0, end - start, rules, room, size):
            return LEFT
        if has & LINK and rules.split:
            if _has_odd_part(has, end - start, known, rules, room, size):
                return LEFT
            n_parts = _add_parts(end - start, known, rules, room, size, words, ids, n)
            if n_parts:
                return n_parts
    return add_word(words, room, size, end - start, ids, n)


@step
def _spell(
    text: Bytes1d, start: int, length: int, known: Known, rules: Rules, room: Bytes1d, size: int
) -> bool:
    """Put the spelling under which a token is looked up into the second part of `room`.

    The token is at text[start], and in the first part of `room` as the conventions write it.
    Returns whether the table knows it.
    """
    if spell(0, length, known, False, rules.letters, room, size, size):
        return True
    if knows(known, text, start, length):
        copy_bytes(text, start, length, room, size)
        return True
    return rules.case == FALLBACK and spell(0, length, known, True, rules.letters, room, size, size)


@branch
def _has_odd_part(
    has: int, length: int, known: Known, rules: Rules, room: Bytes1d, size: int
) -> bool:
    """Whether the table has a part of the compound room[:length] in other letters only."""
    i = 0
    while has & BEYOND_ASCII and i < length:
        stop = _part_end(room, i, length)
        fallback = rules.case == FALLBACK
        if not spell(i, stop - i, known, fallback, rules.letters, room, size, 2 * size):
            if is_odd_word(has, i, stop - i, rules, room, 2 * size):
                return True
        i = stop + 1
    return False


@branch
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
    """Add the parts of the compound room[:length] to ids[n:].

    Returns their number: 0 where taking it apart would not help, -1 where `words` has no room.
    """
    if not _parts_help(length, known, rules, room, size):
        return 0
    n_parts, i = 0, 0
    while i < length:
        stop = _part_end(room, i, length)
        if stop > i:
            spell(i, stop - i, known, rules.case == FALLBACK, rules.letters, room, size, 2 * size)
            if add_word(words, room, 2 * size, stop - i, ids, n + n_parts) < 0:
                return -1
            n_parts += 1
        i = stop + 1
    return n_parts


@step
def _parts_help(length: int, known: Known, rules: Rules, room: Bytes1d, size: int) -> bool:
    """Whether a compound has parts of which all are known, or one that is long enough."""
    n_parts, n_known, helps, i = 0, np.int64(0), False, 0
    while i < length:
        stop = _part_end(room, i, length)
        if stop > i:
            fallback = rules.case == FALLBACK
            is_known = spell(i, stop - i, known, fallback, rules.letters, room, size, 2 * size)
            n_parts += 1
            n_known += np.int64(is_known)
            helps = helps or (is_known and n_characters(room, i, stop) >= HELPFUL_PART)
        if stop + 1 < length and room[stop] == room[stop + 1] == SLASH:
            if stop > 0 and room[stop - 1] == COLON:  # ://
                return False
        i = stop + 1
    return n_parts > 1 and (helps or n_known == n_parts)


@step
def _part_end(room: Bytes1d, i: int, length: int) -> int:
    while i < length and room[i] not in LINKS:
        i += 1
    return i


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
