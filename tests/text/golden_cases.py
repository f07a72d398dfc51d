"""Golden cases are data; a case that names how it `fails` is a known failure, held strictly."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "golden"


def golden(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def cases(name: str) -> list[Any]:
    return [
        pytest.param(
            case,
            marks=pytest.mark.xfail(reason=case["fails"], strict=True) if "fails" in case else (),
            id=(case.get("text") or case["token"])[:30],
        )
        for case in golden(name)
    ]
