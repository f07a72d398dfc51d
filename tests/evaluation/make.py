"""Small tables and corpora to judge."""

from collections.abc import Sequence

import numpy as np

from embedadapt.adaptation.reading import ReadText
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.judge import JUDGE, Judge
from embedadapt.evaluation.judged_text import JudgedText, divide
from embedadapt.evaluation.result import Estimate, EvaluationResult, HeldOutText, VectorsEvaluation
from embedadapt.text.recognition import record_text
from embedadapt.text.split import in_words_of


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


def joined(*corpora: EncodedCorpus) -> EncodedCorpus:
    """The documents of several corpora of one vocabulary, one after the other."""
    return encoded(corpora[0].vocabulary, [d for corpus in corpora for d in decoded(corpus)])


def judged_text(
    training: EncodedCorpus,
    held_out: EncodedCorpus,
    *,
    judge: Judge = JUDGE,
    new_words: Sequence[str] = (),
) -> JudgedText:
    """Documents trained on and documents held out, of one vocabulary, as a judge has them."""
    words = joined(training, held_out)
    known = Vocabulary([word for word in words.vocabulary if word not in new_words])
    text = ReadText(words, in_words_of(words, known), {}, Normalization())
    is_held_out = np.arange(words.n_documents) >= training.n_documents
    parts = divide(text, [record_text(text.known, is_held_out)], judge)
    return JudgedText.of(text, parts, Vocabulary(new_words), judge)


def result_of(*tables: VectorsEvaluation) -> EvaluationResult:
    """Against a base at 3 nats, in the table's language and in an order that says something."""
    return EvaluationResult(
        base_dim=2,
        base_n_words=4,
        base_loss=Estimate(3, 2.9, 3.1),
        order_gain=Estimate(0.4, 0.3, 0.5),
        familiarity=0.7,
        text=HeldOutText(
            n_documents=2,
            n_new=0,
            n_trained=6,
            n_fitted=0,
            n_sentences=8,
            n_repeated=2,
            n_tokens=5_000,
        ),
        n_corpus_words=3,
        n_unknown_words=1,
        n_neighbor_words=0,
        n_candidates=4,
        k=10,
        neighborhood=1,
        judge=JUDGE,
        vectors=tables,
    )
