"""Word vectors in memory, in objects of other libraries or as plain arrays.

The libraries are recognized by the names of their classes, so that none is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import fasttext, gensim, spacy
from embedadapt.formats.reading.table_checks import (
    check_dim,
    check_distinct,
    check_finite,
    check_some_rows,
)

LoadedModel: TypeAlias = Any
"""A model of another library; `READERS` names the classes."""

READERS: Mapping[str, Callable[[Any], WordVectors]] = {
    "gensim.models.keyedvectors.KeyedVectors": gensim.from_model,
    "gensim.models.word2vec.Word2Vec": gensim.from_model,
    "fasttext.FastText._FastText": fasttext.from_model,
    "spacy.language.Language": spacy.from_pipeline,
    "spacy.vocab.Vocab": spacy.from_pipeline,
}
"""Readers by the class of a value, or by one of its base classes."""
WHERE = "vectors"


def from_memory(value: Any) -> WordVectors:
    """The vectors of another library's object, a mapping of words to vectors, or (words, array).

    They are what the library's own file would give: words, counts, vectors, n-grams and context.
    float32 arrays are shared with the object, not copied: after further training, convert it again.

    Raises FormatError for a value of another kind, and for parts that do not fit.
    """
    for kind in type(value).__mro__:
        reader = READERS.get(f"{kind.__module__}.{kind.__qualname__}")
        if reader is not None:
            return reader(value)
    if isinstance(value, Mapping):
        return _table(*_stacked(value))
    if isinstance(value, tuple) and len(value) == 2:
        return _table(*value)
    raise FormatError(
        WHERE,
        expected="a path, WordVectors, a KeyedVectors, Word2Vec or FastText of gensim, a fasttext "
        "model, an nlp or Vocab of spaCy, a dict of words to vectors, or (words, array)",
        found=type(value).__name__,
    )


def _table(words: Any, rows: Any) -> WordVectors:
    names, matrix = _words(words), _numbers(rows, "an array (n_words, dim)")
    if matrix.ndim != 2 or len(matrix) != len(names):
        raise FormatError(
            WHERE,
            expected=f"an array of {len(names):,} rows, one for each word",
            found=f"one of shape {matrix.shape}",
        )
    check_some_rows(len(names), WHERE)
    check_dim(matrix.shape[1], WHERE)
    check_distinct(names, WHERE)
    check_finite(matrix, names, WHERE)
    return WordVectors(Vocabulary(names), matrix, provenance=Provenance("memory"))


def _words(words: Any) -> tuple[str, ...]:
    if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
        raise FormatError(
            WHERE, expected="(words, array), words first", found=f"{type(words).__name__} first"
        )
    names = tuple(words)
    wrong = next((row for row, name in enumerate(names) if not isinstance(name, str)), None)
    if wrong is not None:
        raise FormatError(
            f"{WHERE}, row {wrong + 1}",
            expected="a word, as a string",
            found=f"{type(names[wrong]).__name__}",
        )
    return tuple(map(str, names))


def _stacked(vectors: Mapping[Any, Any]) -> tuple[tuple[str, ...], Floats2d]:
    words = _words(vectors)
    check_some_rows(len(words), WHERE)
    matrix: Floats2d | None = None
    for row, vector in enumerate(vectors.values()):
        numbers = _numbers(vector, f"a vector of numbers for {words[row]!r}")
        if matrix is None:
            if numbers.ndim == 1:
                check_dim(numbers.size, WHERE)
            matrix = np.empty((len(words), numbers.size), dtype=np.float32)
        if numbers.shape != matrix.shape[1:]:
            n_numbers = matrix.shape[1] if row else "some"
            raise FormatError(
                f"{WHERE}, row {row + 1}",
                expected=f"a vector of {n_numbers} numbers for {words[row]!r}",
                found=f"shape {numbers.shape}",
                hint="All vectors need the same number of values.",
            )
        matrix[row] = numbers
    assert matrix is not None
    return words, matrix


def _numbers(values: Any, expected: str) -> Any:
    """The numbers as float32, shared where they are float32 already."""
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, RuntimeError) as error:
        found = str(error).strip().split("\n")[0].rstrip(".")
        raise FormatError(WHERE, expected=expected, found=found) from error
    if array.dtype.kind not in "fiu":
        raise FormatError(WHERE, expected=expected, found=f"{array.dtype} of shape {array.shape}")
    with np.errstate(over="ignore"):  # what does not fit float32 is infinite, and refused as such
        return np.asarray(array, dtype=np.float32, order="C")
