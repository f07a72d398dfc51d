"""Measured figures as text. The terminal and the page say the same."""

from __future__ import annotations

from typing import Any

from embedadapt.evaluation.result import Estimate, EvaluationResult, Score, Scores
from embedadapt.evaluation.verdict import Verdict, advised_vectors

ABOVE, BELOW = "▲", "▼"


def figure(value: float) -> str:
    """With as many digits as tell something.

    >>> figure(0.51538), figure(6.24), figure(1205.5)
    ('0.515', '6.2', '1,206')
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 2 else f"{value:.3f}"


def spread(estimate: Estimate) -> str:
    """Half the interval; "" for none."""
    half = (estimate.high - estimate.low) / 2
    return f"±{figure(half)}" if half else ""


def mark(score: Score) -> str:
    """Whether a table is above or below the base beyond chance; "" for neither."""
    if score.change is None or not score.change.excludes_zero:
        return ""
    return ABOVE if score.change.value > 0 else BELOW


def footnote(scores: Scores) -> str:
    """What the figures rest on ("n: MEN 331 to 349, legal 80", or "n: 1,406" of all); the signs."""
    told = {}
    for column in scores.columns:
        counts = [one[column].n for one in scores.vectors.values() if column in one]
        low, high = min(counts), max(counts)
        told[column] = f"{low:,} to {high:,}" if low < high else f"{low:,}"
    if len(set(told.values())) == 1:
        sizes = next(iter(told.values()))
    else:
        sizes = ", ".join(f"{name} {n}" for name, n in told.items())
    compared = any(score.change for one in scores.vectors.values() for score in one.values())
    marks = f" {ABOVE} {BELOW}: above or below the base beyond chance." if compared else ""
    return f"n: {sizes}. ±: 95 % intervals.{marks}"


def judged_figures(verdict: Verdict, result: EvaluationResult) -> dict[str, Any]:
    """Figures of the vectors that a verdict recommends, for an adapter's `scores["judged"]`, which
    model cards show (export.card_scores).

    JSON-ready: the vectors' name, the note that such vectors carry in their provenance, and value,
    low and high of each figure; {} where the base is left as it is or only words are induced.
    """
    advised = advised_vectors(verdict, result)
    if advised is None or advised.layout is None or advised.held_out is None:
        return {}
    overlap = "general_overlap" if result.by_specificity else "frequent_overlap"
    scale = f"{advised.scale:g}" if isinstance(advised.scale, float) else str(advised.scale)
    figures = {
        "held_out_loss_change": advised.held_out.change,
        overlap: advised.neighbor_overlap,
        "domain_overlap": advised.domain_overlap,
    }
    return {
        "vectors": advised.name,
        "note": f"adapted: {advised.layout} at scale {scale}",
        **{key: [one.value, one.low, one.high] for key, one in figures.items() if one},
    }
