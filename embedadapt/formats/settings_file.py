"""Settings as TOML: `load_settings` beside `settings_as_toml`.

Source: https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from embedadapt.core.errors import FormatError
from embedadapt.core.files import unreadable


def load_settings(path: str | Path) -> dict[str, Any]:
    """Settings of a TOML file, by name; those of a stage as a dictionary of their own.

    Raises FormatError for a file that is missing or no TOML.
    """
    try:
        return tomllib.loads(Path(path).read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # ValueError: no TOML, no UTF-8, 5,000 digits
        raise FormatError(
            str(path), expected="settings as TOML, such as `epochs = 5`", found=str(error)
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error


def settings_as_toml(settings: Mapping[str, Any]) -> str:
    """The TOML that `load_settings` reads back. A setting that is None is left out.

    >>> print(settings_as_toml({"epochs": 5, "record": True, "model": {"mode": "exact"}}))
    epochs = 5
    record = true
    <BLANKLINE>
    [model]
    mode = "exact"
    """
    alone = {name: value for name, value in settings.items() if not isinstance(value, Mapping)}
    groups = {name: value for name, value in settings.items() if isinstance(value, Mapping)}
    lines = [*_lines(alone)]
    for name, group in groups.items():
        lines += ["", f"[{name}]", *_lines(group)]
    return "\n".join(lines)


def _lines(settings: Mapping[str, Any]) -> Iterator[str]:
    for name, value in settings.items():
        if value is not None:
            plain = json.dumps(value, ensure_ascii=False)  # which is TOML, but for one character
            yield f"{name} = {plain}".replace("\x7f", "\\u007f")
