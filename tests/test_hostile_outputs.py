"""No output replaces an input, or another output of the same command."""

import os
import re
import shutil
import subprocess
from itertools import permutations
from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.cli import app
from embedadapt.workflows.adapt import adapt
from tests.processes import environment

RUNNER = CliRunner()
ROOT = Path(__file__).parent.parent
WORDS = ["the", "lessee", "lessor", "pays", "rent", "then", "gives", "thanks"]
ORDERS = [*permutations(WORDS, 4)][::7]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    rows = (f"{word} {n} {n * n % 7} 1\n" for n, word in enumerate(WORDS))
    (folder / "t.vec").write_text("".join(rows))
    (folder / "c").mkdir()
    for number in range(4):
        some = ORDERS[number::4]
        (folder / "c" / f"{number}.txt").write_text("".join(f"{' '.join(o)}.\n" for o in some))
    (folder / "pairs.txt").write_text("lessee lessor 7\nrent pays 5\nthe then 1\n")
    (folder / "four.txt").write_text("lessee lessor rent pays\n")
    (folder / "labeled.csv").write_text("text,label\nthe rent,a\nthe lessee,b\n")
    adapt(folder / "t.vec", folder / "c", AdaptationConfig.of(epochs=1), output=folder / "a")
    return folder


LINES = [
    "shrink t.vec c/0.txt -o c/0.txt",
    "shrink t.vec c -o c/1.txt",
    "shrink t.vec c/*.txt -o c/1.txt",
    "shrink t.vec c/1.txt -o link.txt",
    "adapt t.vec c/*.txt -o c/1.txt",
    "prepare c/*.txt -o c/1.txt",
    "prepare c/?.txt --phrases c/1.txt",
    "oov t.vec c/*.txt --html c/1.txt",
    "oov t.vec c/*.txt --prepare all --csv c/1.txt",
    "evaluate t.vec a c/*.txt --html c/1.txt",
    "evaluate t.vec a c --labeled labeled.csv --html labeled.csv",
    "evaluate t.vec a c --pairs pairs.txt --html pairs.txt",
    "evaluate t.vec a c --analogies four.txt --html four.txt",
    "evaluate t.vec a c --baseline t2.vec --html t2.vec",
    "oov t.vec c --html new --csv new",
    "oov t.vec c --csv new --documents ./c/../new",
    "prepare c -o new --phrases new",
]


@pytest.mark.parametrize("line", LINES)
def test_no_output_replaces_an_input_or_another_output(
    line: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    Path("link.txt").symlink_to("c/1.txt")
    shutil.copy("t.vec", "t2.vec")
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    result = RUNNER.invoke(app, line.split(" "))
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1, result.stdout
    assert re.fullmatch(r"embedadapt: [^\n]+\n", result.stderr), result.stderr
    assert re.search("an input|a file inside|another output", result.stderr), result.stderr
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


@pytest.mark.skipif(shutil.which("bash") is None, reason="the step of the action is bash")
def test_a_text_does_not_end_the_code_block_of_a_job_summary(tmp_path: Path) -> None:
    command = tmp_path / "embedadapt"
    command.write_text("#!/bin/sh\nprintf 'a word ``` [x](y)\\n````\\nthe end'\nexit 3\n")
    command.chmod(0o755)
    summary = tmp_path / "summary.md"
    variables = {"VECTORS": "v", "CORPUS": "c", "GITHUB_STEP_SUMMARY": str(summary)}
    done = subprocess.run(
        ["bash", str(ROOT / ".github" / "oov-gate.sh")],
        env={**environment(**variables), "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    lines = summary.read_text().splitlines()
    assert lines[2:] == ["`````text", "a word ``` [x](y)", "````", "the end", "`````"]
