"""The license that a base's own files state, and those of the texts that adapters learned from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from embedadapt.core.adapter import Adapter
from embedadapt.export.targets import UNKNOWN_LICENSE
from embedadapt.formats.spacy import find_pipeline, is_pipeline

CARD_LICENSE = re.compile(r"^license:[ \t]*+([^\n]*+)$", re.MULTILINE)
"""The license in a model card's metadata, which is YAML between two lines of dashes."""

LONGEST_METADATA = 100_000
"""Characters of a card that are searched for its license."""


def base_license(path: str) -> str:
    """The license of vectors by their model card or spaCy's meta.json; "" if neither states one.

    Parameters
    ----------
    path : str
        Where the vectors were read from: a file, a folder or the name of an installed package. The
        card of a file is `<file>.README.md` beside it.
    """
    if not path:
        return ""
    folder = (find_pipeline(path) if is_pipeline(path) else None) or Path(path)
    stated = (*map(_of_card, (Path(f"{path}.README.md"), folder / "README.md")), _of_meta(folder))
    return next((name for name in stated if name and name != UNKNOWN_LICENSE), "")


def text_licenses(adapter: Adapter) -> Iterator[str]:
    """The license of each text that an adapter, or one merged into it, was trained on; "" if
    `adapt` was given none."""
    for part in adapter.provenance.get("merged", [{"provenance": adapter.provenance}]):
        yield str(part.get("provenance", {}).get("text_license", ""))


def _of_card(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            metadata = stream.read(LONGEST_METADATA).split("\n---", 1)[0]
    except OSError:
        return ""
    found = CARD_LICENSE.search(metadata) if metadata.startswith("---") else None
    return found[1].strip().strip("\"'") if found else ""


def _of_meta(folder: Path) -> str:
    path = folder / "meta.json"
    try:
        meta = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return ""
    return str(meta.get("license") or "") if isinstance(meta, Mapping) else ""
