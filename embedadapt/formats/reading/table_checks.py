"""Checks that all readers make before they return vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import BLOCK_ROWS
from embedadapt.core.vocabulary import Vocabulary

MAX_DIM = 65_536
"""Largest number of dimensions in a header. Published vectors have up to a few thousand."""


def check_dim(dim: int, where: str) -> None:
    """Raise FormatError for an impossible number of dimensions."""
    if not 0 < dim <= MAX_DIM:
        raise FormatError(
            where,
            expected=f"from 1 to {MAX_DIM} values a word",
            found=str(dim),
            hint="The header is wrong or the file is of another kind.",
        )


def check_some_rows(n_rows: int, where: str) -> None:
    """Raise FormatError where there is no word."""
    if not n_rows:
        raise FormatError(where, expected="at least one word with its vector", found="none")


def check_finite(rows: Floats2d, words: Sequence[str], where: str, what: str = "vector") -> None:
    """Raise FormatError with the first row that holds NaN or infinity."""
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        if not np.isfinite(block).all():
            row = start + int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])
            word = f" of {words[row]!r}" if row < len(words) else ""
            bad = rows[row][~np.isfinite(rows[row])][0]
            raise FormatError(
                f"{where}, row {row + 1}",
                expected=f"finite numbers in the {what}{word}",
                found=str(bad),
                hint="Remove the row or fetch the file again.",
            )


def check_distinct(words: Sequence[str], where: str) -> None:
    """Raise FormatError for a word that occurs twice."""
    if _has_repeats(words):
        row, first = _first_repeat(words)
        raise FormatError(
            f"{where}, row {row + 1}",
            expected="a new word",
            found=f"{words[row]!r} again (first in row {first + 1})",
        )


def without_repeats(words: Sequence[str], matrix: Floats2d) -> tuple[Sequence[str], Floats2d, str]:
    """Only the first row of each word, and a note on what was left out ("" if nothing was).

    Published files do repeat words (Facebook's wiki.*.vec have a few), and gensim keeps the first
    too. `matrix` is changed in place: later rows move up.
    """
    if not _has_repeats(words):
        return words, matrix, ""
    repeat, first = _first_repeat(words)
    rows: dict[str, int] = {}
    for row, word in enumerate(words):
        rows.setdefault(word, row)
    kept = np.fromiter(rows.values(), np.int64, len(rows))
    for start in range(repeat, len(kept), BLOCK_ROWS):
        block = kept[start : start + BLOCK_ROWS]
        matrix[start : start + len(block)] = matrix[block]
    note = (
        f"{len(words) - len(rows):,} rows repeat an earlier word and were left out "
        f"(the first: {words[repeat]!r}, rows {first + 1} and {repeat + 1})"
    )
    return tuple(rows), matrix[: len(rows)], note


def distinct_vocabulary(words: Sequence[str]) -> tuple[Vocabulary, str]:
    """The words of a file that is scanned, each once, and a note as `without_repeats` has it.

    The vocabulary has its index already, which finds repeats and is what a scan is mostly for.
    """
    vocabulary = Vocabulary(words)
    try:
        _ = vocabulary.index
    except ValueError:
        distinct, _, note = without_repeats(words, np.empty((len(words), 0), np.float32))
        return Vocabulary(distinct), note
    return vocabulary, ""


def note_on_bytes(words: Sequence[str]) -> str:
    """A note on words whose bytes are not UTF-8; "" where all are."""
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        odd = [word for word in words if any("\ud800" <= c <= "\udfff" for c in word)]
        return f"{len(odd):,} words are not UTF-8 and keep their bytes (the first: {odd[0]!r})"
    return ""


def note_on_size(rows: Floats2d) -> str:
    """A note on numbers of an unlikely size, as the wrong byte order gives them; "" for others."""
    sizes = np.abs(rows[:1000])
    typical = float(np.median(sizes[sizes > 0])) if sizes.any() else 1.0
    if 1e-20 < typical < 1e20:
        return ""
    return f"its numbers are around {typical:.0e}: written with another byte order, or type?"


def notes(*sentences: str) -> tuple[str, ...]:
    """The notes that are not empty."""
    return tuple(filter(None, sentences))


def _has_repeats(words: Sequence[str]) -> bool:
    """Compare sorted hashes first: a set of all words needs a fifth of narrow vectors' memory."""
    hashes = np.fromiter(map(hash, words), np.int64, len(words))
    hashes.sort()
    if not (hashes[1:] == hashes[:-1]).any():
        return False
    return len(set(words)) != len(words)


def _first_repeat(words: Sequence[str]) -> tuple[int, int]:
    seen: dict[str, int] = {}
    for row, word in enumerate(words):
        if seen.setdefault(word, row) != row:
            return row, seen[word]
    raise ValueError("no word occurs twice")
