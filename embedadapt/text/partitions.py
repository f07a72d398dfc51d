"""A corpus cut into parts that several machines can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import NamedTuple

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.errors import SettingsError
from embedadapt.text.prepare import PreparedCorpus
from embedadapt.text.readers import JSON_LINES, FileCorpus, stop

SMALLEST = 1 << 20
"""Bytes of a part, at least: a fraction of a second of counting."""


class Stretch(NamedTuple):
    """A file, or of plain JSON lines those that begin at byte `first` or later, before `end`."""

    file: Path
    first: int = 0
    end: float = inf


@dataclass(frozen=True)
class FilePartition:
    """The documents of some stretches of a corpus, one behind the other; there may be none."""

    corpus: FileCorpus
    stretches: tuple[Stretch, ...]

    def __iter__(self) -> Iterator[Document]:
        """Raises CorpusError for a file that cannot be read."""
        for stretch in self.stretches:
            yield from self.corpus.documents_of(*stretch)


def partition_corpus(corpus: Corpus, n_parts: int) -> list[Corpus]:
    """About so many parts of equal length, whose documents one after the other are the corpus's.

    Files are read by whoever works on a part, under the same paths; only plain JSON lines are cut
    within a file. A corpus that is not of files is read here.

    Raises SettingsError for a corpus that skips files or is prepared on the way, where a document
    depends on those before it.
    """
    if isinstance(corpus, PreparedCorpus):
        raise SettingsError(
            "prepare",
            expected="none with several machines",
            found=", ".join(corpus.settings.steps),
            hint="Run `embedadapt prepare` first, and give what it writes.",
        )
    if not isinstance(corpus, FileCorpus):
        return _listed(list(corpus), n_parts)
    if corpus.on_error is not stop:
        raise SettingsError(
            "on_error",
            expected="stop with several machines",
            found="skip",
            hint="Run `embedadapt prepare --on-error skip` first, and give what it writes.",
        )
    share = max(SMALLEST, sum(file.stat().st_size for file in corpus.files) // n_parts)
    one = FileCorpus((), corpus.field, corpus.column, table=corpus.table)
    return [FilePartition(one, tuple(part)) for part in _grouped(corpus.files, share)]


def _grouped(files: Sequence[Path], length: int) -> list[list[Stretch]]:
    """The files in groups of about `length` bytes, one group at least."""
    groups: list[list[Stretch]] = [[]]
    n_bytes = 0
    for stretch, size in _stretches(files, length):
        if n_bytes >= length:
            groups.append([])
            n_bytes = 0
        groups[-1].append(stretch)
        n_bytes += size
    return groups


def _stretches(files: Sequence[Path], length: int) -> Iterator[tuple[Stretch, int]]:
    """Each with its length in bytes."""
    for file in files:
        n_bytes = file.stat().st_size
        step = length if file.suffix.lower() in JSON_LINES else max(1, n_bytes)
        for first in range(0, max(1, n_bytes), step):
            last = first + step >= n_bytes  # to the end, also of what is packed inside
            yield Stretch(file, first, inf if last else first + step), min(step, n_bytes - first)


def _listed(documents: list[Document], n_parts: int) -> list[Corpus]:
    length = max(1, -(-len(documents) // n_parts))
    return [documents[i : i + length] for i in range(0, max(1, len(documents)), length)]
