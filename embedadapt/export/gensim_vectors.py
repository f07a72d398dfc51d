"""gensim's own form of `KeyedVectors`: a pickle, with the vectors in an .npy beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embedadapt.core.errors import OutputError
from embedadapt.core.files import drafting
from embedadapt.core.vectors import WordVectors


def write_gensim(vectors: WordVectors, path: str | Path) -> None:
    """Writes `path` and `path`.vectors.npy, loads them as their users will, and compares.

    The n-grams of a fastText table are not written: `KeyedVectors` has no room for them.
    Raises OutputError.
    """
    from gensim.models import KeyedVectors

    table = KeyedVectors(vectors.dim)
    table.index_to_key = list(vectors.vocabulary.words)
    table.key_to_index = dict(vectors.vocabulary.index)
    table.vectors = np.asarray(vectors.matrix)
    if vectors.vocabulary.counts is not None:
        table.expandos["count"] = vectors.vocabulary.counts
    table.lifecycle_events = None  # else the file holds a path, a date and the machine's kernel
    with drafting(path) as draft:
        table.save(str(draft), separately=["vectors"])
        found = KeyedVectors.load(str(draft), mmap="r")
        if found.index_to_key != table.index_to_key or not np.array_equal(
            found.vectors, vectors.matrix
        ):
            raise OutputError(
                str(path),
                expected="a file that gensim loads as the table written",
                found="another table",
                hint="Nothing was replaced; please report this with the version of gensim.",
            )
