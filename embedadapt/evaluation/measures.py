"""Further measures: each taken of the base, of the adapted tables and of baselines alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from embedadapt.core.types import Doubles1d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.resampling import Outcomes, Sample
from embedadapt.evaluation.result import Estimate, Score, Scores
from embedadapt.evaluation.word_pairs import lookup

Samples = Mapping[str, Sample]
"""The figures of one table, by column."""


class Measure(Protocol):
    """One kind of figure, taken of one table at a time."""

    def rows(self, table: WordVectors) -> Ints1d:
        """Rows of the table that it looks at, whether among its first or not; -1 for none."""

    def take(self, table: WordVectors) -> Samples:
        """Its figures of a table, without those that cannot be taken of it."""

    def scores(self, taken: Mapping[str, Samples]) -> Scores:
        """What was taken of each table, the base first."""


class ItemSet(Protocol):
    """Items with a known answer, each of which a table has the words for or not."""

    @property
    def words(self) -> Iterable[str]: ...

    def outcomes(self, table: WordVectors) -> Doubles1d:
        """(n_items,): what the table says of each; NaN where it lacks a word."""

    def figure(self, outcomes: Doubles1d, rows: Longs1d) -> float:
        """How good these outcomes are, of some items; NaN for too few to tell."""


@dataclass(frozen=True)
class SetMeasure:
    """Sets of items by name, with intervals resampled over the items of each.

    title, about: as `Scores`.
    """

    title: str
    about: str
    sets: Mapping[str, ItemSet]
    seed: int

    def rows(self, table: WordVectors) -> Ints1d:
        return lookup(table, [word for one in self.sets.values() for word in one.words])

    def take(self, table: WordVectors) -> Samples:
        judged = {
            name: Outcomes(one.outcomes(table), one.figure, self.seed)
            for name, one in self.sets.items()
        }
        return {name: one for name, one in judged.items() if np.isfinite(one.value)}

    def scores(self, taken: Mapping[str, Samples]) -> Scores:
        missing = [name for name in self.sets if not any(name in s for s in taken.values())]
        notes = tuple(f"{name}: not measured, too few of its words are known." for name in missing)
        return Scores(self.title, self.about, scored(taken), notes)


def scored(taken: Mapping[str, Samples], reference: str = "base") -> dict[str, dict[str, Score]]:
    """Return samples as figures with intervals, and with their change from those of `reference`."""
    base = taken.get(reference, {})

    def change(table: str, name: str, sample: Sample) -> Estimate | None:
        return sample.change_from(base[name]) if table != reference and name in base else None

    return {
        table: {
            name: Score(sample.estimate(), change(table, name, sample), sample.n)
            for name, sample in samples.items()
        }
        for table, samples in taken.items()
    }
