from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text import encode
from embedadapt.text.encode import LONGEST_SENTENCE, count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import sentences
from tests import naive

LOWER = Normalization(case="lower", elision="split", hyphen="split")
documents = st.lists(
    st.text(st.sampled_from("aAbB'l- .(<>\n"), max_size=60).map(lambda t: Document("doc", t))
)
normalizations = st.sampled_from(
    [Normalization(), LOWER, Normalization(case="fallback", phrases=True)]
)


def normalizer(words: Sequence[str] = (), normalization: Normalization = LOWER) -> Normalizer:
    return Normalizer(normalization, Vocabulary(words))


def words_of(corpus: list[Document], normalizer: Normalizer) -> list[list[list[str]]]:
    return [[normalizer.sentence(normalizer.tokens(s)) for s in sentences(d.text)] for d in corpus]


@given(documents, normalizations)
def test_counts_are_those_of_the_twin(corpus: list[Document], normalization: Normalization) -> None:
    rules = normalizer(["a", "b", "a_b", "b.", "(a", "<a>"], normalization)
    expected = naive.counted(words_of(corpus, rules))
    if not expected:
        with pytest.raises(CorpusError, match="no word"):
            count_corpus(corpus, rules)
        return
    found = count_corpus(corpus, rules)
    counts, in_documents = found.vocabulary.counts, found.document_counts
    assert counts is not None
    assert in_documents.dtype == np.int64
    assert list(zip(found.vocabulary.words, counts, in_documents, strict=True)) == expected
    assert found.n_documents == len(corpus)
    assert found.n_tokens == sum(len(rules.tokens(s)) for d in corpus for s in sentences(d.text))


@given(documents, normalizations, st.lists(st.sampled_from(["a", "b", "a_b", "l'"]), unique=True))
def test_ids_are_those_of_the_twin(
    corpus: list[Document], normalization: Normalization, kept: list[str]
) -> None:
    rules = normalizer(["a", "b", "a_b", "b.", "(a", "<a>"], normalization)
    words = words_of(corpus, rules)
    expected = naive.kept_sentences(words, kept)
    if not any(expected):
        with pytest.raises(CorpusError, match="none of them"):
            encode_corpus(corpus, Vocabulary(kept), rules)
        return
    encoded = encode_corpus(corpus, Vocabulary(kept), rules)
    bounds = encoded.document_offsets
    assert [
        [encoded.sentence(s).tolist() for s in range(start, end)] for start, end in pairwise(bounds)
    ] == expected
    n_words = sum(len(sentence) for document in words for sentence in document)
    assert encoded.n_tokens + encoded.n_dropped == n_words
    assert encoded.token_ids.dtype == np.int32
    assert encoded.sentence_offsets.dtype == encoded.document_offsets.dtype == np.int64


def test_forms_lead_from_what_was_written_to_what_was_learned() -> None:
    corpus = [Document("a", "The LESSOR and the Lessor's lessor. L’acheteur; sub-lessor lessor’s")]
    counts = count_corpus(corpus, normalizer(["lessor", "sub"]))
    assert counts.surface_forms == {"LESSOR": "lessor", "The": "the"}


def test_a_document_without_a_kept_word_still_counts() -> None:
    corpus = [Document("one", "x y."), Document("two", "lessor. Nothing.\n\nlessor")]
    encoded = encode_corpus(corpus, Vocabulary(["lessor"]), normalizer())
    assert encoded.document_names == ("one", "two")
    assert encoded.document_offsets.tolist() == [0, 0, 2]
    assert encoded.token_ids.tolist() == [0, 0]
    assert encoded.n_dropped == 6


def test_a_corpus_without_a_kept_word_is_named() -> None:
    with pytest.raises(CorpusError) as caught:
        encode_corpus([Document("a", "lessor lessee")], Vocabulary(["cat"]), normalizer())
    assert str(caught.value).startswith(
        "the corpus: expected some of the 1 words kept, found none of them among its 2 tokens."
    )


def test_counting_twice_gives_the_same_order() -> None:
    corpus = [Document("a", "b a c a b d e f")]
    found = count_corpus(corpus, normalizer()).vocabulary.words
    assert found == ("a", "b", "c", "d", "e", "f")


def test_a_text_without_sentence_ends_is_cut() -> None:
    """So that a part of it can be held out; nothing is lost."""
    text = " ".join(["the", "lessor"] * LONGEST_SENTENCE) + " pays"
    words = Vocabulary(["the", "lessor", "pays"])
    corpus = encode_corpus([Document("a", text)], words, Normalizer(LOWER, words))
    lengths = np.diff(corpus.sentence_offsets).tolist()
    assert lengths == [LONGEST_SENTENCE, LONGEST_SENTENCE, 1]


def test_a_long_corpus_is_encoded_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["The lessor pays. Nothing else.", "", "x y", "lessor’s\n\nlessee", "the the. The"]
    corpus = [Document(f"d{i}", text) for i, text in enumerate(texts)]
    words = Vocabulary(["the", "lessor"])
    at_once = encode_corpus(corpus, words, normalizer(["lessor"]))
    monkeypatch.setattr(encode, "BATCH", 10)
    in_batches = encode_corpus(corpus, words, normalizer(["lessor"]))
    assert at_once.document_names == in_batches.document_names
    assert at_once.document_offsets.tolist() == [0, 1, 1, 1, 2, 4]
    for name in ("token_ids", "sentence_offsets", "document_offsets"):
        assert np.array_equal(getattr(at_once, name), getattr(in_batches, name))
