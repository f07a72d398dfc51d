"""Text taken by chunks, what stands between white space: many times as fast as word by word.

A token never crosses white space, so a text's tokens are those of its chunks. Compiled loops look
the chunks up in a hash table of bytes (kernels.count) and cut the new ones into tokens
(kernels.tokens), and look these up among the words of the table (kernels.words). What the loops do
not cut or write goes through the Normalizer one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.long_arrays import distinct
from embedadapt.core.types import Longs1d
from embedadapt.kernels import count as kernels
from embedadapt.kernels import known as looking_up
from embedadapt.kernels import tokens as cutting
from embedadapt.kernels import words as spelling
from embedadapt.kernels.beside import is_awaited
from embedadapt.text.character_kinds import LATIN_1, N_CHARACTERS, token_kinds
from embedadapt.text.growing import Lists, Strings, chained, encoded
from embedadapt.text.known_words import kernel_rules, known_words
from embedadapt.text.normalize import Normalizer

BEYOND_ASCII, BEYOND_LATIN_1 = 0x80, 0xC4
"""First bytes from which characters are so, in UTF-8."""


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
    """The tokens of every chunk and their words, found once for all threads.

    tokens, words:
        All so far, in hash tables. The tokens may be those of another lexicon.
    words_of:
        The numbers of each token's words.
    lock:
        To be held by a thread that learns.
    """

    def __init__(self, normalizer: Normalizer, tokens: Strings | None = None) -> None:
        self.tokens, self.words = Strings() if tokens is None else tokens, Strings()
        self.words_of = Lists()
        self.lock = Lock()
        self._normalizer = normalizer
        self._rules = kernel_rules(normalizer)
        self._letters: set[str] = set()  # beyond Latin-1
        self._known = known_words(normalizer.vocabulary)

    def cut(self, chunks: Strings, tokens_of: Lists) -> None:
        """List the tokens of chunks that `tokens_of` does not have yet, and learn their words."""
        first = len(tokens_of)
        if first == len(chunks):
            return
        kinds, how = token_kinds(), np.full(len(chunks) - first, cutting.PATTERN, np.uint8)

        def cut(start: int, found: kernels.Lists) -> int:
            tokens = self.tokens.arrays
            return int(cutting.cut_strings(chunks.arrays, first, start, kinds, tokens, found, how))

        found = _nothing(len(how))
        if not is_awaited(cutting.cut_strings):
            found = _in_turns(cut, chunks, first, self.tokens)
        places = self._cut_otherwise(chunks, first, how)
        tokens = [self._normalizer.chunk_tokens(chunk) for chunk in chunks.texts(first + places)]
        tokens_of.extend_by(_replaced(found, places, tokens, self.tokens))
        self._learn_words()

    def _cut_otherwise(self, chunks: Strings, first: int, how: NDArray[np.uint8]) -> Longs1d:
        """The places of the chunks that the kernel does not cut rightly."""
        normalizer = self._normalizer
        if self._rules is None:
            others = list(map(normalizer.cuts_otherwise, chunks.since(first)))
            return np.flatnonzero(np.array(others, np.bool_) | (how == cutting.PATTERN))
        in_parts = np.flatnonzero(how == cutting.CUT)
        whole = in_parts[looking_up.are_known(chunks.arrays, first + in_parts, self._known)]
        others = how == cutting.PATTERN
        others[_with_any(b"#", chunks, first)] = True
        others[whole] = True
        if normalizer.has_special_tokens:
            likely = _with_any(encoded(normalizer.special_beginnings()), chunks, first)
            texts = chunks.texts(first + likely)
            others[likely] |= np.array(list(map(normalizer.cuts_otherwise, texts)), np.bool_)
        return np.flatnonzero(others)

    def _learn_words(self) -> None:
        """List the words of tokens that `words_of` does not have yet."""
        first = len(self.words_of)
        n_new = len(self.tokens) - first
        left = np.ones(n_new, np.bool_)
        if not n_new:
            return
        found = _nothing(n_new)
        new_letters = _beyond_latin_1(self.tokens, first) - self._letters
        if new_letters:
            self._letters |= new_letters
            self._rules = kernel_rules(self._normalizer, self._letters)
        rules, known = self._rules, self._known
        if rules is not None and not is_awaited(spelling.find_words):
            room = np.empty(4 * (self.tokens.longest(first) + 2) + kernels.SLACK, np.uint8)

            def find(start: int, found: kernels.Lists) -> int:
                tokens, words = self.tokens.arrays, self.words.arrays
                return int(
                    spelling.find_words(
                        tokens, first, start, known, rules, words, room, found, left
                    )
                )

            found = _in_turns(find, self.tokens, first, self.words)
        places = np.flatnonzero(left)
        words = list(map(self._normalizer.words, self.tokens.texts(first + places)))
        self.words_of.extend_by(_replaced(found, places, words, self.words))

    def are_known(self) -> NDArray[np.bool_]:
        """Whether the table has each word, (n_words,), after the words of tokens that no chunk was
        cut into are listed."""
        self._learn_words()
        numbers = np.arange(len(self.words))
        known: NDArray[np.bool_] = looking_up.are_known(self.words.arrays, numbers, self._known)
        return known

    def count_through(self, tokens: Longs1d) -> Longs1d:
        """How often each word was met, where `tokens` (n_tokens,) says so."""
        words = np.zeros(len(self.words), np.int64)
        kernels.add_through(self.words_of.arrays, tokens, words)
        return words

    def surface_forms(self, tokens: Longs1d) -> tuple[Longs1d, Longs1d]:
        """The tokens that were met and are looked up as one other word, by code points; and their
        words."""
        words_of = self.words_of.arrays
        rewritten = spelling.rewritten(self.tokens.arrays, self.words.arrays, words_of, tokens)
        numbers = self.tokens.in_order(rewritten)
        return numbers, words_of.items[words_of.ends[numbers]].astype(np.int64)


def _with_any(marks: bytes, chunks: Strings, first: int) -> Longs1d:
    """The places of the chunks from number `first` on that have one of some bytes in them."""
    starts = chunks.arrays.starts[first : len(chunks)]
    found = np.flatnonzero(_are_any(marks, chunks, first)) + starts[0]
    return distinct(np.searchsorted(starts, found, side="right") - 1)


def _beyond_latin_1(strings: Strings, first: int) -> set[str]:
    """The characters beyond Latin-1, below N_CHARACTERS, of the strings from number `first` on."""
    text = strings.arrays.text[strings.arrays.starts[first] : strings.arrays.size[1]]
    if not (text >= BEYOND_LATIN_1).any():
        return set()
    letters = set(text[text >= BEYOND_ASCII].tobytes().decode("utf-8", "surrogatepass"))
    return {letter for letter in letters if LATIN_1 <= ord(letter) < N_CHARACTERS}


def _are_any(marks: bytes, strings: Strings, first: int) -> NDArray[np.bool_]:
    """Which bytes of the strings from number `first` on are one of some bytes."""
    is_mark = np.zeros(256, np.bool_)
    is_mark[list(marks)] = True
    start, end = strings.arrays.starts[first], strings.arrays.size[1]
    found: NDArray[np.bool_] = is_mark[strings.arrays.text[start:end]]
    return found


def _nothing(n: int) -> kernels.Lists:
    """Empty lists."""
    return kernels.Lists(np.empty(0, np.int32), np.zeros(n + 1, np.int64))


def _in_turns(
    find: Callable[[int, kernels.Lists], int], strings: Strings, first: int, found: Strings
) -> kernels.Lists:
    """What a kernel finds in the strings from number `first` on, which `found` grows for.

    find: takes the number of the string to begin with, and lists for what it finds; returns the
    first string for which `found` has no room.
    """
    n_strings, n_bytes = strings.arrays.size.tolist()
    room = n_bytes - int(strings.arrays.starts[first]) if first < n_strings else 0
    lists = kernels.Lists(np.empty(room, np.int32), np.zeros(n_strings - first + 1, np.int64))
    start = first
    while (start := find(start, lists)) < n_strings:
        found.grow()
    return lists


def _replaced(
    lists: kernels.Lists, places: Longs1d, texts: Sequence[Sequence[str]], strings: Strings
) -> kernels.Lists:
    """Lists of numbers, those at some places replaced by the numbers of `texts` among `strings`."""
    if not len(places):
        return lists
    theirs = strings.add(list(chain.from_iterable(texts)))
    their_ends = np.concatenate([[0], np.cumsum(list(map(len, texts)), dtype=np.int64)])
    ends = np.empty_like(lists.ends)
    items = np.empty(int(lists.ends[-1]) + len(theirs), np.int32)
    others = kernels.Lists(theirs, their_ends)
    kernels.replace_lists(lists, places, others, items, ends)
    return kernels.Lists(items, ends)


@dataclass(frozen=True, eq=False)
class Cut:
    """Some chunks as tokens.

    lexicon: has the tokens. tokens_of: their numbers, for each of the chunks.
    """

    lexicon: Lexicon
    tokens_of: Lists

    @classmethod
    def of(cls, texts: Sequence[str], normalizer: Normalizer) -> Cut:
        """Cut chunks that are all different."""
        chunks, cut = Strings(), cls(Lexicon(normalizer), Lists())
        chunks.add(texts)
        cut.lexicon.cut(chunks, cut.tokens_of)
        return cut


class Chunks:
    """The chunks that one thread met.

    strings:
        The chunks, and how often each was met.
    tokens_of, words_of:
        Of each chunk that was learned, the numbers that the lexicon gave its tokens and words.
    n_words:
        That the lexicon had then.
    n_texts:
        Searched so far.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.strings = Strings()
        self.tokens_of, self.words_of = Lists(), Lists()
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

    def cut(self, numbers: Longs1d) -> Cut:
        """Some of the chunks that were learned."""
        tokens_of = Lists()
        alone = kernels.Lists(numbers.astype(np.int32), np.arange(len(numbers) + 1))
        tokens_of.extend(*chained(alone, self.tokens_of.arrays))
        return Cut(self._lexicon, tokens_of)

    def learn(self, *, wait: bool = True) -> bool:
        """Lists the tokens and words of new chunks; without `wait` only if no other thread learns.

        Returns whether it did.
        """
        if not self._lexicon.lock.acquire(blocking=wait):
            return False
        try:
            self._lexicon.cut(self.strings, self.tokens_of)
            self.words_of.extend_through(self.tokens_of, self._lexicon.words_of)
            self.n_words = len(self._lexicon.words)
        finally:
            self._lexicon.lock.release()
        return True
