import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vocabulary import Vocabulary


def corpus_of(documents: list[list[list[int]]]) -> EncodedCorpus:
    sentences = [sentence for document in documents for sentence in document]
    return EncodedCorpus(
        vocabulary=Vocabulary(["a", "b", "c"], np.array([3, 2, 1])),
        token_ids=np.array([i for s in sentences for i in s], dtype=np.int32),
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.cumsum([0, *map(len, documents)]).astype(np.int64),
        document_names=tuple(map(str, range(len(documents)))),
    )


def sentences_of(corpus: EncodedCorpus) -> list[list[int]]:
    return [corpus.sentence(i).tolist() for i in range(corpus.n_sentences)]


documents = st.lists(st.lists(st.lists(st.integers(0, 2), max_size=4), max_size=4), max_size=5)


@given(documents, st.randoms())
def test_selected_documents_keep_their_sentences(made, random) -> None:
    chosen = [random.randrange(len(made)) for _ in range(3)] if made else []
    selected = corpus_of(made).select_documents(np.array(chosen, dtype=np.int64))
    assert sentences_of(selected) == [s for d in chosen for s in made[d]]
    assert selected.document_names == tuple(map(str, chosen))


@given(documents)
def test_documents_are_counted_once_for_each_word(made) -> None:
    used = [{word for sentence in document for word in sentence} for document in made]
    counts = corpus_of(made).document_counts
    assert counts.tolist() == [sum(word in words for words in used) for word in range(3)]


@given(documents, st.integers(0, 5))
def test_shuffling_keeps_every_sentence_whole(made, seed: int) -> None:
    corpus = corpus_of(made)
    shuffled = corpus.shuffled(np.random.default_rng(seed))
    assert sorted(sentences_of(shuffled)) == sorted(sentences_of(corpus))
    again = corpus.shuffled(np.random.default_rng(seed))
    assert sentences_of(again) == sentences_of(shuffled)


def test_shuffling_changes_the_order() -> None:
    corpus = corpus_of([[[i % 3] * (i + 1) for i in range(50)]])
    assert sentences_of(corpus.shuffled(np.random.default_rng(0))) != sentences_of(corpus)


def test_offsets_that_disagree_are_refused() -> None:
    corpus = corpus_of([[[0, 1]]])
    with pytest.raises(ValueError, match="last token"):
        EncodedCorpus(
            corpus.vocabulary,
            corpus.token_ids,
            np.array([0, 1]),
            corpus.document_offsets,
            corpus.document_names,
        )
