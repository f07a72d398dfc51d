from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.errors import OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.gensim_vectors import write_gensim
from embedadapt.formats import load_vectors
from tests.oracles import KeyedVectors

WORDS = ["the", "lessor", "New York", "été", "a\u2028b"]
ROWS = np.random.default_rng(0).normal(size=(len(WORDS), 4)).astype(np.float32)


def test_gensim_has_every_word_bit_for_bit(tmp_path: Path) -> None:
    vectors = WordVectors(Vocabulary(WORDS, counts=np.arange(5)), ROWS)
    write_gensim(vectors, tmp_path / "legal.kv")
    found = KeyedVectors.load(str(tmp_path / "legal.kv"), mmap="r")
    assert found.index_to_key == WORDS
    assert isinstance(found.vectors, np.memmap)
    for word in WORDS:
        np.testing.assert_array_equal(found[word], vectors[word])
    assert found.get_vecattr("été", "count") == 3
    assert [word for word, _ in found.most_similar("the", topn=4)] == [
        word for word, _ in vectors.most_similar("the", topn=4)
    ]


def test_the_file_holds_what_gensims_own_holds(tmp_path: Path) -> None:
    write_gensim(WordVectors(Vocabulary(WORDS, counts=np.arange(5)), ROWS), tmp_path / "ours.kv")
    theirs = KeyedVectors(4)
    theirs.add_vectors(WORDS, ROWS)
    for row, word in enumerate(WORDS):
        theirs.set_vecattr(word, "count", row)
    theirs.save(str(tmp_path / "theirs.kv"), separately=["vectors"])
    one, other = (
        vars(KeyedVectors.load(str(tmp_path / name))) for name in ("ours.kv", "theirs.kv")
    )
    assert one.keys() == other.keys()
    for name in one.keys() - {"lifecycle_events", "vectors", "expandos"}:
        assert one[name] == other[name], name
    np.testing.assert_array_equal(one["vectors"], other["vectors"])
    np.testing.assert_array_equal(one["expandos"]["count"], other["expandos"]["count"])


def test_gensim_goes_on_with_it(tmp_path: Path) -> None:
    write_gensim(WordVectors(Vocabulary(WORDS), ROWS), tmp_path / "legal.kv")
    found = KeyedVectors.load(str(tmp_path / "legal.kv"))
    found.add_vector("copyleft", np.ones(4, np.float32))
    assert found.index_to_key == [*WORDS, "copyleft"]
    np.testing.assert_array_equal(found.vectors[:-1], ROWS)
    found.save(str(tmp_path / "again.kv"))
    assert "copyleft" in load_vectors(tmp_path / "again.kv", trust_pickle=True)


def test_the_bytes_are_the_same_wherever_they_are_written(tmp_path: Path) -> None:
    for name in ("a.kv", "elsewhere.kv"):
        write_gensim(WordVectors(Vocabulary(WORDS, counts=np.arange(5)), ROWS), tmp_path / name)
    assert (tmp_path / "a.kv").read_bytes() == (tmp_path / "elsewhere.kv").read_bytes()


def test_what_does_not_read_back_replaces_nothing(tmp_path: Path) -> None:
    write_gensim(WordVectors(Vocabulary(WORDS), ROWS), tmp_path / "legal.kv")
    before = (tmp_path / "legal.kv").read_bytes()
    with pytest.raises(OutputError, match=r"legal\.kv: expected a file that reads back"):
        write_gensim(WordVectors(Vocabulary(WORDS), ROWS * np.nan), tmp_path / "legal.kv")
    assert (tmp_path / "legal.kv").read_bytes() == before


def test_a_memory_mapped_table_is_written_too(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", ROWS)
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    write_gensim(WordVectors(Vocabulary(WORDS), mapped), tmp_path / "legal.kv")
    again = load_vectors(tmp_path / "legal.kv", trust_pickle=True)
    assert again.vocabulary.words == tuple(WORDS)
    np.testing.assert_array_equal(again.matrix, ROWS)


def test_what_stood_there_stands_when_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "legal.kv").mkdir()
    with pytest.raises(OutputError, match=r"legal\.kv"):
        write_gensim(WordVectors(Vocabulary(WORDS), ROWS), tmp_path / "legal.kv")
    assert [path.name for path in tmp_path.iterdir()] == ["legal.kv"]
