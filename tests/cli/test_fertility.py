"""`embedadapt oov` with tokenizers, as a user calls it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("tokenizers")

from embedadapt.cli import app
from embedadapt.export.static_folder import write_static_folder
from tests.formats.make import make_vectors
from tests.pieces import make_pieces, tokenizer_json

TEXT = "The xylophonists shall indemnify the LICENSORS, 契約. " * 6


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_pieces(tmp_path / "potion")
    (tmp_path / "llama").mkdir()
    (tmp_path / "llama" / "tokenizer.json").write_text(tokenizer_json("BPE"), "utf-8")
    write_static_folder(make_vectors(("the", "shall")), tmp_path / "words")
    (tmp_path / "lease.txt").write_text(TEXT, "utf-8")
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["oov", *arguments], env={"COLUMNS": "80"})
    return result.exit_code, result.stdout, result.stderr


def test_a_tokenizer() -> None:
    status, printed, _ = run("potion", "lease.txt")
    assert status == 0
    assert "potion/tokenizer.json (WordPiece, 2,000 pieces)" in printed
    assert "xylophonists" in printed and "##" in printed
    assert "unknown tokens in" in printed and "契約" in printed
    assert "The text has" in printed and "shatters" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_a_tokenizer_alone_and_several_compared() -> None:
    status, printed, _ = run("llama/tokenizer.json", "potion", "--", "lease.txt")
    assert status == 0
    assert "Tokenizers compared" in printed and "llama" in printed and "potion" in printed
    assert "the fewest tokens" in printed and "times as many" in printed


def test_json_holds_the_result() -> None:
    status, printed, _ = run("llama", "lease.txt", "--json")
    found = json.loads(printed)
    assert (status, found["format"], found["best"], len(found["reports"])) == (0, 1, 0, 1)
    report = found["reports"][0]
    assert report["bytes"]["tokens"] == 6 * 6
    assert report["words"]["fertility"] == report["words"]["n_pieces"] / report["words"]["n_words"]
    assert {"word", "pieces", "saved", "by_case", "keyness"} <= set(report["shattered"][0])


def test_the_gate() -> None:
    assert run("potion", "lease.txt", "--fail-above", "1")[0] == 0
    status, _, told = run("potion", "lease.txt", "--fail-above", "0.01")
    assert status == 3
    assert "of the words are shattered, more than the 1.0000% allowed" in told


def test_a_tokenizer_of_whole_words_gets_the_report_on_words() -> None:
    status, printed, _ = run("words", "lease.txt")
    assert status == 0 and "OOV report" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["potion", "words", "--", "lease.txt"], "words: expected a tokenizer, like the others"),
        (["potion", "lease.txt", "--html", "a.html"], "--html: expected word vectors with it"),
        (["potion", "lease.txt", "--sense-shifts"], "--sense-shifts: expected word vectors"),
        (["lease.txt", "lease.txt"], "lease.txt"),
        (["broken", "lease.txt"], "broken/tokenizer.json: expected a tokenizer"),
    ],
)
def test_a_mistake_is_one_line(files: Path, arguments: list[str], said: str) -> None:
    (files / "broken").mkdir()
    (files / "broken" / "tokenizer.json").write_text('{"model": {"vocab"')
    status, _, told = run(*arguments)
    assert status == 1 and said in told and told.count("\n") == 1
