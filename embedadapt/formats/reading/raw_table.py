"""Vectors as a file holds them, not checked yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embedadapt.core.types import Floats2d


@dataclass(frozen=True)
class RawTable:
    """What a reader checks before it returns vectors, and whose defects an inspection lists.

    words: one per row, repeated ones included.
    tables: float32 rows, by the name of one row ("vector"); those of the words come first.
    dtype: type of the numbers in the file.
    """

    words: Sequence[str]
    tables: Mapping[str, Floats2d]
    dtype: str
