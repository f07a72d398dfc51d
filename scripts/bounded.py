"""Calls that may hang, crash or take all memory, in processes apart."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

PAGE = resource.getpagesize()


def run_bounded(call: Callable[[], Any], *, seconds: float, n_bytes: int) -> dict[str, Any]:
    """Calls in a forked process, with so much time, and so much memory beyond what it starts with.

    Returns {"value": what it returned, which must fit JSON}, {"error": type and text of what it
    raised} or {"end": "hang", or the signal or status it died with}; and "seconds" in each.
    """
    return next(run_each(lambda _: call(), [0], seconds=seconds, n_bytes=n_bytes))


def run_each(
    call: Callable[[int], Any], cases: Sequence[int], *, seconds: float, n_bytes: int
) -> Iterator[dict[str, Any]]:
    """Calls with each of the cases, so much time for each; what came of it as `run_bounded` tells.

    One process takes them all, or as many as it lives for: then another goes on behind the case
    that ended it.
    """
    done = 0
    while done < len(cases):
        child = Child(call, cases[done:], n_bytes)
        try:
            while child.is_alive and done < len(cases):
                done += 1
                yield child.next_answer(seconds)
        finally:
            child.stop()


class Child:
    """A forked process that calls with case after case and writes a line of JSON for each."""

    def __init__(self, call: Callable[[int], Any], cases: Sequence[int], n_bytes: int) -> None:
        reading, writing = os.pipe()
        self._id = os.fork()
        if self._id == 0:
            os.close(reading)
            _answer_each(call, cases, writing, n_bytes)
        os.close(writing)
        self._stream = os.fdopen(reading, "rb", buffering=0)
        self._read = b""
        self.is_alive = True

    def next_answer(self, seconds: float) -> dict[str, Any]:
        deadline = time.perf_counter() + seconds
        while b"\n" not in self._read:
            left = deadline - time.perf_counter()
            if left <= 0 or not select.select([self._stream], [], [], left)[0]:
                self.stop()
                return {"end": "hang", "seconds": seconds}
            block = self._stream.read(65_536)
            if not block:
                return {"end": self._end(), "seconds": seconds - left}
            self._read += block
        line, _, self._read = self._read.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """Ends it where it has not ended."""
        if self.is_alive:
            os.kill(self._id, signal.SIGKILL)
            self._end()

    def _end(self) -> str:
        """The signal or status that it died with."""
        self.is_alive = False
        self._stream.close()
        died = os.waitstatus_to_exitcode(os.waitpid(self._id, 0)[1])
        return signal.Signals(-died).name if died < 0 else f"status {died}"


def _answer_each(
    call: Callable[[int], Any], cases: Sequence[int], writing: int, n_bytes: int
) -> None:
    """The child: answers and ends without a return. Nothing it prints is seen."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        held = int(Path("/proc/self/statm").read_text().split(" ")[0]) * PAGE
        limit_memory(n_bytes, resource.RLIMIT_AS, beyond=held)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for case in cases:
            started = time.perf_counter()
            answer = _answer(call, case)
            answer["seconds"] = round(time.perf_counter() - started, 3)
            os.write(writing, json.dumps(answer).encode() + b"\n")
    finally:
        os._exit(0)


def limit_memory(n_bytes: int, kind: int, *, beyond: int) -> None:
    """Let this process have so much memory of a kind (`resource.RLIMIT_AS` all addresses,
    `RLIMIT_DATA` what is its own and no file's) beyond what it has."""
    resource.setrlimit(kind, (beyond + n_bytes, beyond + n_bytes))


def _answer(call: Callable[[int], Any], case: int) -> dict[str, Any]:
    try:
        return {"value": call(case)}
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        told = {"error": type(error).__name__, "text": str(error)[:500]}
        return {**told, "place": f"{place.name}:{place.lineno}"}
