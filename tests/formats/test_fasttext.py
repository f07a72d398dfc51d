import gzip
import struct
from pathlib import Path

import fasttext
import numpy as np
import pytest
from gensim.models.fasttext import load_facebook_vectors
from gensim.test.utils import datapath

from embedadapt.core.errors import FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, sniff_format, window
from embedadapt.formats.fasttext import read
from tests.formats.make import fasttext_bytes, written
from tests.naive import compose_word

TEXT = "the lessee shall indemnify the lessor , l’acheteur paie à l’échéance \n" * 30


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fasttext")
    (folder / "text").write_text(TEXT, encoding="utf-8")
    model = fasttext.train_unsupervised(
        str(folder / "text"), dim=6, bucket=500, minCount=1, epoch=1, thread=1, minn=2, maxn=4
    )
    model.save_model(str(folder / "model.bin"))
    return folder / "model.bin"


def official_vector(model: fasttext.FastText._FastText, word: str) -> np.ndarray:
    """The mean of the input rows the official library names for a word (its own
    `get_word_vector` is unit-length in the community build)."""
    rows = model.get_input_matrix()[model.get_subwords(word)[1]]
    return compose_word(rows[0], rows[1:])


def test_words_and_their_vectors_are_the_official_librarys(trained: Path) -> None:
    model, vectors = fasttext.load_model(str(trained)), load_vectors(trained)
    words, counts = model.get_words(include_freq=True)
    assert vectors.provenance.format == "fasttext-bin"
    assert vectors.vocabulary.words == tuple(words)
    assert "</s>" in vectors
    assert np.array_equal(vectors.vocabulary.counts, counts)
    for word in words:
        assert np.array_equal(vectors[word], official_vector(model, word)), word


def test_unseen_words_are_composed_as_the_official_library_composes_them(trained: Path) -> None:
    model, vectors = fasttext.load_model(str(trained)), load_vectors(trained)
    for word in ("lessees", "indemnification", "échéances", "l", "日本", "👩🏽‍⚖️"):
        assert word not in vectors
        assert np.allclose(vectors[word], official_vector(model, word), atol=1e-7), word


def test_the_context_is_the_output_matrix(trained: Path) -> None:
    vectors = load_vectors(trained)
    assert vectors.context is not None
    assert np.array_equal(vectors.context, fasttext.load_model(str(trained)).get_output_matrix())
    assert vectors.provenance.notes == ()


def test_the_large_matrices_are_mapped_and_read_only(trained: Path) -> None:
    vectors = load_vectors(trained)
    assert vectors.subwords is not None and vectors.context is not None
    assert not vectors.subwords.ngrams.flags.writeable
    assert not vectors.context.flags.owndata
    assert vectors.subwords.ngrams.shape == (500, 6)
    assert (vectors.subwords.min_n, vectors.subwords.max_n) == (2, 4)


def test_a_packed_model_is_the_same_model(trained: Path, tmp_path: Path) -> None:
    packed = written(tmp_path / "m.bin.gz", gzip.compress(trained.read_bytes()))
    ours, plain = load_vectors(packed), load_vectors(trained)
    assert ours.fingerprint == plain.fingerprint
    assert np.array_equal(ours["indemnities"], plain["indemnities"])


def test_a_dictionary_across_many_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [b"w%d" % i for i in range(300)]
    path = written(tmp_path / "m.bin", fasttext_bytes(words))
    packed = written(tmp_path / "m.gz", gzip.compress(path.read_bytes()))
    expected = read(path)
    monkeypatch.setattr(window, "WINDOW", 100)
    assert read(path).fingerprint == expected.fingerprint == read(packed).fingerprint
    assert read(packed).vocabulary.words == tuple(word.decode() for word in words)


@pytest.mark.parametrize(
    "name", ["crime-and-punishment.bin", "lee_fasttext_new.bin", "toy-model.bin"]
)
def test_files_of_gensims_own_tests_read_as_gensim_reads_them(name: str) -> None:
    theirs, ours = load_facebook_vectors(datapath(name)), load_vectors(datapath(name))
    assert ours.vocabulary.words == tuple(theirs.index_to_key)
    for word in ours:
        if word != "</s>":  # gensim gives it n-grams, fastText does not
            assert np.allclose(ours[word], theirs[word], atol=1e-6), word
    assert np.allclose(ours["тварьтварь"], theirs["тварьтварь"], atol=1e-6)


def test_a_model_without_ngrams_has_its_rows_for_vectors(tmp_path: Path) -> None:
    content = fasttext_bytes(n_buckets=0, max_n=0)
    vectors = read(written(tmp_path / "m.bin", content))
    assert vectors.subwords is None
    assert "lessees" not in vectors
    rows = np.random.default_rng(0).normal(size=(3, 4)).astype("<f4")
    assert np.array_equal(vectors.matrix, rows)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"zero_context": True}, "all zeros"),
        ({"loss": 1}, "hierarchical softmax"),
        ({"model": 3, "loss": 3, "n_labels": 1}, "supervised"),
        ({"model": 3, "loss": 3, "n_labels": 1, "version": 11}, "supervised"),
    ],
)
def test_an_output_matrix_that_is_no_context_is_left_out_and_said(
    tmp_path: Path, changes: dict[str, int], note: str
) -> None:
    vectors = read(written(tmp_path / "m.bin", fasttext_bytes(**changes)))
    assert vectors.context is None
    assert len(vectors) == 3 - changes.get("n_labels", 0)
    assert any(note in text for text in vectors.provenance.notes)
    assert (vectors.subwords is None) == ("version" in changes)


def test_words_that_are_not_utf8_keep_their_bytes_and_are_noted(tmp_path: Path) -> None:
    vectors = read(written(tmp_path / "m.bin", fasttext_bytes([b"ok", b"pa\xe9ty"])))
    assert vectors.vocabulary.words == ("ok", "pa\udce9ty")
    assert "1 words are not UTF-8" in vectors.provenance.notes[-1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 99}, "byte 4: expected fastText version 11 or 12, found 99"),
        ({"quantized": True}, "expected an input matrix of 10 x 4, as its dictionary"),
        ({"floret": True}, "floret"),
        ({"pruned": 0}, "expected a quantized model, found a pruned one that is dense"),
        ({"pruned": 10**15}, "expected 1,000,000,000,000,000 pairs of bucket and row"),
        ({"model": 9}, "expected model from 1 to 3, found 9"),
        ({"loss": 0}, "expected loss from 1 to 4, found 0"),
        ({"max_n": 2**31 - 1}, "expected maxn from 0 to 64"),
        ({"min_n": -1}, "expected minn from 0"),
        ({"n_buckets": 0}, "expected buckets for its n-grams"),
        ({"n_words": 9}, "dictionary: expected|byte [0-9]+: expected word"),
        ({"shape": (10**12, 4)}, "expected an input matrix of 10 x 4.*1,000,000,000,000 x 4"),
        ({"shape": (-10, 4)}, "found -10 x 4"),
        ({"shape": (10, 9)}, "found 10 x 9"),
        ({"types": [0, 1, 0]}, "expected 3 words, then labels"),
        ({"words": [b"a", b"b", b"a"]}, "row 3: expected a new word, found 'a' again"),
        ({"words": []}, "at least one word"),
    ],
)
def test_a_defect_is_one_line(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    content = fasttext_bytes(**changes)  # type: ignore[arg-type]
    for data in (content, gzip.compress(content)):
        path = written(tmp_path / "m.bin", data)
        assert sniff_format(path) == "fasttext-bin"
        with pytest.raises(FormatError, match=said) as caught:
            load_vectors(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_or_lengthened_file_never_loads(tmp_path: Path, packed: bool) -> None:
    content = fasttext_bytes()
    for data in [*(content[:size] for size in range(4, len(content), 7)), content + b"\0"]:
        path = written(tmp_path / "m.bin", gzip.compress(data) if packed else data)
        with pytest.raises(FormatError, match=r"m\.bin"):
            load_vectors(path)


def test_a_nan_anywhere_is_found(tmp_path: Path) -> None:
    content = fasttext_bytes()  # 3 words, 7 buckets, 4 values each
    outputs = len(content) - 4 * 4 * 3
    inputs = outputs - 17 - 4 * 4 * (3 + 7)
    for start, row, said in (
        (inputs, 0, "row 1: expected finite numbers in the input row of 'the'"),
        (inputs, 9, "row 10: expected finite numbers in the input row, found nan"),
        (outputs, 2, "row 3: expected finite numbers in the output row, found nan"),
    ):
        at = start + 16 * row
        damaged = content[:at] + struct.pack("<f", np.nan) + content[at + 4 :]
        with pytest.raises(FormatError, match=said):
            read(written(tmp_path / "m.bin", damaged))


def test_a_loaded_model_is_vectors_like_any_other(trained: Path) -> None:
    vectors = load_vectors(trained)
    assert isinstance(vectors, WordVectors)
    assert vectors.most_similar("lessees", topn=1)[0][0] in vectors
