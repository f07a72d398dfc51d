"""`embedadapt adapter`: each command prints what one public function returns."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from embedadapt.cli import app
from embedadapt.core.merging import merge_adapters
from embedadapt.formats.adapter_file import load_adapter, save_adapter
from embedadapt.workflows.adapter import diff_adapters, show_adapter
from tests.core.make import ADAPTER, OTHER


@pytest.fixture
def pair(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "one.adapter", tmp_path / "other.adapter"]
    for adapter, path in zip((ADAPTER, OTHER), paths, strict=True):
        save_adapter(adapter, path)
    return paths


def run(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(app, ["adapter", *map(str, arguments)])
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


def test_show_prints_the_summary(pair: list[Path]) -> None:
    printed = json.loads(run("show", pair[0], "--json").stdout)
    assert printed == json.loads(json.dumps(show_adapter(pair[0]).to_dict()))
    shown = run("show", pair[0]).stdout
    assert "It has 2 known words, 1 new word" in shown
    assert "lessor x3" in shown


def test_diff_prints_the_comparison(pair: list[Path]) -> None:
    printed = json.loads(run("diff", *pair, "--json").stdout)
    assert printed == json.loads(json.dumps(diff_adapters(*pair).to_dict()))
    shown = run("diff", *pair).stdout
    assert "They have 3 and 3 words, and 2 in common." in shown
    assert "lessor   3 / 1" in shown


def test_merge_writes_an_adapter_again(pair: list[Path], tmp_path: Path) -> None:
    call = ("merge", *pair, "--weight", 0.5, "--weight", 2, "-o", tmp_path / "both")
    assert "has 4 words, of which 2 are new, and 3 domain dimensions." in run(*call).stdout
    merged, expected = load_adapter(tmp_path / "both"), merge_adapters([ADAPTER, OTHER], [0.5, 2])
    for name in ("starts", "delta", "dimensions"):
        np.testing.assert_array_equal(getattr(merged, name), getattr(expected, name))
    assert merged.provenance == expected.provenance
    assert "merged: weight 2" in run("show", tmp_path / "both").stdout


def test_a_merged_adapter_makes_up_no_settings(pair: list[Path], tmp_path: Path) -> None:
    run("merge", *pair, "-o", tmp_path / "both")
    refused = run("settings", tmp_path / "both", status=1)
    assert "found one merged of 2. Print the settings of the adapters" in refused.stderr
    assert refused.stdout == ""


def test_merge_refuses_in_one_line(pair: list[Path], tmp_path: Path) -> None:
    save_adapter(replace(OTHER, base_fingerprint="00" * 16), tmp_path / "foreign")
    before = pair[0].read_bytes()
    for call, says in (
        (("merge", pair[0], tmp_path / "foreign", "-o", tmp_path / "new"), "one base"),
        (("merge", *pair, "--weight", 1, "--weight", 1, "--weight", 1, "-o", "new"), "found 3"),
        (("merge", *pair, "-o", pair[0]), "a target that is not an input"),
        (("diff", pair[0], tmp_path / "nowhere"), "nowhere"),
    ):
        assert says in run(*call, status=1).stderr
    assert pair[0].read_bytes() == before
    assert not (tmp_path / "new").exists()
