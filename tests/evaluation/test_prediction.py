import numpy as np
import pytest
from numpy.testing import assert_allclose

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.judge import JUDGE, Judge
from embedadapt.evaluation.prediction import HeldOutWords, _ranks, draw_gaps, reciprocal_ranks
from tests.evaluation.make import encoded, judged_text

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
    assert draw_gaps(corpus, Judge(subsample=0), 10).tolist() == [1, 2]
    assert len(draw_gaps(corpus, Judge(subsample=0), 1)) == 1


def test_vectors_that_tell_a_words_company_fill_its_gaps_better() -> None:
    """Words of one parity stand together; the better table says so, the other is noise."""
    rng = np.random.default_rng(1)
    text = [[(2 * rng.integers(0, 10, 8) + n % 2).tolist()] for n in range(600)]
    words, judge = Vocabulary(WORDS), Judge(epochs=5, subsample=0)
    found = judged_text(encoded(words, text[:500]), encoded(words, text[500:]), judge=judge)
    company = rng.normal(size=(20, 8)).astype(np.float32) * np.float32(0.1)
    company[:, 0] = np.where(np.arange(20) % 2, 3, -3)
    noise = rng.normal(size=(20, 8)).astype(np.float32) * 0.01 + 1
    tables = {name: WordVectors(words, rows) for name, rows in (("base", noise), ("c", company))}
    untold, told = (reciprocal_ranks(table, found, judge).mean() for table in tables.values())
    assert told > 1.3 * untold
    measure = HeldOutWords(found, judge)
    scores = measure.scores({name: measure.take(table) for name, table in tables.items()})
    score = scores.vectors["c"]["MRR"]
    assert score.value.value == pytest.approx(told) and 700 < score.n <= 800
    assert score.change is not None and score.change.low > 0


def test_text_without_a_gap_is_not_measured() -> None:
    words = Vocabulary(WORDS)
    alone = judged_text(encoded(words, [[[0, 1], [2, 3, 4]]] * 3), encoded(words, [[[5]]] * 2))
    assert HeldOutWords(alone, JUDGE).take(WordVectors(words, np.ones((20, 4), np.float32))) == {}
