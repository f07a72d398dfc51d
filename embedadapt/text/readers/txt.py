"""Plain text: one file, one document; a file too large for one, several."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedadapt.core.corpus import Document
from embedadapt.text.readers.decoding import decoded_parts, opened
from embedadapt.text.readers.escapes import plain_text


def read_txt(path: Path) -> Iterator[Document]:
    """The file under its path; what is beyond some 16 MB as `path#2`, `path#3` and so on.
    Characters that are written out, such as `&amp;`, are undone (escapes.py).

    Raises CorpusError where its encoding cannot be told.
    """
    with opened(path) as stream:
        for number, text in enumerate(decoded_parts(stream, str(path)), start=1):
            yield Document(str(path) if number == 1 else f"{path}#{number}", plain_text(text))
