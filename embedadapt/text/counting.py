"""Words counted by chunks (text.chunks), by several threads if asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.types import Longs1d
from embedadapt.kernels import count as kernels
from embedadapt.text.chunks import Chunks, Lexicon, batches, encoded, joined
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import rejoined

T = TypeVar("T")

BATCH = 1 << 22
"""Characters counted at once."""
WAITING = 8
"""Batches that a counter counts ahead while another one learns."""
WORDS = 1 << 16
"""Words that a counter begins with room for."""


@dataclass
class Totals:
    """Tokens, words, and the documents that each word stands in, counted."""

    tokens: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    n_documents: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            both(self.tokens, other.tokens),
            both(self.words, other.words),
            both(self.documents, other.documents),
            self.n_documents + other.n_documents,
        )


def both(counts: Counter[str], others: Counter[str]) -> Counter[str]:
    """Counter's own sum, in two fifths of the time: that looks for counts below 1. What was met
    first stands first."""
    total = counts.copy()
    total.update(others)
    return total


def count_documents(corpus: Corpus, normalizer: Normalizer, threads: int = 1) -> Totals:
    """Counts a corpus some megabytes at a time, each thread with a counter of its own."""
    lexicon = Lexicon(normalizer)
    counters = [WordCounter(lexicon) for _ in range(threads)]
    shared = _InTurn(batches(corpus, BATCH))
    with ThreadPoolExecutor(threads) as pool:
        try:
            for done in as_completed([pool.submit(one.count, shared) for one in counters]):
                done.result()
        finally:
            shared.close()
    return _totals(lexicon, counters)


class _InTurn(Generic[T]):
    """Items for several threads, each for the one that asks next."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._lock = Lock()
        self._is_open = True

    def __iter__(self) -> Iterator[T]:
        while self._is_open:
            with self._lock:
                try:
                    item = next(self._items)
                except StopIteration:
                    return
            yield item

    def close(self) -> None:
        """Ends the iterations of all threads."""
        self._is_open = False


class WordCounter:
    """Counts the chunks of documents, and the documents that each word stands in."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.chunks = Chunks(lexicon)
        self._waiting: list[tuple[int, kernels.Found]] = []
        self._spread = np.zeros((WORDS, 2), np.int64)

    def count(self, some: Iterable[list[Document]]) -> None:
        """Takes in batches of documents."""
        for documents in some:
            first = self.chunks.n_texts + 1
            found = self.chunks.find(*Batch.of(documents).read, distinct=True)
            self._waiting.append((first, found))
            if self.chunks.learn(wait=len(self._waiting) == WAITING):
                self._spread_words()
        self.chunks.learn()
        self._spread_words()

    def add_to(self, pieces: Longs1d, documents: Longs1d) -> None:
        """Adds how often each piece was met, and in how many documents each word."""
        kernels.add_through(self.chunks.pieces_of.arrays, self.chunks.strings.arrays.counts, pieces)
        spread = self._spread[: len(documents), 0]
        documents[: len(spread)] += spread

    def _spread_words(self) -> None:
        words_of = self.chunks.words_of.arrays
        while self.chunks.n_words > len(self._spread):
            self._spread = np.concatenate([self._spread, np.zeros_like(self._spread)])
        for first_document, found in self._waiting:
            kernels.add_documents(found, first_document, words_of, self._spread)
        self._waiting.clear()


def _totals(lexicon: Lexicon, counters: Sequence[WordCounter]) -> Totals:
    pieces = np.zeros(len(lexicon.pieces), np.int64)
    documents = np.zeros(len(lexicon.words), np.int64)
    for counter in counters:
        counter.add_to(pieces, documents)
    tokens, words = lexicon.count_through(pieces)
    return Totals(
        tokens=_by_name(lexicon.tokens, tokens),
        words=_by_name(lexicon.words, words),
        documents=_by_name(lexicon.words, documents),
        n_documents=sum(counter.chunks.n_texts for counter in counters),
    )


def _by_name(numbers: dict[str, int], counts: Longs1d) -> Counter[str]:
    """Those that were met: a chunk that stays whole leaves unused what marks cut off it made."""
    counted = zip(numbers, counts.tolist(), strict=True)
    return Counter({name: n for name, n in counted if n})


@dataclass(frozen=True, eq=False)
class Batch:
    """Documents as the kernels read them (text.chunks.joined).

    documents:
        The documents.
    raw:
        Their texts.
    read:
        These with broken words joined, as they are tokenized; `raw` itself where none is broken.
    is_joined:
        (n_documents,) bool: those whose words were joined, which have a paragraph in each line.
    """

    documents: Sequence[Document]
    raw: tuple[NDArray[np.uint8], Longs1d]
    read: tuple[NDArray[np.uint8], Longs1d]
    is_joined: NDArray[np.bool_]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Batch:
        """Encode documents."""
        parts = [encoded(document.text) for document in documents]
        raw = joined(parts)
        is_joined = np.zeros(len(documents), np.bool_)
        for i in np.flatnonzero(kernels.may_break_words(*raw)).tolist():
            text = documents[i].text
            whole = rejoined(text)
            if whole is not text:
                parts[i], is_joined[i] = encoded(whole), True
        return cls(documents, raw, joined(parts) if is_joined.any() else raw, is_joined)
