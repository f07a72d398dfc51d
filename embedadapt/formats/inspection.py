"""What a vector file holds, before anything is done with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors
from embedadapt.formats.spacy import find_pipeline

FORMAT = 1
FIRST_WORDS = 10


@dataclass(frozen=True)
class NormSummary:
    """Euclidean lengths of the rows. n_zero: rows that are all zeros."""

    smallest: float
    median: float
    largest: float
    n_zero: int


@dataclass(frozen=True)
class VectorsInspection:
    """
    file_format: as `sniff_format` names it.
    n_bytes: on disk; of a pipeline, its `vocab` folder.
    norms: of the words' vectors.
    by_frequency: whether the words stand most frequent first; None where the file has no counts.
    has_context: whether there is a usable output matrix (if not, the notes say why).
    n_buckets, ngram_lengths: the n-gram table of a fastText model; 0 and None without one.
    n_shared_keys: keys of a pruned spaCy table that borrow another word's row.
    first_words: the first ten.
    notes: what a user should know, one sentence each.
    """

    path: str
    file_format: str
    n_bytes: int
    n_words: int
    dim: int
    norms: NormSummary
    by_frequency: bool | None
    has_context: bool
    n_buckets: int
    ngram_lengths: tuple[int, int] | None
    n_shared_keys: int
    first_words: tuple[str, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, with a format number."""
        return {"format": FORMAT, **asdict(self)}


def inspect_vectors(path: str | Path, vectors: WordVectors | None = None) -> VectorsInspection:
    """Describes the vectors at `path`; `vectors` are those, where they are loaded already.

    Raises FormatError.
    """
    vectors = load_vectors(path) if vectors is None else vectors
    subwords, counts = vectors.subwords, vectors.vocabulary.counts
    return VectorsInspection(
        path=str(path),
        file_format=vectors.provenance.format,
        n_bytes=_bytes_on_disk(path),
        n_words=len(vectors),
        dim=vectors.dim,
        norms=_summarize_norms(vectors),
        by_frequency=None if counts is None else bool((np.diff(counts) <= 0).all()),
        has_context=vectors.context is not None,
        n_buckets=0 if subwords is None else len(subwords.ngrams),
        ngram_lengths=None if subwords is None else (subwords.min_n, subwords.max_n),
        n_shared_keys=vectors.provenance.n_shared_keys,
        first_words=vectors.vocabulary.words[:FIRST_WORDS],
        notes=vectors.provenance.notes,
    )


def _summarize_norms(vectors: WordVectors) -> NormSummary:
    norms = vectors.norms
    return NormSummary(
        smallest=float(norms.min()),
        median=float(np.median(norms)),
        largest=float(norms.max()),
        n_zero=int((norms == 0).sum()),
    )


def _bytes_on_disk(path: str | Path) -> int:
    pipeline = find_pipeline(path)
    if pipeline is None:
        return Path(path).stat().st_size
    return sum(part.stat().st_size for part in (pipeline / "vocab").rglob("*") if part.is_file())
