"""A window that slides over a file, which parsers read and refill."""

from __future__ import annotations

import mmap
from typing import cast

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d
from embedadapt.formats.reading.opening import ByteSource

WINDOW = 2 * 1024 * 1024
"""Bytes held at a time. Four times as many read no faster."""
LONGEST = 8 * 1024 * 1024
"""Bytes of the longest line or row that can be read; the window grows to it if necessary."""
FIRST = 256 * 1024
"""Bytes held first of a compressed file, whose content has an unknown size."""
LINE_FEED = ord("\n")


class Window:
    """Bytes of a source: `data[start:end]` is read and not yet used.

    `array` is the same memory for kernels. Its last byte is never filled, so that a missing final
    line feed can be put there. A refill that enlarges the window replaces both.
    """

    def __init__(self, source: ByteSource, size: int | None = None) -> None:
        self.source = source
        self._allocate(size or min(WINDOW, FIRST if source.size is None else source.size + 1))
        self.start = self.end = 0
        self._origin = source.position

    def _allocate(self, size: int) -> None:
        self.data = bytearray(size + 1)
        self.array = np.frombuffer(self.data, dtype=np.uint8)

    @property
    def position(self) -> int:
        """The offset of `start` in the (expanded) file."""
        return self._origin + self.start

    def count_lines(self, start: int, stop: int) -> int:
        """The line feeds in `data[start:stop]`, which numpy counts faster than bytearray."""
        return int(np.count_nonzero(self.array[start:stop] == LINE_FEED))

    def refill(self) -> bool:
        """Drop what was used and read more; False where nothing more came."""
        unused, size = self.data[self.start : self.end], len(self.data) - 1
        if self.end == size < (WINDOW if self.start else LONGEST):
            self._allocate(min(2 * size, LONGEST))
        self._origin += self.start
        self.data[: len(unused)] = unused
        count = self.source.fill(self.array[len(unused) : -1])
        self.start, self.end = 0, len(unused) + count
        return count > 0

    def take(self, count: int, what: str) -> bytes:
        """The next `count` bytes. Raises FormatError where the file ends before."""
        while self.end - self.start < count:
            if not self.refill():
                raise self.cut(what)
        self.start += count
        return bytes(self.data[self.start - count : self.start])

    def take_long(self, count: int, what: str) -> bytes:
        """As `take`, for more bytes than the window may hold.

        Memory is allocated only for bytes that exist. Raises FormatError where the file ends
        before.
        """
        if self.source.size is not None and self.source.size - self.position < count:
            raise self.cut(what)
        taken = bytearray()
        while len(taken) < count:
            taken += self.take(min(count - len(taken), len(self.data) - 1), what)
        return bytes(taken)

    def skip_line_feeds(self) -> None:
        """Skip the line feeds that follow and are read already."""
        while self.start < self.end and self.data[self.start] == ord("\n"):
            self.start += 1

    def skip(self, count: int) -> None:
        """Skip `count` bytes of a plain file without reading them."""
        target = self.position + count
        self.source.seek(target)
        self.start = self.end = 0
        self._origin = target

    def cut(self, what: str) -> FormatError:
        """The error for a file that ends inside `what`."""
        return FormatError(
            f"{self.source.path}, byte {self.position:,}",
            expected=what,
            found=f"the end of the file {self.end - self.start:,} bytes later",
            hint="The file is cut short or its header is wrong: fetch it again.",
        )


class MappedWindow(Window):
    """A window over a plain file that is mapped piece by piece: skipped rows are not copied."""

    def __init__(self, source: ByteSource) -> None:
        self.source = source
        self.start = self.end = self._origin = 0
        self.refill()

    def refill(self) -> bool:
        """Move the window to what is not used yet; False where nothing more came."""
        position, behind = self.position, self._origin + self.end
        origin = position - position % mmap.ALLOCATIONGRANULARITY
        size = min(LONGEST, (self.source.size or 0) - origin)
        if origin + size <= behind:
            return False
        self.data = cast(bytearray, self.source.map(origin, size))  # is searched and cut alike
        self.array = np.frombuffer(self.data, dtype=np.uint8)
        self._origin, self.start, self.end = origin, position - origin, size
        return True


def window_over(source: ByteSource) -> Window:
    """A window for files that need no line feed at the end: mapped where that is possible."""
    return Window(source) if source.size is None else MappedWindow(source)


class GrowingTable:
    """Rows of float32 that arrive in blocks; the memory grows in place, by an eighth at a time.

    capacity: rows to allocate at once, from a header that was checked.
    """

    def __init__(self, dim: int, capacity: int = 0) -> None:
        self._rows = np.empty((capacity, dim), dtype=np.float32)
        self.dim = dim
        self.n_rows = 0

    def room(self, count: int) -> Floats2d:
        """A view of the next `count` rows, to be filled before the next call."""
        needed = self.n_rows + count
        if needed > len(self._rows):
            self._resize(max(needed, len(self._rows) + len(self._rows) // 8))
        return self._rows[self.n_rows : needed]

    def finish(self) -> Floats2d:
        """The matrix, (n_rows, dim)."""
        if len(self._rows) > self.n_rows:
            self._resize(self.n_rows)
        return self._rows

    def _resize(self, n_rows: int) -> None:
        # Reallocates in place; no view of the old memory is used after this (see `room`).
        self._rows.resize((n_rows, self.dim), refcheck=False)
