"""Opens vector files, compressed or not; every failure is the same kind of error."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import EmbedAdaptError, FormatError
from embedadapt.core.files import unreadable
from embedadapt.formats.reading.containers import DAMAGE, locate, unpacking


@dataclass
class ByteSource:
    """The bytes of a file, expanded where it is compressed.

    size: bytes of content if known beforehand; None for a compressed file.
    position: bytes read so far.
    """

    path: Path
    size: int | None
    _stream: IO[bytes]
    _packed_in: str = ""
    position: int = 0
    _damage: Exception | None = None

    def fill(self, buffer: NDArray[np.uint8]) -> int:
        """Read into `buffer` until it is full or the content ends; return the bytes read.

        Raises FormatError where a compressed file is cut or damaged, after all sound content was
        returned.
        """
        view, filled = buffer.data, 0
        try:
            while filled < len(view) and self._damage is None:
                count = self._stream.readinto1(view[filled:])  # type: ignore[attr-defined]
                if not count:
                    break
                filled += count
        except DAMAGE as error:
            if not self._packed_in:
                raise
            self._damage = error  # a decompressor that failed must not be asked again
        if self._damage is not None and not filled:
            raise self.damaged(self._damage) from self._damage
        self.position += filled
        return filled

    def seek(self, position: int) -> None:
        """Continue at `position`, in a plain file only."""
        self._stream.seek(position)
        self.position = position

    def map(self, position: int, size: int) -> mmap.mmap:
        """Map a piece of a plain file. `position` must be a multiple of the system's granularity.

        Kernels are compiled for writable arrays only, so that it is copied on write; nothing
        writes.
        """
        return mmap.mmap(self._stream.fileno(), size, access=mmap.ACCESS_COPY, offset=position)

    def damaged(self, error: Exception) -> FormatError:
        return FormatError(
            f"{self.path}, after {self.position:,} unpacked bytes",
            expected=f"a whole {self._packed_in} file",
            found=str(error) or type(error).__name__,
            hint="The download was probably cut: fetch it again.",
        )


def check_regular(file: Path) -> None:
    """Raises FormatError for a pipe or a device, since vectors are read more than once."""
    if file.exists() and not file.is_file() and not file.is_dir():
        raise FormatError(
            str(file),
            expected="a file, since it is read more than once",
            found="a pipe" if file.is_fifo() else "a device or a socket",
            hint="Write what it gives to a file and name that.",
        )


@contextmanager
def opening(path: str | Path) -> Iterator[ByteSource]:
    """The content of a file, or of the vector file in an archive.

    Raises FormatError for one that is missing or cannot be read.
    """
    path = Path(path)
    try:
        file, member = locate(path)
        check_regular(file)
        with file.open("rb") as stream:
            content, packed_in = unpacking(stream, file, member)
            size = None if packed_in else file.stat().st_size
            yield ByteSource(path, size, content, packed_in)
    except EmbedAdaptError:
        raise
    except OSError as error:
        if isinstance(error, FileNotFoundError) and error.filename is None:
            raise  # getcwd(3), which compiling a kernel calls: the current folder was removed
        raise unreadable(path, error) from error
