"""The command as a process of its own."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress

from embedadapt.cli import app


def main() -> None:
    """Run the command, and end the process without freeing its objects.

    To free the words of a large table one by one takes a tenth of a short command. What is
    registered for the end happens before; where something has been registered already, as a
    coverage tool does, the process ends in the usual way.
    """
    statuses: list[int] = []
    if not atexit._ncallbacks():
        atexit.register(_end_at_once, statuses)  # first, so that it is called last
    try:
        app(prog_name="embedadapt")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            statuses.append(end.code or 0)
        raise


def _end_at_once(statuses: list[int]) -> None:
    """End with a status. The interpreter reports by itself that its streams cannot be written."""
    with suppress(OSError, ValueError, AttributeError):
        for status in statuses:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
