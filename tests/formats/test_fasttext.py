import gzip
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import fasttext
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, save_vectors, sniff_format
from embedadapt.formats.fasttext import read, write
from embedadapt.formats.reading import window
from tests.formats.make import assert_same_table, fasttext_bytes, make_vectors, tables, written
from tests.naive import compose_word
from tests.oracles import datapath, load_facebook_vectors

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


def test_a_count_below_zero_is_named(tmp_path: Path) -> None:
    content = fasttext_bytes().replace(struct.pack("<q", 999), struct.pack("<q", -5))
    with pytest.raises(FormatError, match="dictionary, row 2: expected a count, found -5"):
        load_vectors(written(tmp_path / "m.bin", content))


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
        ({"floret": True, "hash_count": 5}, "expected hashCount from 1 to 4, found 5"),
        ({"floret": True, "mode": 3}, "expected mode from 1 to 2, found 3"),
        ({"pruned": 0}, "expected a quantized fastText model, found a dense one, pruned"),
        ({"pruned": 0, "floret": True, "mode": 2}, "found a pruned one of floret"),
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
        (inputs, 9, "row 7: expected finite numbers in the n-gram row, found nan"),
        (outputs, 2, "row 3: expected finite numbers in the output row, found nan"),
    ):
        at = start + 16 * row
        damaged = content[:at] + struct.pack("<f", np.nan) + content[at + 4 :]
        with pytest.raises(FormatError, match=said):
            read(written(tmp_path / "m.bin", damaged))


def official_rows(path: Path, words: Sequence[str]) -> np.ndarray:
    model = fasttext.load_model(str(path))
    return np.array([official_vector(model, word) for word in words])


@pytest.mark.parametrize("loss", ["ns", "hs"])
@pytest.mark.parametrize("lengths", [(2, 4), (0, 0)])
def test_a_trained_model_is_written_back_byte_for_byte(
    trained: Path, tmp_path: Path, loss: str, lengths: tuple[int, int]
) -> None:
    model = fasttext.train_unsupervised(
        str(trained.parent / "text"),
        dim=5,
        bucket=300,
        minCount=1,
        epoch=1,
        thread=1,
        loss=loss,
        minn=lengths[0],
        maxn=lengths[1],
    )
    model.save_model(str(tmp_path / "a.bin"))
    save_vectors(load_vectors(tmp_path / "a.bin"), tmp_path / "b.bin", format="fasttext-bin")
    assert (tmp_path / "b.bin").read_bytes() == (tmp_path / "a.bin").read_bytes()


@pytest.mark.parametrize("changes", [{}, {"version": 11}, {"n_buckets": 5, "max_n": 0}])
def test_a_supervised_model_keeps_its_labels(tmp_path: Path, changes: dict[str, int]) -> None:
    content = fasttext_bytes(model=3, loss=3, n_labels=1, **changes)
    vectors = read(written(tmp_path / "a.bin", content))
    write(vectors, tmp_path / "b.bin")
    assert (tmp_path / "b.bin").read_bytes() == content


def changed(vectors: WordVectors) -> WordVectors:
    """One word moved, two new, as an adapter leaves a table: without n-grams and counts."""
    rows = np.random.default_rng(1).normal(size=(2, vectors.dim)).astype(np.float32)
    matrix = np.concatenate([vectors.matrix, rows])
    matrix[vectors.vocabulary.index["lessor"]] += 1
    words = (*vectors.vocabulary.words, "indemnitor", "l’usufruit")
    return WordVectors(Vocabulary(words), matrix, provenance=vectors.provenance)


def test_official_fasttext_and_gensim_answer_with_the_changed_vectors(
    trained: Path, tmp_path: Path
) -> None:
    before = load_vectors(trained)
    after = changed(before)
    save_vectors(after, tmp_path / "m.bin", format="fasttext-bin")
    words = after.vocabulary.words
    assert fasttext.load_model(str(tmp_path / "m.bin")).get_words() == list(words)
    assert np.allclose(official_rows(tmp_path / "m.bin", words), after.matrix, atol=2e-6)
    theirs = load_facebook_vectors(tmp_path / "m.bin")
    for word in set(words) - {"</s>"}:
        assert np.allclose(theirs[word], after[word], atol=2e-6), word
    unseen = ["lessees", "échéances"]
    assert np.array_equal(official_rows(tmp_path / "m.bin", unseen), official_rows(trained, unseen))


def test_words_that_did_not_change_keep_their_rows_and_counts(
    trained: Path, tmp_path: Path
) -> None:
    before = load_vectors(trained)
    write(changed(before), tmp_path / "m.bin")
    after = load_vectors(tmp_path / "m.bin")
    assert before.subwords and after.subwords and before.context is not None
    assert before.subwords.words is not None and after.subwords.words is not None
    assert after.context is not None
    same = [word for word in before if word != "lessor"]
    rows = before.vocabulary.lookup(same)
    assert np.array_equal(after.vocabulary.counts[rows], before.vocabulary.counts[rows])
    assert after.vocabulary.counts[-2:].tolist() == [1, 1]
    assert np.array_equal(after.subwords.words[rows], before.subwords.words[rows])
    assert np.array_equal(after.context[: len(before)], before.context)
    assert not after.context[len(before) :].any()


def test_without_its_file_a_model_is_written_from_what_the_vectors_carry(
    trained: Path, tmp_path: Path
) -> None:
    save_vectors(load_vectors(trained), tmp_path / "v.safetensors")
    vectors = load_vectors(tmp_path / "v.safetensors")
    save_vectors(vectors, tmp_path / "m.bin", format="fasttext-bin")
    words = [*vectors, "lessees", "échéances"]
    assert np.array_equal(official_rows(tmp_path / "m.bin", words), official_rows(trained, words))


def test_plain_vectors_become_a_model_of_whole_words(tmp_path: Path) -> None:
    vectors = make_vectors()
    save_vectors(vectors, tmp_path / "m.bin", format="fasttext-bin")
    assert_same_table(load_vectors(tmp_path / "m.bin"), vectors)
    model = fasttext.load_model(str(tmp_path / "m.bin"))
    assert tuple(model.get_words()) == vectors.vocabulary.words
    assert np.array_equal(model.get_input_matrix(), vectors.matrix)
    neighbours = {word for _, word in model.get_nearest_neighbors("the", k=5)}
    assert neighbours <= set(vectors) - {"the"}
    theirs = load_facebook_vectors(tmp_path / "m.bin")
    assert tuple(theirs.index_to_key) == vectors.vocabulary.words
    assert np.allclose(theirs.vectors, vectors.matrix, atol=1e-7)


@given(tables(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)))
def test_any_words_a_dictionary_holds_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: WordVectors
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.bin"
    write(table, path)
    assert_same_table(read(path), table)


def test_a_wider_table_than_its_model_is_one_of_whole_words(trained: Path, tmp_path: Path) -> None:
    before = load_vectors(trained)
    wider = replace(before, matrix=np.hstack([before.matrix] * 2), context=None, subwords=None)
    save_vectors(wider, tmp_path / "m.bin", format="fasttext-bin")
    assert_same_table(load_vectors(tmp_path / "m.bin"), wider)
    assert load_vectors(tmp_path / "m.bin").subwords is None


@pytest.mark.parametrize("word", ["", "a\0b"])
def test_a_word_no_dictionary_holds_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(OutputError, match="fastText dictionary can hold"):
        save_vectors(make_vectors(["the", word]), tmp_path / "m.bin", format="fasttext-bin")
    assert not list(tmp_path.iterdir())


def test_a_loaded_model_is_vectors_like_any_other(trained: Path) -> None:
    vectors = load_vectors(trained)
    assert isinstance(vectors, WordVectors)
    assert vectors.most_similar("lessees", topn=1)[0][0] in vectors
