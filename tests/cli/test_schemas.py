"""What each command prints with --json validates against its schema, which describes every key."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import embedadapt
from embedadapt.cli.schemas import SCHEMAS, load_schema, schema_name
from embedadapt.export.drop_in import Certificate, DropIn, ScoreChange
from embedadapt.report.json import dump
from tests.cli.test_commands import files, run, tables

__all__ = ["files", "tables"]

CALLS = {
    "inspect": "inspect TABLE",
    "inspect, repaired": "inspect BROKEN --repair REPAIRED",
    "prepare": "prepare CORPUS --phrases PHRASES",
    "oov": "oov TABLE CORPUS --sense-shifts",
    "oov, compared": "oov TABLE OTHER -- CORPUS",
    "adapt": "adapt TABLE CORPUS -o NEW --epochs 1 --dimensions 0 --text-license mit",
    "adapt, without a verdict": "adapt TABLE CORPUS -o NEW --epochs 1 --dimensions 0 --no-verdict",
    "evaluate": "evaluate TABLE ADAPTER CORPUS --pairs PAIRS",
    "neighbors": "neighbors TABLE lessor lessor_rent --adapter ADAPTER",
    "export": "export TABLE --adapter ADAPTER -o PIPELINE --corpus CORPUS --lang en",
    "export, to a file": "export TABLE --to glove -o FILE",
    "shrink": "shrink TABLE CORPUS -o VECTORS",
    "combine": "combine SHARED SHARED -o VECTORS",
    "adapter show": "adapter show ADAPTER",
    "adapter diff": "adapter diff ADAPTER ADAPTER",
    "adapter merge": "adapter merge ADAPTER ADAPTER -o MERGED",
    "adapter settings": "adapter settings ADAPTER",
}


@pytest.mark.parametrize("case", CALLS)
def test_what_a_command_prints_is_what_its_schema_describes(
    files: dict[str, Path], tables: list[Path], tmp_path: Path, case: str
) -> None:
    (tmp_path / "BROKEN").write_text("3 2\nlessor 1 2\nlessor 3 4\nrent 1 1\n")
    (tmp_path / "PAIRS").write_text(
        "".join(f"lessor\t{w}\t{len(w)}\n" for w in ("rent", "pay", "a"))
    )
    places: dict[str, Path] = {name.upper(): path for name, path in files.items()}
    places |= {"SHARED": tmp_path / "shared.safetensors", "VECTORS": tmp_path / "new.safetensors"}
    rows = np.random.default_rng(1).normal(size=(90, 4)).astype(np.float32)
    shared = embedadapt.as_vectors((tuple(f"word{n}" for n in range(90)), rows))
    embedadapt.save_vectors(shared, places["SHARED"])
    places["OTHER"] = tables[1]
    call = [places.get(p, tmp_path / p if p.isupper() else p) for p in CALLS[case].split()]  # type: ignore[arg-type]
    printed = json.loads(run(*call, "--json").stdout)
    assert list(errors(case.split(",")[0], printed)) == []


def test_a_certificate_is_what_its_schema_describes() -> None:
    changes = (ScoreChange("cats_macro_f", 0.9, 0.89, -0.02, 0.01),)
    certificate = Certificate(400, 0.01, (DropIn(0.25, changes), DropIn(1.0, changes)))
    assert list(errors("certify", json.loads(dump(certificate)))) == []


def test_every_schema_is_one_and_says_what_each_key_is() -> None:
    assert {schema_name(case.split(",")[0]) for case in CALLS} | {"certify"} == SCHEMAS
    for name in SCHEMAS:
        schema = load_schema(name)
        Draft202012Validator.check_schema(schema)
        undescribed = [
            key
            for part in objects(schema)
            for key, value in part.get("properties", {}).items()
            if "description" not in value
        ]
        assert undescribed == [], name


def test_a_missing_key_and_one_that_is_not_described_are_noticed() -> None:
    value = {"format": 1, "path": "x", "n_words": 2, "n_new": 1, "n_dimensions": 0}
    assert list(errors("adapter merge", value)) == []
    assert list(errors("adapter merge", {**value, "n_rows": 3})) != []
    assert list(errors("adapter merge", {"format": 1})) != []
    assert list(errors("adapter merge", {**value, "format": 2})) != []


def errors(command: str, value: object) -> Iterator[str]:
    """What the schema of a command says against a value, keys that it does not describe included.

    The published schema lets other keys pass, so that new ones may come within a format.
    """
    schema = deepcopy(load_schema(command))
    for part in objects(schema):
        if "properties" in part:
            part["additionalProperties"] = False
    for error in Draft202012Validator(schema).iter_errors(value):
        yield f"{error.json_path}: {error.message[:300]}"


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema that may be a schema itself."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)
