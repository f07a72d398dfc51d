"""The standard streams of a command: what fails on stdout fails once, by name, while it runs.

A full disk, a closed descriptor (`>&-`) or a reader that has left is noticed by whoever writes the
buffer out. Python does that last of all as it exits, too late for a line and a status of our own
(it ends with 120 and a traceback), and it writes again what has failed before.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STDOUT = "standard output"


@contextmanager
def standard_streams() -> Iterator[None]:
    """Streams that a command can rely on, for as long as the block lasts.

    stdout and stderr are there even where they are closed, and no file that is opened later gets
    the number of a closed one. The first write to stdout that fails raises an OSError with STDOUT
    as its filename; those after it are dropped. All failures of stderr are dropped: a lost message
    changes no result.
    """
    before = sys.stdout, sys.stderr
    # In order, since the system gives the lowest number that is free.
    if sys.stdin is None:
        os.open(os.devnull, os.O_WRONLY)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _written_through(sys.stdout or _refusing(), STDOUT)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _written_through(sys.stderr or _refusing(), None)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _refusing() -> TextIO:
    """In place of a closed stream, one that the system refuses to write to, too."""
    return os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")


def _written_through(stream: TextIO, name: str | None) -> TextIO:
    """The same stream, of the same encoding, over an `_Output`."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(stream, name)),
        encoding=stream.encoding,
        # A file name need not be UTF-8, and is printed after all the work.
        errors="backslashreplace" if stream.errors == "strict" else stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )


class _Output(io.RawIOBase):
    """What `stream` writes to. name: of the errors; None where they are dropped."""

    def __init__(self, stream: io.TextIOWrapper, name: str | None) -> None:
        self._stream = stream  # kept, as it would close what it writes to
        self._raw = cast("io.RawIOBase", getattr(stream.buffer, "raw", stream.buffer))
        self._name = name
        self._failed = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def write(self, data: ReadableBuffer, /) -> int | None:
        if not self._failed:
            try:
                return self._raw.write(data)
            except OSError as error:
                self._failed = True
                if self._name:
                    error.filename = self._name
                    raise
        return memoryview(data).nbytes
