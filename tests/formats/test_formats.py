"""The door of the formats: telling them apart, refusing strangers, choosing by suffix."""

import gzip
import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.errors import EmbedAdaptError, FormatError, OutputError
from embedadapt.formats import load_vectors, save_vectors, sniff_format
from tests.formats.make import assert_same_table, by_message, fasttext_bytes, make_vectors, written


class Marker:
    """Unpickling it would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_are_refused_and_never_run(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "ran"
    path = written(tmp_path / "v.kv", pickle.dumps(Marker(mark), protocol))
    with pytest.raises(FormatError, match="pickle" if protocol > 1 else "expected"):
        load_vectors(path)
    assert not mark.exists()


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps([1.0]))
    return content.getvalue()


def array(value: object) -> bytes:
    content = io.BytesIO()
    np.save(content, np.array(value), allow_pickle=True)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"\n  \n\n", "blanks only"),
        (b"\0" * 99, "blanks only"),
        (zipped(), "zip archive"),
        (array([[1.0]]), "expected a list of its words beside it"),
        (array([{}]), "Object arrays|Python objects"),
        (gzip.compress(array([[1.0]])), "a packed numpy array"),
        ("2 3\nthe 1 2 3\n".encode("utf-16"), "UTF-16"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "git-lfs"),
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
        (b"BZh91AY", "bzip2"),
        (gzip.compress(gzip.compress(b"the 1 2\n")), "a gzip file inside a packed one"),
        (b"]\0\0\x80\0" + b"\xff" * 9, "an lzma file"),
        (b"SQLite format 3\0" + bytes(99), "an SQLite file"),
        (b"the 1309\nof 740\n", "found one number a word.*a list of words and their counts"),
        (b"the 1 2\t\n", "numbers, separated by single spaces, found 'the 1 2"),
        (b"the quick brown fox\n", "line 1: expected a vector file"),
        (b"\x02\x00\x00\x00\x05\x00\x00\x00", "bytes that begin"),
        (gzip.compress(b""), "an empty file"),
        (gzip.compress(b"the 1 2\n" * 9)[:-8], "expected a whole gzip file"),
        (gzip.compress(b"the 1 2\n" * 9)[:14], "expected a whole gzip file"),
        (gzip.compress(b"the 1 2\n") + b"garbage", "expected a whole gzip file"),
    ],
    ids=by_message,
)
def test_what_is_no_vector_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = written(tmp_path / "v.vec", content)
    with pytest.raises(FormatError, match=said) as caught:
        load_vectors(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"nowhere\.vec: .*No such file.*Check the path"):
        load_vectors(tmp_path / "nowhere.vec")


def test_a_page_of_one_line_of_gzip_stays_small(tmp_path: Path) -> None:
    path = written(tmp_path / "bomb.gz", gzip.compress(b"1 2\nx" + bytes(30_000_000)))
    with pytest.raises(FormatError):
        load_vectors(path)


def test_glove_may_begin_with_an_angle_bracket(tmp_path: Path) -> None:
    assert sniff_format(written(tmp_path / "a", b"<unk> 1 2\n< 3 4\n")) == "glove"
    assert sniff_format(written(tmp_path / "b", b"< 3 4\n")) == "glove"


@pytest.mark.parametrize("suffix", [".txt", ".vec", ".bin", ".dat", ".safetensors", ""])
def test_no_suffix_is_believed(tmp_path: Path, suffix: str) -> None:
    vectors, path = make_vectors(), tmp_path / f"v{suffix}"
    for name in ("word2vec-text", "word2vec-binary", "safetensors", "glove", "numpy"):
        save_vectors(vectors, path, format=name)
        assert sniff_format(path) == name
        assert_same_table(load_vectors(path), vectors)
    assert sniff_format(written(path, fasttext_bytes())) == "fasttext-bin"


@pytest.mark.parametrize(
    ("suffix", "name"),
    [
        (".safetensors", "safetensors"),
        (".txt", "word2vec-text"),
        (".vec", "word2vec-text"),
        (".bin", "word2vec-binary"),
        (".npy", "numpy"),
    ],
)
def test_a_target_is_written_as_its_suffix_asks(tmp_path: Path, suffix: str, name: str) -> None:
    save_vectors(make_vectors(), tmp_path / f"v{suffix}")
    assert sniff_format(tmp_path / f"v{suffix}") == name


def test_an_unknown_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"one of the suffixes \.safetensors.*found '\.kv'"):
        save_vectors(make_vectors(), tmp_path / "v.kv")
    with pytest.raises(OutputError, match=r"one of the formats safetensors.*found 'spacy'"):
        save_vectors(make_vectors(), tmp_path / "v.txt", format="spacy")


@pytest.mark.parametrize("name", ["safetensors", "word2vec-text", "word2vec-binary", "numpy"])
def test_what_would_not_read_back_replaces_nothing(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "v", b"what stood here")
    vectors = make_vectors(["the", "lessee"])
    vectors.matrix[1, 2] = np.nan
    with pytest.raises(OutputError, match=r"expected a file that reads back.*found nan") as caught:
        save_vectors(vectors, path, format=name)
    assert caught.value.where == str(path)
    assert path.read_bytes() == b"what stood here"
    assert [part.name for part in tmp_path.iterdir()] == ["v"]


def test_glove_that_would_pass_for_another_format_is_not_written(tmp_path: Path) -> None:
    vectors = make_vectors(["7"], dim=1)
    vectors.matrix[0, 0] = 1
    with pytest.raises(OutputError, match="reads back"):
        save_vectors(vectors, tmp_path / "v.txt", format="glove")
    assert not list(tmp_path.iterdir())


def test_every_prefix_of_every_format_loads_or_says_one_line(tmp_path: Path) -> None:
    """No cut file crashes, and what can be taken for whole is noted: a text table cut inside its
    last number, a table without its last line feed."""
    for name in ("word2vec-text", "word2vec-binary", "safetensors"):
        save_vectors(make_vectors(["the", "lessee"], dim=2), tmp_path / "v", format=name)
        content = (tmp_path / "v").read_bytes()
        for size in range(len(content)):
            try:
                vectors = load_vectors(written(tmp_path / "cut", content[:size]))
            except EmbedAdaptError as error:
                assert "\n" not in str(error)
            else:
                assert len(vectors) == 2
                if name == "word2vec-text":
                    assert "no line feed" in vectors.provenance.notes[0]
                else:
                    assert (name, size) == ("word2vec-binary", len(content) - 1)


@pytest.mark.parametrize("name", ["safetensors", "word2vec-text", "fasttext-bin", "numpy"])
def test_a_word_that_no_bytes_stand_for_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"UTF-8 can write, found .* in row 1"):
        save_vectors(make_vectors(["the", "\udd00"]), tmp_path / "t", format=name)
    assert not list(tmp_path.iterdir())
