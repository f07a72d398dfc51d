"""Further measures, taken alike of the base, of adapted vectors and of baselines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from embedadapt.core.types import Doubles1d, Ints1d, Longs2d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.resampling import Outcomes, Sample
from embedadapt.evaluation.result import Estimate, Score, Scores
from embedadapt.evaluation.word_pairs import lookup

Samples = Mapping[str, Sample]
"""The figures of some vectors, by column."""


class Measure(Protocol):
    """One kind of figure, measured on one vector space at a time."""

    def rows(self, table: WordVectors) -> Ints1d:
        """Rows of the words it needs, wherever they are; -1 for a missing word."""

    def take(self, table: WordVectors) -> Samples:
        """The figures of some vectors, without those that cannot be measured."""

    def scores(self, taken: Mapping[str, Samples]) -> Scores:
        """The figures of all vectors, the base first."""


class ItemSet(Protocol):
    """Items with a known answer. Vectors may lack words of an item."""

    @property
    def words(self) -> Iterable[str]: ...

    def outcomes(self, table: WordVectors) -> Doubles1d:
        """What the vectors answer to each item, (n_items,); NaN if a word is missing."""

    def figure(self, outcomes: Doubles1d, rows: Longs2d) -> Doubles1d:
        """How good the outcomes of the items of each draw are, (n_draws,); NaN for too few."""


@dataclass(frozen=True)
class SetMeasure:
    """Sets of items by name, with intervals resampled over the items of each.

    title, about: as in `Scores`.
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
    """Samples as figures with intervals, and their changes from those of `reference`."""
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
