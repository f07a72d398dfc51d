"""Floret tables, whose rows belong to no word and compose all words."""

from __future__ import annotations

from embedadapt.core.errors import FormatError
from embedadapt.core.subwords import FloretHashing, SubwordTable
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary

MOST_HASHES = 4
LONGEST_NGRAM = 64


def wordless(table: Floats2d, hashing: FloretHashing, format: str, path: str) -> WordVectors:
    """A table of no words whose rows compose all of them. Raises FormatError for settings that no
    floret table has."""
    lengths_known = 0 <= hashing.min_n <= hashing.max_n <= LONGEST_NGRAM
    if not (lengths_known and 1 <= hashing.hash_count <= MOST_HASHES and 0 <= hashing.seed < 2**32):
        raise FormatError(
            path,
            expected=f"n-grams up to {LONGEST_NGRAM} characters and 1 to {MOST_HASHES} hashes",
            found=f"{hashing.min_n} to {hashing.max_n}, and {hashing.hash_count}",
        )
    note = f"floret: no words of its own; its {len(table):,} rows compose every word there is"
    return WordVectors(
        Vocabulary(()),
        table[:0],
        subwords=SubwordTable(table, None, hashing.min_n, hashing.max_n, floret=hashing),
        provenance=Provenance(format, path, notes=(note,)),
    )
