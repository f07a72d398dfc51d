"""JSON lines: one object a line, its text in one field."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from math import inf
from pathlib import Path

from embedadapt.core.corpus import Document
from embedadapt.text.readers.decoding import largest_document, opened, too_long, utf8_line
from embedadapt.text.readers.json import parsed_line, text_of
from embedadapt.text.readers.value_counts import check_values


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
                yield Document(name, text_of(parsed_line(content, name), field, name))
