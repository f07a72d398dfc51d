from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from embedadapt.adaptation import sense_shifts
from embedadapt.adaptation.sense_shifts import SenseShift
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.oov.contexts import find_contexts
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.workflows.inputs import AnyCorpus, AnyVectors, as_corpus, as_vectors

MOST = 50
DOCUMENTS_EACH = 3
"""In which a line of context is looked for."""


def find_sense_shifts(
    vectors: AnyVectors, corpus: AnyCorpus, most: int = MOST
) -> tuple[SenseShift, ...]:
    """Up to `most` known words of `corpus` whose vectors fit their contexts least, worst first,
    each with a line of it.

    A list to look through, not a verdict: of American agreements against GloVe, read by hand, about
    three in four of the first words mean something else. Reads the vectors themselves, and the
    corpus three times at most; keeps 4 bytes for each of its words.
    """
    base, texts = as_vectors(vectors), as_corpus(corpus)
    normalizer = Normalizer(normalization_of(base), base.vocabulary)
    counts = count_corpus(texts, normalizer)
    words = counts.vocabulary
    known = np.flatnonzero(base.vocabulary.lookup(words.words) >= 0).astype(np.int32)
    if not len(known):
        return ()
    encoded = encode_corpus(texts, words.select(known), normalizer)
    found = sense_shifts.find_sense_shifts(base, encoded, counts.document_counts[known], most)
    lines = find_contexts(texts, _places(encoded, [sense_shift.word for sense_shift in found]))
    return tuple(replace(sense_shift, context=lines.get(sense_shift.word)) for sense_shift in found)


def _places(corpus: EncodedCorpus, words: list[str]) -> dict[int, dict[str, Collection[str]]]:
    """Document number to the words to show from it, each with the ways it may be written: those
    that have the word most often, since its first place may be its rarest use."""
    places: defaultdict[int, dict[str, Collection[str]]] = defaultdict(dict)
    ends = corpus.sentence_offsets[corpus.document_offsets[1:]]
    for word, row in zip(words, corpus.vocabulary.lookup(words), strict=True):
        documents = np.searchsorted(ends, np.flatnonzero(corpus.token_ids == row), side="right")
        numbers, counts = np.unique(documents, return_counts=True)
        for number in numbers[np.argsort(-counts, kind="stable")][:DOCUMENTS_EACH].tolist():
            places[number][word] = (word, word.capitalize(), word.upper())
    return places
