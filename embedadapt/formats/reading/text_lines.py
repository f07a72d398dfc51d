"""The lines of a source as text, for readers that parse with the standard library."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from embedadapt.formats.reading.opening import ByteSource


def text_lines(source: ByteSource, begin: bytes = b"") -> Iterator[str]:
    """The lines with their ends, in UTF-8; other bytes as "surrogateescape" makes them.

    begin: what was read of the source already.
    """
    yield from text_stream(source, begin)


def text_stream(source: ByteSource, begin: bytes = b"") -> io.TextIOWrapper:
    """The text of a source, decoded likewise."""
    stream = io.BufferedReader(cast(io.RawIOBase, _Bytes(begin, source)))
    return io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")


class _Bytes(io.RawIOBase):
    def __init__(self, begin: bytes, source: ByteSource) -> None:
        self._begin, self._source = begin, source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._begin:
            part = self._begin[: len(buffer)]
            buffer[: len(part)] = part
            self._begin = self._begin[len(part) :]
            return len(part)
        return self._source.fill(np.frombuffer(buffer, dtype=np.uint8))
