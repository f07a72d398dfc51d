"""The unknown words of an OOV report as a page lists them: rows, and further words packed."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from embedadapt.core.corpus import Context
from embedadapt.oov.result import OOVReport, UnknownWord
from embedadapt.report import advice
from embedadapt.report.figures import count, printable, shorten

WORDS_LISTED = 200_000
"""Words that a page holds, of all its reports, of some 10 bytes each."""
ROWS, ROWS_OF_ALL = 500, 2_000
"""Words of a report, and of all reports, that are rows of a table, with their line of context. The
page's script makes rows of the others."""
NAME_WIDTH = 72


def words_of(report: OOVReport, names: Mapping[str, str], n_reports: int) -> dict[str, Any]:
    """The words of a report, as the template and its script read them.

    names: of the documents, as the page shows them. n_reports: how many reports share the page.
    """
    words = listed_words(report.words, WORDS_LISTED // n_reports)
    causes = [cause for cause, _ in Counter(word.cause for word in report.words).most_common()]
    n_rows = min(ROWS, ROWS_OF_ALL // n_reports)
    return {
        "words": [_word(word, report.titles, names) for word in words[:n_rows]],
        "further_words": _packed([_further(word, causes) for word in words[n_rows:]]),
        "n_listed": len(words),
        "n_listed_tokens": sum(word.count for word in words),
        "words_shown": _totals(report, len(words)),
        "word_causes": [_word_cause(report, cause, words) for cause in causes],
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


def line_of(context: Context | None, names: Mapping[str, str]) -> dict[str, Any]:
    """A word in its line of text, and the name of the document that has it."""
    if context is None:
        return {"line": None, "document": None}
    return {"line": context.parts, "document": names.get(context.document, context.document)}


def _totals(report: OOVReport, n_listed: int) -> str:
    """What is listed, and how that number comes of the unknown words that are counted above."""
    n_unknown, n_words = report.normalized.unknown_types, len(report.words)
    verb = "is" if n_unknown == 1 else "are"
    sentence = f"After normalization, {count(n_unknown, 'different word')} {verb} unknown."
    aside = n_unknown - n_words
    if aside:
        are = "is a number or a symbol" if aside == 1 else "are numbers and symbols"
        sentence += f" {count(aside)} of them {are} and not listed."
    if n_listed < n_words:
        sentence += (
            f" The list has {count(n_listed)} of the {'other ' * bool(aside)}{count(n_words)}: "
            "all words of rare causes, and equally many words of each other cause."
        )
    return sentence


def _word_cause(report: OOVReport, cause: str, listed: Sequence[UnknownWord]) -> dict[str, str]:
    """A cause to filter the words by, with how many of its words are listed."""
    shown, total = (sum(word.cause == cause for word in each) for each in (listed, report.words))
    n = count(total) if shown == total else f"{count(shown)} of {count(total)}"
    return {"title": report.titles[cause], "n": n}


def _word(word: UnknownWord, titles: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "word": shorten(word.word, NAME_WIDTH),
        "count": count(word.count),
        "n_documents": count(word.n_documents),
        "keyness": count(round(word.keyness)),
        "notes": _notes(word),
        "cause": titles[word.cause],
    } | line_of(word.context, names)


def _further(word: UnknownWord, causes: Sequence[str]) -> str:
    """A line that the page's script makes a row of; the cause by its place among those to filter
    by."""
    fields = (
        shorten(word.word, NAME_WIDTH),
        word.count,
        word.n_documents,
        round(word.keyness),
        causes.index(word.cause),
        "; ".join(_notes(word)),
    )
    return "\t".join(printable(str(field)) for field in fields)


def _packed(lines: Sequence[str]) -> str:
    """Compressed, and as letters; "" for no line. The page unpacks it when it is first needed."""
    text = "\n".join(lines).encode()
    return b64encode(gzip.compress(text, mtime=0)).decode("ascii") if lines else ""


def _notes(word: UnknownWord) -> list[str]:
    return [note for note in (advice.note(word), advice.doubt(word)) if note]
