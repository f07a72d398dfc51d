"""Words counted by chunks (text.chunks), by several threads if asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.types import Longs1d
from embedadapt.kernels import count as kernels
from embedadapt.text.broken_words import joined_documents
from embedadapt.text.chunks import Chunks, Lexicon, batches
from embedadapt.text.normalize import Normalizer

T = TypeVar("T")

BATCH = 1 << 22
"""Characters counted at once."""
WAITING = 8
"""Batches that a counter counts ahead while another one learns."""
WORDS = 1 << 16
"""Words that a counter begins with room for."""


@dataclass(frozen=True, eq=False)
class Totals:
    """Words, and the documents that each word stands in, counted.

    words:
        By code points.
    counts, documents:
        (n_words,): how often each was met, and in how many documents.
    surface_forms:
        Raw tokens to the word they are looked up as, where that is a single, different word; in the
        order of the raw tokens.
    """

    words: list[str]
    counts: Longs1d
    documents: Longs1d
    surface_forms: dict[str, str]
    n_documents: int
    n_tokens: int

    def __add__(self, other: Totals) -> Totals:
        words = sorted({*self.words, *other.words})
        forms = self.surface_forms | other.surface_forms
        row_of = {word: row for row, word in enumerate(words)}
        counts, documents = np.zeros((2, len(words)), np.int64)
        for one in (self, other):
            rows = np.fromiter(map(row_of.__getitem__, one.words), np.int64, len(one.words))
            counts[rows] += one.counts
            documents[rows] += one.documents
        return Totals(
            words,
            counts,
            documents,
            {token: forms[token] for token in sorted(forms)},
            self.n_documents + other.n_documents,
            self.n_tokens + other.n_tokens,
        )


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
            found = self.chunks.find(*joined_documents(documents), distinct=True)
            self._waiting.append((first, found))
            if self.chunks.learn(wait=len(self._waiting) == WAITING):
                self._spread_words()
        self.chunks.learn()
        self._spread_words()

    def add_to(self, tokens: Longs1d, documents: Longs1d) -> None:
        """Adds how often each token was met, and in how many documents each word."""
        kernels.add_through(self.chunks.tokens_of.arrays, self.chunks.strings.counts(), tokens)
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
    tokens = np.zeros(len(lexicon.tokens), np.int64)
    documents = np.zeros(len(lexicon.words), np.int64)
    for counter in counters:
        counter.add_to(tokens, documents)
    counts = lexicon.count_through(tokens)
    words = lexicon.words.in_order(np.flatnonzero(counts))  # not those that a known chunk leaves
    names = lexicon.words.texts(words)
    place_of = np.zeros(len(counts), np.int64)
    place_of[words] = np.arange(len(words))
    forms, their_words = lexicon.surface_forms(tokens)
    looked_up = map(names.__getitem__, place_of[their_words].tolist())
    return Totals(
        words=names,
        counts=counts[words],
        documents=documents[words],
        surface_forms=dict(zip(lexicon.tokens.texts(forms), looked_up, strict=True)),
        n_documents=sum(counter.chunks.n_texts for counter in counters),
        n_tokens=int(tokens.sum()),
    )
