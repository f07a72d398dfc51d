"""How much may come out of one input file, packed or not: limits that the user can raise.

A few kilobytes unpack to gigabytes, so what a file may become is bounded by its size on disk. Who
has a sound file beyond the limits names a higher one, in bytes, in the environment:
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
"""Bytes that may come out of each byte that went in. Tables of numbers shrink to a third, a model
whose output matrix is all zeros to a tenth, the text of contracts to a fifth."""


def most_unpacked(file: Path, always: int) -> int:
    """Bytes that may come out of a file, all its members and records together.

    always: so many may come out of the smallest file. Raises SettingsError for a VARIABLE that is
    no number.
    """
    return max(always, LARGEST_RATIO * file.stat().st_size, raised_limit())


def raised_limit() -> int:
    """Bytes that the user allows in any case; 0 for the limits as they are."""
    text = os.environ.get(VARIABLE, "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise SettingsError(VARIABLE, expected="a number of bytes", found=repr(text))
    return int(text)


@dataclass
class Budget:
    """What is left of the bytes that may come out of `file`. kind: of the error beyond them."""

    file: Path
    left: int
    kind: Callable[..., EmbedAdaptError]

    def spend(self, n_bytes: int) -> None:
        """Raises an error of `kind` where more came out than may."""
        self.left -= n_bytes
        if self.left < 0:
            raise self.kind(
                str(self.file),
                expected=f"a file that unpacks to at most {LARGEST_RATIO} times its size",
                found="more",
                hint=f"If it is sound, unpack it yourself, or name more bytes in {VARIABLE}.",
            )
