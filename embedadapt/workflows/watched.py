"""A corpus that reports how many of its documents were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from math import inf
from pathlib import Path

from embedadapt.core.corpus import Corpus, Document, UnreadFiles, unread_files
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.text.readers import FileCorpus

EVERY = 20
"""Documents between two messages of a corpus that is being read."""


@dataclass
class Passes:
    """Messages about a corpus: in the first pass the documents read, later those of how many.

    stages: what is done in the first pass, and in those after it.
    """

    on_progress: OnProgress
    stages: tuple[str, str]
    done: int = 0
    total: int = 0

    def begin(self) -> None:
        self.done = 0
        self._report()

    def add_document(self) -> None:
        self.done += 1
        if self.done % EVERY == 0:
            self._report()

    def end(self) -> None:
        self.on_progress(Progress(self._stage, self.done, self.done))
        self.total = self.done

    def _report(self) -> None:
        self.on_progress(Progress(self._stage, self.done, self.total))

    @property
    def _stage(self) -> str:
        return self.stages[self.total > 0]


@dataclass(frozen=True)
class WatchedFiles(FileCorpus):
    """Files that report the documents read."""

    passes: Passes = field(default_factory=lambda: Passes(ignore_progress, ("", "")), compare=False)

    def __iter__(self) -> Iterator[Document]:
        self.passes.begin()
        yield from super().__iter__()
        self.passes.end()

    def documents_of(self, file: Path, first: int = 0, end: float = inf) -> Iterator[Document]:
        for document in super().documents_of(file, first, end):
            yield document
            self.passes.add_document()


@dataclass(frozen=True)
class WatchedCorpus:
    """Any other corpus that reports the documents read."""

    corpus: Corpus
    passes: Passes

    @property
    def unread(self) -> tuple[UnreadFiles, ...]:
        """Files that the corpus does not read."""
        return unread_files(self.corpus)

    def __iter__(self) -> Iterator[Document]:
        self.passes.begin()
        for document in self.corpus:
            yield document
            self.passes.add_document()
        self.passes.end()


def watched(
    corpus: Corpus, on_progress: OnProgress, stages: tuple[str, str], engine: Engine = HERE
) -> Corpus:
    """Return the same documents, which are reported as this process reads them.

    An engine that reads them elsewhere gets the corpus as it is; its first stage is reported once.
    """
    if on_progress is ignore_progress:
        return corpus
    if engine is not HERE:
        on_progress(Progress(stages[0], 0, 0))
        return corpus
    passes = Passes(on_progress, stages)
    if isinstance(corpus, FileCorpus):
        settings = {one.name: getattr(corpus, one.name) for one in fields(FileCorpus)}
        return WatchedFiles(**settings, passes=passes)
    return WatchedCorpus(corpus, passes)
