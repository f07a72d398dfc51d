"""Floret tables, whose rows belong to no word and compose all words."""

from __future__ import annotations

from embedadapt.core.errors import FormatError
from embedadapt.core.subwords import FloretHashing, SubwordTable
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary

MOST_HASHES = 4
LONGEST_NGRAM, LONGEST_MARK = 64, 64
"""Characters. A word has about as many n-grams as it has letters times lengths."""


def wordless(table: Floats2d, hashing: FloretHashing, format: str, path: str) -> WordVectors:
    """Vectors without words whose rows compose all words.

    Raises FormatError for settings that no floret table has.
    """
    check_hashing(hashing, path)
    note = f"floret: no words of its own; its {len(table):,} rows compose every word there is"
    return WordVectors(
        Vocabulary(()),
        table[:0],
        subwords=SubwordTable(table, None, hashing.min_n, hashing.max_n, floret=hashing),
        provenance=Provenance(format, path, notes=(note,)),
    )


def check_lengths(min_n: int, max_n: int, path: str) -> None:
    """Raise FormatError for lengths of n-grams that no model has."""
    numbers = type(min_n) is int and type(max_n) is int
    if not (numbers and 0 <= min_n <= max_n <= LONGEST_NGRAM):
        raise FormatError(
            path,
            expected=f"n-grams of 0 to {LONGEST_NGRAM} characters",
            found=f"{min_n!r} to {max_n!r}",
            hint="The file is damaged or was edited: fetch or write it again.",
        )


def check_hashing(hashing: FloretHashing, path: str) -> None:
    """Raise FormatError for settings that no floret table has."""
    check_lengths(hashing.min_n, hashing.max_n, path)
    numbers = type(hashing.hash_count) is int and type(hashing.seed) is int
    if not (numbers and 1 <= hashing.hash_count <= MOST_HASHES and 0 <= hashing.seed < 2**32):
        raise FormatError(
            path,
            expected=f"1 to {MOST_HASHES} hashes and a seed of 32 bits",
            found=f"{hashing.hash_count!r} and {hashing.seed!r}",
            hint="The file is damaged or was edited: fetch or write it again.",
        )
    longest = max(map(len, hashing.marks))
    if longest > LONGEST_MARK:
        raise FormatError(
            path,
            expected=f"marks around words of {LONGEST_MARK} characters at most",
            found=f"one of {longest:,}",
            hint="The file is damaged or was edited: fetch or write it again.",
        )
