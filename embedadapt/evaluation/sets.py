"""Where evaluation sets are found: a file of yours, or by name one that gensim's wheel brings."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from embedadapt.core.errors import MissingFileError


def set_path(given: str | Path, named: Mapping[str, str]) -> Path:
    """The file meant: `given` itself, or that of gensim's test data which is called so in `named`.

    Raises FormatError for a name that is neither.
    """
    if str(given) in named:
        return Path(str(files("gensim"))) / "test" / "test_data" / named[str(given)]
    path = Path(given)
    if not path.is_file():
        raise MissingFileError(
            str(given), expected=f"a file, or one of {', '.join(named)}", found="no such file"
        )
    return path
