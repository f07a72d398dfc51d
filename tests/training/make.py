"""Small corpora and matrices to train."""

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vocabulary import Vocabulary

DIM = 16


def encoded(sentences: list[list[int]], n_words: int | None = None) -> EncodedCorpus:
    ids = np.array([i for sentence in sentences for i in sentence], dtype=np.int32)
    counts = np.bincount(ids, minlength=n_words or 1)
    return EncodedCorpus(
        vocabulary=Vocabulary([f"w{i}" for i in range(len(counts))], counts),
        token_ids=ids,
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.array([0, len(sentences)]),
        document_names=("text",),
    )


def start(corpus: EncodedCorpus, dim: int = DIM) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    inputs = ((rng.random((len(corpus.vocabulary), dim)) - 0.5) / dim).astype(np.float32)
    return inputs, np.zeros_like(inputs)
