"""What is told of the package's dependencies is what it asks for."""

import importlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_each_dependency_is_listed_with_its_license(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    made = importlib.import_module("make_sbom")
    asked = [(one.name, made.asked_for(one), extra) for one, extra in made.required()]
    components = json.loads((ROOT / "sbom.cdx.json").read_text())["components"]
    listed = [(one["name"], *(entry["value"] for entry in one["properties"])) for one in components]
    assert listed == asked, "run scripts/make_sbom.py"
    table = (ROOT / "docs" / "dependencies.md").read_text()
    assert all(f"| {name} |" in table for name, _, _ in asked)
    assert all(one["licenses"][0]["license"]["name"] for one in components)
