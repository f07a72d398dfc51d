"""The neighbors of words before and after adapting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Layout
from embedadapt.core.specificity import BySpecificity
from embedadapt.text.lookup import WordNeighbors


@dataclass(frozen=True)
class ComparedNeighbors:
    """The neighbors of queries before and after adapting.

    layout, scale: of the adapted vectors. before, after: each query to its neighbors in the base
    and in the adapted vectors; `before` has none for a query that the base lacks.
    """

    layout: Layout
    scale: Scale
    before: Mapping[str, WordNeighbors]
    after: Mapping[str, WordNeighbors]

    @property
    def applied(self) -> str:
        """How the adapters were applied, in the words of `export`: "add at scale 0.5"."""
        if isinstance(self.scale, BySpecificity):
            return f"{self.layout} at scale {self.scale}"
        scales = self.scale if isinstance(self.scale, Sequence) else (self.scale,)
        return f"{self.layout} at scale {' + '.join(f'{scale:g}' for scale in scales)}"
