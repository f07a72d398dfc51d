"""What compiles the kernels of a command: its work on a text of a few words; see
`compiled_beside`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.form import spelled_vectors
from embedadapt.adaptation.hidden import context_weights, mean_contexts
from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.corpus import Document, EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels.beside import awaiting
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.census import FEW_CHARACTERS
from embedadapt.text.batch import Batch
from embedadapt.text.chunks import Chunks, Lexicon
from embedadapt.text.growing import Strings, joined
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentence_ends import SentenceEnds
from embedadapt.training.train import train

TOY = EncodedCorpus(
    vocabulary=Vocabulary(["a", "ab"], np.array([2, 1])),
    token_ids=np.array([0, 1, 0], np.int32),
    sentence_offsets=np.array([0, 3]),
    document_offsets=np.array([0, 1]),
    document_names=("toy",),
)
"""A text of the words of which the kernels are called, so that they are compiled."""


def read_text(_: AdaptationConfig) -> None:
    """Compile what joins the words that lines break, and what cuts text and looks its words up."""
    wrapped = Document("toy", "a wrapped text whose words are bro-\n" * 9)
    batch = Batch.of([wrapped])
    lexicon = Lexicon(Normalizer(Normalization(), Vocabulary(["a"])))
    chunks = Chunks(lexicon)
    found = chunks.find(*batch.read, distinct=False)
    SentenceEnds().find(*batch.read, found, chunks.strings, batch.is_joined)
    chunks.learn()
    lexicon.are_known()


def end_sentences(_: AdaptationConfig) -> None:
    """Compile what ends sentences."""
    from embedadapt.kernels.count import Found

    found = Found(np.empty(0, np.int32), np.zeros(1, np.int64))
    SentenceEnds().find(*joined([b""]), found, Strings(), np.zeros(1, np.bool_))


def train_words(config: AdaptationConfig) -> None:
    """Compile what trains words that are not made of n-grams."""
    for settings in (config.delta_training, config.dimension_training):
        here = settings.but(epochs=1, threads=1, deterministic=False, shards=0, device="cpu")
        inputs, outputs = np.zeros((2, len(TOY.vocabulary), 2), np.float32)
        train(inputs, outputs, TOY, here)


def compare_documents(_: AdaptationConfig) -> None:
    """Compile what finds documents that are nearly the same."""
    from embedadapt.kernels.shingles import minhash

    minhash(TOY.token_ids, TOY.sentence_offsets, 1, 1)


def induce_vectors(_: AdaptationConfig) -> None:
    """Compile what induces vectors."""
    rows = np.eye(2, dtype=np.float32)
    weights = context_weights(np.array([2, 1]), np.ones(2, np.bool_))
    mean_contexts(TOY, rows, weights, 2, TOY.token_ids, 2)
    base, trend = WordVectors(TOY.vocabulary, rows), FrequencyTrend.fit(rows, by_frequency=False)
    spelled_vectors(base, trend, ["b"], np.empty(0, np.int32), seed=1)


def count_unknown_words(_: AdaptationConfig) -> None:
    """Compile what `oov` counts with, beside what reads text."""
    line = "Two unknown words (UW) are here, 12 in all, see §"
    texts = ("\n".join(f"{line} {number}." for number in range(400)) for _ in range(9))
    documents = [Document(f"{number}", text) for number, text in enumerate(texts)]
    n_times = 1 + FEW_CHARACTERS // sum(len(one.text) for one in documents)
    vectors = WordVectors(Vocabulary(["two", "words"]), np.eye(2, dtype=np.float32))
    with awaiting():
        analyze_tables(documents * n_times, [(vectors, Normalization(case="lower"))])


Rehearsal = Callable[[AdaptationConfig], None]

SHARES: dict[str, dict[int, tuple[tuple[Rehearsal, ...], ...]]] = {
    "adapt": {
        1: ((end_sentences, train_words, compare_documents, induce_vectors, read_text),),
        2: ((end_sentences, compare_documents, induce_vectors, read_text), (train_words,)),
    },
    "oov": {
        1: ((end_sentences, compare_documents, count_unknown_words, read_text),),
        2: ((end_sentences, read_text), (compare_documents, count_unknown_words)),
    },
}
"""What each of one helper or two compiles for a command, in the order of need. The command itself
begins with what reads vectors and cuts text."""
