from __future__ import annotations

import numpy as np

from embedadapt.adaptation import suspects
from embedadapt.adaptation.suspects import Suspect
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.workflows.inputs import AnyCorpus, AnyVectors, as_corpus, as_vectors

MOST = 20


def find_suspects(vectors: AnyVectors, corpus: AnyCorpus, most: int = MOST) -> tuple[Suspect, ...]:
    """Up to `most` known words of `corpus` whose vectors fit their contexts least, worst first.

    Reads the vectors themselves, and the corpus twice; keeps 4 bytes for each of its words.
    """
    base, texts = as_vectors(vectors), as_corpus(corpus)
    normalizer = Normalizer(normalization_of(base), base.vocabulary)
    counts = count_corpus(texts, normalizer).vocabulary
    known = np.flatnonzero(base.vocabulary.lookup(counts.words) >= 0).astype(np.int32)
    if not len(known):
        return ()
    encoded = encode_corpus(texts, counts.select(known), normalizer)
    return suspects.find_suspects(base, encoded, most)
