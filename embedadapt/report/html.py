"""The OOV report of one table or of several as one self-contained page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from embedadapt.adaptation.sense_shifts import SenseShift
from embedadapt.core.corpus import Context
from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import Cause, DocumentCounts, Example, OOVReport, Rung, UnknownWord, rate
from embedadapt.report import advice
from embedadapt.report.figures import common_folder, count, percent, shorten
from embedadapt.report.page import render_page
from embedadapt.report.unread import unread_line

WORDS_LISTED = 10_000
"""Words that a page holds, of all its reports."""
ROWS = 500
"""Words of a report that are rows of its table, with their line of context. The page's script makes
rows of the others, which are written in a tenth of the room."""
DOCUMENTS_SHOWN = 600
"""Rows of documents, of all reports. With these limits a page has about 1 MB at most."""
WORDS_NAMED = 24
"""Of those that only one table of several lacks."""
NAME_WIDTH = 72
EXAMPLE_WIDTH = 40

_HOW = {
    "raw": "split on white space, looked up as written",
    "tokenised": "punctuation apart, case and spelling kept",
    "normalised": "looked up the way the table writes its words",
}


def render_oov(report: OOVReport, sense_shifts: Sequence[SenseShift] | None = None) -> str:
    """The OOV report as an HTML page: a string with everything in it, encodable as UTF-8.

    sense_shifts: known words that are not safe; None where nobody looked for them.
    """
    return render_page(
        "oov",
        kicker="OOV report",
        title=advice.table_line(report),
        headline=_unbroken(advice.summary(report)),
        corpus=advice.corpus_line(report),
        unread=unread_line(report.unread),
        tables=[],
        reported=_report(report, sense_shifts),
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
    return render_page(
        "oov",
        kicker="OOV comparison",
        title=", ".join(names),
        headline=_unbroken(advice.recommendation(comparison)),
        corpus=advice.corpus_line(comparison.best),
        unread=unread_line(comparison.best.unread),
        tables=[
            _table(name, report, comparison, sense_shifts if report is comparison.best else None)
            for name, report in zip(names, comparison.reports, strict=True)
        ],
        settings=[],
    )


def _table(
    name: str,
    report: OOVReport,
    comparison: OOVComparison,
    sense_shifts: Sequence[SenseShift] | None,
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
        "report": _report(report, sense_shifts, n_reports=len(comparison.reports)),
    }


def _report(
    report: OOVReport, sense_shifts: Sequence[SenseShift] | None, n_reports: int = 1
) -> dict[str, Any]:
    unknown = report.raw.unknown_tokens
    sentence, command = advice.next_step(report)
    words = listed_words(report.words, WORDS_LISTED // n_reports)
    causes = [cause for cause, _ in Counter(word.cause for word in report.words).most_common()]
    rows = min(ROWS, 2_000 // n_reports)
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
        "groups": list(_groups(report)),
        "words": [_word(word, report.titles, folder) for word in words[:rows]],
        "further_words": [_further(word, causes) for word in words[rows:]],
        "n_words": len(report.words),
        "words_shown": _totals(report, len(words)),
        "word_causes": [_word_cause(report, cause, words) for cause in causes],
        "sense_shifts": None
        if sense_shifts is None
        else [_sense_shift(one, folder) for one in sense_shifts],
        "sense_shift_remark": advice.sense_shift_remark(sense_shifts or ()),
        "too_few_for_sense_shifts": advice.TOO_FEW,
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
        "unknown_types": count(rung.unknown_types),
        "n_types": count(rung.n_types),
        "documents": percent(rung.affected_documents, rung.n_documents),
    }


def _groups(report: OOVReport) -> Iterator[dict[str, Any]]:
    """The causes in two groups, each drawn as shares of its own total: what convention fixes, of
    the tokens unknown as the text stands; and the rest, of those unknown after normalisation."""
    unknown, left = report.raw.unknown_tokens, report.normalized.unknown_tokens
    fixed, fixes, residue = report.fixed_tokens, advice.fixes(report), advice.residue(report)
    if fixes:
        yield {
            "title": "Fixed by reading the text the table's way",
            "total": f"{percent(fixed, unknown)} of the {count(unknown, 'token')} that are unknown "
            "as the text stands",
            "causes": _drawn(fixes, [cause.tokens for cause in fixes], unknown, "a", 6),
        }
    if residue:
        rest = f"{percent(unknown - fixed, unknown)} of these. " if unknown > fixed else ""
        yield {
            "title": "Not a matter of convention",
            "total": f"{rest}Shares of the {count(left, 'token')} that are unknown after "
            "normalisation",
            "causes": _drawn(residue, [cause.left_tokens for cause in residue], left, "b", 9),
        }


def _drawn(
    causes: Sequence[Cause], tokens: Sequence[int], whole: int, colour: str, n_colours: int
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
            "colour": f"{colour}{min(place, n_colours - 1)}",
        }
        for place, (cause, n_tokens, start) in enumerate(zip(causes, tokens, starts, strict=False))
    ]


def _example(example: Example, cause: Cause) -> dict[str, str]:
    read_as = shorten(" ".join(example.words), 2 * EXAMPLE_WIDTH)
    return {
        "text": shorten(advice.shown(example, cause), EXAMPLE_WIDTH),
        "title": f"{count(example.count)} times, read as: {read_as}",
    }


def listed_words(words: Sequence[UnknownWord], most: int) -> Sequence[UnknownWord]:
    """At most so many of the words, in their order: all of the causes that have few, and as many of
    each other cause."""
    if len(words) <= most:
        return words
    totals = Counter(word.cause for word in words)
    left: dict[str, int] = {}
    for place, (cause, n) in enumerate(sorted(totals.items(), key=lambda item: item[::-1])):
        left[cause] = min(n, (most - sum(left.values())) // (len(totals) - place))
    listed = []
    for word in words:
        if left[word.cause]:
            left[word.cause] -= 1
            listed.append(word)
    return listed


def _totals(report: OOVReport, n_listed: int) -> str:
    """What is listed, and how that number comes of the unknown words that are counted above."""
    aside = advice.unlisted(report)
    unknown = count(report.normalized.unknown_types, "different word")
    verb = "is" if report.normalized.unknown_types == 1 else "are"
    sentence = f"{unknown} {verb} unknown after normalisation" + (f" ({aside})" if aside else "")
    if n_listed == len(report.words):
        return f"{sentence}."
    return (
        f"{sentence}. {count(n_listed)} of {count(len(report.words))} are listed: all of the "
        "causes that have few, and of each other cause the same number."
    )


def _word_cause(report: OOVReport, cause: str, listed: Sequence[UnknownWord]) -> dict[str, str]:
    """A cause to filter the words by, with how many of its words are listed."""
    shown, total = (sum(word.cause == cause for word in each) for each in (listed, report.words))
    n = count(total) if shown == total else f"{count(shown)} of {count(total)}"
    return {"title": report.titles[cause], "n": n}


def _further(word: UnknownWord, causes: Sequence[str]) -> tuple[str | int, ...]:
    """What the page's script makes a row of; the cause by its place among those to filter by."""
    return (
        shorten(word.word, NAME_WIDTH),
        word.count,
        word.n_documents,
        round(word.keyness),
        causes.index(word.cause),
        "; ".join(_notes(word)),
    )


def _notes(word: UnknownWord) -> list[str]:
    return [note for note in (advice.note(word), advice.doubt(word)) if note]


def _word(word: UnknownWord, titles: Mapping[str, str], folder: str) -> dict[str, Any]:
    return {
        "word": shorten(word.word, NAME_WIDTH),
        "count": count(word.count),
        "n_documents": count(word.n_documents),
        "keyness": count(round(word.keyness)),
        "notes": _notes(word),
        "cause": titles[word.cause],
    } | _line(word.context, folder)


def _sense_shift(sense_shift: SenseShift, folder: str) -> dict[str, Any]:
    return {
        "word": shorten(sense_shift.word, NAME_WIDTH),
        "count": count(sense_shift.count),
        "n_documents": count(sense_shift.n_documents),
        "before": ", ".join(sense_shift.before),
        "after": ", ".join(sense_shift.after),
    } | _line(sense_shift.context, folder)


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
