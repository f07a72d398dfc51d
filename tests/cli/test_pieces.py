"""Vectors of pieces where commands need word vectors: they work, or say one line."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("tokenizers")

import embedadapt
from embedadapt.cli import app
from tests.pieces import LICENCES, make_pieces

TEXTS = [str(path) for path in LICENCES[:4]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of model2vec, and an adapter for it."""
    folder = tmp_path_factory.mktemp("pieces")
    make_pieces(folder / "potion")
    result = CliRunner().invoke(
        app,
        ["adapt", str(folder / "potion"), *TEXTS, "-o", str(folder / "legal.adapter"), "-q",
         "--epochs", "1", "--dimensions", "0", "--no-verdict", "--held-out", "0"],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    paths = [str(folder / a) if a in ("potion", "legal.adapter", "lost.adapter") else a
             for a in arguments]  # fmt: skip
    result = CliRunner().invoke(app, paths)
    return result.exit_code, result.stdout, result.stderr


def test_neighbors_of_any_word_are_among_the_whole_words(folder: Path) -> None:
    status, out, _ = run(folder, "neighbors", "potion", "Sublicensors", "-n", "3", "--json")
    assert status == 0
    [near] = json.loads(out)["neighbors"].values()
    pieces = embedadapt.load_pieces(folder / "potion")
    assert len(near) == 3 and all(len(pieces.cut([word])[0]) == 1 for word, _ in near)


def test_neighbors_evaluate_and_export_find_the_words_beside_the_adapter(
    folder: Path, tmp_path: Path
) -> None:
    adapter = ("--adapter", "legal.adapter")
    status, _, error = run(folder, "neighbors", "potion", "licensor", *adapter)
    assert status == 0 and "legal.words.safetensors" in error
    status, out, error = run(folder, "evaluate", "potion", "legal.adapter", *TEXTS, "--json")
    assert status == 0, error
    new = tmp_path / "new"
    status, out, error = run(
        folder, "export", "potion", *adapter, "--to", "static-embedding", "-o", str(new),
        "--most-words", "50", "--scale", "1",
    )  # fmt: skip
    assert status == 0, error
    assert "added to pieces" in " ".join(out.split())
    base, adapted = embedadapt.load_pieces(folder / "potion"), embedadapt.load_pieces(new)
    assert 0 < len(adapted) - len(base) <= 50
    assert np.array_equal(adapted.rows[: len(base)], base.rows)
    target = str(tmp_path / "words.txt")
    status, out, _ = run(folder, "export", "potion", *adapter, "--to", "glove", "-o", target)
    assert status == 0 and "licensor" in embedadapt.load_vectors(target)


def test_a_folder_that_was_written_is_a_baseline(folder: Path, tmp_path: Path) -> None:
    words = embedadapt.load_vectors(folder / "legal.words.safetensors")
    embedadapt.export_pieces(
        folder / "potion", tmp_path / "new", vectors=words,
        adapter=folder / "legal.adapter", scale=1,
    )  # fmt: skip
    result = embedadapt.evaluate(
        words, folder / "legal.adapter", TEXTS, baselines=[tmp_path / "new"], scales={"add": [1.0]}
    )
    assert result["new"].dim == words.dim


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("evaluate", "potion", "lost.adapter", *TEXTS), "found no "),
        (("export", "potion", "--to", "glove", "-o", "x.txt"), "vectors of pieces and no adapter"),
        (("export", "potion", "--to", "glove", "-o", "x.txt", "--most-words", "3"), "--most-words"),
        (("export", "potion", "--to", "static-embedding", "-o", "x", "--layout", "concat",
          "--adapter", "legal.adapter"), "--layout: expected add"),
    ],
)  # fmt: skip
def test_what_lacks_is_said_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (folder / "lost.adapter").write_bytes((folder / "legal.adapter").read_bytes())
    status, _, error = run(folder, *arguments)
    assert status in (1, 2) and message in error
    assert error.strip().count("\n") == 0
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_is_learned_the_words_of_an_earlier_adapter_stay(tmp_path: Path) -> None:
    rows = {"embeddings": np.zeros((2_000, 50), np.float32)}
    make_pieces(tmp_path / "potion", **rows)
    (tmp_path / "new.words.safetensors").write_text("of last week")
    before = sorted(tmp_path.rglob("*"))
    line = ["adapt", str(tmp_path / "potion"), *TEXTS, "-q", "-o", str(tmp_path / "new.adapter")]
    status, _, error = run(tmp_path, *line)
    assert status == 1 and "found zeros" in error
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "new.words.safetensors").read_text() == "of last week"
