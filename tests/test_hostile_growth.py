"""Small files that become large: each input has one limit over all its members and records; and
text whose analysis must not grow with the square of its length."""

import gzip
import io
import json
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from embedadapt.core.apart import MOST_SECONDS
from embedadapt.core.errors import CorpusError, EmbedAdaptError, FormatError, SettingsError
from embedadapt.core.unpack_limit import VARIABLE
from embedadapt.formats import load_vectors
from embedadapt.formats.reading import containers
from embedadapt.oov.analyze import analyze_tables
from embedadapt.text.labeled import read_labeled
from embedadapt.text.readers import decoding, open_corpus
from embedadapt.text.readers.eml import eml_text
from tests.oov.make import LOWER, Texts, table
from tests.text.readers.make import docx

SMALL = 1 << 16
"""In place of the bytes that any file may become."""
TEXT = "the lessor pays the rent " * 80
LONG = 400_000
"""Characters of a long text."""
TIMES = 100
"""So often the text comes out: three times SMALL, and more than a hundred times what is packed."""


def jsonl(texts: list[str]) -> bytes:
    return gzip.compress("".join(json.dumps({"text": text}) + "\n" for text in texts).encode())


def column(texts: list[str]) -> bytes:
    content = io.BytesIO()
    parquet.write_table(pyarrow.table({"text": texts}), content)
    return content.getvalue()


def packed_docx() -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx(f"<w:r><w:t>{TEXT}</w:t></w:r>" * 5 * TIMES))) as plain,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in plain.infolist():
            archive.writestr(part.filename, plain.read(part))
    return packed.getvalue()


GROWING: dict[str, Callable[[], bytes]] = {
    "lines.jsonl.gz": lambda: jsonl([TEXT] * TIMES),
    "line.jsonl.gz": lambda: jsonl([TEXT * TIMES]),
    "a.txt.gz": lambda: gzip.compress((TEXT * TIMES).encode()),
    "a.html.gz": lambda: gzip.compress((TEXT * TIMES).encode()),
    "cell.csv.gz": lambda: gzip.compress(f"text\n{TEXT * TIMES}\n".encode()),
    "a.parquet": lambda: column([TEXT] * TIMES * 10),
    "a.docx": packed_docx,
}


@pytest.mark.parametrize("name", GROWING)
def test_a_corpus_has_a_limit_that_can_be_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_bytes(GROWING[name]())
    corpus = open_corpus([tmp_path / name], column="text")
    whole = sum(len(document.text) for document in corpus)
    assert whole >= len(TEXT) * TIMES - 1
    monkeypatch.setattr(decoding, "LARGEST_DOCUMENT", SMALL)
    monkeypatch.setenv(MOST_SECONDS, "0")  # in this process, which has the small limit
    with pytest.raises(CorpusError, match=r"at most|larger than field limit") as caught:
        list(corpus)
    assert name in str(caught.value) and "\n" not in str(caught.value)
    monkeypatch.setenv(VARIABLE, "100000000")
    assert sum(len(document.text) for document in corpus) == whole


@pytest.mark.parametrize("value", ["many", "-1", "1e9", "9" * 20, "٣"])
def test_a_limit_is_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"the lessor"))
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(SettingsError, match=f"{VARIABLE}: expected a number of bytes"):
        list(open_corpus([tmp_path / "a.txt.gz"]))


def test_a_plain_file_is_as_large_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LARGEST_DOCUMENT", SMALL)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT * TIMES}))
    (tmp_path / "a.html").write_text(TEXT * TIMES)
    assert len(list(open_corpus([tmp_path]))) == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", '{"text": "a", "b": [' + "[]," * 1_500_000 + "0]}", r"a\.jsonl:1: .*values"),
        ("a.jsonl", '{"text": "a", "b": ' + "[" * 1_500_000, r"a\.jsonl:1: .*values"),
        ("a.csv", "text\n" + "ab," * 1_500_000, r"a\.csv: .*cells in a row"),
        ("a.csv", "text\n" + '"\n",' * 1_500_000, r"a\.csv: .*cells in a row"),
    ],
)
def test_values_of_one_document_have_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, says: str
) -> None:
    (tmp_path / name).write_text(content)
    corpus = open_corpus([tmp_path / name], column="text")
    with pytest.raises(CorpusError, match=says):
        list(corpus)
    if content.endswith(("}", ",")):
        monkeypatch.setenv(VARIABLE, str(64 * 4_000_000))
        assert next(iter(corpus)).text in ("a", "ab", "\n")


def test_a_long_cell_of_a_large_table_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "PART", SMALL)
    text = "the lessor pays " * SMALL
    (tmp_path / "a.csv").write_text(f"text,id\n{text},1\nshort,2\n")
    assert [d.text for d in open_corpus([tmp_path / "a.csv"], column="text")] == [text, "short"]


def test_members_of_an_archive_share_one_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = np.ones((1000, 50), np.float32)
    np.savez_compressed(tmp_path / "a.npz", **{f"m{n}": table for n in range(50)})
    monkeypatch.setattr(containers, "ALWAYS_ALLOWED", SMALL)
    with pytest.raises(FormatError, match="at most 100 times its size"):
        load_vectors(tmp_path / "a.npz")


def test_a_row_that_parquet_stores_once_counts_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "ALWAYS_ALLOWED", SMALL)
    monkeypatch.setenv(MOST_SECONDS, "0")  # in this process, whose limit was set
    rows = [[0.0] * 100] * 5_000
    table = pyarrow.table({"word": [f"w{n}" for n in range(5_000)], "vector": rows})
    parquet.write_table(table, tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 20_000
    with pytest.raises(FormatError, match="at most 100 times its size"):
        load_vectors(tmp_path / "a.parquet")


def test_a_word_that_parquet_stores_once_is_made_once(tmp_path: Path) -> None:
    words = pyarrow.array(["w" * 100_000]).take(pyarrow.array([0] * 5_000))
    table = pyarrow.table({"word": words, "vector": [[1.0, 2.0]] * 5_000})
    parquet.write_table(table, tmp_path / "a.parquet", compression="zstd")
    tracemalloc.start()
    assert len(load_vectors(tmp_path / "a.parquet")) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000  # all words apart: 500 MB


def test_a_long_label_does_not_widen_all(tmp_path: Path) -> None:
    lines = "".join(f"text {n},a\n" for n in range(1_000))
    (tmp_path / "l.csv").write_text(f"text,label\n{lines}text,{'b' * 1_000_000}\n")
    with pytest.raises(CorpusError, match="expected labels of 200 characters at most, found 'bbb"):
        read_labeled(tmp_path / "l.csv")


@pytest.mark.parametrize(
    "header",
    ["Subject: ", "Subject: a\nContent-Type: text/plain; ", "Subject: a\nContent-Type: "],
)
@pytest.mark.parametrize("piece", ["=?utf-8?q?a?= ", "a=b; ", "a ", "\t\n a", "<", '"'])
def test_long_headers_take_little(header: str, piece: str) -> None:
    message = f"{header}{piece * 10_000}\n\nthe lessor".encode()
    tracemalloc.start()
    try:
        text = eml_text(message, "a.eml")
    except EmbedAdaptError as error:
        text = str(error)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(text) < 10_000
    assert peak < 4 * len(message) + 50_000_000


HOSTILE = {
    "one line": lambda n: "the lessor shall pay " * (n // 20),
    "no punctuation": lambda n: "\n".join(["lessor paying"] * (n // 14)),
    "dots": lambda n: "." * n + " the lessor",
    "sentences of dots": lambda n: ". " * (n // 2),
    "hyphens": lambda n: "a-" * (n // 20) + " lessor-\n" * (n // 20),
    "one word": lambda n: "a" * n,
    "distinct words": lambda n: " ".join(f"lessor{number}x" for number in range(n // 16)),
    "numbers": lambda n: "1. " * (n // 3),
    "brackets": lambda n: "( NDA " * (n // 6),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_calls_of_oov_grow_with_the_text(name: str) -> None:
    """Twice the text takes at most little more than twice the calls. What a call does in compiled
    code would take minutes if it grew with the square of a megabyte."""
    steps = []
    for n in (50_000, 100_000):
        texts = Texts((HOSTILE[name](n), "the lessor pays"))
        steps.append(calls_of(lambda texts=texts: analyze_tables(texts, [(table(), LOWER)])))
    assert steps[1] < 2.3 * steps[0] + 2_000
    analyze_tables(Texts((HOSTILE[name](LONG),)), [(table(), LOWER)])


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called."""
    n = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal n
        n += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return n
