from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text import duplicates
from embedadapt.text.duplicates import ALIKE, SHINGLE, group_near_duplicates
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus
from tests.naive import shingle_similarity
from tests.text.make import split_corpus

LICENCES = Path(__file__).parents[2] / "corpora/en/licences"


def encoded(*patterns: str) -> EncodedCorpus:
    corpus = open_corpus([path for pattern in patterns for path in sorted(LICENCES.glob(pattern))])
    normalizer = Normalizer(Normalization(case="lower"), Vocabulary([]))
    return encode_corpus(corpus, count_corpus(corpus, normalizer).vocabulary, normalizer)


def words_of(corpus: EncodedCorpus) -> list[list[int]]:
    ends = corpus.sentence_offsets[corpus.document_offsets]
    return [corpus.token_ids[a:b].tolist() for a, b in pairwise(ends)]


def test_groups_are_those_of_the_exact_similarities() -> None:
    corpus = encoded("a[a-p]*.txt", "cc-by*.txt")
    documents = words_of(corpus)
    expected = list(range(len(documents)))
    for i, one in enumerate(documents):
        for j, other in enumerate(documents[:i]):
            if shingle_similarity(one, other, SHINGLE) >= ALIKE and expected[i] != expected[j]:
                low, high = sorted((expected[i], expected[j]))
                expected = [low if group == high else group for group in expected]
    assert len(set(expected)) < len(expected) / 2
    assert group_near_duplicates(corpus).tolist() == expected


def test_versions_of_a_licence_are_one_group() -> None:
    corpus = encoded("gfdl*.txt", "mpl*.txt", "cddl*.txt", "epl*.txt")
    groups = dict(zip(corpus.document_names, group_near_duplicates(corpus), strict=True))
    by_licence = {
        name: {group for path, group in groups.items() if Path(path).name.startswith(name)}
        for name in ("gfdl", "epl")
    }
    assert len(by_licence["gfdl"]) == len(by_licence["epl"]) == 1
    assert by_licence["gfdl"] != by_licence["epl"]


def test_little_of_what_is_held_out_stands_in_training() -> None:
    """Split document by document, three quarters of the held-out sentences did."""
    corpus = encoded("*.txt")
    for seed in (1, 2, 3):
        training, held_out = split_corpus(corpus, share=0.1, seed=seed)
        known = {training.sentence(i).tobytes() for i in range(training.n_sentences)}
        seen = [held_out.sentence(i).tobytes() in known for i in range(held_out.n_sentences)]
        assert np.mean(seen) < 0.2
        assert 0.09 < held_out.n_tokens / corpus.n_tokens <= 0.1


def test_few_documents_are_signed_and_grouped_as_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = encoded("a*.txt", "cc-by-3*.txt")
    assert len(corpus.token_ids) < duplicates.FEW_WORDS
    ends = corpus.sentence_offsets[corpus.document_offsets]
    # with a document of two words and one of none among them
    offsets = np.unique(np.append(ends, ends[1] + 2))
    offsets = np.insert(offsets, 3, offsets[3])
    signed = duplicates.sign_documents(corpus.token_ids, offsets)
    grouped = duplicates.group_signatures(signed)
    monkeypatch.setattr(duplicates, "FEW_WORDS", -1)
    monkeypatch.setattr(duplicates, "FEW_DOCUMENTS", -1)
    assert (duplicates.sign_documents(corpus.token_ids, offsets) == signed).all()
    assert (duplicates.group_signatures(signed) == grouped).all()
    assert (grouped < np.arange(len(grouped))).any()
