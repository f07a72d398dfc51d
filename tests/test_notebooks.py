"""The notebooks of docs/notebooks: well formed, short, and run by a real kernel on what we ship."""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

import embedadapt

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
LARGEST_TEXT, LARGEST_FILE = 20_000, 600_000
PATIENCE = 3_600
"""Seconds for a cell: a machine may be busy."""


def read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def sources(path: Path) -> list[str]:
    return ["".join(c["source"]) for c in read(path)["cells"] if c["cell_type"] == "code"]


def test_there_is_one_for_each_kind_of_user():
    assert [path.stem for path in NOTEBOOKS] == [
        *("contracts", "droit_francais", "scientific_python")
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_sound_and_calls_what_there_is(path):
    assert path.stat().st_size < LARGEST_FILE
    notebook = read(path)
    assert (notebook["nbformat"], notebook["metadata"]["kernelspec"]["name"]) == (4, "python3")
    assert notebook["cells"][0]["source"][0].startswith("# ")
    code = "\n".join(sources(path))
    ast.parse(code)
    called = set(re.findall(r"\bembedadapt\.(\w+)", code))
    assert called - {"text"} <= set(embedadapt.__all__)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_notebook_shows_is_short(path):
    for cell in read(path)["cells"]:
        for output in cell.get("outputs", ()):
            assert output["output_type"] != "error"
            for kind, content in output.get("data", {}).items():
                if kind.startswith("text/"):
                    assert len("".join(content)) < LARGEST_TEXT


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_kernel_runs_a_notebook(path, tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    for package in ("ipykernel", "pandas", "matplotlib"):
        pytest.importorskip(package)
    folder = tmp_path / "docs" / "notebooks"
    folder.mkdir(parents=True)
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    shutil.copy(path, folder)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(folder / path.name, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=PATIENCE, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    views = [one["data"]["text/html"] for one in shown if "text/html" in one.get("data", {})]
    assert any("OOV report" in view for view in views)
    assert any("Evaluation" in view for view in views)
    assert all(len(view) < LARGEST_TEXT for view in views)
    assert any("image/png" in one.get("data", {}) for one in shown)
