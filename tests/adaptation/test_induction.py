from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from embedadapt.adaptation.hidden import (
    EVIDENCE,
    context_weights,
    deal_occurrences,
    mean_contexts,
    rarer,
)
from embedadapt.adaptation.induction import (
    Stack,
    compose,
    induce,
    matched_spread,
    steps_of,
    without_common_part,
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


def weights_of(corpus: EncodedCorpus, usable: np.ndarray) -> np.ndarray:
    assert corpus.vocabulary.counts is not None
    return context_weights(corpus.vocabulary.counts, usable)


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
        mean_contexts(
            corpus, rows, weights_of(corpus, usable), window, corpus.token_ids, len(rows)
        ),
        naive.mean_contexts(sentences, rows, usable, window),
        atol=1e-5,
    )


def test_tokens_can_be_left_out_or_counted_elsewhere() -> None:
    """Word 1 stands twice: its second time is counted as target 3, word 2 nowhere."""
    corpus = corpus_of([[0, 1], [2, 1]], 3)
    rows = np.eye(3, dtype=np.float32)
    usable = np.ones(3, dtype=bool)
    targets = np.array([0, 1, -1, 3], dtype=np.int32)
    means = mean_contexts(corpus, rows, weights_of(corpus, usable), 2, targets, 4)
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
    shown = np.array([60, 60, 60, 0, 0])
    assert steps_of(np.array([1, 3, 7, 9, 500]), shown).tolist() == [0, 1, 1, 2, 2]
    assert steps_of(np.array([1, 500]), shown // 6).tolist() == [-1, -1]


def test_a_step_that_few_words_are_shown_in_yields_to_one_of_many() -> None:
    few, many = np.full(5, 60), np.array([200, 200, 200, 0, 0])
    assert steps_of(np.array([1, 64, 256]), few + many).tolist() == [0, 2, 2]
    assert steps_of(np.array([1, 64, 256]), few).tolist() == [0, 3, 4]


def test_the_rarer_words_are_hidden() -> None:
    assert rarer(np.array([1, 3, 4]), np.array([9, 5, 9, 80, 7])).tolist() == [3, 4]


def test_what_is_found_is_spread_as_wide_as_the_truth() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(500, 3)) * [1, 2, 3]
    found = 0.3 * truth + 0.05 * rng.normal(size=(500, 3))
    spread = found @ matched_spread(found, truth, 1.0)
    assert_allclose(np.cov(spread.T), np.cov(truth.T), rtol=1e-3, atol=1e-3)
    assert_allclose(matched_spread(found, truth, 0.0), np.eye(3), atol=1e-6)
    few = found[:9] @ matched_spread(found[:9], truth[:9], 1.0)
    assert_allclose(np.linalg.norm(few), np.linalg.norm(truth[:9]), rtol=1e-5)


def test_a_common_part_is_taken_off_as_far_as_words_are_many() -> None:
    rows = np.random.default_rng(0).normal(2, 1, size=(5000, 2)).astype(np.float32)
    left = without_common_part(rows, 0.5).mean(axis=0)
    assert_allclose(left, 0.5 * rows.mean(axis=0), atol=0.05)
    assert_allclose(without_common_part(rows[:1], 0.5), rows[:1], rtol=0.02)
    assert without_common_part(rows[:0], 0.5).shape == (0, 2)


def table_of(rows: np.ndarray) -> WordVectors:
    words = Vocabulary([f"w{i}" for i in range(len(rows))])
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
    induced = induce(base, corpus_of(sentences, 21), known, rng).vectors[0]
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
    induced = induce(base, corpus, base.vocabulary.lookup(vocabulary), rng)
    assert induced.vectors.argmax(axis=1).tolist() == [0, 2]
    assert induced.confidence.min() > 0.8


def test_a_word_without_known_neighbors_and_ngrams_is_zero() -> None:
    corpus = corpus_of([[0, 1, 0], [2]], 3)
    base = table_of(np.array([[1, 0], [0, 1]]))
    known = np.array([0, 1, -1], dtype=np.int32)
    induced = induce(base, corpus, known, np.random.default_rng(0))
    assert_allclose(induced.vectors, [[0, 0]], atol=1e-3)
    assert np.isnan(induced.confidence).all()


def topics(seed: int) -> tuple[WordVectors, np.ndarray]:
    """400 words of two topics, and whose they are."""
    rng = np.random.default_rng(seed)
    topic = np.arange(400) % 2
    rows = 3.0 * np.eye(4)[topic] + rng.normal(size=(400, 4)) * 0.3
    return table_of(rows), topic


def topical(rng: np.random.Generator, topic: np.ndarray, n: int) -> list[list[int]]:
    """Sentences of one topic each."""
    return [rng.choice(np.flatnonzero(topic == i % 2), 8).tolist() for i in range(n)]


def test_general_text_tells_what_a_single_context_says() -> None:
    """The corpus is one sentence; what contexts mean is to be learned elsewhere."""
    base, topic = topics(3)
    rng = np.random.default_rng(4)
    general = corpus_of(topical(rng, topic, 2000), 400)
    general = replace(
        general, vocabulary=Vocabulary(base.vocabulary.words, general.vocabulary.counts)
    )
    corpus = corpus_of([[1, 3, 400, 5, 7]], 401)
    vocabulary = Vocabulary([*base.vocabulary.words, "zz"], corpus.vocabulary.counts)
    corpus = replace(corpus, vocabulary=vocabulary)
    known = base.vocabulary.lookup(vocabulary)
    induced = induce(base, corpus, known, np.random.default_rng(0), general)
    assert induced.vectors[0].argmax() == 1
    assert induced.confidence[0] > 0.5


def test_a_definition_counts_as_a_context() -> None:
    """The word stands once, among words of topic 1, and is defined by words of topic 0."""
    base, topic = topics(3)
    rng = np.random.default_rng(4)
    corpus = corpus_of([*topical(rng, topic, 2000), [1, 3, 400, 5, 7]], 401)
    vocabulary = Vocabulary([*base.vocabulary.words, "zz"], corpus.vocabulary.counts)
    corpus = replace(corpus, vocabulary=vocabulary)
    known = base.vocabulary.lookup(vocabulary)

    def induced(definition: list[str]) -> np.ndarray:
        definitions = {"zz": definition}
        return induce(base, corpus, known, np.random.default_rng(0), None, definitions).vectors[0]

    assert induced([]).argmax() == induced(["zz", "unheard"]).argmax() == 1
    defined, undefined = induced(["w0", "w2", "w4", "zz"]), induced([])
    assert defined[0] > undefined[0] + 0.3
    assert defined[1] < undefined[1] - 0.3


def test_a_fasttext_base_composes_its_own() -> None:
    table = SubwordTable(np.arange(20, dtype=np.float32).reshape(10, 2), None, 3, 3)
    rows = compose(["lessor", ""], table, 2)
    assert_allclose(rows[0], table.ngrams[table.buckets("lessor")].mean(axis=0))
    assert rows[1].tolist() == [0, 0]


def test_no_new_word_is_longer_than_the_longest_true_vector() -> None:
    """Of a dozen words, what is found of others may be several times too long."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(12, 9)).astype(np.float32)  # spelling, near and far contexts
    truth = rng.normal(size=(12, 3)).astype(np.float32)
    stack = Stack.fit([(features, truth)], spread_by=0)
    lengths = np.linalg.norm(stack.predict(100 * features), axis=1)
    assert_allclose(lengths, np.linalg.norm(truth, axis=1).max(), rtol=1e-5)
    assert_allclose(stack.predict(1e-3 * features), 1e-3 * features @ stack.weights, rtol=1e-5)
