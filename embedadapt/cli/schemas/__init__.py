"""JSON schemas of what the commands print with `--json`, one file each (draft 2020-12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SCHEMAS = frozenset(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))


def schema_name(command: str) -> str:
    """Name of a command's schema: "adapter-show" for `embedadapt adapter show`."""
    return command.replace(" ", "-")


def load_schema(command: str) -> dict[str, Any]:
    """The JSON schema of `embedadapt COMMAND --json`."""
    path = FOLDER / f"{schema_name(command)}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return schema
