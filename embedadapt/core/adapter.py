"""What adaptation produces, kept apart from the table it is made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from embedadapt.core.errors import AdapterError
from embedadapt.core.normalization import Normalization
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.shown import Framed, InNotebooks, Plotted
from embedadapt.core.text_record import TextRecord
from embedadapt.core.types import Floats1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

Layout = Literal["concat", "add"]


@dataclass(frozen=True, eq=False)
class NgramDelta:
    """What training added to character n-grams.

    rows: (n,) int32 ascending, rows of the base's n-gram table. values: (n, dim) float32.
    """

    rows: Ints1d
    values: Floats2d

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.values):
            raise ValueError(f"{len(self.rows)} n-gram rows, {len(self.values)} deltas")


@accepts_old_names
@dataclass(frozen=True, eq=False)
class Adapter(Framed, Plotted, InNotebooks):
    """What a domain's text taught about its words, bound to one base table.

    `Framed`: its one part is words. `Plotted`: how far words moved, by their specificity.

    vocabulary:
        (n_words) the domain's words with their counts in the corpus: words of the base that the
        corpus uses, and new ones.
    base_rows:
        (n_words,) int32: each word's row in the base, -1 for a new word.
    starts:
        (n_new, dim) float32: where each new word was put before training, in vocabulary order.
    delta:
        (n_words, dim) float32: what continued training added to the word's base row or start.
    ngrams:
        What it added to the n-grams of a fastText base; None where they were not trained. It is in
        the words' deltas already.
    dimensions:
        (n_words, n_dimensions) float32: vectors trained on the domain alone, to stand beside the
        base: of a word often seen at the base's median length, of a rare one shorter. n_dimensions
        may be 0.
    surface_forms:
        Every other way a word was written in the corpus (`LESSOR`, `Lessor`) to its row here.
    normalization:
        The conventions under which the corpus was read.
    base_fingerprint:
        `WordVectors.fingerprint` of the base.
    confidence:
        (n_new,) float32: the cosine of each start with the true vector, as measured on known words
        that were hidden and made again from as much evidence. NaN for a word, and
        None for all, where there was nothing to tell it by.
    document_counts:
        (n_words,) int64: in how many training documents each word is used; None in an adapter that
        was made before they were kept.
    specificity:
        (n_words,) float32: how much each word belongs to the domain (core.specificity), by which it
        moves; NaN for a word, and None for all, where general language's share of it is not known.
    settings, scores:
        JSON-ready: the settings it was trained with, and what was measured (losses, documents held
        out, tokens). No times or host names: the same run gives the same bytes.
    provenance:
        JSON-ready: the "base" it was made for by name, or the "merged" parts of one made of others.
    records:
        By which the text it was trained on is recognized, one for each training; none where they
        were left out.
    """

    vocabulary: Vocabulary
    base_rows: Ints1d
    starts: Floats2d
    delta: Floats2d
    dimensions: Floats2d
    surface_forms: Mapping[str, int]
    normalization: Normalization
    base_fingerprint: str
    ngrams: NgramDelta | None = None
    confidence: Floats1d | None = None
    document_counts: Longs1d | None = None
    specificity: Floats1d | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[TextRecord, ...] = ()

    def __post_init__(self) -> None:
        n_words = len(self.vocabulary)
        if not n_words == len(self.base_rows) == len(self.delta) == len(self.dimensions):
            raise ValueError("vocabulary, base_rows, delta and dimensions differ in length")
        if len(self.starts) != self.n_new or self.starts.shape[1] != self.delta.shape[1]:
            raise ValueError(f"starts {self.starts.shape} for {self.n_new} new words")
        if self.confidence is not None and len(self.confidence) != self.n_new:
            raise ValueError(f"{len(self.confidence)} confidences for {self.n_new} new words")
        if self.document_counts is not None and len(self.document_counts) != n_words:
            raise ValueError(f"{len(self.document_counts)} document counts for {n_words} words")
        if self.specificity is not None and len(self.specificity) != n_words:
            raise ValueError(f"{len(self.specificity)} specificities for {n_words} words")

    @property
    def dim(self) -> int:
        """Width of the base."""
        return int(self.delta.shape[1])

    @property
    def n_dimensions(self) -> int:
        return int(self.dimensions.shape[1])

    @property
    def n_new(self) -> int:
        return len(self.new_rows)

    @property
    def new_rows(self) -> Ints1d:
        """(n_new,) rows of the words that the base has no vector for."""
        return np.flatnonzero(self.base_rows < 0).astype(np.int32)

    @property
    def n_documents(self) -> int:
        """Training documents; 0 where they are not known."""
        n_documents = self.scores.get("training_documents")
        return max(0, n_documents) if isinstance(n_documents, int) else 0

    @property
    def new_words(self) -> tuple[str, ...]:
        """Words the base has no vector for."""
        return tuple(self.vocabulary.words[row] for row in self.new_rows)

    @property
    def base_name(self) -> str:
        """What an error calls its base: "glove.6B.50d.txt (50 dimensions, 1f0c3a9be2d4…)"."""
        return _described(self.provenance.get("base", ""), self.dim, self.base_fingerprint)

    def __repr__(self) -> str:
        return (
            f"Adapter({len(self.vocabulary):,} words, {self.n_new:,} of them new, "
            f"{self.dim} + {self.n_dimensions} dimensions)"
        )


def check_fits(base: WordVectors, adapter: Adapter, where: str = "adapter") -> None:
    """Raises AdapterError, placed at `where`, unless the adapter was made for this very table."""
    if adapter.dim != base.dim or adapter.base_fingerprint != base.fingerprint:
        raise AdapterError(
            where,
            expected=f"its base table {adapter.base_name}",
            found=_described(base.provenance.path or "another table", base.dim, base.fingerprint),
            hint="Give the vectors it was trained from, or adapt these.",
        )


def check_same_base(one: Adapter, other: Adapter) -> None:
    """Raises AdapterError unless both were made for one table."""
    if (one.dim, one.base_fingerprint) != (other.dim, other.base_fingerprint):
        raise AdapterError(
            "adapters",
            expected="both made for one base table",
            found=f"{one.base_name} and {other.base_name}",
            hint="Adapt one table to each corpus.",
        )


def _described(name: str, dim: int, fingerprint: str) -> str:
    return f"{name} ({dim} dimensions, {fingerprint[:12]}…)".lstrip()
