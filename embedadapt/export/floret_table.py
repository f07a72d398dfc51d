"""A floret table, from which spaCy alone composes every token, known and unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embedadapt.core.subwords import FloretHashing
from embedadapt.core.vectors import WordVectors
from embedadapt.export.forms import is_text
from embedadapt.export.subwords import fit_rows
from embedadapt.formats import floret
from embedadapt.formats.reading.wordless import wordless

MIN_N, MAX_N, HASH_COUNT = 4, 5, 2
"""spaCy's own choice. With fewer hashes than 2, spaCy and floret compose words differently."""
ROWS_PER_WORD = 2
RIDGE, STEPS = 1e-3, 40
"""20,000 words of GloVe 6B 50d are composed with a cosine of .99, 600 hidden ones with .39. With
n-grams from 3 and a ridge of .003 it is .95 and .46."""


def write_floret(vectors: WordVectors, path: str | Path) -> None:
    """Write the vectors for `spacy init vectors --mode floret`.

    A floret table is written as it was read. For other vectors rows are fitted, ROWS_PER_WORD for
    each word, so that they compose nearly the same vectors. Raises OutputError.
    """
    is_floret = vectors.subwords is not None and vectors.subwords.floret is not None
    floret.write(vectors if is_floret and not len(vectors) else as_floret(vectors), path)


def as_floret(vectors: WordVectors) -> WordVectors:
    """A table without words that composes the words of `vectors` that are valid Unicode."""
    words = vectors.vocabulary.words
    rows = np.flatnonzero([is_text(word) for word in words])
    hashing = FloretHashing(MIN_N, MAX_N, ROWS_PER_WORD * len(rows), HASH_COUNT)
    kept = [words[row] for row in rows]
    fitted = fit_rows(kept, vectors.matrix[rows], hashing, RIDGE, STEPS)
    return wordless(fitted, hashing, vectors.provenance.format, vectors.provenance.path)
