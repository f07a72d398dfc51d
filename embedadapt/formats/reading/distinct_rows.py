"""Words and rows that a reader has parsed, checked and made vectors."""

from __future__ import annotations

from collections.abc import Sequence

from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.table_checks import (
    check_dim,
    check_finite,
    check_some_rows,
    note_on_bytes,
    notes,
    without_repeats,
)


def vectors_of(words: Sequence[str], matrix: Floats2d, file_format: str, path: str) -> WordVectors:
    """The vectors of some rows, the first of each word. matrix may be changed.

    Raises FormatError for no rows, and for numbers that are not finite.
    """
    check_some_rows(len(words), path)
    check_dim(matrix.shape[1], path)
    check_finite(matrix, words, path)
    distinct, rows, repeats = without_repeats(words, matrix)
    provenance = Provenance(file_format, path, notes=notes(repeats, note_on_bytes(distinct)))
    return WordVectors(Vocabulary(tuple(distinct)), rows, provenance=provenance)
