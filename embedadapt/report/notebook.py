"""Results as notebooks show them: the heart of the page, in a few kilobytes of HTML.

A view is made of what a result holds; nothing is measured and no vector is compared for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from embedadapt.core.adapter import Adapter
from embedadapt.evaluation.result import (
    Estimate,
    EvaluationResult,
    MovedWord,
    Neighbor,
    NewWord,
    VectorsEvaluation,
)
from embedadapt.evaluation.space_map import SpaceMap
from embedadapt.evaluation.verdict import Verdict, reach_verdict, vectors_shown
from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import OOVReport
from embedadapt.report import advice
from embedadapt.report.figures import count, percent, shorten
from embedadapt.report.page import render_fragment
from embedadapt.report.retention import share
from embedadapt.report.verdict import told
from embedadapt.text.keyness import new_words_by_keyness
from embedadapt.text.lookup import Neighbors

ROWS = 8
"""Of a table."""
NAMED = 4
"""Neighbors of a word."""
WIDTH = 100
"""Characters of a cell."""


@dataclass(frozen=True)
class Table:
    """A caption, names of columns, and rows of as many cells."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class View:
    """What a notebook shows: a title, what it is about, sentences, tables, and where there is
    more."""

    title: str
    about: str = ""
    sentences: Sequence[str] = ()
    tables: Sequence[Table] = field(default=())
    more: str = ""


def view(value: object) -> str:
    """A result as HTML, with every string of it escaped."""
    shown = view_of(value)
    return render_fragment(
        "notebook",
        title=shown.title,
        about=shown.about,
        sentences=shown.sentences,
        tables=[
            {
                "caption": table.caption,
                "columns": table.columns,
                "rows": [[shorten(cell, WIDTH) for cell in row] for row in table.rows],
            }
            for table in shown.tables
            if table.rows
        ],
        more=shown.more,
    )


@singledispatch
def view_of(value: object) -> View:
    """The view of a result, by its class."""
    raise TypeError(f"no view of {type(value).__name__}")


@view_of.register
def _(report: OOVReport) -> View:
    sentence, command = advice.next_step(report)
    return View(
        f"OOV report: {advice.table_line(report)}",
        advice.corpus_line(report),
        [advice.summary(report)],
        [_readings(report), _causes(report), _unknown(report)],
        f"{sentence} {command} As data frames: to_pandas('words'), to_pandas('documents') and "
        "to_pandas('causes'). "
        "The page: save_html(path).",
    )


@view_of.register
def _(comparison: OOVComparison) -> View:
    names = advice.table_names(comparison)
    rows = [
        [
            name,
            count(one.vectors.n_words),
            count(one.vectors.dim),
            percent(one.raw.unknown_tokens, one.raw.n_tokens),
            advice.left(one),
        ]
        for name, one in zip(names, comparison.reports, strict=True)
    ]
    return View(
        "OOV comparison",
        advice.corpus_line(comparison.best),
        [advice.recommendation(comparison)] if len(rows) > 1 else [],
        [Table("Unknown tokens", ("vectors", "words", "width", "raw", "normalized"), rows)],
        "Each report: comparison.reports. The page: save_html(path).",
    )


def _readings(report: OOVReport) -> Table:
    rows = [
        [
            reading.name,
            percent(reading.unknown_tokens, reading.n_tokens),
            percent(reading.unknown_types, reading.n_types),
            percent(reading.affected_documents, reading.n_documents),
        ]
        for reading in report.readings
    ]
    return Table("Unknown words", ("text", "of tokens", "of types", "in documents"), rows)


def _causes(report: OOVReport) -> Table:
    unknown = report.raw.unknown_tokens
    causes = sorted(report.causes, key=lambda cause: -cause.tokens)[:ROWS]
    rows = [
        [
            cause.title,
            percent(cause.tokens, unknown),
            cause.fix,
            "  ".join(advice.shown(example, cause) for example in cause.examples[:NAMED]),
        ]
        for cause in causes
    ]
    return Table("Why raw tokens are not found", ("cause", "share", "fix", "examples"), rows)


def _unknown(report: OOVReport) -> Table:
    rows = [
        [word.word, count(word.count), count(word.n_documents), report.titles[word.cause]]
        for word in report.words[:ROWS]
    ]
    caption = f"Unknown words that matter, by keyness, of {count(len(report.words))}"
    return Table(caption, ("word", "count", "documents", "cause"), rows)


@view_of.register
def _(result: EvaluationResult) -> View:
    verdict = reach_verdict(result)
    shown = vectors_shown(verdict, result)
    held_out = count(result.text.n_documents, f"held-out {result.text.unit}")
    return View(
        "Evaluation",
        f"{held_out}, {count(result.text.n_tokens, 'token')}",
        [told(verdict, result)],
        [_scores(result), *_words(shown)],
        "Change: held-out loss minus the base's, in nats per pair (95 % intervals). Keep: share of "
        f"the {result.k} nearest neighbors that stay the same. As data frames: "
        "to_pandas('scores'), and likewise 'measures', 'moved' and 'new_words'.",
    )


def _scores(result: EvaluationResult) -> Table:
    general = "general words keep" if result.by_specificity else "frequent words keep"
    rows = [
        [
            one.name,
            str(one.dim),
            _interval(one.held_out.change) if one.held_out else "n/a",
            share(one.neighbor_overlap),
            share(one.domain_overlap),
        ]
        for one in result.vectors
    ]
    columns = ("vectors", "width", "change", general, "domain words keep")
    return Table(f"Scores (the base has {result.base_dim} dimensions)", columns, rows)


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:+.3f} ({estimate.low:+.3f} to {estimate.high:+.3f})"


def _words(shown: VectorsEvaluation | None) -> Iterator[Table]:
    if shown is None:
        return
    moved = [[*_used(word), _names(word.before), _names(word.after)] for word in shown.moved[:ROWS]]
    new = [[*_used(word), _names(word.neighbors)] for word in shown.new_words[:ROWS]]
    columns = ("word", "count", "near it before", "near it after")
    yield Table(f"Domain words that moved ({shown.name})", columns, moved)
    yield Table(f"New words, by keyness ({shown.name})", ("word", "count", "near it"), new)


def _used(word: MovedWord | NewWord) -> tuple[str, str]:
    return word.word, count(word.count)


def _names(neighbors: Iterable[Neighbor]) -> str:
    return ", ".join(neighbor.word for neighbor in [*neighbors][:NAMED])


@view_of.register
def _(verdict: Verdict) -> View:
    if verdict.decision == "adapt":
        return View("Verdict", "", [f"Adapt with {verdict.vectors}."])
    if verdict.decision == "induce":
        return View("Verdict", "", ["Induce only: add the new words without training."])
    return View("Verdict", "", [f"Do not adapt: {verdict.reason}."])


@view_of.register
def _(adapter: Adapter) -> View:
    n_new = adapter.n_new
    size = (
        f"{count(len(adapter.vocabulary) - n_new, 'known word')}, {count(n_new, 'new word')}, "
        f"{adapter.dim} dimensions and {count(adapter.n_dimensions, 'domain dimension')}"
    )
    new = new_words_by_keyness(adapter)[: 3 * ROWS]
    sentences = [f"New words, by keyness: {', '.join(new)}{', …' if n_new > len(new) else ''}."]
    verdict = adapter.scores.get("verdict")
    if isinstance(verdict, dict):
        sentences.append(f"Verdict: {verdict.get('vectors')} ({verdict.get('reason')}).")
    name = adapter.base_name if adapter.provenance.get("base") else f"vectors {adapter.base_name}"
    return View(
        f"Adapter of {name}",
        size,
        sentences[0 if new else 1 :],
        more="Frame: to_pandas('words'). plot() draws how far words moved by specificity.",
    )


@view_of.register
def _(found: Neighbors) -> View:
    rows = [
        [query, neighbors.lookup.how, _cosines(neighbors) or _missing(neighbors.lookup)]
        for query, neighbors in found.items()
    ]
    listed = rows[: 3 * ROWS]
    more = f"{count(len(rows) - len(listed), 'more query', 'more queries')}. "
    return View(
        "Nearest neighbors",
        "",
        [],
        [Table("Cosine, best first", ("query", "read", "near it"), listed)],
        f"{more if len(rows) > len(listed) else ''}Frame: to_pandas().",
    )


def _cosines(neighbors: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{word} {cosine:.2f}" for word, cosine in [*neighbors][:NAMED])


def _missing(lookup: Any) -> str:
    return f"no vector; did you mean {', '.join(lookup.suggestions)}?" if lookup.suggestions else ""


@view_of.register
def _(space: SpaceMap) -> View:
    return View(
        "Map of words",
        f"{count(len(space.words), 'word')}, {count(int(space.is_new.sum()), 'new word')}; the "
        f"plane shows {100 * space.share:.0f} % of their variance",
        more="plot() draws it.",
    )
