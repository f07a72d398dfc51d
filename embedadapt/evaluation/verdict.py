"""What to do with an adapter, decided from what was measured."""

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
    """Whether to use the adapted vectors, the induced vectors of new words only, or the base.

    Parameters
    ----------
    decision : {"adapt", "induce", "leave"}
        "adapt" recommends adapted vectors, "induce" recommends only the induced vectors of new
        words beside the base, and "leave" recommends the base.
    reason : str
        Why: "gain", "induced gain", "no gain", "no text", "little text", "other language", "no
        order" or "nothing specific".
    vectors : str
        Name of the recommended vectors in the evaluation; "base" if the decision is "leave".

    Examples
    --------
    >>> verdict = Verdict("adapt", "gain", "add budget 0.92")
    >>> verdict.to_dict()["vectors"]
    'add budget 0.92'
    """

    decision: Decision
    reason: Reason
    vectors: str

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as a mapping.

        Returns
        -------
        dict of str to str
            JSON-ready, one entry per field.
        """
        return asdict(self)


def reach_verdict(result: EvaluationResult) -> Verdict:
    """The verdict on an evaluation: first any doubt about the text, then the gain.

    Vectors are recommended that lower the loss by `Judge.least_gain` over the whole interval and,
    if any were made within a budget, are among those: plain continued training also lowers the loss
    of shuffled text. The first of several is recommended. Where training gains nothing for words of
    the base, induced vectors of new words may still gain.
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
    """The adapted vectors that a verdict recommends; None if it is to leave the base."""
    return None if verdict.decision == "leave" else result[verdict.vectors]


def vectors_shown(verdict: Verdict, result: EvaluationResult) -> VectorsEvaluation | None:
    """The vectors whose words a report shows: the recommended ones, or else those that moved most.

    None if no word moved.
    """
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
