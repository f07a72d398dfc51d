"""spaCy itself, with vectors for every token."""

import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy
from numpy.testing import assert_allclose, assert_array_equal
from spacy.language import Language
from spacy.training import Example
from spacy.util import load_model_from_config
from thinc.api import NumpyOps

from embedadapt import SubwordVectors
from embedadapt.core.errors import EmbedAdaptError
from embedadapt.core.subwords import SubwordTable
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.spacy_pipeline import write_pipeline
from embedadapt.export.subwords import fit_subwords
from embedadapt.text.readers import open_corpus

WORDS = [
    "the",
    "lessor",
    "shall",
    "'s",
    "zero",
    "acl",
    b"caf\xe9".decode("utf-8", "surrogateescape"),
]
UNSEEN = "Sublessor frobnicates §"
BLOCK = {"@vectors": "embedadapt.SubwordVectors.v1"}
TEXTCAT = {
    "@architectures": "spacy.TextCatReduce.v1",
    "exclusive_classes": True,
    "use_reduce_first": False,
    "use_reduce_last": False,
    "use_reduce_max": True,
    "use_reduce_mean": True,
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": True,
        "width": 8,
        "depth": 1,
        "embed_size": 50,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": False,
    },
}


@pytest.fixture(scope="module")
def table() -> WordVectors:
    """Four columns of six have n-grams, as where domain dimensions stand beside a base."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(len(WORDS), 6)).astype(np.float32)
    rows[WORDS.index("zero")] = 0
    ngrams = rng.normal(size=(50, 4)).astype(np.float32)
    return WordVectors(Vocabulary(WORDS), rows, subwords=SubwordTable(ngrams, None, 3, 4))


@pytest.fixture(scope="module")
def folder(table: WordVectors, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("subword") / "en_legal"
    export = write_pipeline(table, path, lang="en", forms={}, name="en_legal")
    assert (export.n_words, export.n_zero, export.n_unwritable) == (5, 1, 1)
    return path


@pytest.fixture(scope="module")
def nlp(folder: Path) -> Language:
    return spacy.load(folder)


def test_a_word_of_the_table_has_its_row_however_it_is_written(
    nlp: Language, table: WordVectors
) -> None:
    doc = nlp("The LESSOR’s acl")
    for token, word in zip(doc, ["the", "lessor", "'s", "acl"], strict=True):
        assert token.has_vector
        assert_array_equal(token.vector, table[word])
    assert_allclose(doc.vector, np.mean([token.vector for token in doc], axis=0), atol=1e-6)


def test_an_unseen_word_is_the_mean_of_its_ngrams_and_zeros(
    nlp: Language, table: WordVectors
) -> None:
    assert table.subwords is not None
    [token] = nlp("SUBLESSOR")
    assert token.has_vector
    assert_allclose(token.vector[:4], table.subwords.vector("sublessor"), atol=1e-6)
    assert not token.vector[4:].any()
    assert nlp("zero")[0].vector.any(), "a row of zeros is composed like any unseen word"


def test_a_word_that_the_conventions_write_otherwise_keeps_its_row(tmp_path: Path) -> None:
    """Real French tables hold `t'` and `t’` both."""
    words = ["t'", "t’", "d'", "l'", "France", "france"]
    rows = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    subwords = SubwordTable(np.ones((9, 4), dtype=np.float32), None, 3, 4)
    vectors = WordVectors(Vocabulary(words), rows, subwords=subwords)
    write_pipeline(vectors, tmp_path / "p", lang="fr", forms={}, name="both")
    vocab = spacy.load(tmp_path / "p").vocab
    assert_array_equal([vocab.get_vector(word) for word in words], rows)


def test_a_token_of_several_words_is_their_mean(nlp: Language, table: WordVectors) -> None:
    vector = nlp.vocab.get_vector("lessor/shall")
    assert_allclose(vector, (table["lessor"] + table["shall"]) / 2, atol=1e-6)


def test_marks_that_spacy_leaves_on_a_word_do_not_hide_it(
    nlp: Language, table: WordVectors
) -> None:
    for text in ("Lessor.", "/lessor/", "(LESSOR"):
        assert_array_equal(nlp.vocab.get_vector(text), table["lessor"], err_msg=text)
    vector = nlp.vocab.get_vector("Lessor(shall")
    assert_allclose(vector, (table["lessor"] + table["shall"]) / 2, atol=1e-6)


def test_tokens_that_are_composed_are_counted(table: WordVectors, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The Lessor shall sublet, sublet. (Sublessor's)")
    corpus = open_corpus([tmp_path / "a.txt"])
    export = write_pipeline(table, tmp_path / "p", lang="en", forms={}, name="a", corpus=corpus)
    assert (export.n_tokens, export.n_missing) == (7, 3)
    assert export.missing == ("sublet", "Sublessor")


def test_a_batch_is_its_tokens_one_by_one(nlp: Language) -> None:
    doc = nlp(f"The lessor {UNSEEN} the lessor")
    batch = nlp.vocab.vectors.get_batch([token.orth for token in doc])
    assert batch.flags.c_contiguous and batch.dtype == np.float32
    assert_array_equal(batch, [token.vector for token in doc])


def test_it_loads_without_an_import(folder: Path, nlp: Language) -> None:
    program = f"import spacy; print(spacy.load({str(folder)!r})('frobnicates').vector.tolist())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == f"{nlp('frobnicates').vector.tolist()}\n", done.stderr


@pytest.mark.parametrize("way", ["pickle", "bytes", "disk"])
def test_it_travels(nlp: Language, tmp_path: Path, way: str) -> None:
    if way == "pickle":
        again = pickle.loads(pickle.dumps(nlp))
    elif way == "bytes":
        again = spacy.blank("en", config={"nlp": {"vectors": BLOCK}}).from_bytes(nlp.to_bytes())
    else:
        nlp.to_disk(tmp_path / "again")
        again = spacy.load(tmp_path / "again")
    assert again.vocab.vectors.name == "en_legal"
    assert_array_equal(again(UNSEEN).vector, nlp(UNSEEN).vector)
    assert again.vocab.vectors.to_bytes() == nlp.vocab.vectors.to_bytes()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_several_processes_see_the_same(nlp: Language, method: str) -> None:
    texts = ["the lessor", UNSEEN, "lessor’s"]
    before = multiprocessing.get_start_method()
    multiprocessing.set_start_method(method, force=True)
    try:
        found = [doc.vector for doc in nlp.pipe(texts, n_process=2)]
    finally:
        multiprocessing.set_start_method(before, force=True)
    assert_array_equal(found, [nlp(text).vector for text in texts])


def test_a_component_is_trained_on_them_and_saved(folder: Path, tmp_path: Path) -> None:
    """As `spacy train` does with the block in its config and the folder in `[initialize]`."""
    settings = {
        "nlp": {"vectors": BLOCK, "lang": "en", "pipeline": ["textcat"]},
        "initialize": {"vectors": str(folder)},
        "components": {"textcat": {"factory": "textcat", "model": TEXTCAT}},
    }
    nlp = load_model_from_config(settings, auto_fill=True)
    texts = {"the lessor shall": "DUTY", "frobnicate sublessors": "NONE"}
    examples = [
        Example.from_dict(
            nlp.make_doc(text), {"cats": {"DUTY": label == "DUTY", "NONE": label == "NONE"}}
        )
        for text, label in texts.items()
    ]
    optimizer = nlp.initialize(lambda: examples)
    assert nlp.vocab.vectors.shape == (5, 6)
    for _ in range(25):
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(tmp_path / "trained")
    again = spacy.load(tmp_path / "trained")
    for text, label in texts.items():
        cats = again(text).cats
        assert max(cats, key=lambda name: cats[name]) == label


class WatchedOps(NumpyOps):
    """Stands for CuPy's: tells what is moved to the device."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: list[tuple[int, ...]] = []

    def asarray(self, data, dtype=None):
        self.moved.append(np.shape(data))
        return super().asarray(data, dtype=dtype)


def test_the_matrix_moves_to_the_device_once(table: WordVectors) -> None:
    vectors, ops = SubwordVectors(table), WatchedOps()
    vectors.to_ops(ops)
    assert ops.moved == [table.matrix.shape]


def test_nothing_is_set_by_hand(nlp: Language) -> None:
    with pytest.raises(EmbedAdaptError, match="no vector to be set by hand"):
        nlp.vocab.set_vector("lessor", np.zeros(6, dtype=np.float32))


def test_without_a_table_there_are_no_vectors() -> None:
    nlp = spacy.blank("en", config={"nlp": {"vectors": BLOCK}})
    assert nlp.vocab.vectors.shape == (0, 0) and nlp.vocab.vectors.to_bytes() == b""
    assert not nlp("lessor")[0].has_vector


def test_fitted_ngrams_know_a_word_by_its_parts() -> None:
    """Words that share a stem share a direction; so does one that was not fitted."""
    rng = np.random.default_rng(3)
    stems, endings = ["lessor", "tenant", "rental", "clause"], ["", "s", "ship", "ed", "ing"]
    centres = rng.normal(size=(4, 8)) * 3
    words = rng.permutation([stem + ending for stem in stems for ending in endings]).tolist()
    rows = [centres[[s in word for s in stems].index(True)] for word in words]
    vectors = WordVectors(Vocabulary(words), np.array(rows, dtype=np.float32))
    subwords = fit_subwords(vectors, 8)
    nothing = subwords.vector("zzzzzz")  # shares no n-gram with any
    for number, stem in enumerate(stems):
        found = subwords.vector(f"{stem}y")
        assert found is not None
        cosines = (centres - centres.mean(axis=0)) @ (found - nothing)
        assert np.argmax(cosines / np.linalg.norm(centres, axis=1)) == number
    narrow = fit_subwords(vectors, 3)
    assert narrow.ngrams.shape[1] == 3
    assert_allclose(narrow.ngrams, subwords.ngrams[:, :3], atol=1e-3)


def test_the_ridge_is_the_normal_equations_solution() -> None:
    from scipy.sparse import csr_matrix

    from embedadapt.export import subwords

    rng = np.random.default_rng(1)
    features = rng.normal(size=(30, 12)).astype(np.float32)
    targets = rng.normal(size=(30, 4)).astype(np.float32)
    gram = features.T @ features + 0.1 * np.eye(12)
    expected = np.linalg.solve(gram, features.T @ targets)
    assert_allclose(subwords._ridge(csr_matrix(features), targets, 0.1, 40), expected, atol=1e-4)


def test_the_nearest_words_are_those_of_the_table(nlp: Language) -> None:
    vectors = nlp.vocab.vectors
    queries = np.stack([nlp("lessor").vector, nlp(UNSEEN)[0].vector])
    keys, rows, cosines = vectors.most_similar(queries, batch_size=1, n=2, sort=True)
    assert keys.dtype == np.uint64 and keys.shape == rows.shape == cosines.shape == (2, 2)
    assert nlp.vocab.strings[keys[0, 0]] == "lessor" and cosines[0, 0] == pytest.approx(1)
    units = vectors.table.matrix / np.linalg.norm(vectors.table.matrix, axis=1, keepdims=True)
    for query, of_query, near in zip(queries, rows, cosines, strict=True):
        expected = units @ query / np.linalg.norm(query)
        assert_array_equal(of_query, np.argsort(-expected)[:2])
        assert_allclose(near, np.sort(expected)[::-1][:2], rtol=1e-5)
    keys, *_ = vectors.most_similar(queries, n=99)
    assert keys.shape == (2, len(vectors)), "no more than there are"
