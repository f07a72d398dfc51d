"""Words counted by chunks, what stands between white space: many times as fast as one by one.

A token never crosses white space, so a text's tokens are those of its chunks. Compiled loops count
the chunks in a hash table of bytes and cut the marks off plain words (kernels.count); the tokens of
a piece, and their words, text.tokenize and the Normalizer tell the first time it is met.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Corpus
from embedadapt.core.types import Longs1d
from embedadapt.kernels import count as kernels
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import rejoined
from embedadapt.text.tokenize import chunk_tokens

BATCH = 1 << 22
"""Characters counted at once."""
ROOM = 1 << 16
"""Rows, strings, bytes and numbers that growing arrays begin with room for."""


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
    counters = [WordCounter(normalizer) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        running: deque[Future[None]] = deque()
        for counter, texts in zip(cycle(counters), _batches(corpus), strict=False):
            if len(running) == threads:
                running.popleft().result()
            running.append(pool.submit(counter.add, texts))
        for last in running:
            last.result()
    totals = Totals()
    for counter in counters:
        counter.add_to(totals)
    return totals


def _batches(corpus: Corpus) -> Iterator[list[str]]:
    texts: list[str] = []
    n_characters = 0
    for document in corpus:
        texts.append(document.text)
        n_characters += len(document.text)
        if n_characters >= BATCH:
            yield texts
            texts, n_characters = [], 0
    if texts:
        yield texts


class WordCounter:
    """Counts the tokens of documents, and their words under one normalisation without phrases.

    tokens, words:
        Each met so far, to its number.
    n_documents:
        Taken in so far.
    """

    def __init__(self, normalizer: Normalizer) -> None:
        self.tokens: dict[str, int] = {}
        self.words: dict[str, int] = {}
        self.n_documents = 0
        self._normalizer = normalizer
        self._chunks, self._pieces = _Strings(), _Strings()
        self._pieces_of, self._tokens_of, self._words_of = _Lists(), _Lists(), _Lists()
        self._words_of_chunk = _Lists()
        self._chunk_counts = _Growing(np.int64)
        self._spread = np.zeros((ROOM, 2), np.int64)

    def add(self, texts: Sequence[str]) -> None:
        """Takes in the texts of some documents. A few megabytes at once are fastest."""
        found = self._count_chunks(*_as_bytes(texts))
        self._learn_chunks()
        kernels.add_documents(
            found,
            self.n_documents + 1,
            self._words_of_chunk.arrays,
            self._chunk_counts.values,
            self._spread,
        )
        self.n_documents += len(texts)

    def add_to(self, totals: Totals) -> None:
        """Adds what was counted."""
        spread = self._spread[: len(self.words), 0]
        for counted, numbers, counts in (
            (totals.tokens, self.tokens, self._totals(self._tokens_of, len(self.tokens))),
            (totals.words, self.words, self._totals(self._words_of, len(self.words))),
            (totals.documents, self.words, spread),
        ):
            counted.update(dict(zip(numbers, counts.tolist(), strict=True)))
        totals.n_documents += self.n_documents

    def _totals(self, numbers_of: _Lists, n: int) -> Longs1d:
        piece_counts, totals = np.zeros(len(self._pieces), np.int64), np.zeros(n, np.int64)
        kernels.add_through(self._pieces_of.arrays, self._chunk_counts.values, piece_counts)
        kernels.add_through(numbers_of.arrays, piece_counts, totals)
        return totals

    def _count_chunks(self, text: NDArray[np.uint8], ends: Longs1d) -> kernels.Found:
        found = kernels.Found(
            ids=np.empty(len(text) // 2, np.int32),
            counts=np.empty(len(text) // 2, np.int32),
            ends=np.empty(len(ends), np.int64),
        )
        progress = np.zeros(3, np.int64)
        while not kernels.count_chunks(
            text, ends, self.n_documents + 1, progress, self._chunks.arrays, found
        ):
            self._chunks.grow()
        return found

    def _learn_chunks(self) -> None:
        """Lists the pieces of each new chunk, and its words."""
        first_piece = len(self._pieces)
        self._cut_chunks()
        self._tell_pieces(self._pieces.since(first_piece))
        self._words_of_chunk.extend_through(self._pieces_of, self._words_of)
        self._chunk_counts.lengthen(len(self._chunks))
        while len(self.words) > len(self._spread):
            self._spread = np.concatenate([self._spread, np.zeros_like(self._spread)])

    def _cut_chunks(self) -> None:
        first, n_bytes = len(self._pieces_of), int(self._chunks.arrays.size[1])
        while first < len(self._chunks):
            room = n_bytes - int(self._chunks.arrays.starts[first])
            ids, ends = np.empty(room, np.int32), np.zeros(len(self._chunks) - first, np.int64)
            behind = kernels.cut_chunks(self._chunks.arrays, first, self._pieces.arrays, ids, ends)
            self._pieces_of.extend(ids, ends[: behind - first])
            if behind < len(self._chunks):
                self._pieces.grow()
            first = behind

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
        self._words_of.extend(words, word_ends)


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


class _Strings:
    """Distinct strings in a hash table that grows; see kernels.count.Strings."""

    def __init__(self) -> None:
        self.arrays = kernels.Strings(
            rows=np.zeros((ROOM, 4), np.int64),
            starts=np.empty(ROOM, np.int64),
            text=np.empty(ROOM, np.uint8),
            size=np.zeros(2, np.int64),
        )

    def __len__(self) -> int:
        return int(self.arrays.size[0])

    def grow(self) -> None:
        """Doubles what has no room left."""
        rows, starts, text, size = self.arrays
        if 3 * len(self) >= len(rows):
            rows = np.zeros((2 * len(rows), 4), np.int64)
            kernels.move_rows(self.arrays.rows, rows)
        elif len(self) == len(starts):
            starts = np.concatenate([starts, np.empty_like(starts)])
        else:
            text = np.concatenate([text, np.empty_like(text)])
        self.arrays = kernels.Strings(rows, starts, text, size)

    def since(self, first: int) -> Iterable[str]:
        """The strings from number `first` on."""
        _, starts, text, (n, n_bytes) = self.arrays
        content = text[:n_bytes].tobytes()
        for start, end in pairwise([*starts[first:n].tolist(), int(n_bytes)]):
            yield content[start:end].decode("utf-8", "surrogatepass")


class _Growing:
    """An array with room for more behind it."""

    def __init__(self, dtype: type[np.integer[Any]]) -> None:
        self._room: NDArray[Any] = np.zeros(ROOM, dtype)
        self._n = 0

    @property
    def values(self) -> NDArray[Any]:
        return self._room[: self._n]

    def lengthen(self, n: int) -> None:
        """To `n` values, the new ones 0."""
        while n > len(self._room):
            self._room = np.concatenate([self._room, np.zeros_like(self._room)])
        self._n = n

    def extend(self, values: Sequence[int] | NDArray[Any]) -> None:
        first = self._n
        self.lengthen(first + len(values))
        self.values[first:] = values


class _Lists:
    """Lists of numbers that grow in number; see kernels.count.Lists."""

    def __init__(self) -> None:
        self._items, self._ends = _Growing(np.int32), _Growing(np.int64)
        self._ends.lengthen(1)

    def __len__(self) -> int:
        return len(self._ends.values) - 1

    @property
    def arrays(self) -> kernels.Lists:
        return kernels.Lists(self._items.values, self._ends.values)

    def extend(
        self, items: Sequence[int] | NDArray[np.int32], ends: Sequence[int] | Longs1d
    ) -> None:
        """Adds lists of `items`, one behind the other; ends: where each of them does."""
        if len(ends):
            n_before = len(self._items.values)
            self._items.extend(items[: ends[-1]])
            self._ends.extend(np.asarray(ends, np.int64) + n_before)

    def extend_through(self, first: _Lists, second: _Lists) -> None:
        """Adds, for each list of `first` beyond these, the lists of `second` that it names."""
        start = len(self)
        ends = np.empty(len(first) - start, np.int64)
        items = np.empty(0, np.int32)
        n = kernels.chain_lists(first.arrays, second.arrays, items, ends, start)
        items = np.empty(n, np.int32)
        kernels.chain_lists(first.arrays, second.arrays, items, ends, start)
        self.extend(items, ends)
