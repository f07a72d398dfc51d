"""`adapt --checkpoint-every`: killed with SIGKILL, the same command ends in the same bytes."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from embedadapt.cli import app
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import save_vectors
from tests.processes import environment

WORDS = [
    *("the", "lessor", "shall", "pay", "a", "rent", "to", "lessee"),
    *("and", "under", "this", "agreement", ",", ".", "of"),
]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """Some seconds of training, in three stages."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(len(WORDS), 12)).astype(np.float32)
    save_vectors(WordVectors(Vocabulary(WORDS), rows), tmp_path / "table.safetensors")
    (tmp_path / "corpus").mkdir()
    for number in range(20):
        sentences = (" ".join([*rng.choice(WORDS[:12], 12), "sublessor."]) for _ in range(400))
        (tmp_path / "corpus" / f"{number}.txt").write_text("\n\n".join(sentences))
    given = ["adapt", str(tmp_path / "table.safetensors"), str(tmp_path / "corpus"), "-q"]
    return [*given, "--epochs", "40", "--dimensions", "4"]


KILLED_WHILE_SAVING = """
import os, signal, sys
left = int(sys.argv.pop(1))

def count(event, arguments):
    global left
    if event in ("open", "os.rename") and ".adapter.checkpoint" in str(arguments[0]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
from embedadapt.cli import app
app()
"""


def kill_while_saving(command: list[str], step: int) -> None:
    """Runs a command up to a step of its saves: of each, a draft is opened, and then renamed."""
    call = [sys.executable, "-c", KILLED_WHILE_SAVING, str(step), *command]
    done = subprocess.run(call, env=environment(), capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    "steps", [[7, 14], pytest.param([1, 2, 3, 4, 5, 6] * 2, marks=pytest.mark.slow)]
)
def test_killed_at_any_step_and_begun_again(
    command: list[str], tmp_path: Path, steps: list[int]
) -> None:
    """Every save is at once due: some twenty in all, of which each process does a few."""
    expected = tmp_path / "unbroken.adapter"
    assert CliRunner().invoke(app, [*command, "-o", str(expected)]).exit_code == 0
    output = tmp_path / "a.adapter"
    command += ["-o", str(output), "--checkpoint-every", "0.0000001"]
    folder = tmp_path / "a.adapter.checkpoint"
    for step in steps:
        kill_while_saving(command, step)
        assert not output.exists()
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert output.read_bytes() == expected.read_bytes()
    assert not folder.exists()


def test_what_does_not_fit_is_one_line(command: list[str], tmp_path: Path) -> None:
    output = ["-o", str(tmp_path / "a.adapter")]
    for minutes in ("0", "-1", "nan"):
        result = CliRunner().invoke(app, [*command, *output, "--checkpoint-every", minutes])
        assert result.exit_code == 1
        assert "checkpoint_every: expected minutes" in result.stderr
    assert not (tmp_path / "a.adapter.checkpoint").exists()
