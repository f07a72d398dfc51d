"""A table as its file holds it, nothing of it judged yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embedadapt.core.types import Floats2d


@dataclass(frozen=True)
class RawTable:
    """What a reader judges before it hands a table on, and what an inspection lists the defects of.

    words: one a row, as often as they stand there.
    tables: float32 rows, by what one row is called ("vector"); those of the words come first.
    dtype: of the numbers in the file.
    """

    words: Sequence[str]
    tables: Mapping[str, Floats2d]
    dtype: str
