"""The OOV report of one table or of several as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import Cause, Example, OOVReport, Reading, rate
from embedadapt.report import advice
from embedadapt.report.figures import count, document_names, file_name, percent, shorten
from embedadapt.report.page import render_page
from embedadapt.report.page_documents import axis_top, documents_of
from embedadapt.report.page_language import language_of_report
from embedadapt.report.page_words import NAME_WIDTH, line_of, words_of
from embedadapt.report.unread import unread_line

if TYPE_CHECKING:
    from embedadapt.adaptation.sense_shifts import SenseShift

WORDS_NAMED = 24
"""Of those that only one table of several lacks."""
EXAMPLE_WIDTH = 40
COLORS = {"a": 6, "b": 12}
"""Colors of causes in the style sheet: of those that convention fixes, and of the others."""

_READINGS = (
    ("Raw", "The text is split on white space and looked up as written."),
    ("Tokenized", "Punctuation is split off; case and spelling are kept."),
    ("Normalized", "Words are looked up under the conventions of the vectors."),
)
"""The readings of a text, in their order."""


def render_oov(report: OOVReport, sense_shifts: Sequence[SenseShift] | None = None) -> str:
    """The OOV report as an HTML page: a string with everything in it, encodable as UTF-8.

    sense_shifts: known words that are not safe; None where nobody looked for them.
    """
    return render_page(
        "oov",
        kicker="OOV report",
        title=_vectors_line(report),
        headline=_unbroken(advice.summary(report)),
        corpus=advice.corpus_line(report),
        unread=unread_line(report.unread),
        tables=[],
        lang=language_of_report(report),
        reported=_report(report, sense_shifts, axis_top([report])),
        settings=[
            f"{name}={value}"
            for name, value in report.normalization.to_dict().items()
            if value not in ("keep", False)
        ],
    )


def render_comparison(
    comparison: OOVComparison, sense_shifts: Sequence[SenseShift] | None = None
) -> str:
    """Several tables side by side, and the report of each, as one HTML page.

    sense_shifts: those of the best table.
    """
    names = advice.table_names(comparison)
    top = axis_top(comparison.reports)
    return render_page(
        "oov",
        kicker="OOV comparison",
        title=", ".join(names),
        headline=_unbroken(advice.recommendation(comparison)),
        corpus=advice.corpus_line(comparison.best),
        unread=unread_line(comparison.best.unread),
        lang=language_of_report(comparison.best),
        tables=[
            _table(name, report, comparison)
            | {"report": _report(report, shifts, top, n_reports=len(names))}
            for name, report in zip(names, comparison.reports, strict=True)
            for shifts in [sense_shifts if report is comparison.best else None]
        ],
        settings=[],
    )


def _vectors_line(report: OOVReport) -> str:
    """The file of the vectors, without its folders, and its size."""
    size = f"{count(report.vectors.n_words, 'word')}, {count(report.vectors.dim, 'dimension')}"
    return f"{file_name(report.vectors.path) or 'vectors'} ({size})"


def _table(name: str, report: OOVReport, comparison: OOVComparison) -> dict[str, Any]:
    """A row of the comparison."""
    lacking = comparison.only_unknown_to(report)
    left = report.normalized
    return {
        "name": name,
        "best": report is comparison.best,
        "n_words": count(report.vectors.n_words),
        "dim": count(report.vectors.dim),
        "raw": percent(report.raw.unknown_tokens, report.raw.n_tokens),
        "tokenized": percent(report.tokenized.unknown_tokens, report.tokenized.n_tokens),
        "normalized": percent(left.unknown_tokens, left.n_tokens),
        "no_vector": percent(left.no_vector_tokens, left.n_tokens),
        "bar": _width(left.token_rate),
        "lacking": f"{count(len(lacking), 'word')} that only these vectors lack",
        "words": [
            {
                "text": shorten(word.word, EXAMPLE_WIDTH),
                "title": f"{count(word.count)} times in {count(word.n_documents, 'document')}",
            }
            for word in lacking[:WORDS_NAMED]
        ],
        "summary": f"{percent(left.unknown_tokens, left.n_tokens)} of the words are unknown",
    }


def _report(
    report: OOVReport, sense_shifts: Sequence[SenseShift] | None, top: float, n_reports: int = 1
) -> dict[str, Any]:
    """top: end of the axis of documents. n_reports: how many share the page."""
    sentence, command = advice.next_step(report)
    names = document_names([document.name for document in report.documents])
    return {
        "readings": [
            {"name": name, "how": how} | _reading(reading)
            for reading, (name, how) in zip(report.readings, _READINGS, strict=True)
        ],
        "n_left": report.normalized.unknown_tokens,
        "losses": advice.losses(report),
        "remarks": advice.remarks(report),
        "next_step": sentence,
        "command": command,
        "n_unknown": count(report.raw.unknown_tokens, "token"),
        "groups": list(_groups(report)),
        **words_of(report, names, n_reports),
        "sense_shifts": None
        if sense_shifts is None
        else [_sense_shift(one, names) for one in sense_shifts],
        "sense_shift_remark": advice.sense_shift_remark(sense_shifts or ()),
        "too_few_for_sense_shifts": advice.TOO_FEW,
        "frequency": advice.frequency(report),
        "bands": _bands(report) if report.normalized.unknown_tokens else [],
        **documents_of(report, top, n_reports),
    }


def _bands(report: OOVReport) -> list[dict[str, Any]]:
    """Of each band, the share of its words that is unknown."""
    return [
        {
            "times": advice.times(band),
            "types": count(band.n_types),
            "share": percent(band.unknown_types, band.n_types),
            "bar": _width(rate(band.unknown_types, band.n_types)),
            "carried": percent(band.unknown_tokens, report.normalized.unknown_tokens),
        }
        for band in report.bands
    ]


def _unbroken(sentence: str) -> str:
    return sentence.replace(" %", "\N{NO-BREAK SPACE}%")


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "bar": _width(reading.token_rate),
        "tokens": percent(reading.unknown_tokens, reading.n_tokens),
        "unknown": count(reading.unknown_tokens),
        "n_tokens": count(reading.n_tokens),
        "types": percent(reading.unknown_types, reading.n_types),
        "unknown_types": count(reading.unknown_types),
        "n_types": count(reading.n_types),
        "documents": percent(reading.affected_documents, reading.n_documents),
    }


def _groups(report: OOVReport) -> Iterator[dict[str, Any]]:
    """The causes in two groups, each drawn as shares of its own total: what convention fixes, of
    the tokens that are unknown raw; and the rest, of those unknown after normalization."""
    unknown, left = report.raw.unknown_tokens, report.normalized.unknown_tokens
    fixed, fixes, residue = report.fixed_tokens, advice.fixes(report), advice.residue(report)
    if fixes:
        yield {
            "title": "Unknown raw tokens that normalization makes known",
            "total": f"These causes explain {percent(fixed, unknown)} of the "
            f"{count(unknown, 'token')} that are unknown raw.",
            "causes": _drawn(fixes, [cause.tokens for cause in fixes], unknown, "a"),
        }
    if residue:
        rest = (
            f"These causes explain the other {percent(unknown - fixed, unknown)}. " if fixes else ""
        )
        yield {
            "title": "Unknown after normalization too",
            "total": f"{rest}The shares are relative to the {count(left, 'token')} that are "
            "unknown after normalization.",
            "causes": _drawn(residue, [cause.left_tokens for cause in residue], left, "b"),
        }


def _drawn(
    causes: Sequence[Cause], tokens: Sequence[int], whole: int, color: str
) -> list[dict[str, Any]]:
    """Causes with their `tokens` as shares of `whole`, each with its place in a stacked bar of
    1,000 units."""
    starts = accumulate(tokens, initial=0)
    return [
        {
            "title": cause.title,
            "fix": cause.fix,
            "setting": cause.setting,
            "share": percent(n_tokens, whole),
            "bar": _width(rate(n_tokens, whole)),
            "tokens": count(n_tokens, "token"),
            "types": count(cause.types if cause.fixed else cause.left_types, "type"),
            "examples": [_example(example, cause) for example in cause.examples],
            "start": _units(start, whole),
            "width": _units(n_tokens, whole),
            "color": f"{color}{place % COLORS[color]}",
        }
        for place, (cause, n_tokens, start) in enumerate(zip(causes, tokens, starts, strict=False))
    ]


def _example(example: Example, cause: Cause) -> dict[str, str]:
    read_as = shorten(" ".join(example.words), 2 * EXAMPLE_WIDTH)
    return {
        "text": shorten(advice.shown(example, cause), EXAMPLE_WIDTH),
        "title": f"{count(example.count)} times, read as: {read_as}",
    }


def _sense_shift(sense_shift: SenseShift, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "word": shorten(sense_shift.word, NAME_WIDTH),
        "count": count(sense_shift.count),
        "n_documents": count(sense_shift.n_documents),
        "before": ", ".join(sense_shift.before),
        "after": ", ".join(sense_shift.after),
    } | line_of(sense_shift.context, names)


def _width(share: float) -> str:
    """A bar's length of 100; some is never nothing."""
    return f"{max(100 * share, 0.3):.4g}" if share else "0"


def _units(part: int, whole: int) -> str:
    return f"{1000 * rate(part, whole):.5g}"
