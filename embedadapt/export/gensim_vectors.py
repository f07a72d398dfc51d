"""gensim's own format of `KeyedVectors`: a pickle, with the vectors in an .npy file beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embedadapt.core.errors import OutputError
from embedadapt.core.files import drafting
from embedadapt.core.vectors import WordVectors


def write_gensim(vectors: WordVectors, path: str | Path) -> None:
    """Write `path` and `path`.vectors.npy, load them as their users will, and compare.

    N-grams are not written: `KeyedVectors` cannot hold them. Raises OutputError.
    """
    from gensim.models import KeyedVectors

    table = KeyedVectors(vectors.dim)
    table.index_to_key = list(vectors.vocabulary.words)
    table.key_to_index = dict(vectors.vocabulary.index)
    table.vectors = np.asarray(vectors.matrix)
    if vectors.vocabulary.counts is not None:
        table.expandos["count"] = vectors.vocabulary.counts
    with drafting(path) as draft:
        table.save(str(draft), separately=["vectors"])
        found = KeyedVectors.load(str(draft), mmap="r")
        if found.index_to_key != table.index_to_key or not np.array_equal(
            found.vectors, vectors.matrix
        ):
            raise OutputError(
                str(path),
                expected="a file that gensim loads as the vectors written",
                found="other vectors",
                hint="Nothing was replaced; please report this with the version of gensim.",
            )
