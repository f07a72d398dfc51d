"""Where evaluation sets are found: a file, or a name that gensim's wheel knows."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from embedadapt.core.errors import FormatError


def set_path(given: str | Path, named: Mapping[str, str]) -> Path:
    """The path of a set: `given` itself, or the file of gensim's test data that `named` lists.

    Raises FormatError for a name that is neither.
    """
    if str(given) in named:
        return Path(str(files("gensim"))) / "test" / "test_data" / named[str(given)]
    path = Path(given)
    if not path.is_file():
        raise FormatError(
            str(given), expected=f"a file, or one of {', '.join(named)}", found="no such file"
        )
    return path
