"""What a text shows of its words, by their numbers: which are unknown, where, and beside what."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Ints1d, Longs1d, Longs2d
from embedadapt.kernels._compile import kernel, loop, part, step
from embedadapt.kernels._simd import prefetch_rows
from embedadapt.kernels.count import AHEAD, LOW_HALF, Bytes1d, Lists, Strings, bounds
from embedadapt.kernels.traits import MIX_1, MIX_2, SHIFT

LETTERS, LETTER_FIRST = 1, 2
"""Kinds of words: with a letter, and with one at the beginning."""
BRACKET, ACRONYM = 1, 2
"""Kinds of tokens: `(`, and one that may be an unknown acronym."""
LEAST_FUNCTION_WORDS = 2
"""Function words of a language from which a sentence may be in it."""


CRC_32 = np.arange(256, dtype=np.uint64)
"""The remainders of all bytes, by which a checksum takes a byte at a time."""
for _ in range(8):
    CRC_32 = CRC_32 >> np.uint64(1) ^ np.uint64(0xEDB88320) * (CRC_32 & np.uint64(1))


class Text(NamedTuple):
    """Documents, as the numbers of their chunks and of the words that these are read as.

    words, chunks:
        (n_words,) and (n_chunks,) int32.
    word_ends, chunk_ends:
        (n_sentences,) int64: end of each sentence among the words, and among the chunks.
    tokens_of:
        The tokens of each chunk, by its number.
    sentence_ends:
        (n_documents,) int64: end of each document among the sentences.
    """

    words: Ints1d
    word_ends: Longs1d
    chunks: Ints1d
    chunk_ends: Longs1d
    tokens_of: Lists
    sentence_ends: Longs1d


class Lexicon(NamedTuple):
    """What is known of words and tokens.

    unknown:
        (n_words,) int32: number of each word among the unknown ones, -1 for a known word.
    word_kinds:
        (n_words,) uint8: LETTERS and LETTER_FIRST.
    function_words:
        (n_tokens,) int32: number of each token among the function words, -1 for others.
    token_kinds:
        (n_tokens,) uint8: BRACKET and ACRONYM.
    languages:
        (n_function_words, n_languages) bool: which of them have each function word.
    """

    unknown: Ints1d
    word_kinds: NDArray[np.uint8]
    function_words: Ints1d
    token_kinds: NDArray[np.uint8]
    languages: NDArray[np.bool_]


class Seen(NamedTuple):
    """What is seen of each unknown word.

    initial:
        (n_unknown,) int64: occurrences that are first in their sentences.
    n_places:
        (n_unknown,) int64: how many of `places` are set.
    places:
        (n_unknown, n_kept, 4) int32: the two words before it and the two behind it, in the order of
        the text; -1 where the sentence has none.
    languages:
        (n_unknown, n_languages) int64: occurrences in sentences of each language.
    last:
        (n_unknown, 2) int64: the last document with the word, from 1, and where in `Uses` it is.
    """

    initial: Longs1d
    n_places: Longs1d
    places: NDArray[np.int32]
    languages: Longs2d
    last: Longs2d


class Uses(NamedTuple):
    """The unknown words of each document: (room,) int32 each, an entry for each of the words of a
    document, which occurs `counts` times there."""

    documents: Ints1d
    words: Ints1d
    counts: Ints1d


class Sentences(NamedTuple):
    """Numbers of the sentences with an unknown word, of those that have two with letters or more,
    and which may say what an acronym stands for, (room,) int64."""

    totals: Longs1d
    expanding: Longs1d


@kernel
def find_unknown(
    text: Text, lexicon: Lexicon, first_document: int, seen: Seen, uses: Uses, found: Sentences
) -> tuple[int, int]:
    """Find the unknown words of documents, and note how each is used.

    first_document: number of the first document. found: `totals` (2,) is added to.

    Returns the number of entries in `uses` and of those in `found.expanding`.
    """
    met = np.full(len(lexicon.languages), -1, np.int64)
    scores = np.empty(lexicon.languages.shape[1], np.int64)
    n_uses = n_expanding = sentence = start = chunk = 0
    for document in range(len(text.sentence_ends)):
        while sentence < text.sentence_ends[document]:
            end, last_chunk = text.word_ends[sentence], text.chunk_ends[sentence]
            n_unknown, n_telling = _count_unknown(text.words, start, end, lexicon)
            if n_unknown:
                found.totals[0] += 1
                found.totals[1] += n_telling > 1
                language, expands = _look_at(
                    text.chunks[chunk:last_chunk], text.tokens_of, lexicon, sentence, met, scores
                )
                if expands:
                    found.expanding[n_expanding] = sentence
                    n_expanding += 1
                n_uses = _note(
                    text.words, start, end, lexicon, language, first_document + document, seen,
                    uses, n_uses,
                )  # fmt: skip
            start, chunk = end, last_chunk
            sentence += 1
    return n_uses, n_expanding


@step
def _count_unknown(words: Ints1d, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """The number of unknown words, and of those with letters."""
    n_unknown = n_telling = 0
    for i in range(start, end):
        if lexicon.unknown[words[i]] >= 0:
            n_unknown += 1
            n_telling += lexicon.word_kinds[words[i]] & LETTERS
    return n_unknown, n_telling


@part
def _look_at(
    chunks: Ints1d,
    tokens_of: Lists,
    lexicon: Lexicon,
    sentence: int,
    met: Longs1d,
    scores: Longs1d,
) -> tuple[int, bool]:
    """The language of a sentence, by its different function words, -1 where they do not tell; and
    whether it has a bracket and an unknown acronym."""
    kinds = 0
    scores[:] = 0
    for chunk in chunks:
        for i in range(tokens_of.ends[chunk], tokens_of.ends[chunk + 1]):
            token = tokens_of.items[i]
            kinds |= lexicon.token_kinds[token]
            function_word = lexicon.function_words[token]
            if function_word >= 0 and met[function_word] != sentence:
                met[function_word] = sentence
                for language in range(len(scores)):
                    scores[language] += lexicon.languages[function_word, language]
    best, second, language = 0, 0, -1
    for i in range(len(scores)):
        if scores[i] > best:
            best, second, language = scores[i], best, i
        elif scores[i] > second:
            second = scores[i]
    clear = best >= LEAST_FUNCTION_WORDS and best > second
    return language if clear else -1, kinds & BRACKET != 0 and kinds & ACRONYM != 0


@part
def _note(
    words: Ints1d,
    start: int,
    end: int,
    lexicon: Lexicon,
    language: int,
    document: int,
    seen: Seen,
    uses: Uses,
    n_uses: int,
) -> int:
    """Note the unknown words of one sentence. Returns the number of entries in `uses`."""
    first = start
    while first < end and not lexicon.word_kinds[words[first]] & LETTER_FIRST:
        first += 1
    for i in range(start, end):
        word = lexicon.unknown[words[i]]
        if word < 0:
            continue
        seen.initial[word] += i <= first
        if language >= 0:
            seen.languages[word, language] += 1
        if seen.n_places[word] < seen.places.shape[1]:
            place = seen.places[word, seen.n_places[word]]
            for k in range(4):
                beside = i - 2 + k + k // 2
                place[k] = words[beside] if start <= beside < end else -1
            seen.n_places[word] += 1
        if seen.last[word, 0] != document + 1:
            seen.last[word, 0], seen.last[word, 1] = document + 1, n_uses
            uses.documents[n_uses], uses.words[n_uses], uses.counts[n_uses] = document, word, 0
            n_uses += 1
        uses.counts[seen.last[word, 1]] += 1
    return n_uses


@loop
def hash_strings(strings: Strings, first: int, hashes: NDArray[np.uint64]) -> None:
    """Compute the CRC-32 of each string from number `first` on, as zlib does. hashes: of all."""
    for number in range(first, strings.size[0]):
        start, end = bounds(strings, number)
        value = np.uint64(LOW_HALF)
        for i in range(start, end):
            low = (value ^ np.uint64(strings.text[i])) & np.uint64(0xFF)
            value = CRC_32[low] ^ value >> np.uint64(8)
        hashes[number] = value ^ np.uint64(LOW_HALF)


@kernel
def count_pairs(
    words: Ints1d, ends: Longs1d, hashes: NDArray[np.uint64], cells: NDArray[np.uint32]
) -> None:
    """Count the neighbors within each sentence: a pair's cell is determined by both hashes.

    words: (n_words,) numbers. ends: (n_sentences,), the end of each sentence. hashes: of each word,
    by number. cells: (a power of two, 16), a cache line in each row: these are prefetched.
    """
    start, n, places = 0, 0, np.empty(AHEAD, np.int64)
    mask = np.uint64(cells.size - 1)
    for end in ends:
        for i in range(start, end - 1):
            mixed = hashes[words[i]] * np.uint64(MIX_1) + hashes[words[i + 1]] * np.uint64(MIX_2)
            places[n] = np.int64((mixed ^ (mixed >> np.uint64(SHIFT))) & mask)
            prefetch_rows(cells, (places[n] >> 4,), 0)
            n += 1
            if n == AHEAD:
                _add_one(cells, places, n)
                n = 0
        start = end
    _add_one(cells, places, n)


@step
def _add_one(cells: NDArray[np.uint32], places: Longs1d, n: int) -> None:
    for k in range(n):
        cells[places[k] >> 4, places[k] & 15] += np.uint32(1)


PLAIN, SMALL = 1, 2
"""How a token is written: as its one word, but for capitals of ASCII; and in small letters."""


@loop
def note_cases(tokens: Strings, words: Strings, words_of: Lists, cases: NDArray[np.uint8]) -> None:
    """How each token is written, (n_tokens,): bits of PLAIN and SMALL."""
    for token in range(len(cases)):
        cases[token] = 0
        first = words_of.ends[token]
        if words_of.ends[token + 1] == first + 1:
            start, end = bounds(tokens, token)
            at, stop = bounds(words, words_of.items[first])
            if end - start == stop - at:
                cases[token] = _case(tokens.text, start, end, words.text, at)


@step
def _case(text: Bytes1d, start: int, end: int, words: Bytes1d, at: int) -> int:
    is_small, has_letter = True, False
    for i in range(end - start):
        byte, other = text[start + i], words[at + i]
        small = byte | 0x20
        is_letter = 0x61 <= small <= 0x7A
        if byte >= 0x80 or (byte != other and not (is_letter and small == other | 0x20)):
            return 0
        is_small &= small == byte or not is_letter
        has_letter |= is_letter
    return PLAIN | (SMALL if is_small and has_letter else 0)


@kernel
def count_numbers(
    numbers: Ints1d, ends: Longs1d, flags: NDArray[np.bool_], counts: Longs1d, flagged: Longs1d
) -> None:
    """Count each number, and those of each document that have a flag.

    ends: (n_documents,), the end of each one's numbers. flags, counts: by number; counts are added
    to. flagged: (n_documents,), receives how many have a flag.
    """
    start = 0
    for document in range(len(ends)):
        n = 0
        for i in range(start, ends[document]):
            counts[numbers[i]] += 1
            n += flags[numbers[i]]
        flagged[document] = n
        start = ends[document]
