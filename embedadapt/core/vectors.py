"""Word vectors: a vocabulary and a matrix that agree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from embedadapt.core.normalization import Normalization
from embedadapt.core.subwords import Hashing
from embedadapt.core.subwords import SubwordTable as SubwordTable
from embedadapt.core.types import Floats1d, Floats2d, Ints1d
from embedadapt.core.vocabulary import Vocabulary

BLOCK_ROWS = 65_536
"""Rows processed at a time, so that no copy of a whole matrix is ever made."""
COSINES_AT_ONCE, LEAST_ROWS, ROWS_FOR_EACH = 4_000_000, 1_024, 32
"""Blocks of a search with several queries stay in the cache, but are not too thin for BLAS, nor for
finding k neighbors, which are merged after each block."""


@dataclass(frozen=True)
class Provenance:
    """Where vectors came from.

    Parameters
    ----------
    format : str
        Name of the format that the vectors were read from, such as "glove" or "fasttext-bin".
    path : str
        The file, folder or package, as given.
    n_shared_keys : int
        Number of keys of a pruned spaCy pipeline that borrow another word's row. The vocabulary
        does not have these keys, since the vector is not their own.
    notes : tuple of str
        What a user should know, one sentence each ("the context matrix is all zeros").
    borrowed : mapping of str to str
        The keys that borrow a row in a pipeline in memory, each with the word that owns the row.
    """

    format: str = "memory"
    path: str = ""
    n_shared_keys: int = 0
    notes: tuple[str, ...] = ()
    borrowed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class VectorsOutline:
    """Word vectors without the vectors: enough to count unknown words.

    The fields are those of `WordVectors`; `hashing` is None for a model without n-grams.
    """

    vocabulary: Vocabulary
    dim: int
    hashing: Hashing | None = None
    normalization: Normalization | None = None
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Words and their vectors.

    Methods that gensim has too have the same names and results: `in`, `[]`, `get_vector`,
    `most_similar`, `similarity`, `doesnt_match`. `get` works as for a dict.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words, in the order of the rows.
    matrix : (n_words, dim) float32 array
        One vector per word, possibly memory-mapped and read-only.
    context : (n_words, dim) float32 array, optional
        The output matrix of the model; None if the source has no usable one.
    subwords : SubwordTable, optional
        The n-grams of a fastText or floret model, from which vectors of unseen words are composed.
        A floret model may have no words, only n-grams.
    normalization : Normalization, optional
        The conventions of the words; None if they are not known yet.
    provenance : Provenance
        Format and path that the vectors were read from.

    Raises
    ------
    ValueError
        The parts do not fit each other.

    Examples
    --------
    >>> rows = np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)
    >>> vectors = WordVectors(Vocabulary(["cat", "car", "both"]), rows)
    >>> vectors.most_similar("cat", topn=1)
    [('both', 0.7071067690849304)]
    """

    vocabulary: Vocabulary
    matrix: Floats2d
    context: Floats2d | None = None
    subwords: SubwordTable | None = None
    normalization: Normalization | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or self.matrix.dtype != np.float32:
            raise ValueError(
                f"matrix must be 2-d float32, not {self.matrix.ndim}-d {self.matrix.dtype}"
            )
        if len(self.vocabulary) != len(self.matrix):
            raise ValueError(f"{len(self.vocabulary)} words but {len(self.matrix)} rows")
        if self.context is not None and self.context.shape != self.matrix.shape:
            raise ValueError(f"context {self.context.shape} but matrix {self.matrix.shape}")

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.matrix.shape[1])

    @property
    def outline(self) -> VectorsOutline:
        """Words, dimensions and conventions without the vectors."""
        hashing = None if self.subwords is None else self.subwords.hashing
        return VectorsOutline(
            self.vocabulary, self.dim, hashing, self.normalization, self.provenance
        )

    @cached_property
    def fingerprint(self) -> str:
        """A hash of 32 hexadecimal digits, which does not depend on the file format.

        The hash covers the words with their vectors, or the n-gram rows of a model without words.
        """
        digest = hashlib.blake2b(digest_size=16)
        for start in range(0, len(self), BLOCK_ROWS):
            words = self.vocabulary.words[start : start + BLOCK_ROWS]
            digest.update("\0".join((*words, "")).encode("utf-8", "surrogateescape"))
            digest.update(np.ascontiguousarray(self.matrix[start : start + BLOCK_ROWS]).data)
        if not len(self) and self.subwords is not None:
            digest.update(np.ascontiguousarray(self.subwords.ngrams).data)
        return digest.hexdigest()

    @cached_property
    def norms(self) -> Floats1d:
        """Euclidean length of each vector, (n_words,) float32."""
        norms = np.empty(len(self), dtype=np.float32)
        for start in range(0, len(self), BLOCK_ROWS):
            block = self.matrix[start : start + BLOCK_ROWS]
            norms[start : start + BLOCK_ROWS] = np.sqrt(np.einsum("ij,ij->i", block, block))
        return norms

    def most_similar(
        self, positive: str | Sequence[str] = (), topn: int = 10, *, negative: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        """Return the words nearest to a word, or to a sum of words, by cosine.

        Parameters
        ----------
        positive : str or sequence of str
            A word, or the words whose unit vectors are added.
        topn : int
            Number of words to return. Default: 10.
        negative : sequence of str
            Words whose unit vectors are subtracted.

        Returns
        -------
        list of (str, float)
            Words and their cosines, nearest first, without the words given.

        Raises
        ------
        KeyError
            A word has no vector.
        ValueError
            No word is given.

        Examples
        --------
        >>> rows = np.eye(3, dtype=np.float32)
        >>> vectors = WordVectors(Vocabulary(["cat", "lease", "rent"]), rows)
        >>> vectors.most_similar(positive=["rent"], negative=["cat"], topn=1)
        [('lease', 0.0)]
        """
        if isinstance(positive, str) and not negative:
            [nearest] = nearest_words(self, [positive], topn)
            return nearest
        added, subtracted = _listed(positive), _listed(negative)
        words = added + subtracted
        signs = np.array([1] * len(added) + [-1] * len(subtracted), dtype=np.float32)
        query = signs @ self._units(words, "most_similar")
        found = nearest_rows(self, query[None], min(topn + len(words), len(self)))
        near = zip(found[0][0].tolist(), found[1][0].tolist(), strict=True)
        named = [(self.vocabulary.words[row], cosine) for row, cosine in near if row >= 0]
        return [pair for pair in named if pair[0] not in words][:topn]

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Return the one of several words whose vector is furthest, by cosine, from their mean.

        Parameters
        ----------
        words : sequence of str
            Words that have vectors.

        Returns
        -------
        str
            The word that does not match the others.

        Raises
        ------
        KeyError
            A word has no vector.
        ValueError
            No word is given.
        """
        units = self._units(words, "doesnt_match")
        return words[int(np.argmin(units @ units.mean(axis=0)))]

    def get(self, word: str, default: Floats1d | None = None) -> Floats1d | None:
        """Return the vector of a word, or a default.

        Parameters
        ----------
        word : str
            The word to look up.
        default : (dim,) float32 array, optional
            What to return for a word that has no vector.

        Returns
        -------
        (dim,) float32 array or None
            The vector. For an unknown word, the vector is composed from n-grams if the model has
            any.
        """
        try:
            return self[word]
        except KeyError:
            return default

    def get_vector(self, word: str) -> Floats1d:
        """Return the vector of a word, as `vectors[word]` does.

        Parameters
        ----------
        word : str
            The word to look up.

        Returns
        -------
        (dim,) float32 array
            The vector. For an unknown word, the vector is composed from n-grams if the model has
            any.

        Raises
        ------
        KeyError
            The word has no vector.
        """
        return self[word]

    def _units(self, words: Sequence[str], verb: str) -> Floats2d:
        """(n, dim): the words' vectors at length 1; a zero vector stays."""
        if not words:
            raise ValueError(f"{verb} takes one word or more")
        rows = np.array([self[word] for word in words], dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def similarity(self, one: str, other: str) -> float:
        """Return the cosine of two words' vectors.

        Parameters
        ----------
        one, other : str
            Words that have vectors.

        Returns
        -------
        float
            From -1 to 1; 0 if a vector is zero.

        Raises
        ------
        KeyError
            One of the words has no vector.
        """
        a, b = self[one], self[other]
        length = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
        return float(a @ b) / length if length else 0.0

    def __getitem__(self, word: str) -> Floats1d:
        """The vector of `word`, (dim,); n-grams compose that of an unseen word.

        Raises KeyError for a word that has none.
        """
        row = self.vocabulary.index.get(word)
        if row is not None:
            known: Floats1d = self.matrix[row]
            return known
        vector = None if self.subwords is None else self.subwords.vector(word)
        if vector is None:
            raise KeyError(word)
        return vector

    def __contains__(self, word: object) -> bool:
        """True for a word of the vocabulary. A word that n-grams compose is not in it."""
        return word in self.vocabulary

    def __deepcopy__(self, memo: object) -> WordVectors:
        """Return the object itself, which is frozen; scikit-learn's `clone` copies parameters."""
        return self

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __iter__(self) -> Iterator[str]:
        return iter(self.vocabulary)

    def __repr__(self) -> str:
        return f"WordVectors({len(self):,} words x {self.dim}, {self.provenance.format})"


def _listed(words: str | Sequence[str]) -> list[str]:
    return [words] if isinstance(words, str) else [*words]


def nearest_words(
    vectors: WordVectors, words: Sequence[str], topn: int
) -> list[list[tuple[str, float]]]:
    """The result of `most_similar` for each of `words`, in one pass over the vectors.

    Raises KeyError for a word without a vector.
    """
    queries = np.array([vectors[word] for word in words]).reshape(-1, vectors.dim)
    own, k = vectors.vocabulary.lookup(words), min(topn, len(vectors))
    found = nearest_rows(vectors, queries, k, exclude=own)
    names = vectors.vocabulary.words
    return [
        [(names[row], float(cosine)) for row, cosine in zip(rows, cosines, strict=True) if row >= 0]
        for rows, cosines in zip(*found, strict=True)
    ]


def nearest_rows(
    vectors: WordVectors, queries: Floats2d, k: int, *, exclude: Ints1d | None = None
) -> tuple[Ints1d, Floats2d]:
    """The `k` rows nearest to each query by cosine, exactly.

    queries: (n, dim). exclude: (n,) int32, a row that each query must not return (itself), -1 for
    none.

    Returns rows (n, k) int32 and cosines (n, k) float32, nearest first; rows are -1 where there are
    fewer than k. Ties go to the lower row. One pass over the vectors, in blocks, serves as many
    queries as COSINES_AT_ONCE allows.
    """
    lengths = np.linalg.norm(queries, axis=1, keepdims=True)
    units = np.divide(queries, lengths, out=np.zeros_like(queries), where=lengths > 0)
    step = max(LEAST_ROWS, COSINES_AT_ONCE // max(1, len(queries)), ROWS_FOR_EACH * k)
    step = min(step, BLOCK_ROWS)
    rows = np.full((len(queries), k), -1, dtype=np.int32)
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    n_together = max(1, COSINES_AT_ONCE // step)
    for first in range(0, len(queries), n_together):
        some = slice(first, first + n_together)
        own = None if exclude is None else exclude[some]
        rows[some], best[some] = _walk(vectors, units[some], k, step, own)
    rows[best == -np.inf] = -1
    return rows, best


def _walk(
    vectors: WordVectors, units: Floats2d, k: int, step: int, exclude: Ints1d | None
) -> tuple[Ints1d, Floats2d]:
    """`nearest_rows` of unit queries in one pass over the vectors, `step` rows at a time."""
    rows = np.full((len(units), k), -1, dtype=np.int32)
    best = np.full((len(units), k), -np.inf, dtype=np.float32)
    room = np.empty(len(units) * min(step, len(vectors)), dtype=np.float32)
    n_first = min(step, max(LEAST_ROWS, ROWS_FOR_EACH * k))
    starts = [0, *range(n_first, len(vectors), step), len(vectors)]
    for start, end in pairwise(starts):
        norms = vectors.norms[start:end]
        cosines = room[: len(units) * len(norms)].reshape(len(units), len(norms))
        np.matmul(units, vectors.matrix[start:end].T, out=cosines)
        cosines /= np.where(norms > 0, norms, 1)
        cosines[:, norms == 0] = -np.inf
        if exclude is not None:
            inside = np.flatnonzero((exclude >= start) & (exclude < end))
            cosines[inside, exclude[inside] - start] = -np.inf
        if start == 0:
            rows, best = _first_best(cosines, k)
        else:
            _merge_nearer(rows, best, start, cosines)
    return rows, best


def _first_best(cosines: Floats2d, k: int) -> tuple[Ints1d, Floats2d]:
    """The k largest of each row in order, or as many as there are, then -inf."""
    n_found = min(k, cosines.shape[1])
    rows = np.full((len(cosines), k), -1, dtype=np.int32)
    best = np.full((len(cosines), k), -np.inf, dtype=np.float32)
    if cosines.shape[1] > k:
        picked = np.argpartition(-cosines, k, axis=1)[:, :k]
        picked.sort(axis=1)
    else:
        picked = np.broadcast_to(np.arange(n_found), (len(cosines), n_found))
    found = np.take_along_axis(cosines, picked, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    rows[:, :n_found] = np.take_along_axis(picked, order, axis=1)
    best[:, :n_found] = np.take_along_axis(found, order, axis=1)
    return rows, best


def _merge_nearer(rows: Ints1d, best: Floats2d, start: int, cosines: Floats2d) -> None:
    """Merge the cosines of a later block, whose first row is `start`, into the best ones.

    Few of them are above the last of the best, so that comparing costs less than sorting.
    """
    k = best.shape[1]
    places = np.flatnonzero(cosines > best[:, -1:])
    if not len(places):
        return
    queries, columns = np.divmod(places, cosines.shape[1])
    nearer, firsts, counts = np.unique(queries, return_index=True, return_counts=True)
    lines = np.repeat(np.arange(len(nearer)), counts)
    at = lines, k + np.arange(len(places)) - np.repeat(firsts, counts)
    width = k + int(counts.max())
    all_rows = np.full((len(nearer), width), -1, dtype=np.int32)
    all_best = np.full((len(nearer), width), -np.inf, dtype=np.float32)
    all_rows[:, :k], all_best[:, :k] = rows[nearer], best[nearer]
    all_rows[at], all_best[at] = start + columns, cosines[queries, columns]
    order = np.argsort(-all_best, axis=1, kind="stable")[:, :k]
    rows[nearer] = np.take_along_axis(all_rows, order, axis=1)
    best[nearer] = np.take_along_axis(all_best, order, axis=1)
