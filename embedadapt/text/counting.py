"""Words counted by chunks, what stands between white space: many times as fast as one by one.

A token never crosses white space, so a text's tokens are those of its chunks. Compiled loops count
the chunks in a hash table of bytes and cut the marks off plain words (kernels.count); the tokens of
a piece, and their words, text.tokenize and the Normalizer tell the first time it is met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Corpus
from embedadapt.core.types import Longs1d
from embedadapt.kernels import count as kernels
from embedadapt.text.growing import Lists, Strings
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import rejoined
from embedadapt.text.tokenize import chunk_tokens

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
    batches = _Batches(corpus)
    with ThreadPoolExecutor(threads) as pool:
        try:
            for done in as_completed([pool.submit(one.count, batches) for one in counters]):
                done.result()
        finally:
            batches.close()
    return lexicon.totals(counters)


class _Batches:
    """The texts of a corpus, BATCH characters at a time, to whichever thread asks next."""

    def __init__(self, corpus: Corpus) -> None:
        self._documents = iter(corpus)
        self._lock = Lock()
        self._is_open = True

    def __iter__(self) -> Iterator[list[str]]:
        while texts := self._next():
            yield texts

    def close(self) -> None:
        """Ends the iterations of all threads."""
        self._is_open = False

    def _next(self) -> list[str]:
        texts: list[str] = []
        n_characters = 0
        with self._lock:
            while self._is_open and n_characters < BATCH:
                document = next(self._documents, None)
                if document is None:
                    break
                texts.append(document.text)
                n_characters += len(document.text)
        return texts


class Lexicon:
    """The tokens and words of every piece that chunks are cut into, told once for all counters.

    tokens, words:
        Each met so far, to its number.
    words_of:
        Of each piece, their numbers.
    lock:
        Held by the counter that learns.
    """

    def __init__(self, normalizer: Normalizer) -> None:
        self.tokens: dict[str, int] = {}
        self.words: dict[str, int] = {}
        self.words_of = Lists()
        self.lock = Lock()
        self._tokens_of = Lists()
        self._pieces = Strings()
        self._normalizer = normalizer

    def cut(self, chunks: Strings, pieces_of: Lists) -> None:
        """Lists the pieces of each chunk that `pieces_of` does not have yet."""
        first_piece = len(self._pieces)
        first, n_bytes = len(pieces_of), int(chunks.arrays.size[1])
        while first < len(chunks):
            room = n_bytes - int(chunks.arrays.starts[first])
            ids, ends = np.empty(room, np.int32), np.zeros(len(chunks) - first, np.int64)
            behind = kernels.cut_chunks(chunks.arrays, first, self._pieces.arrays, ids, ends)
            pieces_of.extend(ids, ends[: behind - first])
            if behind < len(chunks):
                self._pieces.grow()
            first = behind
        self._tell_pieces(self._pieces.since(first_piece))

    def totals(self, counters: Sequence[WordCounter]) -> Totals:
        """What the counters counted, together."""
        pieces = np.zeros(len(self._pieces), np.int64)
        tokens = np.zeros(len(self.tokens), np.int64)
        words, documents = np.zeros((2, len(self.words)), np.int64)
        for counter in counters:
            counter.add_to(pieces, documents)
        kernels.add_through(self._tokens_of.arrays, pieces, tokens)
        kernels.add_through(self.words_of.arrays, pieces, words)
        return Totals(
            tokens=_by_name(self.tokens, tokens),
            words=_by_name(self.words, words),
            documents=_by_name(self.words, documents),
            n_documents=sum(counter.n_documents for counter in counters),
        )

    def _tell_pieces(self, pieces: Iterable[str]) -> None:
        """Lists the tokens and the words of each piece, some of them new."""
        tokens: list[int] = []
        words: list[int] = []
        token_ends: list[int] = []
        word_ends: list[int] = []
        number_of_token, number_of_word = self.tokens.setdefault, self.words.setdefault
        words_of = self._normalizer.words
        for piece in pieces:
            for token in chunk_tokens(piece):
                tokens.append(number_of_token(token, len(self.tokens)))
                for word in words_of(token):
                    words.append(number_of_word(word, len(self.words)))
            token_ends.append(len(tokens))
            word_ends.append(len(words))
        self._tokens_of.extend(tokens, token_ends)
        self.words_of.extend(words, word_ends)


def _by_name(numbers: dict[str, int], counts: Longs1d) -> Counter[str]:
    return Counter(dict(zip(numbers, counts.tolist(), strict=True)))


class WordCounter:
    """Counts the chunks of documents, and the documents that each word stands in.

    n_documents:
        Taken in so far.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.n_documents = 0
        self._lexicon = lexicon
        self._chunks = Strings()
        self._waiting: list[tuple[int, kernels.Found]] = []
        self._pieces_of, self._words_of = Lists(), Lists()
        self._spread = np.zeros((WORDS, 2), np.int64)

    def count(self, batches: Iterable[Sequence[str]]) -> None:
        """Takes in the texts of some documents, batch by batch."""
        for texts in batches:
            self._count(texts)
        self._learn()

    def _count(self, texts: Sequence[str]) -> None:
        found = self._count_chunks(*_as_bytes(texts))
        self._waiting.append((self.n_documents + 1, found))
        self.n_documents += len(texts)
        self._learn(wait=len(self._waiting) == WAITING)

    def _learn(self, *, wait: bool = True) -> None:
        """Looks up the words of what was counted; without `wait` only if no other counter does."""
        if self._lexicon.lock.acquire(blocking=wait):
            try:
                self._lexicon.cut(self._chunks, self._pieces_of)
                self._words_of.extend_through(self._pieces_of, self._lexicon.words_of)
                n_words = len(self._lexicon.words)
            finally:
                self._lexicon.lock.release()
            while n_words > len(self._spread):
                self._spread = np.concatenate([self._spread, np.zeros_like(self._spread)])
            for first_document, found in self._waiting:
                kernels.add_documents(found, first_document, self._words_of.arrays, self._spread)
            self._waiting.clear()

    def add_to(self, pieces: Longs1d, documents: Longs1d) -> None:
        """Adds how often each piece was met, and in how many documents each word."""
        kernels.add_through(self._pieces_of.arrays, self._chunks.arrays.counts, pieces)
        spread = self._spread[: len(documents), 0]
        documents[: len(spread)] += spread

    def _count_chunks(self, text: NDArray[np.uint8], ends: Longs1d) -> kernels.Found:
        found = kernels.Found(np.empty(len(text) // 2, np.int32), np.empty(len(ends), np.int64))
        progress = np.zeros(3, np.int64)
        while not kernels.count_chunks(
            text, ends, self.n_documents + 1, progress, self._chunks.arrays, found
        ):
            self._chunks.grow()
        return found


def _as_bytes(texts: Sequence[str]) -> tuple[NDArray[np.uint8], Longs1d]:
    """Texts in UTF-8 as the kernels read them, and where each ends."""
    parts = list(map(_encoded, texts))
    joined, ends = _joined(parts)
    broken = kernels.may_break_words(joined, ends)
    if not broken.any():
        return joined, ends
    whole = zip(texts, parts, broken, strict=True)
    return _joined([_encoded(rejoined(text)) if may else part for text, part, may in whole])


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint8], Longs1d]:
    ends = np.cumsum([len(part) + 1 for part in parts], dtype=np.int64)
    return np.frombuffer(b" ".join([*parts, b" " * kernels.SLACK]), np.uint8), ends
