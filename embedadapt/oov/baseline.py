"""Words known to be unknown: a kept report or a list of them, so that a gate sees new ones only."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from embedadapt.core.errors import FormatError
from embedadapt.core.files import read_utf8
from embedadapt.oov.result import FORMAT, OOVReport, UnknownWord


def read_baseline(path: str | Path) -> frozenset[str]:
    """The words of a report kept as JSON or CSV, or of a list with a word a line, in UTF-8.

    Raises FormatError for a file that is none of these.
    """
    text = read_utf8(path)
    lines = text.split("\n")
    if text.startswith("{"):
        return frozenset(_words_of_report(text, path))
    if "word" in lines[0].rstrip("\r").split(","):
        return frozenset(_words_of_rows(lines, path))
    return frozenset(word for word in map(str.strip, lines) if word)


def _words_of_rows(lines: Iterable[str], path: str | Path) -> Iterator[str]:
    """Of a CSV with a column `word`; rows that end before it are passed over."""
    rows = csv.DictReader(lines)
    try:
        yield from (row["word"].strip() for row in rows if row["word"])
    except csv.Error as error:
        raise FormatError(f"{path}, line {rows.line_num}", found=str(error)) from error


def _words_of_report(text: str, path: str | Path) -> list[str]:
    try:
        report: dict[str, Any] = json.loads(text)
        if report["format"] > FORMAT or "reports" in report:
            raise FormatError(
                str(path),
                expected=f"a report on one table, of format {FORMAT} at most",
                found="several" if "reports" in report else f"format {report['format']}",
                hint="Keep what `embedadapt oov VECTORS CORPUS --json` prints.",
            )
        words = [word["word"] for word in report["words"]]
        if not all(isinstance(word, str) for word in words):
            raise TypeError("a word that is no string")
        return words
    except FormatError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(
            str(path),
            expected="a report as `embedadapt oov --json` prints it, or a word a line",
            found="other JSON, or half of it",
        ) from error


def new_words(report: OOVReport, baseline: Collection[str]) -> list[UnknownWord]:
    """The report's words that are not in the baseline; numbers and symbols are never new."""
    return [word for word in report.words if word.word not in baseline]
