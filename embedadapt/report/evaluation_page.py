"""An evaluation as one self-contained page: the scores, and a map of the space before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

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
from embedadapt.evaluation.verdict import Verdict, reach_verdict, vectors_shown
from embedadapt.report.figures import count, printable
from embedadapt.report.held_out import held_out_facts
from embedadapt.report.page import render_page
from embedadapt.report.scores import ABOVE, figure, footnote, mark, spread
from embedadapt.report.verdict import told

SIDE = 1_000
"""Units of the map's longer side: words stand on whole ones."""


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
        n_words=count(result.n_neighbor_words, "frequent word"),
        kinds=[_kind(scores) for scores in result.scores],
        moved=[_moved(word) for word in moved],
        new=[_new(word) for word in shown.new_words] if shown else [],
        shown_in=shown.name if shown else "",
        unmoved=f"{100 * LEAST_CHANGE:.0f} %",
        is_advised=verdict.decision != "leave",
        layout=space.layout,
        opens_at=space.opens_at,
        share=f"{100 * space.share:.0f} %",
        share_of_moves=f"{100 * space.share_of_moves:.0f} %",
        n_mapped=count(len(space.words), "word"),
        n_new=count(int(space.is_new.sum())),
        steps=[f"{scale:g}" for scale in space.scales],
        data=map_data(space, first=moved[0].word if moved else ""),
    )


def _headline(verdict: Verdict, result: EvaluationResult) -> str:
    if verdict.decision == "leave":
        return "Leave this table as it is"
    if verdict.decision == "induce":
        return "Take the new words, and leave the others where they are"
    overlap = result[verdict.vectors].neighbor_overlap
    cost = f", and keeps {_share(overlap)} of its general neighbors" if overlap else ""
    return f"Adapted, this table predicts text of the domain better{cost}"


def _rows(result: EvaluationResult) -> list[dict[str, Any]]:
    """The base, then every table with its change drawn on one axis for all."""
    axis = _Axis.of(result)
    base = {
        "name": "base",
        "dim": result.base_dim,
        "loss": f"{result.base_loss.value:.3f}" if result.base_loss else "n/a",
        "is_baseline": False,
        "change": None,
        "zero": axis.at(0),
        "overlap": "100 %",
        "bar": "100",
    }
    return [base, *(_row(table, axis) for table in result.vectors)]


def _row(table: VectorsEvaluation, axis: _Axis) -> dict[str, Any]:
    return {
        "name": table.name,
        "dim": table.dim,
        "loss": f"{table.held_out.loss.value:.3f}" if table.held_out else "n/a",
        "is_baseline": table.is_baseline,
        "change": axis.drawn(table.held_out.change, table) if table.held_out else None,
        "zero": axis.at(0),
        "overlap": _share(table.neighbor_overlap),
        "bar": f"{100 * table.neighbor_overlap.value:.4g}" if table.neighbor_overlap else "0",
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

    def drawn(self, change: Estimate, table: VectorsEvaluation) -> dict[str, Any]:
        return {
            "told": f"{change.value:+.3f}",
            "range": f"{change.low:+.3f} to {change.high:+.3f}",
            "gain": table.helped,
            "low": self.at(change.low),
            "width": f"{self.units * (change.high - change.low):.4g}",
            "value": self.at(change.value),
        }


def _share(estimate: Estimate | None) -> str:
    return f"{100 * estimate.value:.0f} %" if estimate else "n/a"


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


def map_data(space: SpaceMap, first: str = "") -> dict[str, Any]:
    """The map as the page's script reads it.

    chosen: the word `first`; where it is not on the map, the map's first word of the base.
    opensAt: the step of `scales` that is shown first.
    names: of all words on it and beside them, the map's first. at: by scale, x and y of each
    word, on whole units from 0 to SIDE. near: by scale and word, name and cosine in hundredths
    by turns. self: by scale, cosine with the base in hundredths.
    """
    known = next(
        (w for w, new in zip(space.words, space.is_new, strict=True) if not new), space.words[0]
    )
    names = dict.fromkeys(space.words)
    for of_scale in space.neighbors:
        names |= dict.fromkeys(each.word for near in of_scale for each in near)
    index = {name: place for place, name in enumerate(names)}
    shown = space.positions[:, ~space.is_new].reshape(-1, 2)
    shown = np.concatenate([shown, space.positions[-1]])
    corner, reach = shown.min(axis=0), float(np.ptp(shown, axis=0).max()) or 1.0
    units = np.rint((space.positions - corner) * (SIDE / reach)).astype(int)
    return {
        "scales": space.scales,
        "opensAt": space.opens_at,
        "chosen": space.words.index(first if first in space.words else known),
        "names": [printable(name) for name in names],
        "counts": space.counts.tolist(),
        "isNew": space.is_new.astype(int).tolist(),
        "at": units.reshape(len(units), -1).tolist(),
        "self": np.rint(100 * space.cosines).astype(int).tolist(),
        "near": [
            [
                [part for n in near for part in (index[n.word], round(100 * n.cosine))]
                for near in row
            ]
            for row in space.neighbors
        ],
    }
