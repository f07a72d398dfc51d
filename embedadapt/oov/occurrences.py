"""In which documents unknown words stand, and what else determines which text is held out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.text.duplicates import PLACES, sign_documents
from embedadapt.text.split import FEWEST_DOCUMENTS

V = TypeVar("V")
DOCUMENTS_PER_WORD = 3
"""Documents remembered of each unknown word."""


def _ints() -> Ints1d:
    return np.empty(0, np.int32)


def _longs() -> Longs1d:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class FewDocuments:
    """The words of a corpus of few documents, which is divided by its sentences.

    codes:
        (n_words,) int32: the row of a known word, or -1 - the number of an unknown one.
    word_ends:
        (n_sentences,) int64: the end of each sentence among the words.
    sentence_ends:
        (n_documents,) int64: the end of each document among the sentences.
    """

    codes: Ints1d = field(default_factory=_ints)
    word_ends: Longs1d = field(default_factory=_longs)
    sentence_ends: Longs1d = field(default_factory=_longs)

    def __add__(self, other: FewDocuments) -> FewDocuments:
        return FewDocuments(
            np.concatenate([self.codes, other.codes]),
            np.concatenate([self.word_ends, len(self.codes) + other.word_ends]),
            np.concatenate([self.sentence_ends, len(self.word_ends) + other.sentence_ends]),
        )


@dataclass(frozen=True, eq=False)
class Occurrences:
    """What a corpus, or a part of one, has of known and of unknown words, document by document.

    names:
        The unknown words, by number.
    documents, words, counts:
        (n,) int32, an entry for each unknown word of each document: both numbers, and how often the
        word stands there.
    n_known:
        (n_documents,) int64: known words of each document.
    signatures:
        (n_documents, PLACES) uint32: text.duplicates.sign_documents of their rows.
    few:
        All words, where there are fewer than FEWEST_DOCUMENTS.
    """

    names: Sequence[str] = ()
    documents: Ints1d = field(default_factory=_ints)
    words: Ints1d = field(default_factory=_ints)
    counts: Ints1d = field(default_factory=_ints)
    n_known: Longs1d = field(default_factory=_longs)
    signatures: NDArray[np.uint32] = field(default_factory=lambda: np.empty((0, PLACES), np.uint32))
    few: FewDocuments | None = field(default_factory=FewDocuments)

    def __add__(self, other: Occurrences) -> Occurrences:
        """Of a corpus whose second part is the other's."""
        numbers = {word: number for number, word in enumerate(self.names)}
        as_here = np.array(
            [numbers.setdefault(word, len(numbers)) for word in other.names], np.int32
        )
        n_documents = len(self.n_known)
        few = None
        if self.few and other.few and n_documents + len(other.n_known) < FEWEST_DOCUMENTS:
            codes = other.few.codes.copy()
            codes[codes < 0] = -1 - as_here[-1 - codes[codes < 0]]
            few = self.few + FewDocuments(codes, other.few.word_ends, other.few.sentence_ends)
        return Occurrences(
            names=tuple(numbers),
            documents=np.concatenate([self.documents, np.int32(n_documents) + other.documents]),
            words=np.concatenate([self.words, as_here[other.words]]),
            counts=np.concatenate([self.counts, other.counts]),
            n_known=np.concatenate([self.n_known, other.n_known]),
            signatures=np.concatenate([self.signatures, other.signatures]),
            few=few,
        )

    @cached_property
    def spread(self) -> Mapping[str, int]:
        """In how many documents each unknown word stands; 0 for any other."""
        return Spread(self._index, self._n_documents)

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """The first few documents of each unknown word."""
        documents = self.documents[np.argsort(self.words, kind="stable")]
        return Places(self._index, self._n_documents, documents)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def _n_documents(self) -> Longs1d:
        return np.bincount(self.words, minlength=len(self.names))


class _OfWords(Mapping[str, V]):
    """What is known of the words that were met, by their numbers: no container for each word.

    index: numbers of the words. n_documents: (n_words,), 0 for a word that was not met.
    """

    def __init__(self, index: Mapping[str, int], n_documents: Longs1d) -> None:
        self._index, self._n_documents = index, n_documents

    def __contains__(self, word: object) -> bool:
        number = self._index.get(word) if isinstance(word, str) else None
        return number is not None and bool(self._n_documents[number])

    def __iter__(self) -> Iterator[str]:
        return (word for word, n in zip(self._index, self._n_documents, strict=True) if n)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._n_documents))


class Spread(_OfWords[int]):
    """In how many documents words stand; 0 for a word that was not met, as of a Counter."""

    def __getitem__(self, word: str) -> int:
        number = self._index.get(word)
        return 0 if number is None else int(self._n_documents[number])


class Places(_OfWords[Sequence[int]]):
    """The first few documents of words. documents: those of each word in turn, ascending."""

    def __init__(self, index: Mapping[str, int], n_documents: Longs1d, documents: Ints1d) -> None:
        super().__init__(index, n_documents)
        self._documents = documents
        self._ends = np.cumsum(n_documents)

    def __getitem__(self, word: str) -> Sequence[int]:
        number = self._index[word]
        n = int(self._n_documents[number])
        if not n:
            raise KeyError(word)
        start = int(self._ends[number]) - n
        found: list[int] = self._documents[start : start + min(n, DOCUMENTS_PER_WORD)].tolist()
        return found


class OccurrenceCounts:
    """Gathers occurrences as documents are read.

    Memory: 12 bytes for each unknown word of each document, half a kilobyte for each document, and
    4 bytes for each word while there are fewer than FEWEST_DOCUMENTS.
    """

    def __init__(self) -> None:
        self._entries: list[tuple[Ints1d, Ints1d, Ints1d]] = []
        self._n_known: list[Longs1d] = []
        self._signatures: list[NDArray[np.uint32]] = []
        self._few: FewDocuments | None = FewDocuments()
        self.n_documents = 0

    def add(self, entries: tuple[Ints1d, Ints1d, Ints1d], text: FewDocuments) -> None:
        """Take in some documents.

        entries: as `Occurrences.documents`, `words` and `counts`. text: of these documents.
        """
        self._entries.append(entries)
        ends = np.append(0, text.word_ends)[text.sentence_ends]
        documents, _, counts = entries
        n_unknown = np.bincount(documents - self.n_documents, counts, len(ends)).astype(np.int64)
        n_known = np.diff(ends, prepend=0) - n_unknown
        self._n_known.append(n_known)
        offsets = np.append(0, np.cumsum(n_known))
        self._signatures.append(sign_documents(text.codes[text.codes >= 0], offsets))
        self.n_documents += len(ends)
        if self.n_documents >= FEWEST_DOCUMENTS:
            self._few = None
        elif self._few:
            self._few += text

    def occurrences(self, names: Sequence[str]) -> Occurrences:
        """Those of all documents."""
        empty = Occurrences()
        first = (empty.documents, empty.words, empty.counts)
        columns = zip(first, *self._entries, strict=True)
        documents, words, counts = map(np.concatenate, columns)
        return Occurrences(
            names=names,
            documents=documents,
            words=words,
            counts=counts,
            n_known=np.concatenate([empty.n_known, *self._n_known]),
            signatures=np.concatenate([empty.signatures, *self._signatures]),
            few=self._few,
        )
