from __future__ import annotations

from pathlib import Path


def find_pipeline(path: str | Path) -> Path | None:
    """The data folder of a spaCy pipeline, None where `path` is not one."""
    return Path(path) if Path(path).is_dir() else None
