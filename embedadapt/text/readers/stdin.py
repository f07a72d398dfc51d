"""Standard input, kept so that it can be read again."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from embedadapt.core.errors import CorpusError

STDIN = "-"


@cache
def kept_stdin() -> Path:
    """A temporary file with all of standard input, removed when the program ends.

    Raises CorpusError where standard input is closed.
    """
    if sys.stdin is None:
        raise CorpusError("standard input", expected="text", found="a closed descriptor")
    folder = tempfile.mkdtemp(prefix="embedadapt-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = Path(folder, "stdin")
    with kept.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return kept
