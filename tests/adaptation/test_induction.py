from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from embedadapt.adaptation.induction import (
    EVIDENCE,
    compose,
    deal_occurrences,
    induce,
    mean_contexts,
    steps_of,
)
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from tests import naive


def corpus_of(sentences: list[list[int]], n_words: int) -> EncodedCorpus:
    ids = np.array([i for s in sentences for i in s], dtype=np.int32)
    return EncodedCorpus(
        vocabulary=Vocabulary(
            [f"w{i}" for i in range(n_words)], np.bincount(ids, minlength=n_words)
        ),
        token_ids=ids,
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.array([0, len(sentences)]),
        document_names=("d",),
    )


@given(
    st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=9), min_size=1, max_size=6),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
)
def test_mean_contexts_equal_the_obvious_ones(
    sentences: list[list[int]], window: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(6, 3)).astype(np.float32)
    usable = rng.random(6) < 0.7
    corpus = corpus_of(sentences, 6)
    assert_allclose(
        mean_contexts(corpus, rows, usable, window, corpus.token_ids, 6),
        naive.mean_contexts(sentences, rows, usable, window),
        atol=1e-5,
    )


def test_tokens_can_be_left_out_or_counted_elsewhere() -> None:
    """Word 1 stands twice: its second time is counted as target 3, word 2 nowhere."""
    corpus = corpus_of([[0, 1], [2, 1]], 3)
    rows = np.eye(3, dtype=np.float32)
    usable = np.ones(3, dtype=bool)
    targets = np.array([0, 1, -1, 3], dtype=np.int32)
    means = mean_contexts(corpus, rows, usable, 2, targets, 4)
    assert_allclose(means, [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]])


def test_a_hidden_words_occurrences_are_dealt_once_each() -> None:
    corpus = corpus_of([[0] * 30, [1] * 3, [2] * 400], 3)
    hidden = np.array([0, 2], dtype=np.int32)
    targets, shown = deal_occurrences(corpus, hidden, np.random.default_rng(0))
    assert shown.tolist() == [[1, 4, 16, 9, 0], [1, 4, 16, 64, 256]]
    assert targets[30:33].tolist() == [1, 1, 1]
    dealt = np.bincount(targets[targets >= 3] - 3, minlength=2 * len(EVIDENCE))
    assert dealt.tolist() == shown.ravel().tolist()
    assert (targets == -1).sum() == 400 - sum(EVIDENCE)


def test_words_are_stacked_by_the_nearest_step_that_can_be_fitted() -> None:
    shown = np.tile([1, 4, 16, 40, 0], (60, 1))
    assert steps_of(np.array([1, 3, 7, 9, 500]), shown).tolist() == [0, 1, 1, 2, 2]
    assert steps_of(np.array([1, 500]), shown[:10]).tolist() == [-1, -1]


def test_a_step_that_few_words_are_shown_in_yields_to_one_of_many() -> None:
    few = np.tile([1, 4, 16, 64, 256], (60, 1))
    many = np.tile([1, 4, 16, 0, 0], (200, 1))
    assert steps_of(np.array([1, 64, 256]), np.vstack([few, many])).tolist() == [0, 2, 2]
    assert steps_of(np.array([1, 64, 256]), few).tolist() == [0, 3, 4]


def table_of(rows: np.ndarray) -> WordVectors:
    words = Vocabulary([f"known{i}" for i in range(len(rows))])
    return WordVectors(words, rows.astype(np.float32))


def test_a_new_word_lands_with_the_words_it_stands_like() -> None:
    """Two topics; the new word 20 stands in the second one's sentences only."""
    rng = np.random.default_rng(1)
    topics = np.repeat([[3.0, 0, 0, 0], [0, 3.0, 0, 0]], 10, axis=0)
    base = table_of(topics + rng.normal(size=(20, 4)) * 0.3)
    sentences = [rng.integers(0, 10, 8).tolist() for _ in range(100)]
    sentences += [rng.integers(10, 20, 8).tolist() for _ in range(100)]
    sentences += [[*rng.integers(10, 20, 8).tolist(), 20] for _ in range(20)]
    known = np.array([*range(20), -1], dtype=np.int32)
    induced = induce(base, corpus_of(sentences, 21), known, 5, 4.0, rng).vectors[0]
    own, other = base.matrix[10:20].mean(axis=0), base.matrix[:10].mean(axis=0)
    assert np.linalg.norm(induced - own) < 0.5 * np.linalg.norm(induced - other)


def test_spelling_speaks_where_contexts_do_not() -> None:
    """Random contexts, and vectors that depend on the ending alone."""
    rng = np.random.default_rng(2)
    endings = ("ment", "able", "ness")
    stems = ["".join(rng.choice(list("bcdfglmnprst"), 4)) for _ in range(200)]
    words = list(dict.fromkeys(f"{stem}{endings[i % 3]}" for i, stem in enumerate(stems)))
    classes = [endings.index(word[4:]) for word in words]
    rows = (4 * np.eye(3)[classes] + rng.normal(size=(len(words), 3)) * 0.1).astype(np.float32)
    base = WordVectors(Vocabulary(words), rows)
    vocabulary = [*words, "zzzzment", "zzzzness"]
    sentences = [rng.integers(0, len(vocabulary), 8).tolist() for _ in range(800)]
    corpus = corpus_of(sentences, len(vocabulary))
    corpus = replace(corpus, vocabulary=Vocabulary(vocabulary, corpus.vocabulary.counts))
    induced = induce(base, corpus, base.vocabulary.lookup(vocabulary), 5, 4.0, rng)
    assert induced.vectors.argmax(axis=1).tolist() == [0, 2]
    assert induced.confidence.min() > 0.8


def test_a_word_without_known_neighbours_gets_the_trend_alone() -> None:
    corpus = corpus_of([[0, 1, 0], [2]], 3)
    base = table_of(np.array([[1, 0], [0, 1]]))
    known = np.array([0, 1, -1], dtype=np.int32)
    induced = induce(base, corpus, known, 2, 4.0, np.random.default_rng(0))
    assert_allclose(induced.vectors, [[0.5, 0.5]])
    assert np.isnan(induced.confidence).all()


def test_a_fasttext_base_composes_its_own() -> None:
    table = SubwordTable(np.arange(20, dtype=np.float32).reshape(10, 2), None, 3, 3)
    rows = compose(["lessor", ""], table, 2)
    assert_allclose(rows[0], table.ngrams[table.buckets("lessor")].mean(axis=0))
    assert rows[1].tolist() == [0, 0]
