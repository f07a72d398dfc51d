"""The OOV report of one table or of several as one self-contained page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from embedadapt.adaptation.suspects import Suspect
from embedadapt.core.corpus import Context
from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import Cause, DocumentCounts, OOVReport, Rung, UnknownWord, rate
from embedadapt.report import advice
from embedadapt.report.figures import common_folder, count, percent, shorten
from embedadapt.report.page import render_page

WORDS_SHOWN = 2_000
DOCUMENTS_SHOWN = 600
"""Rows of the tables, shared by all reports of a page. With these it stays well under 2 MB whatever
the corpus."""
WORDS_NAMED = 24
"""Of those that only one table of several lacks."""
NAME_WIDTH = 72
EXAMPLE_WIDTH = 40

_HOW = {
    "as it stands": "split on white space, looked up as written",
    "tokenised": "punctuation apart, case and spelling kept",
    "normalised": "looked up the way the table writes its words",
}


def render_oov(report: OOVReport, suspects: Sequence[Suspect] | None = None) -> str:
    """The OOV report as an HTML page: a string with everything in it, encodable as UTF-8.

    suspects: known words that are not safe; None where nobody looked for them.
    """
    return render_page(
        "oov",
        kicker="OOV report",
        title=advice.table_line(report),
        headline=_unbroken(advice.summary(report)),
        corpus=advice.corpus_line(report),
        tables=[],
        reported=_report(report, suspects),
        settings=[
            f"{name}={value}"
            for name, value in report.normalization.to_dict().items()
            if value not in ("keep", False)
        ],
    )


def render_comparison(comparison: OOVComparison, suspects: Sequence[Suspect] | None = None) -> str:
    """Several tables side by side, and the report of each, as one HTML page.

    suspects: those of the best table.
    """
    names = advice.table_names(comparison)
    return render_page(
        "oov",
        kicker="OOV comparison",
        title=", ".join(names),
        headline=_unbroken(advice.recommendation(comparison)),
        corpus=advice.corpus_line(comparison.best),
        tables=[
            _table(name, report, comparison, suspects if report is comparison.best else None)
            for name, report in zip(names, comparison.reports, strict=True)
        ],
        settings=[],
    )


def _table(
    name: str, report: OOVReport, comparison: OOVComparison, suspects: Sequence[Suspect] | None
) -> dict[str, Any]:
    """A row of the comparison, and the table's own report."""
    highest = max(one.normalized.token_rate for one in comparison.reports)
    lacking = comparison.only_unknown_to(report)
    left = report.normalized
    return {
        "name": name,
        "best": report is comparison.best,
        "n_words": count(report.table.n_words),
        "dim": count(report.table.dim),
        "raw": percent(report.raw.unknown_tokens, report.raw.n_tokens),
        "tokenized": percent(report.tokenized.unknown_tokens, report.tokenized.n_tokens),
        "normalized": percent(left.unknown_tokens, left.n_tokens),
        "no_vector": percent(left.no_vector_tokens, left.n_tokens),
        "bar": _width(left.token_rate / (highest or 1)),
        "lacking": f"{count(len(lacking), 'word')} that no other table lacks",
        "words": [
            {
                "text": shorten(word.word, EXAMPLE_WIDTH),
                "title": f"{count(word.count)} times in {count(word.n_documents, 'document')}",
            }
            for word in lacking[:WORDS_NAMED]
        ],
        "summary": f"{percent(left.unknown_tokens, left.n_tokens)} of the words unknown",
        "report": _report(report, suspects, n_reports=len(comparison.reports)),
    }


def _report(
    report: OOVReport, suspects: Sequence[Suspect] | None, n_reports: int = 1
) -> dict[str, Any]:
    unknown = report.raw.unknown_tokens
    sentence, command = advice.next_step(report)
    causes = _causes(report)
    words = report.words[: WORDS_SHOWN // n_reports]
    worst = sorted(report.documents, key=lambda d: (-d.token_rate, -d.raw_rate, d.name))
    shown = worst[: DOCUMENTS_SHOWN // n_reports]
    folder = common_folder([document.name for document in report.documents])
    return {
        "ladder": [_rung(rung) for rung in report.ladder],
        "n_left": report.normalized.unknown_tokens,
        "losses": advice.losses(report),
        "remarks": advice.remarks(report),
        "next_step": sentence,
        "command": command,
        "n_unknown": count(unknown, "token"),
        "causes": causes,
        "groups": _groups(causes, unknown),
        "words": [_word(word, report.titles, folder) for word in words],
        "words_shown": _of(len(words), len(report.words), "unknown word"),
        "word_causes": list(dict.fromkeys(report.titles[word.cause] for word in words)),
        "suspects": None if suspects is None else [_suspect(one, folder) for one in suspects],
        "frequency": advice.frequency(report),
        "bands": _bands(report) if report.normalized.unknown_tokens else [],
        "strip": _strip(shown, len(worst)),
        "documents": [_document(document, folder) for document in shown],
    }


def _bands(report: OOVReport) -> list[dict[str, Any]]:
    """Of each band, the share of its words that is unknown, drawn beside the highest."""
    highest = max(rate(band.unknown_types, band.n_types) for band in report.bands)
    return [
        {
            "times": advice.times(band),
            "types": count(band.n_types),
            "share": percent(band.unknown_types, band.n_types),
            "bar": _width(rate(band.unknown_types, band.n_types) / highest),
            "carried": percent(band.unknown_tokens, report.normalized.unknown_tokens),
        }
        for band in report.bands
    ]


def _unbroken(sentence: str) -> str:
    return sentence.replace(" %", "\N{NO-BREAK SPACE}%")


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "name": rung.name.capitalize(),
        "how": _HOW.get(rung.name, ""),
        "bar": _width(rung.token_rate),
        "tokens": percent(rung.unknown_tokens, rung.n_tokens),
        "unknown": count(rung.unknown_tokens),
        "n_tokens": count(rung.n_tokens),
        "types": percent(rung.unknown_types, rung.n_types),
        "documents": percent(rung.affected_documents, rung.n_documents),
    }


def _causes(report: OOVReport) -> list[dict[str, Any]]:
    """The causes as they are drawn: cures first, then the rest by weight, each with its place in
    the stacked bar of 1,000 units."""
    ordered = [*advice.cures(report), *advice.residue(report)]
    unknown = report.raw.unknown_tokens
    ends = list(accumulate((cause.tokens for cause in ordered), initial=0))
    n_cures = len(advice.cures(report))
    return [
        _cause(cause, unknown)
        | {
            "start": _units(start, unknown),
            "width": _units(cause.tokens, unknown),
            "colour": f"a{place % 6}" if cause.cured else f"b{min(place - n_cures, 8)}",
        }
        for place, (cause, start) in enumerate(zip(ordered, ends, strict=False))
    ]


def _cause(cause: Cause, unknown: int) -> dict[str, Any]:
    return {
        "title": cause.title,
        "cure": cause.cure,
        "setting": cause.setting,
        "cured": cause.cured,
        "n_tokens": cause.tokens,
        "share": percent(cause.tokens, unknown),
        "bar": _width(rate(cause.tokens, unknown)),
        "tokens": count(cause.tokens, "token"),
        "types": count(cause.types, "type"),
        "examples": [
            {
                "text": shorten(advice.shown(example, cause), EXAMPLE_WIDTH),
                "title": f"{count(example.count)} times, read as: "
                + shorten(" ".join(example.words), 2 * EXAMPLE_WIDTH),
            }
            for example in cause.examples
        ],
    }


def _groups(causes: Sequence[Mapping[str, Any]], unknown: int) -> list[dict[str, Any]]:
    titles = (
        (True, "Cured by reading the text the table's way"),
        (False, "Not a matter of convention"),
    )
    groups = []
    for cured, title in titles:
        members = [cause for cause in causes if cause["cured"] == cured]
        share = percent(sum(cause["n_tokens"] for cause in members), unknown)
        if members:
            groups.append({"title": title, "share": share, "causes": members})
    return groups


def _word(word: UnknownWord, titles: Mapping[str, str], folder: str) -> dict[str, Any]:
    return {
        "word": shorten(word.word, NAME_WIDTH),
        "count": count(word.count),
        "n_documents": count(word.n_documents),
        "keyness": count(round(word.keyness)),
        "notes": [note for note in (advice.note(word), advice.doubt(word)) if note],
        "cause": titles[word.cause],
    } | _line(word.context, folder)


def _suspect(suspect: Suspect, folder: str) -> dict[str, Any]:
    return {
        "word": shorten(suspect.word, NAME_WIDTH),
        "count": count(suspect.count),
        "n_documents": count(suspect.n_documents),
        "in_table": ", ".join(suspect.in_table),
        "in_corpus": ", ".join(suspect.in_corpus),
    } | _line(suspect.context, folder)


def _line(context: Context | None, folder: str) -> dict[str, Any]:
    return {
        "line": context and context.parts,
        "document": context and _name(context.document, folder),
    }


def _name(document: str, folder: str) -> str:
    return shorten(document.removeprefix(folder), NAME_WIDTH)


def _document(document: DocumentCounts, folder: str) -> dict[str, str]:
    return {
        "name": _name(document.name, folder),
        "n_tokens": count(document.n_tokens),
        "raw": percent(document.raw_unknown, document.raw_tokens),
        "left": percent(document.unknown_tokens, document.n_tokens),
    }


def _strip(shown: Sequence[DocumentCounts], n_documents: int) -> dict[str, Any]:
    """Two silhouettes over the documents, each on a scale of its own: one unit wide a document, the
    highest bar 46 units high."""
    raw = max(shown, key=lambda d: d.raw_rate)
    worst, best = shown[0], shown[-1]
    highest = percent(worst.unknown_tokens, worst.n_tokens)
    spread = f"from {highest} to {percent(best.unknown_tokens, best.n_tokens)}"
    which = "each document" if len(shown) == n_documents else f"{count(len(shown))} documents"
    return {
        "n": len(shown),
        "raw": _silhouette([rate(d.raw_rate, raw.raw_rate) for d in shown], floor=48),
        "left": _silhouette([rate(d.token_rate, worst.token_rate) for d in shown], floor=100),
        "raw_top": percent(raw.raw_unknown, raw.raw_tokens),
        "left_top": highest,
        "caption": f"Unknown tokens in {which}, the worst first: {spread} normalised.",
        "label": f"{count(len(shown), 'document')}, unknown tokens after normalisation {spread}",
        "summary": f"List {_of(len(shown), n_documents, 'document')}",
    }


def _silhouette(heights: Sequence[float], floor: int) -> str:
    """An SVG path of bars side by side, each a share of 46 units high."""
    return f"M0 {floor}" + "".join(f"V{floor - 46 * h:.4g}h1" for h in heights) + f"V{floor}z"


def _width(share: float) -> str:
    """A bar's length of 100; some is never nothing."""
    return f"{max(100 * share, 0.3):.4g}" if share else "0"


def _units(part: int, whole: int) -> str:
    return f"{1000 * rate(part, whole):.5g}"


def _of(shown: int, total: int, noun: str) -> str:
    """`400 of 11,246 unknown words`, or `12 unknown words` where all are shown."""
    return count(total, noun) if shown == total else f"{count(shown)} of {count(total, noun)}"
