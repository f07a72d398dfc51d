import numpy as np
import pytest

from embedadapt.adaptation import sense_shifts
from embedadapt.adaptation.sense_shifts import (
    NEIGHBOURS,
    find_sense_shifts,
    neighbour_fits,
    surprise,
    whitened,
)
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from tests.naive import neighbour_fit

TOPICS, PER_TOPIC, DIM = 6, 60, 8


def world(moved: int) -> tuple[WordVectors, EncodedCorpus]:
    """Words of six topics, each in sentences of its own; one whose vector is of another topic."""
    rng = np.random.default_rng(3)
    topic_of = np.repeat(np.arange(TOPICS), PER_TOPIC)
    words = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(len(topic_of))]
    centres = rng.normal(size=(TOPICS, DIM)) * 3
    matrix = centres[topic_of] + rng.normal(size=(len(words), DIM))
    matrix[moved] = centres[(topic_of[moved] + 1) % TOPICS]
    sentences = [
        rng.choice(np.flatnonzero(topic_of == topic), 10)
        for topic in range(TOPICS)
        for _ in range(450)
    ]
    ids = np.concatenate(sentences).astype(np.int32)
    counts = np.bincount(ids, minlength=len(words))
    corpus = EncodedCorpus(
        vocabulary=Vocabulary(words, counts),
        token_ids=ids,
        sentence_offsets=np.arange(0, len(ids) + 1, 10),
        document_offsets=np.arange(0, len(sentences) + 1, 10),
        document_names=tuple(map(str, range(len(sentences) // 10))),
    )
    return WordVectors(Vocabulary(words), matrix.astype(np.float32)), corpus


def document_counts(corpus: EncodedCorpus) -> np.ndarray:
    """Each document has 100 words."""
    documents = corpus.token_ids.reshape(-1, 100)
    return np.array([(documents == word).any(1).sum() for word in range(len(corpus.vocabulary))])


@pytest.mark.parametrize("moved", [5, 177])
def test_a_word_whose_vector_is_of_another_topic_is_the_first_sense_shift(moved):
    base, corpus = world(moved)
    first, second = find_sense_shifts(base, corpus, document_counts(corpus), 2)
    assert first.word == base.vocabulary.words[moved]
    assert first.surprise > 2 * second.surprise
    assert first.fit < second.fit and first.neighbour_fit < second.neighbour_fit
    assert first.count == corpus.vocabulary.counts[moved]
    own_topic = {
        base.vocabulary.words[i] for i in range(len(base)) if i // PER_TOPIC == moved // PER_TOPIC
    }
    assert set(first.in_corpus) <= own_topic
    assert not set(first.in_table) & own_topic


def test_nothing_is_said_of_too_few_words_or_words_of_few_documents(monkeypatch):
    monkeypatch.setattr(sense_shifts, "FEWEST", 75)
    base, corpus = world(5)
    n_documents = document_counts(corpus)
    often = {w for w, n in zip(base.vocabulary, corpus.vocabulary.counts, strict=True) if n >= 75}
    judged = {one.word for one in find_sense_shifts(base, corpus, n_documents, 999)}
    assert judged == often - {"was", "who"} and len(often) < len(base)
    wide = WordVectors(base.vocabulary, np.tile(base.matrix, 30))
    assert find_sense_shifts(wide, corpus, n_documents, 5) == ()


def test_the_neighbours_contexts_fit_as_the_slow_twin_finds_them():
    rng = np.random.default_rng(1)
    words = Vocabulary([f"w{i}" for i in range(NEIGHBOURS + 40)])
    senses = WordVectors(words, rng.normal(size=(len(words), 5)).astype(np.float32))
    rows = whitened(rng.normal(size=(len(words), 4)).astype(np.float32), np.ones(len(words)))
    found = neighbour_fits(senses, WordVectors(words, rows))
    for word in range(len(words)):
        expected = neighbour_fit(senses.matrix, rows, word, NEIGHBOURS)
        assert found[word] == pytest.approx(expected, abs=1e-4)


def test_white_rows_are_of_length_1_and_correlate_in_nothing():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(4000, 3)) @ [[5, 1, 0], [0, 1, 3], [0, 0, 0.1]] + [7, 0, 1]
    white = whitened(rows.astype(np.float32), np.ones(4000))
    np.testing.assert_allclose(np.linalg.norm(white, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.cov(white.T) * 3, np.eye(3), atol=0.1)
    pulled = whitened(rows.astype(np.float32), 1.0 + 99 * (rows[:, 0] > 7))
    assert white[:, 0].mean() == pytest.approx(0, abs=0.05)
    assert abs(pulled.mean(axis=0)).max() > 0.2


def test_a_poor_fit_surprises_only_where_words_as_frequent_fit_better():
    counts = np.array([100, 200, 400, 800, 1600] * 2)
    fits = np.log(counts) / 10
    fits[3] -= 0.3
    found = surprise(fits.astype(np.float32), counts, np.arange(1000, 1010, dtype=np.int32))
    assert found.argmax() == 3
    assert found[3] > 2
