import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core import vectors as vectors_module
from embedadapt.core.vectors import SubwordTable, WordVectors, nearest_rows
from embedadapt.core.vocabulary import Vocabulary
from tests import naive


def table_of(rows: np.ndarray) -> WordVectors:
    return WordVectors(Vocabulary([f"w{i}" for i in range(len(rows))]), rows.astype(np.float32))


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 7), st.integers(0, 2**32 - 1))
def test_nearest_rows_equal_the_obvious_ones(n: int, k: int, block: int, seed: int) -> None:
    """Also when the table is walked in blocks shorter than it, and holds zero rows and ties."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(-2, 3, size=(n, 3))
    table = table_of(rows)
    queries = rng.integers(-2, 3, size=(2, 3)).astype(np.float32)
    exclude = rng.integers(-1, n, size=2).astype(np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_module, "LEAST_ROWS", block)
        patch.setattr(vectors_module, "COSINES_AT_ONCE", 1)
        patch.setattr(vectors_module, "ROWS_FOR_EACH", 0)
        found, cosines = nearest_rows(table, queries, k, exclude=exclude)
    for query, skip, ids, values in zip(queries, exclude, found, cosines, strict=True):
        expected = naive.cosines(rows, query)
        expected[skip if skip >= 0 else slice(0, 0)] = -np.inf
        best = np.sort(expected[expected > -np.inf])[::-1][:k]
        assert (ids >= 0).sum() == len(best)
        assert_allclose(values[: len(best)], best, atol=1e-5)
        assert_allclose(expected[ids[: len(best)]], best, atol=1e-5)
        assert len(set(ids[: len(best)])) == len(best)


def test_gensims_verbs_answer_as_gensim_does() -> None:
    from tests.oracles import KeyedVectors

    rows = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    ours, theirs = table_of(rows), KeyedVectors(8)
    theirs.add_vectors(list(ours.vocabulary.words), rows)
    assert [w for w, _ in ours.most_similar("w7")] == [w for w, _ in theirs.most_similar("w7")]
    assert ours.similarity("w1", "w2") == pytest.approx(theirs.similarity("w1", "w2"), abs=1e-6)
    assert ("w3" in ours, "x" in ours) == ("w3" in theirs, "x" in theirs)
    with pytest.raises(KeyError, match="x"):
        ours["x"]


@pytest.mark.parametrize(
    ("positive", "negative"),
    [(["w1", "w2"], []), (["w1", "w2"], ["w3"]), ("w4", ["w5", "w6"]), ([], ["w7"])],
)
def test_sums_of_words_are_near_what_gensim_finds(positive, negative) -> None:
    from gensim.models import KeyedVectors

    rows = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    ours, theirs = table_of(rows), KeyedVectors(8)
    theirs.add_vectors(list(ours.vocabulary.words), rows)
    found = ours.most_similar(positive, topn=5, negative=negative)
    expected = theirs.most_similar(positive=positive, negative=negative, topn=5)
    assert [word for word, _ in found] == [word for word, _ in expected]
    assert_allclose([c for _, c in found], [c for _, c in expected], atol=1e-6)
    words = [*(f"w{i}" for i in range(9))]
    assert ours.doesnt_match(words) == theirs.doesnt_match(words)
    assert_array_equal(ours.get_vector("w3"), theirs.get_vector("w3"))


def test_the_verbs_of_vectors_on_words_that_there_are_not() -> None:
    vectors = table_of(np.eye(3, dtype=np.float32))
    assert_array_equal(vectors.get("w1"), [0, 1, 0])
    assert vectors.get("x") is None and vectors.get("x", vectors["w0"]) is not None
    for ask in (vectors.get_vector, vectors.most_similar, lambda w: vectors.doesnt_match([w])):
        with pytest.raises(KeyError, match="x"):
            ask("x")
    for ask in (vectors.most_similar, vectors.doesnt_match):
        with pytest.raises(ValueError, match="one word or more"):
            ask([])


def test_parts_that_disagree_are_refused() -> None:
    words, rows = Vocabulary(["a", "b"]), np.zeros((3, 2), np.float32)
    with pytest.raises(ValueError, match="2 words but 3 rows"):
        WordVectors(words, rows)
    with pytest.raises(ValueError, match="float64"):
        WordVectors(words, np.zeros((2, 2)))
    with pytest.raises(ValueError, match="context"):
        WordVectors(words, rows[:2], context=rows)


def test_the_fingerprint_is_of_words_and_values() -> None:
    rows = np.arange(6).reshape(3, 2)
    same, other = table_of(rows), table_of(rows + np.eye(3, 2))
    assert table_of(rows).fingerprint == same.fingerprint != other.fingerprint
    renamed = WordVectors(Vocabulary(["w0", "w1", "x"]), same.matrix)
    shifted = WordVectors(Vocabulary(["w0", "w1w", "2"]), same.matrix)
    assert len({same.fingerprint, renamed.fingerprint, shifted.fingerprint}) == 3


@pytest.mark.parametrize("word", ["lessor", "l’acheteur", "é", "日本語", "a" * 50])
@pytest.mark.parametrize(("min_n", "max_n"), [(3, 6), (1, 2), (2, 2)])
def test_ngram_rows_are_fasttexts(word: str, min_n: int, max_n: int, tmp_path_factory) -> None:
    model = fasttext_model(tmp_path_factory, min_n, max_n)
    table = SubwordTable(np.zeros((1000, 2), np.float32), None, min_n, max_n)
    n_words = len(model.get_words())
    _, ids = model.get_subwords(word)
    expected = [i - n_words for i in ids if i >= n_words]
    assert table.buckets(word) == expected


def fasttext_model(tmp_path_factory, min_n: int, max_n: int):
    import fasttext

    text = tmp_path_factory.mktemp("ft") / "text.txt"
    text.write_text("the lessor and the lessee agree that the lessor pays\n" * 20)
    return fasttext.train_unsupervised(
        str(text), dim=2, minCount=1, bucket=1000, minn=min_n, maxn=max_n, epoch=1, thread=1
    )


def test_a_word_only_composed_has_a_vector_but_is_not_in_the_table() -> None:
    subwords = SubwordTable(np.ones((10, 2), np.float32), None, 3, 3)
    rows = np.zeros((1, 2), np.float32)
    vectors = WordVectors(Vocabulary(["known"]), rows, subwords=subwords)
    assert vectors["unseen"].tolist() == [1, 1]
    assert "unseen" not in vectors
    with pytest.raises(KeyError):
        vectors[""]
