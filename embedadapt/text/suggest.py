"""The words of a table that a mistyped one can have been meant to be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors

SHORTEST = 3
"""Letters of a word below which any other is as near."""
TWO_EDITS = 6
"""Letters of a word from which two edits may have been made of it, not one."""
MOST_LOOKED_AT = 1_000_000
"""Rows of a table, the first ones: a second's work. The rest of a larger table is rare."""


def suggest(
    word: str, table: WordVectors, n: int = 3, *, names: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """At most n words of `table`, with letters and a vector other than zero, that are one edit away
    from `word`, or two from a longer one with the same first letter, which is hardly ever wrong.
    The nearest come first, then those with that letter, then by their order in the table.

    An edit inserts, drops or replaces a character or swaps two neighbours (Damerau 1964). Case is
    passed over.

    names: the words row by row, where the keys have something around them.
    """
    if len(word) < SHORTEST or not any(map(str.isalpha, word)):
        return ()
    most = 2 if len(word) >= TWO_EDITS else 1
    words = (table.vocabulary.words if names is None else names)[:MOST_LOOKED_AT]
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    rows = np.flatnonzero(abs(lengths - len(word)) <= most)
    small, others = word.lower(), [words[row].lower() for row in rows]
    distances = edits(small, others)
    near = [
        (distance, others[i][:1] != small[0], rows[i])
        for i, distance in enumerate(distances.tolist())
        if distance <= 1 or (distance <= most and others[i][:1] == small[0])
    ]
    found = (words[row] for _, _, row in sorted(near) if table.matrix[row].any())
    fit = (name for name in found if name != word and any(map(str.isalpha, name)))
    return tuple(islice(fit, n))


def edits(word: str, others: Sequence[str]) -> Ints1d:
    """(n,) int32: insertions, deletions, replacements and swaps of neighbours between `word` and
    each of `others`, no place edited twice (optimal string alignment).

    >>> edits("lessro", ["lessor", "lesson", "less", "lessro"])
    array([1, 2, 2, 0], dtype=int32)
    """
    if not others:
        return np.zeros(0, dtype=np.int32)
    letters, lengths = _letters(others)
    own = [ord(letter) for letter in word]
    n_others, longest = letters.shape
    # Row i of the usual table for all others at once: edits from word[:i] to their first j letters.
    before = np.zeros((longest + 1, n_others), dtype=np.int32)
    last = np.repeat(np.arange(longest + 1, dtype=np.int32)[:, None], n_others, axis=1)
    for i, letter in enumerate(own, start=1):
        row = np.empty_like(last)
        row[0] = i
        for j in range(1, longest + 1):
            same = letters[:, j - 1] == letter
            row[j] = np.minimum(np.minimum(row[j - 1], last[j]) + 1, last[j - 1] + ~same)
            if i > 1 and j > 1:
                swapped = (letters[:, j - 2] == letter) & (letters[:, j - 1] == own[i - 2])
                row[j] = np.where(swapped, np.minimum(row[j], before[j - 2] + 1), row[j])
        before, last = last, row
    found: Ints1d = last[lengths, np.arange(n_others)]
    return found


def _letters(words: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """(n, longest): code points, 0 behind the end of a word; and the words' lengths, (n,)."""
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    longest = int(lengths.max(initial=1)) or 1
    packed = "".join(word.ljust(longest, "\0") for word in words)
    codes = np.frombuffer(packed.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.ascontiguousarray(codes.reshape(len(words), longest)), lengths
