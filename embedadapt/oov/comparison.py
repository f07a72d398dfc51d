"""Several tables asked about one corpus, and which of them to take."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from embedadapt.core.shown import InNotebooks, save_page
from embedadapt.oov.result import OOVReport, UnknownWord

FORMAT = 1
"""Number of the shape that `OOVComparison.to_dict` writes."""
ALIKE = 0.001
"""Share of the running words within which two tables cover a text alike: one word in a thousand is
what a cleaner tokenizer or another draft of the same contracts changes too."""


@dataclass(frozen=True)
class OOVComparison(InNotebooks):
    """Reports on one corpus, one at least, a table each, in the order the tables were given.

    Tables are compared by the running words that they do not hold, each read under its own
    conventions. A vector that n-grams compose is no word held.
    """

    reports: tuple[OOVReport, ...]

    def __repr__(self) -> str:
        return f"OOVComparison({', '.join(map(repr, self.reports))})"

    def save_html(self, path: str | Path) -> None:
        """Write the comparison to `path` as one HTML page that needs no network.

        Raises OutputError where the file cannot be written.
        """
        save_page(path, "html.render_comparison", self)

    @property
    def single(self) -> bool:
        """True where there is nothing to compare."""
        return len(self.reports) == 1

    @cached_property
    def alike(self) -> tuple[OOVReport, ...]:
        """The table with the lowest rate, and those within ALIKE of it; the best first."""
        ranked = sorted(self.reports, key=_rate)
        return tuple(one for one in ranked if _rate(one) <= _rate(ranked[0]) + ALIKE)

    @cached_property
    def best(self) -> OOVReport:
        """Of the tables that cover the text alike, the one with the most dimensions; of these, the
        one with the lowest rate."""
        return max(self.alike, key=lambda report: report.table.dim)

    def only_unknown_to(self, report: OOVReport) -> list[UnknownWord]:
        """Words that `report` lists and no other report does, in whatever case."""
        others = [one for one in self.reports if one is not report]
        known_elsewhere = {word.word.lower() for one in others for word in one.words}
        return [word for word in report.words if word.word.lower() not in known_elsewhere]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping with `"format": 1`; "best" and "alike" are numbers of reports."""
        number = {id(report): place for place, report in enumerate(self.reports)}
        return {
            "format": FORMAT,
            "best": number[id(self.best)],
            "alike": [number[id(report)] for report in self.alike],
            "reports": [report.to_dict() for report in self.reports],
        }


def _rate(report: OOVReport) -> float:
    return report.normalized.token_rate
