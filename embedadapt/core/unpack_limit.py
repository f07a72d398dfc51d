"""Limits on how much one input file may expand to, which the user can raise.

A few kilobytes can expand to gigabytes, so the output of a file is bounded by its size on disk. For
a sound file beyond the limits, set a higher one, in bytes, in the environment:
`EMBEDADAPT_MOST_UNPACKED=8000000000 embedadapt oov ...`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embedadapt.core.errors import EmbedAdaptError, SettingsError

VARIABLE = "EMBEDADAPT_MOST_UNPACKED"
LARGEST_RATIO = 100
"""Bytes of output per byte of input. Text of numbers shrinks to a third, a model whose output
matrix is zeros to a tenth, the text of contracts to a fifth."""


def most_unpacked(file: Path, always: int) -> int:
    """Largest number of bytes that a file may expand to, all members and records together.

    always: allowed for a file of any size. Raises SettingsError for a VARIABLE that is
    no number.
    """
    return max(always, LARGEST_RATIO * file.stat().st_size, raised_limit())


def raised_limit() -> int:
    """The number of bytes that the user allows for any file; 0 if VARIABLE is not set."""
    return number_set(VARIABLE, "bytes") or 0


def number_set(variable: str, what: str) -> int | None:
    """The whole number in a variable of the environment, None where it is not set.

    what: it counts. Raises SettingsError for what is no number.
    """
    text = os.environ.get(variable, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise SettingsError(variable, expected=f"a number of {what}", found=repr(text))
    return int(text)


@dataclass
class UnpackLimit:
    """Bytes that may still come out of `file`. kind: class of the error raised beyond them."""

    file: Path
    left: int
    kind: Callable[..., EmbedAdaptError]

    def spend(self, n_bytes: int) -> None:
        """Take `n_bytes` off. Raises an error of `kind` when none are left."""
        self.left -= n_bytes
        if self.left < 0:
            raise self.kind(
                str(self.file),
                expected=f"a file that unpacks to at most {LARGEST_RATIO} times its size",
                found="more",
                hint=f"If it is sound, decompress it first, or set {VARIABLE} to more bytes.",
            )
