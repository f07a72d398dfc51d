"""Opening a vector file: gzip told by its first bytes, one kind of error for every way to fail."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError

GZIP_MAGIC = b"\x1f\x8b"


@dataclass
class ByteSource:
    """The bytes of a file, unpacked where it is gzip.

    size: bytes of content where that is known beforehand, None for gzip.
    position: bytes handed out so far.
    """

    path: Path
    size: int | None
    _stream: IO[bytes]
    position: int = 0

    def fill(self, buffer: NDArray[np.uint8]) -> int:
        """Reads into `buffer` until it is full or the content ends; returns the bytes read.

        Raises FormatError where a gzip file is cut or damaged.
        """
        view, filled = buffer.data, 0
        try:
            while filled < len(view):
                count = self._stream.readinto(view[filled:])  # type: ignore[attr-defined]
                if not count:
                    break
                filled += count
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self.damaged(error) from error
        self.position += filled
        return filled

    def seek(self, position: int) -> None:
        """Goes on reading from `position`; for a plain file only."""
        self._stream.seek(position)
        self.position = position

    def damaged(self, error: Exception) -> FormatError:
        return FormatError(
            f"{self.path}, after {self.position:,} unpacked bytes",
            expected="a whole gzip file",
            found=str(error) or type(error).__name__,
            hint="The download was probably cut: fetch it again.",
        )


@contextmanager
def opening(path: str | Path) -> Iterator[ByteSource]:
    """The content of a file. Raises FormatError for one that is missing or cannot be read."""
    path = Path(path)
    try:
        with path.open("rb") as stream:
            packed = stream.peek(2)[:2] == GZIP_MAGIC
            size = None if packed else path.stat().st_size
            content = gzip.GzipFile(fileobj=stream) if packed else stream
            yield ByteSource(path, size, cast(IO[bytes], content))
    except OSError as error:
        raise FormatError(
            str(path),
            expected="a file that can be read",
            found=error.strerror or str(error),
            hint="Check the path." if isinstance(error, FileNotFoundError) else "",
        ) from error
