"""Our command in a process of its own, with an environment that is stated and not inherited."""

import os
import subprocess
import sys
from pathlib import Path

KEPT = (
    *("HOME", "PATH", "TMPDIR", "PYTHONPATH", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME"),
    "OPENBLAS_CORETYPE",
)
"""What a process needs to find its files and to compute to the bit as this one does; nothing of
these changes what it prints."""


def environment(**more: str) -> dict[str, str]:
    """Of an ordinary shell, and what is given besides."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {"LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": "80", **kept, **more}


def run_command(
    *arguments: str | Path, redirected: str = "", stdout: int = subprocess.PIPE, **more: str
) -> subprocess.CompletedProcess[str]:
    """`embedadapt ARGUMENTS REDIRECTED`, as a shell of POSIX runs it, with nothing on stdin.

    stdout: an open file that it prints to, instead of what is returned. more: of the environment.
    """
    call = [sys.executable, "-m", "embedadapt", *map(str, arguments)]
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirected}', "sh", *call],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(**more),
        text=True,
        encoding="utf-8",
        check=False,
    )
