"""What a path holds, at a glance: vectors, an adapter or documents. Errors name a mix-up by it.

A glance is a few kilobytes of a file, or the names in a folder. Nothing is decompressed or parsed
whole. Only certain findings are reported; the readers decide the rest.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

from embedadapt.formats.delimited import sniff_layout
from embedadapt.formats.json_lines import is_row
from embedadapt.formats.json_table import is_json_table
from embedadapt.formats.reading.tensor_file import METADATA_KEY
from embedadapt.formats.sniffing import BYTE_ORDER_MARK, FASTTEXT_MAGIC, NUMPY_MAGIC, mostly_digits
from embedadapt.formats.spacy import is_pipeline
from embedadapt.formats.static_model import find_static_model

Kind = Literal["vectors", "an adapter", "documents"]

GLANCE = 16_384
"""Bytes of a file that are read."""
MOST_ENTRIES = 1_000
"""Names in a folder that are read."""
REMEMBERED = 10_000
"""Most files whose kind is remembered. A command asks for the kind of each document twice."""
LONGEST_HEADER = 100_000_000
"""Bytes of the longest safetensors header; beyond it the file is of another kind."""
FEWEST_NUMBERS = 10
"""Fewest numbers after each word of vectors without a header; fewer may be a table in a
document."""
SHORTEST_NUMBERS = 2 * FEWEST_NUMBERS - 1
"""Bytes of so many numbers, with separators."""
OF_ROWS = b'0123456789+-.,eEnaif;|"[]() \t\r'
"""Bytes that the numbers of a row consist of."""
LINES_SEEN = 20
"""Lines that are looked at."""
DOCUMENTS = (
    *(".txt", ".md", ".jsonl", ".html", ".htm", ".docx", ".pdf", ".rtf", ".eml"),
    *(".srt", ".vtt", ".conllu", ".xml"),
)
"""Suffixes that only documents have, except `.txt`."""
DAMAGE = (OSError, ValueError, TypeError, AttributeError, RecursionError)
"""What a damaged file raises, which its reader reports."""
_DIGIT = re.compile(rb"\d")
BESIDE = ("readme", "license", "vocab", "merges")
"""Names of text files that are part of a model's folder."""


def kind_of(path: str | Path) -> Kind | None:
    """The kind of a path; None if it is missing, compressed or not recognized. Never raises."""
    try:
        if Path(path).is_file():
            return _kind_of_file(Path(path))
        if is_pipeline(path) or find_static_model(path) is not None:
            return "vectors"
        return "documents" if Path(path).is_dir() and _is_of_documents(Path(path)) else None
    except DAMAGE:
        return None


def stray_in(folder: str | Path) -> Path | None:
    """A vector file among the text files of a folder, which would be read as text.

    None where there is none among the first names.
    """
    texts = (file for file in _documents_in(Path(folder)) if file.suffix.lower() == ".txt")
    return next(filter(_holds_vectors, texts), None)


def _holds_vectors(file: Path) -> bool:
    try:
        return file.is_file() and _kind_of_file(file) == "vectors"
    except DAMAGE:
        return False


def _is_of_documents(folder: Path) -> bool:
    """Whether half of the first names are documents, without files that come with a model."""
    documents = [f for f in _documents_in(folder) if not f.name.lower().startswith(BESIDE)]
    return bool(documents) and 2 * len(documents) >= len(list(_names_in(folder)))


def _documents_in(folder: Path) -> Iterator[Path]:
    return (file for file in _names_in(folder) if file.suffix.lower() in DOCUMENTS)


def _names_in(folder: Path) -> Iterator[Path]:
    names = (Path(parent, name) for parent, _, found in os.walk(folder) for name in found)
    return islice(names, MOST_ENTRIES)


def _kind_of_file(file: Path) -> Kind | None:
    """The kind of a file, which is read once until it changes."""
    now = file.stat()
    return _kind_at(file, now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns)


@lru_cache(REMEMBERED)
def _kind_at(file: Path, *_: int) -> Kind | None:
    with file.open("rb") as stream:
        head = stream.read(GLANCE)
        length = int.from_bytes(head[:8], "little")
        if head[8:9] == b"{" and length < LONGEST_HEADER:
            return _kind_of_tensors(head[8:] + stream.read(max(0, length + 8 - len(head))), length)
    if head.startswith((FASTTEXT_MAGIC, NUMPY_MAGIC)) or _is_table(head) or _is_delimited(head):
        return "vectors"
    suffix = file.suffix.lower()
    if suffix in (".docx", ".pdf"):
        return "documents"
    return "documents" if suffix in DOCUMENTS and _is_prose(head) else None


def _kind_of_tensors(header: bytes, length: int) -> Kind | None:
    metadata = json.loads(header[:length]).get("__metadata__") or {}
    kind = json.loads(metadata.get(METADATA_KEY, "{}")).get("kind")
    return "an adapter" if kind == "adapter" else "vectors"


def _is_table(head: bytes) -> bool:
    """Whether the text is vectors.

    Every whole line is a word and as many numbers as the header says, or at least FEWEST_NUMBERS;
    or a header precedes binary values.
    """
    lines = head.removeprefix(BYTE_ORDER_MARK).split(b"\n", LINES_SEEN + 2)
    header = _numbers(lines[0].split())
    if header is not None and len(header) == 2 and all(n.is_integer() and n > 0 for n in header):
        if not _is_text(head):
            return True
        dim, lines = int(header[1]), lines[1:]
    else:
        dim = len(lines[0].split()) - 1
        if dim < FEWEST_NUMBERS:
            return False
    whole = lines[:-1][:LINES_SEEN]
    return bool(whole) and all(_is_row(line, dim) for line in whole)


def _is_delimited(head: bytes) -> bool:
    """Whether it is vectors in .csv, .tsv or JSON."""
    layout = sniff_layout(head) if _may_be_wide(head) else None
    wide = layout is not None and layout.dim >= FEWEST_NUMBERS
    return wide or is_row(head.partition(b"\n")[0]) or is_json_table(head)


def _may_be_wide(head: bytes) -> bool:
    """Whether the first lines have a digit for each number of a row and end as rows do, which prose
    does not."""
    return any(
        not line[-SHORTEST_NUMBERS:].translate(None, OF_ROWS)
        and len(_DIGIT.findall(line)) >= FEWEST_NUMBERS
        for line in islice(_lines(head), 2)
    )


def _lines(head: bytes) -> Iterator[bytes]:
    """The lines that are not blank."""
    start = 0
    while start < len(head):
        end = head.find(b"\n", start)
        line = head[start:] if end < 0 else head[start:end]
        if line.strip():
            yield line
        start += len(line) + 1


def _is_row(line: bytes, dim: int) -> bool:
    fields = line.rstrip(b" \r").split(b" ")
    return len(fields) == dim + 1 and _numbers(fields[1:]) is not None


def _numbers(fields: list[bytes]) -> list[float] | None:
    try:
        return [float(field) for field in fields]
    except ValueError:
        return None


def _is_prose(head: bytes) -> bool:
    """Whether it is text that does not begin like a vector file."""
    words = next(_lines(head), b"").split()
    return bool(words) and not mostly_digits(b" ".join(words[1:] or words)) and _is_text(head)


def _is_text(head: bytes) -> bool:
    """Whether it is UTF-8, except for a character that the glance cuts in two."""
    try:
        head[:-3].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
