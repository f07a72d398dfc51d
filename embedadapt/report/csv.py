"""Reports as comma-separated values: RFC 4180, UTF-8, a header, whole numbers and plain shares."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from embedadapt.core.corpus import Context
from embedadapt.oov.result import OOVReport, UnknownWord
from embedadapt.report.advice import note

if TYPE_CHECKING:
    from embedadapt.adaptation.sense_shifts import SenseShift

WORD_COLUMNS = (
    *("table", "word", "count", "documents", "keyness", "cause", "composed", "meant"),
    *("document", "context", "ngrams", "ngrams_untrained"),
)
DOCUMENT_COLUMNS = (
    *("table", "document", "pieces", "unknown_pieces", "piece_rate"),
    *("words", "unknown_words", "word_rate"),
)
SENSE_SHIFT = "sense_shift"
"""Stands as the cause of a known word that is not safe."""
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""Those in full width too, which a spreadsheet in Japanese takes for the same. Source: OWASP, CSV
Injection."""


def dump_words(
    reports: Iterable[OOVReport], sense_shifts: Iterable[SenseShift] = (), table: str = ""
) -> str:
    """A row for each unknown word of each report, with its line of context where it has one; then
    one for each sense-shift candidate of `table`, its neighbors there and after training in the
    place of `meant`."""
    unknown = (_unknown(report.vectors.path, word) for report in reports for word in report.words)
    return _dump(WORD_COLUMNS, chain(unknown, (_sense_shift(table, word) for word in sense_shifts)))


def _unknown(table: str, word: UnknownWord) -> tuple[object, ...]:
    return (
        *(table, word.word, word.count, word.n_documents, f"{word.keyness:.1f}", word.cause),
        *("yes" if word.composed else "no", note(word), *_place(word.context)),
        *((word.ngrams.n_ngrams, word.ngrams.untrained) if word.ngrams else ("", "")),
    )


def _sense_shift(table: str, word: SenseShift) -> tuple[object, ...]:
    near = f"in the vectors near {', '.join(word.before)}; here near {', '.join(word.after)}"
    return (
        *(table, word.word, word.count, word.n_documents, "", SENSE_SHIFT),
        *("no", near, *_place(word.context), "", ""),
    )


def _place(context: Context | None) -> tuple[str, str]:
    return (context.document, context.text) if context else ("", "")


def dump_documents(reports: Iterable[OOVReport]) -> str:
    """A row for each document of each report: raw by pieces, normalized by words."""
    return _dump(
        DOCUMENT_COLUMNS,
        (
            (
                report.vectors.path,
                *(one.name, one.raw_tokens, one.raw_unknown, one.raw_rate),
                *(one.n_tokens, one.unknown_tokens, one.token_rate),
            )
            for report in reports
            for one in report.documents
        ),
    )


def _dump(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(list(map(_harmless, row)) for row in rows)
    return text.getvalue()


def _harmless(value: object) -> object:
    """What a spreadsheet would run as a formula gets a space in front."""
    return f" {value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
