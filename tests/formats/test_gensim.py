"""gensim's native files, against gensim; and pickles that are something else."""

import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.errors import FormatError
from embedadapt.formats import load_vectors, sniff_format
from embedadapt.formats.gensim import ADMITTED, RecordUnpickler, read
from tests.formats.make import by_message, written
from tests.oracles import FastText, KeyedVectors, Word2Vec, common_texts, datapath


@pytest.fixture(scope="module")
def word2vec() -> Word2Vec:
    return Word2Vec(common_texts, vector_size=4, min_count=1, workers=1, seed=1)


@pytest.fixture(scope="module")
def subword_model() -> FastText:
    return FastText(common_texts, vector_size=4, min_count=1, bucket=50, workers=1, seed=1)


@pytest.mark.parametrize("apart", [10_000_000, 0])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_vectors_are_gensims(word2vec: Word2Vec, tmp_path: Path, apart: int, protocol: int) -> None:
    path = tmp_path / "v.kv"
    word2vec.wv.save(str(path), sep_limit=apart, pickle_protocol=protocol)
    assert sniff_format(path) == "gensim"
    vectors = load_vectors(path, trust_pickle=True)
    assert vectors.vocabulary.words == tuple(word2vec.wv.index_to_key)
    assert np.array_equal(vectors.matrix, word2vec.wv.vectors)
    assert vectors.vocabulary.counts is not None
    counts = [word2vec.wv.get_vecattr(word, "count") for word in vectors]
    assert vectors.vocabulary.counts.tolist() == counts
    assert vectors.matrix.flags.owndata is False or apart


@pytest.mark.parametrize("apart", [10_000_000, 0])
def test_a_model_gives_its_context_too(word2vec: Word2Vec, tmp_path: Path, apart: int) -> None:
    word2vec.save(str(tmp_path / "m.model"), sep_limit=apart)
    vectors = load_vectors(tmp_path / "m.model", trust_pickle=True)
    assert np.array_equal(vectors.matrix, word2vec.wv.vectors)
    assert vectors.context is not None
    assert np.array_equal(vectors.context, word2vec.syn1neg)


@pytest.mark.parametrize("apart", [10_000_000, 0])
def test_a_fasttext_model_composes_unseen_words(
    subword_model: FastText, tmp_path: Path, apart: int
) -> None:
    subword_model.save(str(tmp_path / "m.model"), sep_limit=apart)
    vectors = load_vectors(tmp_path / "m.model", trust_pickle=True)
    for word in (*vectors, "computers", "naïveté"):
        assert np.allclose(vectors[word], subword_model.wv[word], atol=1e-7), word


@pytest.mark.parametrize(
    "name",
    [
        "compatible-hash-true.model",
        "model-from-gensim-3.8.0.w2v",
        "old_keyedvectors_320.dat",
        "word2vec_3.3",
        "word2vec_old",
        "word2vec_old_sep",
    ],
)
def test_files_of_older_gensims_read_as_gensim_reads_them(name: str) -> None:
    loaders = {"compatible-hash-true.model": FastText, "old_keyedvectors_320.dat": KeyedVectors}
    theirs = loaders.get(name, Word2Vec).load(datapath(name))
    theirs = getattr(theirs, "wv", theirs)
    vectors = load_vectors(datapath(name), trust_pickle=True)
    assert vectors.vocabulary.words == tuple(theirs.index_to_key)
    assert np.array_equal(vectors.matrix, theirs.vectors)


@pytest.mark.parametrize("name", ["lee_fasttext", "w2v-lee-v0.12.0", "word2vec_pre_kv_py2"])
def test_files_that_gensim_no_longer_reads_are_read(name: str) -> None:
    with pytest.raises((AttributeError, ModuleNotFoundError, TypeError, KeyError)):
        Word2Vec.load(datapath(name)).wv.index_to_key  # noqa: B018
    vectors = load_vectors(datapath(name), trust_pickle=True)
    assert len(vectors) > 8
    assert vectors.matrix.any()


def test_without_trust_the_file_is_refused(word2vec: Word2Vec, tmp_path: Path) -> None:
    word2vec.wv.save(str(tmp_path / "v.kv"))
    with pytest.raises(FormatError, match=r"found a pickle.*give --trust-pickle"):
        load_vectors(tmp_path / "v.kv")


class Opening:
    """Unpickling it would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_trust_goes_no_further_than_data(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "ran"
    path = written(tmp_path / "v.kv", pickle.dumps(Opening(mark), protocol))
    with pytest.raises(FormatError, match=r"found (_io|io|__builtin__)\.open, which is none"):
        load_vectors(path, trust_pickle=True)
    assert not mark.exists()


def test_nothing_that_is_admitted_is_imported(tmp_path: Path) -> None:
    """Each admitted name, called with a path to write, set a state and asked for attributes."""
    mark = str(tmp_path / "ran")
    for module, names in ADMITTED.items():
        for name in names:
            path = written(
                tmp_path / "v.kv",
                b"\x80\x02c" + f"{module}\n{name}\n".encode() + b"X" + struct.pack("<i", len(mark))
                + mark.encode() + b"\x85R}X\x01\0\0\0aK\x01sb.",
            )  # fmt: skip
            with pytest.raises(FormatError):
                load_vectors(path, trust_pickle=True)
    assert not Path(mark).exists()


def test_classes_are_never_gensims_own(word2vec: Word2Vec, tmp_path: Path) -> None:
    word2vec.save(str(tmp_path / "m.model"))
    with (tmp_path / "m.model").open("rb") as stream:
        saved = RecordUnpickler(stream, encoding="latin1").load()
    assert type(saved).__module__ == type(saved.wv).__module__ == "embedadapt.formats.gensim"
    assert type(saved.wv.__dict__["vectors"]).__module__ == "embedadapt.formats.gensim"


def test_no_damage_is_more_than_one_line(word2vec: Word2Vec, tmp_path: Path) -> None:
    word2vec.wv.save(str(tmp_path / "v.kv"))
    content = (tmp_path / "v.kv").read_bytes()
    place = np.random.default_rng(0)
    for size in range(2, len(content), 13):
        with pytest.raises(FormatError, match=r"c\.kv"):
            read(written(tmp_path / "c.kv", content[:size]), trust_pickle=True)
    for _ in range(300):
        damaged = bytearray(content)
        damaged[place.integers(2, len(content))] = place.integers(256)
        try:
            read(written(tmp_path / "c.kv", bytes(damaged)), trust_pickle=True)
        except FormatError as error:
            assert "\n" not in str(error)


HUGE = struct.pack("<Q", 2**60)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pickle.dumps({"the": [1.0]}), "found a pickled dict"),
        (b"\x80\x04\x8e" + HUGE + b"x.", "a whole pickle"),
        (b"\x80\x04\x95" + HUGE + b"x.", "a whole pickle"),
        (b"\x80\x05\x96" + HUGE + b"x.", "a whole pickle"),
        (b"\x80\x02r\xff\xff\xff\x7f.", "a whole pickle"),
        (b"\x80\x02}r\xff\xff\xff\x7f.", "found a pickled dict"),
        (b"\x80\x02\x82\x01.", "a whole pickle"),
        (b"\x80\x02Pid\n.", "a whole pickle"),
        (b"\x80\x02cposix\nsystem\n.", r"posix\.system, which is none of gensim's data"),
        (b"\x80\x02cgensim.utils\nunpickle\n.", r"gensim\.utils\.unpickle, which is none"),
        (b"\x80\x04\x8c\x05numpy\x8c\x0ctestutils.os\x93.", r"numpy\.testutils\.os, which is"),
        (b"\x80\x02cgensim.models.keyedvectors\nKeyedVectors\n)\x81.", "no list of words"),
    ],
    ids=by_message,
)
def test_what_is_no_gensim_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        load_vectors(written(tmp_path / "v.kv", content), trust_pickle=True)


def test_a_missing_side_file_is_named(word2vec: Word2Vec, tmp_path: Path) -> None:
    word2vec.wv.save(str(tmp_path / "v.kv"), sep_limit=0)
    (tmp_path / "v.kv.vectors.npy").unlink()
    with pytest.raises(FormatError, match=r"v\.kv\.vectors\.npy.*Keep the files"):
        load_vectors(tmp_path / "v.kv", trust_pickle=True)
