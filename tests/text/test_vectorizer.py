import pickle
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import (
    check_get_params_invariance,
    check_parameters_default_constructible,
    check_set_params,
)

from embedadapt import EmbeddingVectorizer
from embedadapt.core.errors import CorpusError, EmbedAdaptError, MissingExtraError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

WORDS = ["the", "rent", "lease", "shall", "pay", "'s", "lessor"]
TEXTS = ["The rent, the lease", "the Lessor's rent shall", "pay pay the lessor", "nothing known"]
LABELS = ["money", "money", "duty", "duty"]


@pytest.fixture
def vectors() -> WordVectors:
    rows = np.random.default_rng(3).normal(size=(len(WORDS), 5)).astype(np.float32)
    return WordVectors(Vocabulary(WORDS), rows)


def in_words(text: str) -> list[str]:
    """What the table's conventions make of TEXTS."""
    lowered = text.lower().replace(",", " ").replace("'s", " 's").split()
    return [word for word in lowered if word in WORDS]


def naive(vectors: WordVectors, texts: list[str], weights: dict[str, float]) -> np.ndarray:
    rows = []
    for text in texts:
        words = in_words(text)
        total = sum(weights[word] for word in words)
        row = sum((weights[word] * vectors[word] for word in words), np.zeros(vectors.dim))
        rows.append(row / total if total else row)
    return np.array(rows)


def test_the_plain_mean(vectors: WordVectors) -> None:
    found = EmbeddingVectorizer(vectors).fit_transform(TEXTS)
    assert found.dtype == np.float32
    assert_allclose(found, naive(vectors, TEXTS, dict.fromkeys(WORDS, 1.0)), atol=1e-6)
    assert not found[3].any()


def test_tfidf_weights_are_scikit_learns(vectors: WordVectors) -> None:
    peer = TfidfVectorizer(analyzer=in_words, vocabulary=WORDS).fit(TEXTS)
    vectorizer = EmbeddingVectorizer(vectors, weighting="tfidf").fit(TEXTS)
    assert_allclose(vectorizer.word_weights_, peer.idf_, rtol=1e-6)
    weights = dict(zip(WORDS, peer.idf_, strict=True))
    assert_allclose(vectorizer.transform(TEXTS), naive(vectors, TEXTS, weights), atol=1e-6)


def test_sif_is_the_papers(vectors: WordVectors) -> None:
    """Weights a / (a + p), a sum over the number of words, the first singular vector taken out."""
    counts = Counter(word for text in TEXTS for word in in_words(text))
    a = {word: 1e-3 / (1e-3 + counts[word] / counts.total()) for word in WORDS}
    plain = np.array(
        [
            sum((a[word] * vectors[word] for word in in_words(text)), np.zeros(5))
            / max(1, len(in_words(text)))
            for text in TEXTS
        ]
    )
    u = np.linalg.svd(plain)[2][0]
    vectorizer = EmbeddingVectorizer(vectors, weighting="sif")
    found = vectorizer.fit_transform(TEXTS)
    assert_allclose(found, plain - np.outer(plain @ u, u), atol=1e-7)
    assert_allclose(vectorizer.transform(TEXTS), found, atol=1e-7)


@given(st.lists(st.sampled_from(["rent", "lease", "shall", "unknown"]), max_size=12))
def test_shuffled_words_and_unknown_ones_between_change_nothing(
    words: list[str],
) -> None:
    vectors = WordVectors(Vocabulary(WORDS), np.eye(len(WORDS), dtype=np.float32))
    vectorizer = EmbeddingVectorizer(vectors).fit([])
    one, other = vectorizer.transform([" ".join(words), " zzz ".join(sorted(words))])
    assert_allclose(one, other, atol=1e-6)
    assert one.sum() == pytest.approx(1 if set(words) & set(WORDS) else 0, abs=1e-5)


def test_the_conventions_saved_with_a_table_are_used(vectors: WordVectors) -> None:
    cased = WordVectors(vectors.vocabulary, vectors.matrix, normalization=Normalization())
    assert not EmbeddingVectorizer(cased).fit_transform(["RENT"]).any()
    assert_array_equal(EmbeddingVectorizer(vectors).fit_transform(["RENT"])[0], vectors["rent"])


def test_in_a_pipeline_and_a_grid_over_weightings_and_tables(vectors: WordVectors) -> None:
    other = WordVectors(vectors.vocabulary, vectors.matrix * 2)
    pipeline = make_pipeline(EmbeddingVectorizer(vectors), LogisticRegression())
    grid = GridSearchCV(
        pipeline,
        {
            "embeddingvectorizer__weighting": ["mean", "tfidf", "sif"],
            "embeddingvectorizer__vectors": [vectors, other],
        },
        cv=2,
    )
    grid.fit(TEXTS, LABELS)
    assert len(grid.cv_results_["params"]) == 6
    assert set(grid.predict(TEXTS)) <= set(LABELS)
    assert len(pipeline.fit(TEXTS, LABELS)[:-1].get_feature_names_out()) == 5


def test_features_are_named_as_scikit_learn_names_them(vectors: WordVectors) -> None:
    names = EmbeddingVectorizer(vectors).fit(TEXTS).get_feature_names_out()
    assert list(names) == [f"embeddingvectorizer{column}" for column in range(5)]


def test_a_clone_shares_the_table_and_forgets_the_fit(vectors: WordVectors) -> None:
    fitted = EmbeddingVectorizer(vectors, weighting="sif").fit(TEXTS)
    again = clone(fitted)
    assert again.vectors is vectors and again.weighting == "sif"
    with pytest.raises(NotFittedError):
        again.transform(TEXTS)


@pytest.mark.parametrize("weighting", ["mean", "tfidf", "sif"])
def test_a_fitted_one_is_pickled(vectors: WordVectors, weighting: str) -> None:
    fitted = EmbeddingVectorizer(vectors, weighting=weighting).fit(TEXTS)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.transform(TEXTS), fitted.transform(TEXTS))


@pytest.mark.parametrize(
    "check",
    [
        check_parameters_default_constructible,
        check_get_params_invariance,
        check_set_params,
    ],
)
def test_scikit_learns_own_checks_that_need_no_numbers(vectors: WordVectors, check) -> None:
    """check_estimator skips whatever takes no 2-d array; these checks of it apply all the same."""
    check("EmbeddingVectorizer", EmbeddingVectorizer(vectors))


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", "texts: expected several texts, found one. Put it in a list."),
        ([b"bytes"], "texts: expected texts, found a bytes."),
        ([None], "texts: expected texts, found a NoneType."),
    ],
)
def test_what_is_no_list_of_texts_is_refused(
    vectors: WordVectors, texts: object, message: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        EmbeddingVectorizer(vectors).fit(texts)
    assert str(caught.value) == message


def test_an_unknown_weighting_is_refused(vectors: WordVectors) -> None:
    with pytest.raises(EmbedAdaptError, match="expected mean, tfidf or sif, found 'idf'"):
        EmbeddingVectorizer(vectors, weighting="idf").fit(TEXTS)


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    monkeypatch.delitem(sys.modules, "embedadapt.text.vectorizer")
    with pytest.raises(MissingExtraError, match=r"pip install embedadapt\[sklearn\]"):
        import embedadapt.text.vectorizer  # noqa: F401
