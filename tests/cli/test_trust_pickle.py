"""--trust-pickle, on every command that takes vectors."""

from pathlib import Path

import pytest

from embedadapt.formats import load_vectors
from tests.cli.test_commands import files, printed_json, run
from tests.formats.make import assert_same_table
from tests.oracles import KeyedVectors

__all__ = ["files"]  # the fixture


@pytest.fixture
def native(files: dict[str, Path], tmp_path: Path) -> Path:
    """The commands' table as gensim itself saves it."""
    vectors = load_vectors(files["table"])
    theirs = KeyedVectors(vectors.dim)
    theirs.add_vectors(list(vectors), vectors.matrix)
    theirs.save(str(tmp_path / "table.kv"))
    return tmp_path / "table.kv"


def test_a_pickle_is_read_on_trust_and_on_trust_alone(
    files: dict[str, Path],
    native: Path,
    tmp_path: Path,
) -> None:
    calls: list[tuple[object, ...]] = [
        ("inspect", native),
        ("oov", native, files["corpus"]),
        ("adapt", native, files["corpus"], "-o", tmp_path / "a", "--dimensions", 4, "-q"),
        ("evaluate", native, files["adapter"], files["corpus"], "-q"),
        ("neighbors", native, "lessor"),
        ("export", native, "-o", tmp_path / "t.bin", "--to", "fasttext-bin"),
        ("export", native, "-o", tmp_path / "t.npy", "--to", "numpy"),
        ("export", native, "-o", tmp_path / "t.txt", "--to", "glove"),
    ]
    for call in calls:
        assert "found a pickle" in run(*call, status=1).stderr
        run(*call, "--trust-pickle")
    for name in ("t.bin", "t.npy", "t.txt"):
        assert_same_table(load_vectors(tmp_path / name), load_vectors(files["table"]))


def test_trusted_vectors_are_the_same_vectors(
    files: dict[str, Path],
    native: Path,
) -> None:
    call = ("lessor", "--adapter", files["adapter"])
    expected = printed_json("neighbors", files["table"], *call)
    assert printed_json("neighbors", native, *call, "--trust-pickle") == expected


def test_a_trusted_pickle_is_never_written_over(native: Path) -> None:
    said = run("export", native, "-o", native, "--to", "glove", "--trust-pickle", status=1)
    assert "a target that is not an input" in said.stderr
