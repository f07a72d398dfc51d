"""`adapt --device cuda` where there is no GPU: one line, before anything is read."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedadapt.cli import app
from embedadapt.core.errors import EmbedAdaptError
from embedadapt.training.gpu import require_gpu

ROOT = Path(__file__).parents[2]


@pytest.fixture
def complaint() -> str:
    try:
        require_gpu()
    except EmbedAdaptError as error:
        return str(error)
    pytest.skip("there is a GPU")


def test_one_line_says_what_is_missing(tmp_path: Path, complaint: str) -> None:
    table = ROOT / "corpora/pretrained/glove.6B.50d.60k.safetensors"
    corpus, output = ROOT / "corpora/en/licences", tmp_path / "legal.adapter"
    given = ["adapt", str(table), str(corpus), "-o", str(output), "--device", "cuda"]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 1
    assert done.stderr.strip() == f"embedadapt: {complaint}"
    assert not output.exists()
