"""An evaluation as one self-contained page: the scores, and a map of the space before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embedadapt.core.adapted import WHOLE
from embedadapt.evaluation.drift import LEAST_CHANGE
from embedadapt.evaluation.result import (
    Estimate,
    EvaluationResult,
    MovedWord,
    Neighbor,
    NewWord,
    Score,
    Scores,
    VectorsEvaluation,
)
from embedadapt.evaluation.space_map import SpaceMap
from embedadapt.evaluation.verdict import (
    Verdict,
    reach_verdict,
    vectors_shown,
)
from embedadapt.report.figures import count
from embedadapt.report.held_out import held_out_facts
from embedadapt.report.page import render_page
from embedadapt.report.page_language import language_of_words
from embedadapt.report.page_map import by_word, map_data, near_new_words
from embedadapt.report.retention import FAR_ABOVE_TIMES, ONE_SCALE, meaning, share
from embedadapt.report.scores import ABOVE, figure, footnote, mark, spread
from embedadapt.report.verdict import told


def render_evaluation(
    result: EvaluationResult, space: SpaceMap, *, table: str, adapter: str
) -> str:
    """The page as a string with everything in it, encodable as UTF-8. table, adapter: names.

    The words listed, and the word that the map opens on, are those of the table that the verdict
    recommends (`vectors_shown`).
    """
    verdict = reach_verdict(result)
    shown = vectors_shown(verdict, result)
    moved = shown.moved if shown else ()
    return render_page(
        "evaluation",
        headline=_headline(verdict, result),
        verdict=told(verdict, result),
        table=table,
        adapter=adapter,
        held_out=f"{count(result.text.n_documents, result.text.unit)}, "
        f"{count(result.text.n_tokens, 'token')}",
        facts=[*held_out_facts(result.text)],
        rows=_rows(result),
        k=result.k,
        groups=_groups(result),
        one_scale="" if result.by_specificity else ONE_SCALE,
        far_above=FAR_ABOVE_TIMES,
        apart=_apart(result),
        axis=_Axis.of(result).labels(),
        kinds=[_kind(scores) for scores in result.scores],
        moved=[_moved(word) for word in moved],
        new=[_new(word) for word in shown.new_words] if shown else [],
        shown_in=shown.name if shown else "",
        unmoved=f"{100 * LEAST_CHANGE:.0f} %",
        is_advised=verdict.decision != "leave",
        layout=space.layout,
        whole=WHOLE[space.layout],
        by_word=by_word(verdict, result),
        lang=language_of_words(space.words),
        near_new=near_new_words(space),
        opens_at=space.opens_at,
        shown_share=f"{100 * space.share:.0f} %",
        share_of_moves=f"{100 * space.share_of_moves:.0f} %",
        n_mapped=count(len(space.words), "word"),
        n_new=count(int(space.is_new.sum())),
        steps=[f"{scale:g}" for scale in space.scales],
        data={
            **map_data(space, first=moved[0].word if moved else ""),
            "byWord": by_word(verdict, result),
        },
    )


def _headline(verdict: Verdict, result: EvaluationResult) -> str:
    if verdict.decision == "leave":
        return "Do not adapt these vectors"
    if verdict.decision == "induce":
        return "Add only the new words, without training"
    overlap = result[verdict.vectors].neighbor_overlap
    words = "general" if result.by_specificity else "frequent"
    cost = f", and {words} words keep {share(overlap)} of their neighbors" if overlap else ""
    return f"The adapted vectors predict text of the domain better{cost}"


def _groups(result: EvaluationResult) -> list[dict[str, str]]:
    """The words whose neighbors are compared: a column of the scores each."""
    if not result.by_specificity:
        words = count(result.n_neighbor_words, "frequent word")
        return [{"name": "Frequent words keep", "what": f"{words} of the base"}]
    general = count(result.n_neighbor_words, "general word")
    return [
        {"name": "General words keep", "what": f"{general}, which should keep their neighbors"},
        {"name": "Domain words keep", "what": "domain words, which should not"},
    ]


def _rows(result: EvaluationResult) -> list[dict[str, Any]]:
    """The base, then all vectors with their changes drawn on one axis for all."""
    axis, groups = _Axis.of(result), _groups(result)
    base = {
        "name": "base",
        "meaning": "",
        "dim": result.base_dim,
        "loss": f"{result.base_loss.value:.3f}" if result.base_loss else "n/a",
        "change": None,
        "zero": axis.at(0),
        "kept": [{"told": "100 %", "range": "", "bar": "100"} for _ in groups],
    }
    return [base, *(_row(vectors, axis, len(groups)) for vectors in result.vectors)]


def _row(vectors: VectorsEvaluation, axis: _Axis, n_groups: int) -> dict[str, Any]:
    overlaps = (vectors.neighbor_overlap, vectors.domain_overlap)
    return {
        "name": vectors.name,
        "meaning": "baseline" if vectors.is_baseline else meaning(vectors),
        "dim": vectors.dim,
        "loss": f"{vectors.held_out.loss.value:.3f}" if vectors.held_out else "n/a",
        "change": axis.drawn(vectors.held_out.change, vectors) if vectors.held_out else None,
        "zero": axis.at(0),
        "kept": [_kept(overlap) for overlap in overlaps[:n_groups]],
    }


def _apart(result: EvaluationResult) -> list[dict[str, Any]]:
    """New words, and general words that the corpus makes its own: a row for each of the vectors;
    none where neither was measured."""
    losses = [each.held_out.new_words if each.held_out else None for each in result.vectors]
    if not any(losses) and not any(each.shared_overlap for each in result.vectors):
        return []
    return [
        {
            "name": each.name,
            "change": f"{loss.value:+.3f}" if loss else "n/a",
            "range": f"{loss.low:+.3f} to {loss.high:+.3f}" if loss else "",
            "shared": _kept(each.shared_overlap),
        }
        for each, loss in zip(result.vectors, losses, strict=True)
    ]


def _kept(overlap: Estimate | None) -> dict[str, str]:
    if overlap is None:
        return {"told": "n/a", "range": "", "bar": "0"}
    low, high = (f"{100 * end:.0f}" for end in (overlap.low, overlap.high))
    return {
        "told": share(overlap),
        "range": "" if low == high else f"{low} to {high}",
        "bar": f"{100 * overlap.value:.4g}",
    }


@dataclass(frozen=True)
class _Axis:
    """From changes of loss to 1,000 units, with no change among them."""

    low: float
    units: float

    @classmethod
    def of(cls, result: EvaluationResult) -> _Axis:
        changes = [table.held_out.change for table in result.vectors if table.held_out]
        low = min((change.low for change in changes), default=0.0)
        high = max((change.high for change in changes), default=0.0)
        low, high = min(low, 0.0), max(high, 0.0)
        return cls(low, 980 / ((high - low) or 1.0))

    def at(self, value: float) -> str:
        return f"{10 + self.units * (value - self.low):.4g}"

    def labels(self) -> list[dict[str, str]]:
        """What stands over the axis: zero, and the largest gain where there is room for it."""
        zero = float(self.at(0)) / 10
        labels = [{"at": f"{zero:.4g}", "anchor": "end" if zero > 90 else "middle", "told": "0"}]
        if zero > 35:
            labels.insert(0, {"at": "1", "anchor": "start", "told": f"{self.low:+.2f}"})
        return labels

    def drawn(self, change: Estimate, table: VectorsEvaluation) -> dict[str, Any]:
        return {
            "told": f"{change.value:+.3f}",
            "range": f"{change.low:+.3f} to {change.high:+.3f}",
            "gain": table.helped,
            "low": self.at(change.low),
            "width": f"{self.units * (change.high - change.low):.4g}",
            "value": self.at(change.value),
        }


def _kind(scores: Scores) -> dict[str, Any]:
    return {
        "title": scores.title,
        "about": scores.about,
        "columns": scores.columns,
        "rows": [
            {"name": name, "cells": [_cell(of_table.get(column)) for column in scores.columns]}
            for name, of_table in scores.vectors.items()
        ],
        "footnote": footnote(scores) if scores.columns else "",
        "notes": scores.notes,
    }


def _cell(score: Score | None) -> dict[str, str]:
    if score is None:
        return {"value": "n/a", "spread": "", "mark": "", "said": ""}
    sign = mark(score)
    where = "above" if sign == ABOVE else "below"
    return {
        "value": figure(score.value.value),
        "spread": spread(score.value),
        "mark": sign,
        "said": f"{where} the base beyond chance" if sign else "",
    }


def _moved(word: MovedWord) -> dict[str, Any]:
    return {
        "word": word.word,
        "count": count(word.count),
        "documents": _documents(word),
        "before": _names(word.before),
        "after": _names(word.after),
    }


def _new(word: NewWord) -> dict[str, Any]:
    return {
        "word": word.word,
        "count": count(word.count),
        "documents": _documents(word),
        "near": _names(word.neighbors),
    }


def _documents(word: MovedWord | NewWord) -> str:
    return "n/a" if word.n_documents is None else count(word.n_documents)


def _names(neighbors: Sequence[Neighbor]) -> str:
    return ", ".join(neighbor.word for neighbor in neighbors)
