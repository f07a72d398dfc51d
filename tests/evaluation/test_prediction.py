import numpy as np
from numpy.testing import assert_allclose

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.prediction import _ranks, draw_gaps, reciprocal_ranks
from embedadapt.training.settings import TrainingSettings

WORDS = [f"w{i}" for i in range(20)]


def corpus_of(sentences: list[list[int]]) -> EncodedCorpus:
    ids = np.array([i for s in sentences for i in s], dtype=np.int32)
    return EncodedCorpus(
        vocabulary=Vocabulary(WORDS, np.bincount(ids, minlength=len(WORDS)).astype(np.int64)),
        token_ids=ids,
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.array([0, len(sentences)]),
        document_names=("text",),
    )


def test_ranks_equal_the_obvious_ones() -> None:
    rng = np.random.default_rng(0)
    sentences = [rng.integers(0, 20, n).tolist() for n in (1, 2, 7, 12)]
    corpus = corpus_of(sentences)
    inputs, head = rng.normal(size=(2, 20, 5)).astype(np.float32)
    expected, gaps = [], []
    for start, sentence in zip(corpus.sentence_offsets, sentences, strict=False):
        for place, word in enumerate(sentence):
            around = sentence[max(0, place - 3) : place] + sentence[place + 1 : place + 4]
            if around:
                scores = head @ inputs[around].mean(axis=0)
                expected.append(1 + (scores > scores[word] + 1e-6).sum())
                gaps.append(int(start) + place)
    assert_allclose(_ranks(inputs, head, corpus, np.array(gaps), 3), expected)


def test_words_that_stand_alone_leave_no_gap() -> None:
    corpus = corpus_of([[1], [2, 3], [4]])
    settings = TrainingSettings(subsample=0)
    assert draw_gaps(corpus, settings).tolist() == [1, 2]


def test_vectors_that_tell_a_words_company_fill_its_gaps_better() -> None:
    """Words of one parity stand together; the better table says so, the other is noise."""
    rng = np.random.default_rng(1)
    text = [(2 * rng.integers(0, 10, 8) + parity % 2).tolist() for parity in range(600)]
    training, held_out = corpus_of(text[:500]), corpus_of(text[500:])
    settings = TrainingSettings(epochs=5, subsample=0)
    company = rng.normal(size=(20, 8)).astype(np.float32) * np.float32(0.1)
    company[:, 0] = np.where(np.arange(20) % 2, 3, -3)
    noise = rng.normal(size=(20, 8)).astype(np.float32) * 0.01 + 1
    told, untold = (
        reciprocal_ranks(WordVectors(Vocabulary(WORDS), rows), training, held_out, settings).mean()
        for rows in (company, noise)
    )
    assert told > 1.3 * untold
