"""Text taken by chunks, what stands between white space: many times as fast as word by word.

A token never crosses white space, so a text's tokens are those of its chunks. Compiled loops look
the chunks up in a hash table of bytes and cut the marks off plain words (kernels.count); the tokens
of a piece, and their words, the Normalizer tells the first time it is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.types import Longs1d
from embedadapt.kernels import count as kernels
from embedadapt.text.growing import Lists, Strings
from embedadapt.text.normalize import Normalizer


def batches(corpus: Corpus, n_characters: int) -> Iterator[list[Document]]:
    """Documents, as many at once as have `n_characters` together, or one more."""
    documents: list[Document] = []
    length = 0
    for document in corpus:
        documents.append(document)
        length += len(document.text)
        if length >= n_characters:
            yield documents
            documents, length = [], 0
    if documents:
        yield documents


class Lexicon:
    """The tokens and words of every piece that chunks are cut into, found once for all threads.

    tokens, words:
        Each met so far, to its number.
    pieces, words_of:
        The pieces, and of each the numbers of its words.
    lock:
        To be held by a thread that learns.
    """

    def __init__(self, normalizer: Normalizer) -> None:
        self.tokens: dict[str, int] = {}
        self.words: dict[str, int] = {}
        self.words_of = Lists()
        self.lock = Lock()
        self.tokens_of = Lists()
        self.pieces = Strings()
        self._normalizer = normalizer

    def cut(self, chunks: Strings, pieces_of: Lists) -> None:
        """Lists the pieces of each chunk that `pieces_of` does not have yet."""
        first_piece = len(self.pieces)
        first, n_bytes = len(pieces_of), int(chunks.arrays.size[1])
        kept = self._kept(chunks, first)
        while first < len(chunks):
            room = n_bytes - int(chunks.arrays.starts[first])
            ids, ends = np.empty(room, np.int32), np.zeros(len(chunks) - first, np.int64)
            behind = kernels.cut_chunks(chunks.arrays, first, self.pieces.arrays, ids, ends)
            n_cut = behind - first
            if kept:
                ids, ends = self._with_kept(kept, first, ids, ends[:n_cut])
            pieces_of.extend(ids, ends[:n_cut])
            if behind < len(chunks):
                self.pieces.grow()
            first = behind
        self._tell_pieces(self.pieces.since(first_piece))

    def _kept(self, chunks: Strings, first: int) -> dict[int, bytes]:
        """The chunks from number `first` on that the table holds, or a special token in them,
        although they begin or end with what may be a mark to cut off."""
        n, n_bytes = chunks.arrays.size.tolist()
        starts = chunks.arrays.starts[first:n]
        ends = np.append(starts[1:], n_bytes)[: n - first]
        text = chunks.arrays.text
        marked = (kernels.KINDS[text[starts]] & kernels.KINDS[text[ends - 1]]) != kernels.LETTER
        found = {}
        for i in np.flatnonzero(marked).tolist():
            content = text[starts[i] : ends[i]].tobytes()
            if self._normalizer.keeps(content.decode("utf-8", "surrogatepass")):
                found[first + i] = content
        return found

    def _with_kept(
        self, kept: dict[int, bytes], first: int, ids: NDArray[np.int32], ends: Longs1d
    ) -> tuple[NDArray[np.int32], Longs1d]:
        """The pieces of the chunks from number `first` on, those that are kept being one each."""
        ends = ends.copy()
        starts = np.append(0, ends[:-1])
        stay = np.ones(int(ends[-1]) if len(ends) else 0, np.bool_)
        for chunk, content in kept.items():
            if 0 <= chunk - first < len(ends):
                start, end = starts[chunk - first], ends[chunk - first]
                ids[start] = self._piece(content)
                stay[start + 1 : end] = False
        n_left = np.append(0, np.cumsum(stay))
        return ids[: len(stay)][stay], n_left[ends]

    def _piece(self, content: bytes) -> int:
        """The number of a piece, put among them if it is new."""
        found = kernels.Found(np.empty(2, np.int32), np.empty(1, np.int64))
        while not kernels.find_chunks(
            *joined([content]), False, 1, np.zeros(3, np.int64), self.pieces.arrays, found
        ):
            self.pieces.grow()
        return int(found.ids[0])

    def count_through(self, pieces: Longs1d) -> tuple[Longs1d, Longs1d]:
        """How often each token and each word was met, where `pieces` (n_pieces,) says so."""
        tokens, words = np.zeros(len(self.tokens), np.int64), np.zeros(len(self.words), np.int64)
        kernels.add_through(self.tokens_of.arrays, pieces, tokens)
        kernels.add_through(self.words_of.arrays, pieces, words)
        return tokens, words

    def _tell_pieces(self, pieces: Iterable[str]) -> None:
        """Lists the tokens and the words of each piece, some of them new."""
        tokens: list[int] = []
        words: list[int] = []
        token_ends: list[int] = []
        word_ends: list[int] = []
        number_of_token, number_of_word = self.tokens.setdefault, self.words.setdefault
        words_of, tokens_of = self._normalizer.words, self._normalizer.chunk_tokens
        for piece in pieces:
            for token in tokens_of(piece):
                tokens.append(number_of_token(token, len(self.tokens)))
                for word in words_of(token):
                    words.append(number_of_word(word, len(self.words)))
            token_ends.append(len(tokens))
            word_ends.append(len(words))
        self.tokens_of.extend(tokens, token_ends)
        self.words_of.extend(words, word_ends)


class Chunks:
    """The chunks that one thread met.

    strings:
        The chunks, and how often each was met.
    pieces_of, words_of:
        Of each chunk that was learned, the numbers that the lexicon gave its pieces and words.
    n_words:
        That the lexicon had then.
    n_texts:
        Searched so far.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.strings = Strings()
        self.pieces_of, self.words_of = Lists(), Lists()
        self.n_words = self.n_texts = 0
        self._lexicon = lexicon

    def find(self, text: NDArray[np.uint8], ends: Longs1d, *, distinct: bool) -> kernels.Found:
        """The chunks of some texts, each `ends` (n_texts,) being where one ends, as `joined` gives
        them: in their order, or each once."""
        found = kernels.Found(np.empty(len(text) // 2, np.int32), np.empty(len(ends), np.int64))
        progress = np.zeros(3, np.int64)
        while not kernels.find_chunks(
            text, ends, distinct, self.n_texts + 1, progress, self.strings.arrays, found
        ):
            self.strings.grow()
        self.n_texts += len(ends)
        return found

    def learn(self, *, wait: bool = True) -> bool:
        """Lists the pieces and words of new chunks; without `wait` only if no other thread learns.

        Returns whether it did.
        """
        if not self._lexicon.lock.acquire(blocking=wait):
            return False
        try:
            self._lexicon.cut(self.strings, self.pieces_of)
            self.words_of.extend_through(self.pieces_of, self._lexicon.words_of)
            self.n_words = len(self._lexicon.words)
        finally:
            self._lexicon.lock.release()
        return True


def encoded(text: str) -> bytes:
    """In UTF-8; a lone surrogate, which has none, by its code."""
    return text.encode("utf-8", "surrogatepass")


def joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint8], Longs1d]:
    """Encoded texts as the kernels read them, and where each ends."""
    ends = np.cumsum([len(part) + 1 for part in parts], dtype=np.int64)
    return np.frombuffer(b" ".join([*parts, b" " * kernels.SLACK]), np.uint8), ends
