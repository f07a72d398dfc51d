"""Calls that fail once, for scripts/nth_failure.py: on files, threads and arrays of ours."""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

SIGNALS = {"Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM, "SIGKILL": signal.SIGKILL}
REFUSED = "refused"
LATE = " after"
"""Ending of a way in which the signal comes as soon as the call has returned."""
WAYS = (REFUSED, *SIGNALS, *(f"{name}{LATE}" for name in SIGNALS if name != "SIGKILL"))
WRITING = frozenset("wax+")
LARGE = 64
"""Bytes from which an array counts: the tables of these jobs have four words."""
ALLOCATING = ("empty", "zeros", "ones", "full", "concatenate", "empty_like", "zeros_like", "memmap")


class Points:
    """Counts the calls that change files under a folder, start a thread or allocate an array, and
    lets one of them go wrong."""

    def __init__(self, root: Path, at: int = 0, way: str = REFUSED) -> None:
        self.root, self.at, self.way = str(root.resolve()), at, way
        self.seen: list[str] = []

    def on_files(self, what: str, call: Callable[[], Any], *paths: Any) -> Any:
        """As `happen`, for a call on files if one of them is under the folder."""
        names = [
            str(Path(f"/proc/self/fd/{path}").readlink() if isinstance(path, int) else path)
            for path in paths
        ]
        names = [str(Path.cwd() / name) for name in names]
        if not any(name.startswith(self.root) for name in names):
            return call()
        refusal = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), names[0])
        return self.happen(what, call, refusal)

    def happen(self, what: str, call: Callable[[], Any], refusal: Exception) -> Any:
        """The call; at the point that it is for, `refusal`, or a signal before it or after it."""
        self.seen.append(what)
        if len(self.seen) != self.at:
            return call()
        if self.way == REFUSED:
            raise refusal
        sent = SIGNALS[self.way.removesuffix(LATE)]
        if not self.way.endswith(LATE):
            os.kill(os.getpid(), sent)
            return call()
        result = call()
        os.kill(os.getpid(), sent)
        return result


@contextmanager
def watching(points: Points) -> Iterator[None]:
    """Calls pass by `points` for as long as the block lasts."""
    with ExitStack() as stack:
        stack.enter_context(_watched_threads(points))
        stack.enter_context(_watched_files(points))
        stack.enter_context(_watched_arrays(points))
        yield


@contextmanager
def _watched_threads(points: Points) -> Iterator[None]:
    real = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        points.happen("thread", lambda: real(thread), RuntimeError("can't start new thread"))

    with patch.object(threading.Thread, "start", start):
        yield


@contextmanager
def _watched_files(points: Points) -> Iterator[None]:
    class Watched(io.FileIO):
        def write(self, data: Any, /) -> int:
            write = super().write
            written: int = points.on_files("write", lambda: write(data), self.fileno())
            return written

    real_open = io.open

    def watched_open(
        file: Any, mode: str = "r", buffering: int = -1, *more: Any, **named: Any
    ) -> Any:
        if not WRITING & set(mode) or named.get("opener") or buffering == 0:
            return real_open(file, mode, buffering, *more, **named)
        flags = mode.replace("b", "").replace("t", "")
        closefd = named.pop("closefd", True)
        if isinstance(file, int):
            raw = Watched(file, flags, closefd)
        else:
            raw = points.on_files("open", lambda: Watched(file, flags, closefd), file)
        stream = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return stream if "b" in mode else io.TextIOWrapper(stream, *more, **named)

    def watched(name: str, n_paths: int) -> Any:
        real: Callable[..., Any] = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            return points.on_files(name, lambda: real(*given, **named), *given[:n_paths])

        return patch.object(os, name, call)

    real_os_open = os.open

    def os_open(path: Any, flags: int, *more: Any, **named: Any) -> int:
        def opened() -> int:
            return real_os_open(path, flags, *more, **named)

        made: int = points.on_files("open", opened, path) if flags & os.O_CREAT else opened()
        return made

    with ExitStack() as stack:
        for module in (io, builtins):
            stack.enter_context(patch.object(module, "open", watched_open))
        stack.enter_context(patch.object(os, "open", os_open))
        for name in ("replace", "rename"):
            stack.enter_context(watched(name, 2))
        for name in ("fsync", "mkdir", "chmod", "unlink", "rmdir"):
            stack.enter_context(watched(name, 1))
        yield


@contextmanager
def _watched_arrays(points: Points) -> Iterator[None]:
    """What modules of ours call `np`, but for kernels, whose `np` is the compiler's."""
    numpy = _Numpy(points)
    with ExitStack() as stack:
        for name, module in [*sys.modules.items()]:
            ours = name.startswith("embedadapt.") and not name.startswith("embedadapt.kernels")
            if ours and getattr(module, "np", None) is np:
                stack.enter_context(patch.object(module, "np", numpy))
        yield


class _Numpy(ModuleType):
    """numpy, with functions that fail for large arrays."""

    def __init__(self, points: Points) -> None:
        super().__init__("numpy")
        for name in ALLOCATING:
            setattr(self, name, self._watched(points, getattr(np, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    @staticmethod
    def _watched(points: Points, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            array = real(*given, **named)
            if array.nbytes < LARGE:
                return array
            return points.happen("array", lambda: array, MemoryError(f"{array.nbytes:,} bytes"))

        return call
