"""The lines of a text file, as they pass through a window."""

from __future__ import annotations

from dataclasses import dataclass, field

from embedadapt.core.errors import FormatError
from embedadapt.formats.reading.window import LONGEST, Window
from embedadapt.formats.sniffing import BYTE_ORDER_MARK


@dataclass
class Lines:
    """The lines of a window, counted. `window.data[window.start:stop]` are whole lines."""

    window: Window
    stop: int = 0
    number: int = 1
    """Number of the line at `window.start`."""
    unended: bool = False
    """Whether the last line had no line feed."""
    _ended: bool = field(default=False, repr=False)

    def more(self) -> bool:
        """Read whole lines into the window; False at the end of the file.

        Raises FormatError for a line longer than the window.
        """
        window = self.window
        while self.stop <= window.start:
            if self._ended:
                return False
            first = window.source.position == 0
            self._ended = not window.refill()
            if first and window.data.startswith(BYTE_ORDER_MARK, 0, window.end):
                window.start = len(BYTE_ORDER_MARK)
            if self._ended and window.end > window.start:
                window.data[window.end] = ord("\n")
                window.end += 1
                self.unended = True
            self.stop = window.data.rfind(b"\n", window.start, window.end) + 1
            if not self.stop and window.end >= LONGEST:
                raise FormatError(
                    f"{window.source.path}, line {self.number}",
                    expected=f"lines of up to {LONGEST:,} bytes",
                    found="a longer one",
                    hint="This is no file of word vectors.",
                )
        return True

    def take_line(self) -> bytes:
        """The next line without its end."""
        if not self.more():
            return b""
        end = self.window.data.index(b"\n", self.window.start)
        line = bytes(self.window.data[self.window.start : end])
        self.used(end + 1, 1)
        return line.removesuffix(b"\r")

    @property
    def count(self) -> int:
        """Number of whole lines in the window."""
        return self.window.count_lines(self.window.start, self.stop)

    def line_at(self, start: int) -> bytes:
        """The line that begins at window.data[start], without its end."""
        return bytes(self.window.data[start : self.window.data.index(b"\n", start)])

    def used(self, position: int, n_lines: int) -> None:
        """Move to `position`, which follows so many lines."""
        self.number += n_lines
        self.window.start = position

    def place(self, n_before: int) -> str:
        """File and line, for an error, that is so many lines after `window.start`."""
        return f"{self.window.source.path}, line {self.number + n_before}"
