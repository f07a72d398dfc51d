"""How many neighbors words keep, in sentences. Terminal, page and verdict share them."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

from embedadapt.core.adapted import LARGEST_SCALE, WHOLE
from embedadapt.core.specificity import FAR_ABOVE
from embedadapt.evaluation.result import Estimate, EvaluationResult, VectorsEvaluation

ONE_SCALE = (
    "The frequencies of words in general text are unknown, so domain words cannot be separated "
    "from general ones, and all words get the same scale. Give general text (embedadapt adapt "
    "--general TEXT) or a frequency list (--frequencies CODE)."
)

FAR_ABOVE_TIMES = f"{exp(FAR_ABOVE):.0f} times"
"""How far above their general share the corpus uses domain words, at least."""


def share(estimate: Estimate | None) -> str:
    """A whole percentage; "n/a" for None.

    >>> share(Estimate(0.921, 0.91, 0.93)), share(None)
    ('92 %', 'n/a')
    """
    return f"{100 * estimate.value:.0f} %" if estimate else "n/a"


def meaning(vectors: VectorsEvaluation) -> str:
    """What the largest scale is ("plain continued training"); "" of other scales."""
    is_whole = vectors.layout is not None and vectors.scale == LARGEST_SCALE
    return WHOLE[vectors.layout] if vectors.layout and is_whole else ""


def both_sides(vectors: VectorsEvaluation, result: EvaluationResult) -> Iterator[str]:
    """The share of neighbors that general and domain words keep, as a clause; none if it was not
    measured."""
    if vectors.neighbor_overlap is None:
        return
    keep = f"{_everyones(result)} words keep {share(vectors.neighbor_overlap)}"
    if vectors.domain_overlap is None:
        yield f"{keep} of their neighbors"
    else:
        stay = share(vectors.domain_overlap)
        yield f"{keep} of their neighbors, domain words {stay}"


def shares_kept(vectors: VectorsEvaluation, result: EvaluationResult) -> Iterator[str]:
    """The same in short, general words first."""
    if vectors.neighbor_overlap is None:
        return
    domain = f", domain words {share(vectors.domain_overlap)}" if vectors.domain_overlap else ""
    yield f"{_everyones(result)} words keep {share(vectors.neighbor_overlap)}{domain}"


def _everyones(result: EvaluationResult) -> str:
    return "general" if result.by_specificity else "frequent"
