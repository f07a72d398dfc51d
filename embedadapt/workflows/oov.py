from __future__ import annotations

from embedadapt.core.vectors import WordVectors
from embedadapt.formats import scan_vectors
from embedadapt.oov.analyze import analyze_corpus
from embedadapt.oov.result import OOVReport
from embedadapt.text.normalize import normalization_of
from embedadapt.workflows.inputs import AnyCorpus, AnyVectors, as_corpus


def analyze_oov(vectors: AnyVectors, corpus: AnyCorpus) -> OOVReport:
    """Which words of `corpus` have no vector, why, and what would cure them.

    Of a file only the words are read where its format allows it (`scan_vectors`).
    """
    table = vectors.outline if isinstance(vectors, WordVectors) else scan_vectors(vectors)
    return analyze_corpus(as_corpus(corpus), table, normalization_of(table))
