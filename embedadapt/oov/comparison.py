"""Reports on one corpus for several vectors, and which vectors to use."""

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
    """Reports on one corpus, one for each of several vectors.

    Vectors are compared by the normalized tokens that they lack, under their own conventions. A
    word counts as unknown even if its vector is composed of n-grams.

    Parameters
    ----------
    reports : tuple of OOVReport
        One or more, in the order in which the vectors were given.

    Examples
    --------
    >>> compared = embedadapt.compare_oov([vectors], ["The licensor grants a license."])
    >>> compared.best.normalized.unknown_tokens, compared.single
    (1, True)
    """

    reports: tuple[OOVReport, ...]

    def __repr__(self) -> str:
        return f"OOVComparison({', '.join(map(repr, self.reports))})"

    def save_html(self, path: str | Path) -> None:
        """Write the comparison to `path` as one HTML page that needs no network.

        Parameters
        ----------
        path : path
            The file to write.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        save_page(path, "html.render_comparison", self)

    @property
    def single(self) -> bool:
        """Whether there is only one report, and nothing to compare."""
        return len(self.reports) == 1

    @cached_property
    def alike(self) -> tuple[OOVReport, ...]:
        """The report with the lowest rate and those at most 0.001 above it, best first."""
        ranked = sorted(self.reports, key=_rate)
        return tuple(one for one in ranked if _rate(one) <= _rate(ranked[0]) + ALIKE)

    @cached_property
    def best(self) -> OOVReport:
        """The report on the recommended vectors.

        Among the vectors in `alike`, these have the most dimensions, and then the lowest rate.
        """
        return max(self.alike, key=lambda report: report.vectors.dim)

    def only_unknown_to(self, report: OOVReport) -> list[UnknownWord]:
        """Return the words that only one report lists, compared without case.

        Parameters
        ----------
        report : OOVReport
            One of `reports`.

        Returns
        -------
        list of UnknownWord
            In the order of the report.
        """
        others = [one for one in self.reports if one is not report]
        known_elsewhere = {word.word.lower() for one in others for word in one.words}
        return [word for word in report.words if word.word.lower() not in known_elsewhere]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready. "best" and "alike" are indices into "reports".
        """
        number = {id(report): place for place, report in enumerate(self.reports)}
        return {
            "format": FORMAT,
            "best": number[id(self.best)],
            "alike": [number[id(report)] for report in self.alike],
            "reports": [report.to_dict() for report in self.reports],
        }


def _rate(report: OOVReport) -> float:
    return report.normalized.token_rate
