"""What to do with an adapter, said from what was measured of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from embedadapt.evaluation.result import INDUCED, EvaluationResult, TableEvaluation

Decision = Literal["adapt", "induce", "leave"]
Reason = Literal[
    "gain", "induced gain", "no gain", "no text", "little text", "other language", "no order"
]

FEWEST_TOKENS = 1_000
"""Held-out tokens to judge on: on fewer, an interval says little about other text."""

LEAST_FAMILIARITY = 0.3
"""Between what was measured in a table's own language (.71 and more) and in another (to .04)."""

LEAST_ORDER_GAIN = 0.05
"""Nats a pair. Licences: .25; the same shuffled word by word: .01."""


@dataclass(frozen=True)
class Verdict:
    """Adapt with a certain table, keep only the new words' first vectors, or leave the base be.

    table: name of the table to use; "base" to leave it.
    """

    decision: Decision
    reason: Reason
    table: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def reach_verdict(result: EvaluationResult) -> Verdict:
    """What can be doubted of the text comes first, then what was gained beyond doubt.

    Of the tables that gain, the gentlest is advised: the one that keeps most neighbours. Training
    that adds nothing to the new words' first vectors is not worth what it moves.
    """
    doubt = _doubt(result)
    if doubt is not None:
        return Verdict("leave", doubt, "base")
    trained = [table for table in result.adapted if table.name != INDUCED and _trained_well(table)]
    if trained:
        return Verdict("adapt", "gain", max(trained, key=_kept).name)
    if any(table.name == INDUCED and table.helped for table in result.adapted):
        return Verdict("induce", "induced gain", INDUCED)
    return Verdict("leave", "no gain", "base")


def _doubt(result: EvaluationResult) -> Reason | None:
    if result.base_loss is None or result.order_gain is None:
        return "no text"
    if result.familiarity is not None and result.familiarity < LEAST_FAMILIARITY:
        return "other language"
    if result.text.n_tokens < FEWEST_TOKENS:
        return "little text"
    return "no order" if result.order_gain.low < LEAST_ORDER_GAIN else None


def _trained_well(table: TableEvaluation) -> bool:
    if table.held_out is None or not table.helped:
        return False
    trained = table.held_out.trained
    return trained is None or trained.high < 0


def _kept(table: TableEvaluation) -> float:
    return table.neighbors_kept.value if table.neighbors_kept else 0.0
