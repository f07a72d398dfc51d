"""Calls that may hang, crash or take all memory, each in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE = resource.getpagesize()


def run_bounded(call: Callable[[], Any], *, seconds: float, n_bytes: int) -> dict[str, Any]:
    """Calls in a forked process, with so much time, and so much memory beyond what it starts with.

    Returns {"value": what it returned, which must fit JSON}, {"error": type and text of what it
    raised} or {"end": "hang", or the signal or status it died with}; and "seconds" in each.
    """
    reading, writing = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(call, writing, n_bytes)
    os.close(writing)
    answer, hung = _collect(reading, started + seconds)
    if hung:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    took = {"seconds": round(time.perf_counter() - started, 3)}
    if hung:
        return {"end": "hang", **took}
    if not answer:
        died = os.waitstatus_to_exitcode(status)
        return {"end": signal.Signals(-died).name if died < 0 else f"status {died}", **took}
    return {**json.loads(answer), **took}


def _run(call: Callable[[], Any], writing: int, n_bytes: int) -> None:
    """The child: answers and ends without a return. Nothing it prints is seen."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        held = int(Path("/proc/self/statm").read_text().split(" ")[0]) * PAGE
        resource.setrlimit(resource.RLIMIT_AS, (held + n_bytes, held + n_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = {"value": call()}
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        name = type(error).__name__
        answer = {"error": name, "text": str(error)[:500], "place": f"{place.name}:{place.lineno}"}
    with os.fdopen(writing, "wb") as stream:
        stream.write(json.dumps(answer).encode())
    os._exit(0)


def _collect(reading: int, deadline: float) -> tuple[bytes, bool]:
    """All that the child says, and whether time ran out first."""
    content = b""
    with os.fdopen(reading, "rb", buffering=0) as stream:
        while True:
            left = deadline - time.perf_counter()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                return b"", True
            block = stream.read(65_536)
            if not block:
                return content, False
            content += block


def print_table(header: list[str], rows: list[list[str]]) -> None:
    """Columns as wide as what stands in them."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
