"""JSON lines: one object a line, its text in one field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from math import inf
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.decoding import largest_document, opened, too_long, utf8_line
from embedadapt.text.readers.limits import check_values

SHOWN_FIELDS = 8


def read_jsonl(path: Path, field: str, first: int = 0, end: float = inf) -> Iterator[Document]:
    """Each line's `field` as a document named `path:LINE`; blank lines are skipped.

    first, end: only lines that begin at these bytes of the (unpacked) file, or between.
    Lone surrogates that JSON can spell (`"\\ud800"`) become U+FFFD: no other encoding can hold
    them. Raises CorpusError with the line number for a line that is not UTF-8, not a JSON object,
    without a string in `field`, or of more bytes or values than a document may have.
    """
    with opened(path) as stream:
        offset, most = 0, largest_document(path.stat().st_size)
        for number in count(1):
            line = stream.readline(most + 1)
            if len(line) > most:
                raise too_long(f"{path}:{number}", most)
            if not line:
                break
            begin, offset = offset, offset + len(line)
            if begin >= end:
                break
            if begin < first:
                continue
            name = f"{path}:{number}"
            content = utf8_line(line, name, begin)
            if content.strip():
                check_values(content, name)
                yield Document(name, _text_of(_parsed(content, name), field, name))


def _parsed(line: str, where: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(
            where,
            expected="a JSON object",
            found=f"a JSON error at column {error.colno} ({error.msg})",
            hint="JSON lines hold one object per line.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(
            where, expected="a JSON object", found=f"JSON beyond reading ({error})"
        ) from error
    if not isinstance(value, dict):
        raise CorpusError(where, expected="a JSON object", found=_kind(value))
    return value


def _text_of(record: dict[str, Any], field: str, where: str) -> str:
    if field not in record:
        names = [repr(name) for name in record]
        shown = ", ".join(names[:SHOWN_FIELDS]) + (", ..." if len(names) > SHOWN_FIELDS else "")
        raise CorpusError(
            where,
            expected=f"a field {field!r}",
            found=f"the fields {shown}" if names else "an empty object",
            hint="Name the field that holds the text.",
        )
    text = record[field]
    if not isinstance(text, str):
        raise CorpusError(where, expected=f"a string in {field!r}", found=_kind(text))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    return "null" if value is None else kinds.get(type(value), "a number")
