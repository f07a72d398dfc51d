"""Where evaluation sets are found: a file, or a name that gensim's wheel knows."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from embedadapt.core.errors import MissingExtraError, MissingFileError
from embedadapt.core.files import read_utf8


def set_path(given: str | Path, named: Mapping[str, str]) -> Path:
    """The path of a set: `given` itself, or the file of gensim's test data that `named` lists.

    gensim is looked for, not imported. Raises FormatError for a name that is neither, and
    MissingExtraError for a set of `named` where gensim is not installed.
    """
    if str(given) in named:
        return _in_gensim(str(given), named[str(given)])
    path = Path(given)
    if not path.is_file():
        raise MissingFileError(
            str(given), expected=f"a file, or one of {', '.join(named)}", found="no such file"
        )
    return path


def lines_of(path: Path) -> list[str]:
    """The lines of a list in UTF-8. Raises FormatError for another encoding."""
    return read_utf8(path).split("\n")


def _in_gensim(name: str, file: str) -> Path:
    spec = find_spec("gensim")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / "test" / "test_data" / file
        if path.is_file():
            return path
    raise MissingExtraError(
        name,
        expected="gensim, whose wheel brings this set",
        found="none" if spec is None else "one without its test data",
        hint="In a clone of embedadapt, on Python 3.11 to 3.13: pip install '.[gensim]'. Or give "
        "the set as a file: docs/platforms.md says where to get one.",
    )
