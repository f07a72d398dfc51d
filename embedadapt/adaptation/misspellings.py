"""New words of a corpus that are misspellings of known ones: nothing is to be expected of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.long_arrays import GrowingArray, chunks
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.text.identify import language_of
from embedadapt.text.misspellings import Misspelling, MisspellingFinder, Place
from embedadapt.text.relatives import Relatives

LOOKED_AT = 10_000_000
"""Tokens of the corpus in which neighbors are counted."""
PLACES = 8
"""Places looked at of each new word."""


def find_misspellings(
    corpus: EncodedCorpus, known: Ints1d, document_counts: Longs1d
) -> Mapping[str, Misspelling]:
    """The new words that are broken, run together or mistyped, each with what was meant. Other
    forms and other spellings of known words are none of these.

    corpus: in random order. known: (n_words,) int32, rows of the base, -1 for a new word.
    document_counts: (n_words,) documents that use each word.
    """
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    assert counts is not None
    sample = corpus.head(LOOKED_AT)
    pairs = _Pairs(sample)
    count_of = dict(zip(words, counts.tolist(), strict=True))
    known_words = frozenset(words[i] for i in np.flatnonzero(known >= 0))
    language = language_of(count_of)
    finder = MisspellingFinder(count_of, known_words, pairs.count, language)
    relatives = Relatives(known_words, count_of, language)
    places = _places(sample, known < 0)
    new = np.flatnonzero(known < 0).tolist()
    found = (
        (words[i], finder.misspelling(words[i], places[i], int(document_counts[i]))) for i in new
    )
    return {
        word: misspelling
        for word, misspelling in found
        if misspelling and (misspelling.kind == "broken" or not relatives.any(word))
    }


class _Pairs:
    """How often words are neighbors in a sentence, counted exactly."""

    def __init__(self, corpus: EncodedCorpus) -> None:
        self._index = corpus.vocabulary.index
        ids = corpus.token_ids
        within = np.ones(len(ids), dtype=np.bool_)
        within[corpus.sentence_offsets[1:] - 1] = False
        pairs = GrowingArray(np.int64)
        for part in chunks(len(ids) - 1):
            some = ids[part.start : part.stop + 1].astype(np.int64)
            pairs.extend((some[:-1] * len(self._index) + some[1:])[within[part]])
        self._sorted: Longs1d = pairs.array()
        self._sorted.sort()

    def count(self, one: str, other: str) -> int:
        first, second = self._index.get(one), self._index.get(other)
        if first is None or second is None:
            return 0
        pair = first * len(self._index) + second
        begin, end = np.searchsorted(self._sorted, [pair, pair + 1])
        return int(end - begin)


def _places(corpus: EncodedCorpus, is_new: NDArray[np.bool_]) -> Mapping[int, list[Place]]:
    """Some places of each new word, by its id."""
    words, ids = corpus.vocabulary.words, corpus.token_ids
    places: defaultdict[int, list[Place]] = defaultdict(list)
    tokens = np.flatnonzero(is_new[ids])
    sentences = np.searchsorted(corpus.sentence_offsets, tokens, side="right") - 1
    for token, sentence in zip(tokens.tolist(), sentences.tolist(), strict=True):
        word = int(ids[token])
        if len(places[word]) < PLACES:
            begin, end = corpus.sentence_offsets[sentence : sentence + 2].tolist()
            before = ids[max(begin, token - 2) : token]
            behind = ids[token + 1 : min(end, token + 3)]
            places[word].append(
                Place(tuple(words[i] for i in before), tuple(words[i] for i in behind))
            )
    return places
