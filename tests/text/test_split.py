from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.split import (
    FEWEST_DOCUMENTS,
    PASSAGES,
    in_its_own_words,
    in_passages,
    in_words_of,
)
from tests.text.make import split_corpus


def corpus_of(documents: list[list[list[int]]], n_words: int = 5) -> EncodedCorpus:
    sentences = [sentence for document in documents for sentence in document]
    return EncodedCorpus(
        vocabulary=Vocabulary([f"w{i}" for i in range(n_words)], np.ones(n_words, np.int64)),
        token_ids=np.array([i for s in sentences for i in s], dtype=np.int32),
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.cumsum([0, *map(len, documents)]).astype(np.int64),
        document_names=tuple(f"d{i}" for i in range(len(documents))),
    )


def sentences_of(corpus: EncodedCorpus) -> list[list[int]]:
    return [corpus.sentence(i).tolist() for i in range(corpus.n_sentences)]


documents = st.lists(
    st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), max_size=3),
    min_size=FEWEST_DOCUMENTS,
    max_size=30,
)


@given(documents, st.integers(0, 9), st.floats(0.05, 0.5))
def test_every_document_falls_on_one_side(
    made: list[list[list[int]]], seed: int, share: float
) -> None:
    corpus = corpus_of(made)
    training, held_out = split_corpus(corpus, share=share, seed=seed)
    assert sorted(training.document_names + held_out.document_names) == sorted(
        corpus.document_names
    )
    assert held_out.n_documents >= (sum(map(any, made)) > 1)
    assert training.n_documents >= 1
    by_name = {name: made[int(name[1:])] for name in corpus.document_names}
    expected = [s for name in held_out.document_names for s in by_name[name]]
    assert sentences_of(held_out) == expected


def test_near_duplicates_fall_on_one_side() -> None:
    rng = np.random.default_rng(0)
    originals = rng.integers(0, 50, size=(20, 200)).tolist()
    versions = [[o[:95], o[95:100], rng.integers(0, 50, 30).tolist() + o[100:]] for o in originals]
    corpus = corpus_of([*([o] for o in originals), *versions], n_words=50)
    for seed in range(5):
        _, held_out = split_corpus(corpus, share=0.3, seed=seed)
        numbers = {int(name[1:]) for name in held_out.document_names}
        assert {n + 20 for n in numbers if n < 20} == {n for n in numbers if n >= 20}
        assert 8 <= len(numbers) <= 12


def test_a_group_that_does_not_fit_is_trained_on() -> None:
    rng = np.random.default_rng(0)
    template = rng.integers(0, 50, size=200).tolist()
    others = rng.integers(0, 50, size=(30, 100)).tolist()
    corpus = corpus_of([*([template] for _ in range(15)), *([o] for o in others)], n_words=50)
    for seed in range(5):
        _, held_out = split_corpus(corpus, share=0.1, seed=seed)
        assert min(int(name[1:]) for name in held_out.document_names) >= 15
        assert 0.08 < held_out.n_tokens / corpus.n_tokens <= 0.1


def test_the_smallest_group_is_held_out_where_none_fits() -> None:
    long, short = ([[i % n for i in range(2 * n)]] for n in (50, 20))
    corpus = corpus_of([*([long] * 10), short], n_words=50)
    _, held_out = split_corpus(corpus, share=0.01, seed=1)
    assert held_out.document_names == ("d10",)


def test_the_folder_a_corpus_is_named_by_does_not_matter() -> None:
    corpus = corpus_of([[[0]]] * 40)
    moved = replace(corpus, document_names=tuple(f"/data/x/{n}" for n in corpus.document_names))
    held_out = split_corpus(corpus, share=0.2, seed=1)[1].document_names
    held_out_moved = split_corpus(moved, share=0.2, seed=1)[1].document_names
    assert tuple(f"/data/x/{name}" for name in held_out) == held_out_moved


def test_one_long_document_is_cut_into_passages() -> None:
    corpus = corpus_of([[[i % 5, 1] for i in range(1000)]])
    training, held_out = split_corpus(corpus, share=0.1, seed=1)
    assert held_out.n_documents >= 1
    assert training.n_documents > 1
    assert training.n_tokens + held_out.n_tokens == corpus.n_tokens
    assert all(name.startswith("d0#") for name in held_out.document_names)
    assert training.unit == held_out.unit == "passage"


def test_passages_do_not_depend_on_sentences_without_a_word() -> None:
    rng = np.random.default_rng(3)
    sentences = [[int(i) % 5] * int(rng.integers(0, 3)) for i in range(400)]
    gaps, filled = (
        corpus_of([sentences, [[1]] * 30]),
        corpus_of([[s for s in sentences if s], [[1]] * 30]),
    )
    with_gaps, without = in_passages(gaps), in_passages(filled)
    assert with_gaps.document_names == without.document_names
    assert PASSAGES <= with_gaps.n_documents <= PASSAGES + 1
    for document in range(without.n_documents):
        one, other = (
            [s for s in sentences_of(c.select_documents(np.array([document]))) if s]
            for c in (with_gaps, without)
        )
        assert one == other


def test_a_number_sign_in_a_name_makes_no_passages() -> None:
    corpus = replace(corpus_of([[[0, 1]]] * 12), document_names=tuple(f"a#{i}" for i in range(12)))
    assert in_passages(corpus) is corpus and corpus.unit == "document"


def test_nothing_is_held_out_when_not_asked_for() -> None:
    training, held_out = split_corpus(corpus_of([[[0, 1]]] * 20), share=0, seed=1)
    assert (training.n_documents, held_out.n_documents) == (20, 0)


def test_dropping_words_keeps_sentences_and_order() -> None:
    corpus = corpus_of([[[0, 1, 2], [1]], [[2, 2, 4]]])
    vocabulary = Vocabulary(["w2", "w0"], np.array([3, 1]))
    small = in_words_of(corpus, vocabulary)
    assert sentences_of(small) == [[1, 0], [], [0, 0]]
    assert small.document_offsets.tolist() == [0, 2, 3]
    assert small.n_dropped == 3


def test_joined_words_come_apart_into_the_words_that_are_known() -> None:
    corpus = replace(
        corpus_of([[[0, 1, 2, 3, 1]]]), vocabulary=Vocabulary(["a", "b_x_a", "c_d", "e_a"])
    )
    words = Vocabulary(["a", "b", "c_d"])
    parted = in_words_of(corpus, words, parted=True)
    assert [words.words[i] for i in parted.token_ids] == ["a", "b", "a", "c_d", "a", "b", "a"]
    assert parted.sentence_offsets.tolist() == [0, 7]
    assert sentences_of(in_words_of(corpus, words)) == [[0, 2]]


def test_a_corpus_in_its_own_words_counts_them() -> None:
    own = in_its_own_words(corpus_of([[[3, 1, 3], []], [[4]]], n_words=9))
    assert own.vocabulary.words == ("w3", "w1", "w4")
    assert own.vocabulary.counts is not None and own.vocabulary.counts.tolist() == [2, 1, 1]
    assert sentences_of(own) == [[0, 1, 0], [], [2]]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_share_is_of_the_tokens(seed: int) -> None:
    corpus = corpus_of([[[i % 5] * (1 + i % 7)] for i in range(500)])
    _, held_out = split_corpus(corpus, share=0.1, seed=seed)
    assert 0.09 < held_out.n_tokens / corpus.n_tokens <= 0.1


def test_passages_are_known_by_the_cut_and_not_by_their_names() -> None:
    named = corpus_of([[[i % 5]] for i in range(FEWEST_DOCUMENTS)])
    named = replace(named, document_names=tuple(f"C#{name}" for name in named.document_names))
    parts = split_corpus(named, share=0.3, seed=1)
    assert [part.unit for part in parts] == ["document", "document"]
    few = named.select_documents(np.arange(FEWEST_DOCUMENTS - 1))
    parts = split_corpus(few, share=0.3, seed=1)
    assert [part.unit for part in parts] == ["passage", "passage"]
    assert in_words_of(parts[0], few.vocabulary).unit == "passage"
