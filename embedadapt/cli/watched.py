"""A corpus of files that reports how many documents were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from embedadapt.core.corpus import Document
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.text.readers import FileCorpus

EVERY = 20
"""Documents between two messages of a corpus that is being read."""


@dataclass
class _Passes:
    """How often a corpus was read to its end, and the documents of the pass under way."""

    documents: int = 0
    total: int = 0


@dataclass(frozen=True)
class WatchedFiles(FileCorpus):
    """Files that report the documents read: in the first pass how many, later of how many.

    stages: what is done in the first pass, and in those after it.
    """

    on_progress: OnProgress = ignore_progress
    stages: tuple[str, str] = ("reading", "reading again")
    passes: _Passes = field(default_factory=_Passes, compare=False)

    def __iter__(self) -> Iterator[Document]:
        passes = self.passes
        passes.documents = 0
        self._report()
        yield from super().__iter__()
        passes.total = passes.documents
        self._report()

    def documents_of(self, file: Path, first: int = 0, end: float = inf) -> Iterator[Document]:
        for document in super().documents_of(file, first, end):
            yield document
            self.passes.documents += 1
            if self.passes.documents % EVERY == 0:
                self._report()

    def _report(self) -> None:
        passes = self.passes
        self.on_progress(Progress(self.stages[passes.total > 0], passes.documents, passes.total))


def watched(files: FileCorpus, on_progress: OnProgress, stages: tuple[str, str]) -> WatchedFiles:
    """The same files, reporting as they are read."""
    given = (files.files, files.field, files.column, files.on_error, files.unread, files.table)
    return WatchedFiles(*given, on_progress, stages)
