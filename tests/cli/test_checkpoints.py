"""`adapt --checkpoint-every`: killed with SIGKILL, the same command ends in the same bytes."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from embedadapt.cli import app
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import save_vectors

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
    return [*given, "--epochs", "40", "--columns", "4"]


def killed_while_training(command: list[str], folder: Path, seconds: float) -> bool:
    """Whether a run was still under way some seconds after its folder appeared, and was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "embedadapt", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while not folder.exists() and process.poll() is None:
        time.sleep(0.005)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    _, errors = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return process.returncode != 0


@pytest.mark.parametrize("kills", [2, pytest.param(15, marks=pytest.mark.slow)])
def test_killed_at_any_moment_and_begun_again(
    command: list[str], tmp_path: Path, kills: int
) -> None:
    expected = tmp_path / "unbroken.adapter"
    assert CliRunner().invoke(app, [*command, "-o", str(expected)]).exit_code == 0
    output = tmp_path / "a.adapter"
    command += ["-o", str(output), "--checkpoint-every", "0.0001"]
    folder = tmp_path / "a.adapter.checkpoint"
    for _ in range(kills):
        assert killed_while_training(command, folder, random.uniform(0, 0.4))
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
