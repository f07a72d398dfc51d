"""A verdict as one sentence. The terminal and the page say the same."""

from __future__ import annotations

from embedadapt.evaluation.result import EvaluationResult, VectorsEvaluation
from embedadapt.evaluation.verdict import Verdict
from embedadapt.report.figures import count


def told(verdict: Verdict, result: EvaluationResult) -> str:
    """What to do and why, with the figures it rests on."""
    if verdict.decision == "adapt":
        return _advised(result[verdict.vectors], result)
    if verdict.decision == "induce":
        return (
            "Induce only: new words gain by their first vectors "
            f"({_new_word_gain(result[verdict.vectors])}), training adds nothing beyond doubt. "
            "Give --epochs 0 --columns 0."
        )
    return f"Do not adapt: {_reason(verdict, result)}."


def _reason(verdict: Verdict, result: EvaluationResult) -> str:
    if verdict.reason == "no text" and result.text.n_trained and not result.text.n_documents:
        return "the adapter was trained on all of this text; give documents that it has not seen"
    if verdict.reason == "no text":
        return "no held-out text was left to judge on; give more documents"
    if verdict.reason == "little text":
        return (
            f"{count(result.text.n_tokens, 'held-out token')} cannot tell a gain from chance, "
            f"{result.judge.fewest_tokens:,} is the least; give more documents"
        )
    if verdict.reason == "other language":
        share = 100 * (result.familiarity or 0)
        return (
            f"only {share:.0f} % of this text's commonest words are among the first of the table, "
            "so the text is in another language; take vectors of its own"
        )
    if verdict.reason == "no order":
        gain = result.order_gain.value if result.order_gain else 0.0
        return (
            "the text is predicted no better in its own order than shuffled "
            f"({gain:+.3f} nats a pair), so its contexts say nothing"
        )
    if verdict.reason == "nothing specific":
        share = 100 * (result.domain_share or 0)
        return (
            f"nothing in the text is specific: {share:.1f} % of its tokens are words that it uses "
            "far more than general text; the vectors already know it"
        )
    return "no adapted table predicts held-out text better than the base"


def _advised(table: VectorsEvaluation, result: EvaluationResult) -> str:
    best = result.best_on_domain
    if best is None or best.name == table.name:
        return f"Adapt with {table.name}, which gains most: {_gain(table)}."
    return f"Adapt with {table.name}: {_gain(table)}. {best.name} gains most: {_gain(best)}."


def _new_word_gain(table: VectorsEvaluation) -> str:
    assert table.held_out is not None and table.held_out.new_words is not None
    return f"loss of their neighbors {table.held_out.new_words.value:+.3f}"


def _gain(table: VectorsEvaluation) -> str:
    assert table.held_out is not None
    overlap = table.neighbor_overlap
    told = f", neighbor overlap {100 * overlap.value:.0f} %" if overlap else ""
    return f"loss {table.held_out.change.value:+.3f}{told}"
