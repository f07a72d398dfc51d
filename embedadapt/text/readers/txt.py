"""Plain text: one file, one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from embedadapt.core.corpus import Document
from embedadapt.text.readers.decoding import decoded, opened


def read_txt(path: Path) -> Iterator[Document]:
    """The file as one document named by its path. Raises CorpusError unless it is UTF-8."""
    with opened(path) as stream:
        data = stream.read()
    yield Document(str(path), decoded(data, str(path)))
