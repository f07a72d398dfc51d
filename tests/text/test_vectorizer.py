import pickle
import sys
import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
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
from embedadapt.text.vectorizer import ROW_LENGTH, VECTORS_SCALE

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
    plain = EmbeddingVectorizer(vectors, weighting="mean", standardize=False)
    found = plain.fit_transform(TEXTS)
    assert found.dtype == np.float32
    assert_allclose(found, naive(vectors, TEXTS, dict.fromkeys(WORDS, 1.0)), atol=1e-6)
    assert not found[3].any()


def test_tfidf_weights_are_scikit_learns(vectors: WordVectors) -> None:
    peer = TfidfVectorizer(analyzer=in_words, vocabulary=WORDS).fit(TEXTS)
    vectorizer = EmbeddingVectorizer(vectors, standardize=False).fit(TEXTS)
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
    vectorizer = EmbeddingVectorizer(vectors, weighting="sif", standardize=False)
    found = vectorizer.fit_transform(TEXTS)
    assert_allclose(found, plain - np.outer(plain @ u, u), atol=1e-7)
    assert_allclose(vectorizer.transform(TEXTS), found, atol=1e-7)


@given(st.lists(st.sampled_from(["rent", "lease", "shall", "unknown"]), max_size=12))
def test_shuffled_words_and_unknown_ones_between_change_nothing(
    words: list[str],
) -> None:
    vectors = WordVectors(Vocabulary(WORDS), np.eye(len(WORDS), dtype=np.float32))
    vectorizer = EmbeddingVectorizer(vectors, standardize=False).fit([])
    one, other = vectorizer.transform([" ".join(words), " zzz ".join(sorted(words))])
    assert_allclose(one, other, atol=1e-6)
    assert one.sum() == pytest.approx(1 if set(words) & set(WORDS) else 0, abs=1e-5)


def test_the_conventions_saved_with_a_table_are_used(vectors: WordVectors) -> None:
    cased = WordVectors(vectors.vocabulary, vectors.matrix, normalization=Normalization())
    for_cased, for_lower = (
        EmbeddingVectorizer(one, standardize=False).fit_transform(["RENT"])
        for one in (cased, vectors)
    )
    assert not for_cased.any()
    assert_array_equal(for_lower[0], vectors["rent"])


def test_standardized_as_by_scikit_learn_to_the_same_length_at_any_width(
    vectors: WordVectors,
) -> None:
    """The text without a known word takes no part, and is at the center."""
    small = WordVectors(vectors.vocabulary, vectors.matrix * np.array([1, 1, 1, 1e-3, 1e-3], "f4"))
    means = EmbeddingVectorizer(small, standardize=False).fit_transform(TEXTS)
    known = StandardScaler().fit_transform(means[:3]) * ROW_LENGTH / 5**0.5
    vectorizer = EmbeddingVectorizer(small)
    found = vectorizer.fit_transform(TEXTS)
    assert_allclose(found, [*known, np.zeros(5)], atol=1e-4)
    assert np.square(found[:3]).sum(axis=1).mean() == pytest.approx(ROW_LENGTH**2, rel=1e-4)
    assert_array_equal(vectorizer.transform(TEXTS), found)


@pytest.mark.parametrize("texts", [[], ["nothing"], ["rent"], ["rent", "the rent", "unknown"]])
def test_dimensions_that_do_not_vary_are_zeros(texts: list[str]) -> None:
    rows = np.random.default_rng(3).normal(size=(len(WORDS), 5)).astype(np.float32)
    rows[:, 2] = 0.1
    vectorizer = EmbeddingVectorizer(WordVectors(Vocabulary(WORDS), rows)).fit(texts)
    found = vectorizer.transform(TEXTS)
    assert np.isfinite(found).all() and not found[:, 2].any()
    assert found.any() == (len(texts) == 3)


def test_beside_tfidf_rows_of_its_length_and_vectors_at_their_scale(vectors: WordVectors) -> None:
    vectorizer = EmbeddingVectorizer(vectors, with_tfidf=True, vectors_scale=0.5)
    found = vectorizer.fit_transform(TEXTS)
    assert isinstance(found, csr_matrix) and found.dtype == np.float32
    dense = found.toarray()
    alone = EmbeddingVectorizer(vectors).fit_transform(TEXTS)
    assert_allclose(dense[:, :5], 0.5 * alone, atol=1e-6)
    peer = TfidfVectorizer(sublinear_tf=True)
    assert_allclose(dense[:, 5:], ROW_LENGTH * peer.fit_transform(TEXTS).toarray(), rtol=1e-5)
    names = vectorizer.get_feature_names_out()
    assert list(names[4:6]) == ["embeddingvectorizer4", "tfidf_known"]
    assert len(names) == dense.shape[1] and "tfidf_nothing" in names
    assert_array_equal(vectorizer.transform(TEXTS).toarray(), dense)
    without = clone(vectorizer).set_params(vectors_scale=0).fit_transform(TEXTS).toarray()
    assert not without[:, :5].any() and (without[:, 5:] == dense[:, 5:]).all()


def test_beside_a_tfidf_of_ones_own(vectors: WordVectors) -> None:
    own = TfidfVectorizer(ngram_range=(1, 2))
    vectorizer = EmbeddingVectorizer(vectors, with_tfidf=own)
    found = clone(vectorizer).fit_transform(TEXTS)
    assert not hasattr(own, "vocabulary_"), "a clone is fitted"
    assert_allclose(
        found[:, 5:].toarray(), ROW_LENGTH * own.fit_transform(TEXTS).toarray(), rtol=1e-5
    )
    vectorizer.set_params(with_tfidf__ngram_range=(2, 2)).fit(TEXTS)
    assert vectorizer.get_feature_names_out()[5] == "tfidf_lessor rent"


def test_means_beside_tfidf_need_not_be_standardized(vectors: WordVectors) -> None:
    means = EmbeddingVectorizer(vectors, standardize=False).fit_transform(TEXTS)[:3]
    centered = means - means.mean(axis=0)
    vectorizer = EmbeddingVectorizer(vectors, standardize=False, with_tfidf=True)
    found = vectorizer.fit_transform(TEXTS)[:3, :5].toarray()
    length = np.sqrt(np.square(found).sum(axis=1).mean())
    assert length == pytest.approx(VECTORS_SCALE * ROW_LENGTH, rel=1e-5)
    assert_allclose(
        found / length, centered / np.sqrt(np.square(centered).sum(axis=1).mean()), atol=1e-5
    )


def test_domain_dimensions_however_small_help_a_plain_logistic_regression() -> None:
    """The label hangs on a dimension a thousand times smaller than those of noise."""
    words = [f"{topic}{number}" for topic in "ab" for number in range(50)]
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(100, 9))
    rows[:, 8] = 1e-3 * np.repeat([-1, 1], 50)
    table = WordVectors(Vocabulary(words), rows.astype(np.float32), normalization=Normalization())
    labels = np.repeat(["a", "b"], 60)
    texts = [" ".join(f"{one}{n}" for n in rng.integers(0, 50, 3)) for one in labels]
    accuracy = {
        standardize: make_pipeline(
            EmbeddingVectorizer(table, standardize=standardize), LogisticRegression()
        )
        .fit(texts[::4], labels[::4])
        .score(texts, labels)
        for standardize in (False, True)
    }
    assert accuracy[True] > 0.95 > 0.8 > accuracy[False]


def test_in_a_pipeline_and_a_grid_over_weightings_and_tables(vectors: WordVectors) -> None:
    other = WordVectors(vectors.vocabulary, vectors.matrix * 2)
    pipeline = make_pipeline(EmbeddingVectorizer(vectors), LogisticRegression())
    grid = GridSearchCV(
        pipeline,
        {
            "embeddingvectorizer__weighting": ["mean", "tfidf", "sif"],
            "embeddingvectorizer__vectors": [vectors, other],
            "embeddingvectorizer__with_tfidf": [False, True],
        },
        cv=2,
    )
    grid.fit(TEXTS, LABELS)
    assert len(grid.cv_results_["params"]) == 12
    assert set(grid.predict(TEXTS)) <= set(LABELS)
    assert len(pipeline.fit(TEXTS, LABELS)[:-1].get_feature_names_out()) == 5


def test_features_are_named_as_scikit_learn_names_them(vectors: WordVectors) -> None:
    names = EmbeddingVectorizer(vectors).fit(TEXTS).get_feature_names_out()
    assert list(names) == [f"embeddingvectorizer{column}" for column in range(5)]


def test_frames_are_put_out_but_of_no_sparse_features(vectors: WordVectors) -> None:
    pytest.importorskip("pandas")
    frame = EmbeddingVectorizer(vectors).set_output(transform="pandas").fit_transform(TEXTS)
    assert list(frame.columns) == [f"embeddingvectorizer{column}" for column in range(5)]
    with pytest.raises(ValueError, match="sparse"):
        EmbeddingVectorizer(vectors, with_tfidf=True).set_output(transform="pandas").fit_transform(
            TEXTS
        )


def test_a_clone_shares_the_table_and_forgets_the_fit(vectors: WordVectors) -> None:
    fitted = EmbeddingVectorizer(vectors, weighting="sif").fit(TEXTS)
    again = clone(fitted)
    assert again.vectors is vectors and again.weighting == "sif"
    with pytest.raises(NotFittedError):
        again.transform(TEXTS)


@pytest.mark.parametrize("with_tfidf", [False, True])
@pytest.mark.parametrize("weighting", ["mean", "tfidf", "sif"])
def test_a_fitted_one_is_pickled(vectors: WordVectors, weighting: str, with_tfidf: bool) -> None:
    fitted = EmbeddingVectorizer(vectors, weighting=weighting, with_tfidf=with_tfidf).fit(TEXTS)
    again = pickle.loads(pickle.dumps(fitted))
    first, second = (csr_matrix(one.transform(TEXTS)).toarray() for one in (again, fitted))
    assert_array_equal(first, second)


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
    with pytest.raises(EmbedAdaptError, match="expected tfidf, mean or sif, found 'idf'"):
        EmbeddingVectorizer(vectors, weighting="idf").fit(TEXTS)


@pytest.mark.parametrize("scale", [-0.1, float("nan"), float("inf")])
def test_a_scale_out_of_range_is_refused(vectors: WordVectors, scale: float) -> None:
    with pytest.raises(EmbedAdaptError, match="vectors_scale: expected a number of 0 or more"):
        EmbeddingVectorizer(vectors, vectors_scale=scale).fit(TEXTS)


def test_tfidf_of_no_words_is_refused(vectors: WordVectors) -> None:
    with pytest.raises(
        CorpusError, match="texts: expected texts with words, found empty vocabulary"
    ):
        EmbeddingVectorizer(vectors, with_tfidf=True).fit(["", " "])


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    monkeypatch.delitem(sys.modules, "embedadapt.text.vectorizer")
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[sklearn\]'"):
        import embedadapt.text.vectorizer  # noqa: F401


def test_texts_without_a_known_word_are_warned_of() -> None:
    vectors = WordVectors(Vocabulary(["สัญญา", "rent"]), np.eye(2, dtype=np.float32))
    plain = EmbeddingVectorizer(vectors, weighting="mean", standardize=False)
    with pytest.warns(UserWarning, match=r"1 of 3; .* 'ศาลมีสัญญา'\. Split"):
        plain.fit(["rent", "ศาลมีสัญญา", ""])
    with pytest.warns(UserWarning, match=r"1 of 2; .* first is 'zork'\.$"):
        plain.transform(["zork", "rent"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain.transform(["rent", " "])
