"""Small tables and corpora to judge."""

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.result import Estimate, EvaluationResult, HeldOutText, TableEvaluation


def table(words: list[str], dim: int = 6, seed: int = 3) -> WordVectors:
    rows = np.random.default_rng(seed).normal(size=(len(words), dim)).astype(np.float32)
    return WordVectors(Vocabulary(words), rows)


def encoded(vocabulary: Vocabulary, documents: list[list[list[int]]]) -> EncodedCorpus:
    """A corpus of documents of sentences of ids."""
    sentences = [sentence for document in documents for sentence in document]
    return EncodedCorpus(
        vocabulary=vocabulary,
        token_ids=np.array([i for s in sentences for i in s], dtype=np.int32),
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.cumsum([0, *map(len, documents)]).astype(np.int64),
        document_names=tuple(f"doc{d}" for d in range(len(documents))),
    )


def decoded(corpus: EncodedCorpus) -> list[list[list[int]]]:
    """The documents of sentences of ids that a corpus holds."""
    return [
        [corpus.sentence(s).tolist() for s in range(*corpus.document_offsets[d : d + 2])]
        for d in range(corpus.n_documents)
    ]


def result_of(*tables: TableEvaluation) -> EvaluationResult:
    """Against a base at 3 nats, in the table's language and in an order that says something."""
    return EvaluationResult(
        base_dim=2,
        base_n_words=4,
        base_loss=Estimate(3, 2.9, 3.1),
        order_gain=Estimate(0.4, 0.3, 0.5),
        familiarity=0.7,
        text=HeldOutText(n_documents=2, n_sentences=8, n_repeated=2, n_tokens=5_000),
        n_corpus_words=3,
        n_unknown_words=1,
        n_neighbor_words=0,
        n_candidates=4,
        k=10,
        neighborhood=1,
        seed=1,
        tables=tables,
    )
