"""The three kinds of vectors that a pipeline can get: looked up, composing, and floret's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from embedadapt.core.subwords import FloretHashing
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.export.spacy_keys import Keys

if TYPE_CHECKING:
    from spacy.language import Language

    from embedadapt.export.subword_vectors import SubwordVectors


def registered_vectors(vectors: WordVectors) -> str:
    """The registered name of the kind of vectors that a pipeline gets."""
    from embedadapt.export.subword_vectors import REGISTERED

    composes = vectors.subwords is not None and floret_hashing(vectors) is None
    return REGISTERED if composes else "spacy.Vectors.v1"


def floret_hashing(vectors: WordVectors) -> FloretHashing | None:
    """That of a floret table without words, which spaCy composes by itself; else None."""
    return None if len(vectors) or vectors.subwords is None else vectors.subwords.floret


def look_up(nlp: Language, vectors: WordVectors, keys: Keys) -> Mapping[str, int]:
    """Gives a pipeline spaCy's own vectors; returns every text that has one, to its row.

    The matrix itself becomes the pipeline's table; nothing is copied.
    """
    table = nlp.vocab.vectors
    table.data = np.asarray(vectors.matrix)
    for text, row in keys.rows.items():
        key = nlp.vocab.strings.add(text)
        if key not in table:
            table.add(key, row=row)
    return keys.rows


def composing_vectors(vectors: WordVectors, keys: Keys, strings: Any) -> SubwordVectors:
    """SubwordVectors of the words that have a key; words of zeros are left out, and composed when
    met. strings: of the pipeline."""
    from embedadapt.export.subword_vectors import SubwordVectors

    rows = np.fromiter(keys.rows.values(), np.int32, len(keys.rows))[: keys.n_words]
    table = replace(
        vectors,
        vocabulary=vectors.vocabulary.select(rows),
        matrix=vectors.matrix[rows],
        context=None,
    )
    return SubwordVectors(table, strings=strings)


def compose_floret(nlp: Language, rows: Floats2d, hashing: FloretHashing) -> None:
    """Gives a pipeline spaCy's own floret mode: a table without words, which composes them all."""
    from spacy.vectors import Vectors

    bow, eow = hashing.marks
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings,
        data=rows,
        mode="floret",
        minn=hashing.min_n,
        maxn=hashing.max_n,
        hash_count=hashing.hash_count,
        hash_seed=hashing.seed,
        bow=bow,
        eow=eow,
    )
