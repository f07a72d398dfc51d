"""Standard input and pipes, kept so that they can be read again."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

from embedadapt.core.errors import CorpusError

STDIN = "-"


@cache
def kept_stdin() -> Path:
    """A temporary file with all of standard input, removed when the program ends.

    Raises CorpusError where standard input is closed.
    """
    if sys.stdin is None:
        raise CorpusError("standard input", expected="text", found="a closed descriptor")
    return _kept(sys.stdin.buffer, "stdin")


@cache
def kept_pipe(path: Path) -> Path:
    """A temporary file with all that comes out of a pipe, such as a shell's `<(command)`."""
    try:
        with path.open("rb") as stream:
            return _kept(stream, path.name)
    except OSError as error:
        raise CorpusError(str(path), found=error.strerror or str(error)) from error


def _kept(stream: IO[bytes], name: str) -> Path:
    folder = tempfile.mkdtemp(prefix="embedadapt-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = Path(folder, name)
    with kept.open("wb") as file:
        shutil.copyfileobj(stream, file)
    return kept
