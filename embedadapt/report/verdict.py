"""A verdict as sentences, and the command to type next. Terminal and page share them."""

from __future__ import annotations

import shlex
from pathlib import Path

from embedadapt.evaluation.result import EvaluationResult, VectorsEvaluation
from embedadapt.evaluation.scale import OVERLAP
from embedadapt.evaluation.verdict import Verdict, advised_vectors
from embedadapt.report.figures import count
from embedadapt.report.retention import both_sides, meaning, shares_kept


def told(verdict: Verdict, result: EvaluationResult) -> str:
    """What to do and why, with the figures that support it."""
    if verdict.decision == "adapt":
        return _advised(result[verdict.vectors], result)
    if verdict.decision == "induce":
        return (
            "Induce only: the induced vectors of new words help "
            f"({_new_word_gain(result[verdict.vectors])}), and training "
            "them further shows no certain gain."
        )
    return f"Do not adapt: {_reason(verdict, result)}."


def _reason(verdict: Verdict, result: EvaluationResult) -> str:
    if verdict.reason == "no text" and result.text.n_trained and not result.text.n_documents:
        return "the adapter was trained on all of this text, so give documents that it has not seen"
    if verdict.reason == "no text":
        return "no held-out text is left for the evaluation, so give more documents"
    if verdict.reason == "little text":
        return (
            f"{count(result.text.n_tokens, 'held-out token')} cannot tell a gain from chance; at "
            f"least {result.judge.fewest_tokens:,} are needed, so give more documents"
        )
    if verdict.reason == "other language":
        share = 100 * (result.familiarity or 0)
        return (
            f"only {share:.0f} % of this text's most frequent words are among those of the "
            "vectors: the text is in another language, so use vectors of that language, or it has "
            "no spaces between words, so split it first (--segmenter)"
        )
    if verdict.reason == "no order":
        gain = result.order_gain.value if result.order_gain else 0.0
        return (
            "the base predicts the text no better than the same words in random order "
            f"({gain:+.3f} nats per pair), so its contexts teach nothing"
        )
    if verdict.reason == "nothing specific":
        share = 100 * (result.domain_share or 0)
        return (
            f"the text is not specific to a domain: only {share:.1f} % of its tokens are words "
            "that it uses far more often than general text, so the vectors already fit it"
        )
    return "no adapted vectors predict held-out text better than the base"


def next_step(
    verdict: Verdict,
    result: EvaluationResult,
    *,
    vectors: str = "VECTORS",
    adapter: str = "ADAPTER",
    lang: str = "LANG",
) -> tuple[str, str]:
    """The next step and the command to type; ("", "") if the base is left unchanged.

    Parameters
    ----------
    vectors, adapter : str
        Paths as they were typed.
    lang : str
        Code of the language of the vectors.
    """
    if verdict.decision == "leave":
        return "", ""
    if verdict.decision == "induce":
        again = f"embedadapt adapt {shlex.quote(vectors)} CORPUS --epochs 0 --dimensions 0"
        return (
            "To keep only the new words, adapt again without training:",
            f"{again} -o {shlex.quote(adapter)}",
        )
    advised = advised_vectors(verdict, result)
    name = f"{lang}_{Path(adapter).stem}"
    return (
        "To use these vectors in spaCy, type this (for other tools, add --to TARGET):",
        f"embedadapt export {shlex.quote(vectors)} --adapter {shlex.quote(adapter)}"
        f"{_choice(advised)} --lang {lang} -o {shlex.quote(name)}",
    )


def _choice(vectors: VectorsEvaluation | None) -> str:
    """The options of `export` that make these vectors, where they are not its defaults."""
    if vectors is None:
        return ""
    layout = "" if vectors.layout in (None, "add") else f" --layout {vectors.layout}"
    if isinstance(vectors.scale, float) and vectors.budget is None:
        return f"{layout} --scale {vectors.scale:g}"
    is_default = vectors.budget in (None, OVERLAP)
    return layout if is_default else f"{layout} --budget {vectors.budget:g}"


def _advised(vectors: VectorsEvaluation, result: EvaluationResult) -> str:
    best = result.best_on_domain
    if best is None or best.name == vectors.name:
        return f"Adapt with {_named(vectors)}, which gains most: {_gain(vectors, result)}."
    others = ", ".join([f"held-out loss {_change(best)}", *shares_kept(best, result)])
    return (
        f"Adapt with {_named(vectors)}: {_gain(vectors, result)}. "
        f"{_named(best)} gains most: {others}."
    )


def _named(vectors: VectorsEvaluation) -> str:
    return f"{vectors.name} ({meaning(vectors)})" if meaning(vectors) else vectors.name


def _new_word_gain(vectors: VectorsEvaluation) -> str:
    assert vectors.held_out is not None and vectors.held_out.new_words is not None
    return f"loss of their neighbors {vectors.held_out.new_words.value:+.3f} nats per pair"


def _gain(vectors: VectorsEvaluation, result: EvaluationResult) -> str:
    changes = f"the held-out loss changes by {_change(vectors)} nats per pair"
    return "; ".join([changes, *both_sides(vectors, result)])


def _change(vectors: VectorsEvaluation) -> str:
    assert vectors.held_out is not None
    return f"{vectors.held_out.change.value:+.3f}"
