import gzip
from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import save_vectors
from embedadapt.formats.adapter_file import save_adapter
from embedadapt.formats.kinds import kind_of, stray_in
from tests.core.make import ADAPTER

WORDS = Vocabulary([f"word{i}" for i in range(30)])
TABLE = WordVectors(WORDS, np.random.default_rng(0).normal(size=(30, 12)).astype(np.float32))


@pytest.mark.parametrize("name", ["v.safetensors", "v.bin", "v.txt", "v.vec", "v.npy"])
def test_tables_of_every_format_are_vectors(tmp_path: Path, name: str) -> None:
    save_vectors(TABLE, tmp_path / name)
    assert kind_of(tmp_path / name) == "vectors"


def test_glove_and_fasttext_are_vectors(tmp_path: Path) -> None:
    for format in ("glove", "fasttext-bin"):
        save_vectors(TABLE, tmp_path / format, format=format)
        assert kind_of(tmp_path / format) == "vectors"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("header", ["", "word{}x\n", "\nword{}x\n"])
def test_words_and_numbers_in_columns_are_vectors(tmp_path: Path, mark: str, header: str) -> None:
    columns = header.format(mark * 12) if header else ""
    rows = (mark.join([f"word{n}", *map(str, TABLE.matrix[n])]) + "\n" for n in range(30))
    (tmp_path / "v.txt").write_text(columns + "".join(rows))
    assert kind_of(tmp_path / "v.txt") == "vectors"


def test_an_adapter_is_one_whatever_it_is_called(tmp_path: Path) -> None:
    save_adapter(ADAPTER, tmp_path / "a.txt")
    assert kind_of(tmp_path / "a.txt") == "an adapter"


@pytest.mark.parametrize(
    "text",
    [
        "Section 12.4\nPage 1\n",
        "12 4\n\nThe twelfth of April.\n",
        "rent 1 2 3 4 5\nrent 2 3 4 5 6\n",
        "17 4 1999 3.14 2,000\n" * 40,
        "",
    ],
)
def test_what_looks_a_little_like_a_table_may_be_either(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert kind_of(tmp_path / "a.txt") is None
    assert kind_of(tmp_path) == "documents" and stray_in(tmp_path) is None


def test_prose_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\nThe 12 lessors shall pay.\n1 2 3\n")
    assert kind_of(tmp_path / "a.txt") == kind_of(tmp_path) == "documents"


def test_nothing_is_said_of_what_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "README.md").write_text("A model.")
    (tmp_path / "model" / "weights.bin").write_bytes(b"\x01\x02\x03")
    (tmp_path / "cut.safetensors").write_bytes(b'\x10\0\0\0\0\0\0\0{"a"')
    (tmp_path / "v.txt.gz").write_bytes(gzip.compress(b"word 1 2 3\n"))
    for name in ("model", "model/weights.bin", "cut.safetensors", "v.txt.gz", "nowhere", ""):
        assert kind_of(tmp_path / name if name else "\0") is None, name


def test_a_table_among_documents_is_found(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("The lessor shall pay the rent.\n")
    assert stray_in(tmp_path) is None
    (tmp_path / "deep").mkdir()
    save_vectors(TABLE, tmp_path / "deep" / "glove.txt", format="glove")
    assert stray_in(tmp_path) == tmp_path / "deep" / "glove.txt"


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("The lessor pays the rent.\n", encoding="utf-8")
    assert kind_of(tmp_path / "v.txt") == "documents"
    save_vectors(TABLE, tmp_path / "v.txt")
    assert kind_of(tmp_path / "v.txt") == "vectors"
