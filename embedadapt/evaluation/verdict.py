"""What to do with an adapter, said from what was measured of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.shown import InNotebooks
from embedadapt.evaluation.result import INDUCED, EvaluationResult, VectorsEvaluation

Decision = Literal["adapt", "induce", "leave"]
Reason = Literal[
    "gain",
    "induced gain",
    "no gain",
    "no text",
    "little text",
    "other language",
    "no order",
    "nothing specific",
]


@accepts_old_names
@dataclass(frozen=True)
class Verdict(InNotebooks):
    """Adapt with a certain table, keep only the new words' first vectors, or leave the base be.

    vectors: name of the vectors to use; "base" to leave it.
    """

    decision: Decision
    reason: Reason
    vectors: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def reach_verdict(result: EvaluationResult) -> Verdict:
    """What can be doubted of the text comes first, then what was gained beyond doubt.

    Vectors are advised that lower the loss by `Judge.least_gain` beyond doubt, and keep the
    neighbors of general words within a budget, where any were made so: plain continued training
    also lowers the loss of shuffled text. The first of several is advised. Where training gains
    nothing for the words that the base has, its new words may still be worth their first vectors.
    """
    doubt = _doubt(result)
    if doubt is not None:
        return Verdict("leave", doubt, "base")
    trained = [each for each in result.adapted if each.name != INDUCED]
    within_budget = [each for each in trained if each.budget is not None]
    for each in within_budget or trained:
        if each.helped and each.gain >= result.judge.least_gain:
            return Verdict("adapt", "gain", each.name)
    if any(table.name == INDUCED and table.helped_new_words for table in result.adapted):
        return Verdict("induce", "induced gain", INDUCED)
    return Verdict("leave", "no gain", "base")


def advised_vectors(verdict: Verdict, result: EvaluationResult) -> VectorsEvaluation | None:
    """The adapted table that a verdict recommends; None where it leaves the base as it is."""
    return None if verdict.decision == "leave" else result[verdict.vectors]


def vectors_shown(verdict: Verdict, result: EvaluationResult) -> VectorsEvaluation | None:
    """The table whose words a report shows: the one recommended; where there is none, the one that
    moved most. None where no table moved a word."""
    return advised_vectors(verdict, result) or result.most_moved


def _doubt(result: EvaluationResult) -> Reason | None:
    judge = result.judge
    if result.base_loss is None or result.order_gain is None:
        return "no text"
    if result.familiarity is not None and result.familiarity < judge.least_familiarity:
        return "other language"
    if result.text.n_tokens < judge.fewest_tokens:
        return "little text"
    if result.order_gain.low < judge.least_order_gain:
        return "no order"
    if result.domain_share is not None and result.domain_share < judge.least_domain_share:
        return "nothing specific"
    return None
