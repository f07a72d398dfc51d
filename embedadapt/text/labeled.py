"""Labeled texts: what a classifier learns from, and what it is judged on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import CorpusError
from embedadapt.core.types import Longs1d
from embedadapt.text.readers.delimited import delimited_rows

LONGEST_LABEL = 200
"""Characters of a label."""
TEST_SHARE = 0.3
"""Of each class, where the file has no column `split`."""

Labels1d: TypeAlias = NDArray[np.str_]
Flags1d: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LabeledTexts:
    """(n,) texts, their labels, and which of them are there to judge on."""

    texts: Sequence[str]
    labels: Labels1d
    is_test: Flags1d

    @property
    def training(self) -> tuple[list[str], Labels1d]:
        return self._part(~self.is_test)

    @property
    def test(self) -> tuple[list[str], Labels1d]:
        return self._part(self.is_test)

    def _part(self, chosen: Flags1d) -> tuple[list[str], Labels1d]:
        texts = [text for text, is_chosen in zip(self.texts, chosen, strict=True) if is_chosen]
        return texts, self.labels[chosen]


def read_labeled(path: str | Path) -> LabeledTexts:
    """A .csv or .tsv with the columns text and label; rows without either are passed over.

    A column split says `test` of the rows to judge on. Where there is none, TEST_SHARE of each
    class is drawn, always the same; of a text that stands there several times, the first counts.
    Raises CorpusError for other columns and a label of more than LONGEST_LABEL characters, and what
    reading a table raises.
    """
    rows = delimited_rows(Path(path))
    header = next(rows, [])
    if not {"text", "label"} <= set(header):
        raise CorpusError(
            str(path),
            expected="the columns 'text' and 'label'",
            found=f"the columns {', '.join(map(repr, header))}" if header else "no header",
        )
    cells = (dict(zip(header, row, strict=False)) for row in rows)
    filled = [row for row in cells if row.get("text") and row.get("label")]
    longest = max((row["label"] for row in filled), key=len, default="")
    if len(longest) > LONGEST_LABEL:  # numpy keeps all labels as wide as the longest
        raise CorpusError(
            str(path),
            expected=f"labels of {LONGEST_LABEL} characters at most",
            found=f"{longest[:40]!r} and {len(longest) - 40:,} more characters",
        )
    if "split" in header:
        labels = np.array([row["label"] for row in filled], dtype=np.str_)
        is_test = np.array([row.get("split") == "test" for row in filled], dtype=bool)
        return LabeledTexts([row["text"] for row in filled], labels, is_test)
    firsts: dict[str, str] = {}
    for row in filled:
        firsts.setdefault(row["text"], row["label"])
    labels = np.array([*firsts.values()], dtype=np.str_)
    return LabeledTexts([*firsts], labels, _drawn_test(labels))


def rows_by_class(labels: Labels1d) -> Iterator[Longs1d]:
    """Of each class, in the labels' order, where it stands."""
    return (np.flatnonzero(labels == label) for label in np.unique(labels))


def _drawn_test(labels: Labels1d) -> Flags1d:
    rng = np.random.default_rng(1)
    is_test = np.zeros(len(labels), dtype=bool)
    for of_class in rows_by_class(labels):
        is_test[rng.permutation(of_class)[: int(TEST_SHARE * len(of_class))]] = True
    return is_test
