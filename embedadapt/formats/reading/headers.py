"""The "n_words dim" header of both word2vec formats, and the words that both can hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.formats.reading.opening import ByteSource
from embedadapt.formats.reading.table_checks import check_dim, check_some_rows

LONGEST = 19
"""Digits of a number that no file reaches."""
SHOWN = 40
"""Bytes of a wrong header that an error shows."""


def read_header(
    line: bytes, source: ByteSource, *, bytes_per_row: Callable[[int], int]
) -> tuple[int, int]:
    """(n_words, dim), checked by the size of the file where that is known.

    bytes_per_row: the fewest bytes that a row of so many values takes. Raises FormatError for an
    impossible header.
    """
    where = f"{source.path}, line 1"
    numbers = line.split()
    if len(numbers) != 2 or not all(one.isdigit() and len(one) < LONGEST for one in numbers):
        raise FormatError(
            where,
            expected="the number of words and that of values in a row",
            found=repr(line[:SHOWN].decode("utf-8", "replace")),
        )
    n_words, dim = map(int, numbers)
    check_some_rows(n_words, where)
    check_dim(dim, where)
    check_room(source, len(line) + 1, n_words, dim, n_words * bytes_per_row(dim))
    return n_words, dim


def check_room(source: ByteSource, n_header: int, n_rows: int, dim: int, n_bytes: int) -> None:
    """Raise FormatError where the file, if its size is known, is too small for its rows.

    n_header: bytes of its first line. n_bytes: the fewest bytes that the rows can take.
    """
    least = n_bytes - 1  # the last line feed may be missing
    if source.size is not None and source.size - n_header < least:
        raise FormatError(
            f"{source.path}, line 1",
            expected=f"at least {least:,} bytes for the {n_rows:,} rows of {dim} values announced",
            found=f"{max(0, source.size - n_header):,}",
            hint="The file is cut short or its header is wrong: fetch it again.",
        )


def check_words_fit(words: Sequence[str], path: str | Path, format: str) -> None:
    """Raise OutputError for a word that word2vec's formats cannot hold."""
    for word in words:
        if not word or " " in word or "\n" in word or (not word.isascii() and _not_utf8(word)):
            raise OutputError(
                str(path),
                expected=f"words that {format} can hold (UTF-8, no space, no line feed)",
                found=repr(word),
                hint="Write .safetensors, which holds any word.",
            )


def _not_utf8(word: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in word)
