"""Words counted under one reading of a corpus."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from embedadapt.core.counters import both
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.result import Reading


@dataclass
class Tally:
    """Words under one reading: how often, and in how many documents one of them is unknown."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    n_affected: int = 0
    _unknown: tuple[Vocabulary, dict[str, int]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    def __add__(self, other: Tally) -> Tally:
        n_affected = self.n_affected + other.n_affected
        return Tally(self.name, both(self.counts, other.counts), n_affected)

    def unknown(self, known: Vocabulary) -> dict[str, int]:
        """The words that are not in a vocabulary; remembered for the last one asked about."""
        if self._unknown is None or self._unknown[0] is not known:
            index = known.index
            unknown = {word: n for word, n in self.counts.items() if word not in index}
            self._unknown = known, unknown
        return self._unknown[1]

    def reading(self, n_documents: int, table: VectorsOutline) -> Reading:
        unknown = self.unknown(table.vocabulary)
        composed = [n for word, n in unknown.items() if composes(table, word)]
        return Reading(
            name=self.name,
            n_tokens=self.counts.total(),
            n_types=len(self.counts),
            unknown_tokens=sum(unknown.values()),
            unknown_types=len(unknown),
            composed_tokens=sum(composed),
            composed_types=len(composed),
            n_documents=n_documents,
            affected_documents=self.n_affected,
        )


def composes(table: VectorsOutline, word: str) -> bool:
    """True where n-grams give the unknown `word` a vector."""
    return table.hashing is not None and table.hashing.composes(word)
