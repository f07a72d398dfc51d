"""The other spellings of a table's words, for tools that look up what is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary


def with_forms(vectors: WordVectors, forms: Mapping[str, str]) -> WordVectors:
    """The table with a row more for each form (`LESSOR`) of a word that it has (`lessor`).

    Forms follow the words, sorted; one that is a word of the table keeps its own row.
    """
    known = vectors.vocabulary.index
    added = {
        form: known[word]
        for form, word in sorted(forms.items())
        if word in known and form not in known and is_text(form)
    }
    if not added:
        return vectors
    return replace(
        vectors,
        vocabulary=Vocabulary((*vectors.vocabulary.words, *added)),
        matrix=np.concatenate([vectors.matrix, vectors.matrix[list(added.values())]]),
        context=None,
    )


def is_text(word: str) -> bool:
    """Neither empty nor holding lone surrogates, which stand for bytes that are not UTF-8."""
    return bool(word) and (word.isascii() or not any("\ud800" <= c <= "\udfff" for c in word))
