from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.split import FEWEST_DOCUMENTS, split_corpus, with_words


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


def test_nothing_is_held_out_when_not_asked_for() -> None:
    training, held_out = split_corpus(corpus_of([[[0, 1]]] * 20), share=0, seed=1)
    assert (training.n_documents, held_out.n_documents) == (20, 0)


def test_dropping_words_keeps_sentences_and_order() -> None:
    corpus = corpus_of([[[0, 1, 2], [1]], [[2, 2, 4]]])
    vocabulary = Vocabulary(["w2", "w0"], np.array([3, 1]))
    small = with_words(corpus, np.array([2, 0], dtype=np.int32), vocabulary)
    assert sentences_of(small) == [[1, 0], [], [0, 0]]
    assert small.document_offsets.tolist() == [0, 2, 3]
    assert small.n_dropped == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_the_share_is_of_the_tokens(seed: int) -> None:
    corpus = corpus_of([[[i % 5] * (1 + i % 7)] for i in range(500)])
    _, held_out = split_corpus(corpus, share=0.1, seed=seed)
    assert 0.09 < held_out.n_tokens / corpus.n_tokens <= 0.1
