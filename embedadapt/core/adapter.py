"""What adaptation produces, kept apart from the vectors it was trained from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """What training added to the vectors of character n-grams.

    Parameters
    ----------
    rows : (n,) int32 array
        Rows of the base's n-gram matrix, ascending.
    values : (n, dim) float32 array
        What training added to each of these rows.
    """

    rows: Ints1d
    values: Floats2d

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.values):
            raise ValueError(f"{len(self.rows)} n-gram rows, {len(self.values)} deltas")


@accepts_old_names
@dataclass(frozen=True, eq=False)
class Adapter(Framed, Plotted, InNotebooks):
    """What training learned from a corpus, for the vectors that it was trained from (the base).

    `adapt` makes adapters, `load_adapter` reads them, `apply_adapter` adds them to their base. As a
    frame (`Framed`), it is the table of its words. Its plot (`Plotted`) shows how far words moved,
    by specificity.

    Parameters
    ----------
    vocabulary : Vocabulary
        The n_words words of the corpus that the base has or that were learned, with their counts in
        the corpus.
    base_rows : (n_words,) int32 array
        Row of each word in the base, -1 for a new word.
    starts : (n_new, dim) float32 array
        Induced vector of each new word, before training, in vocabulary order.
    delta : (n_words, dim) float32 array
        What training added to the word's base vector, or to its induced vector.
    dimensions : (n_words, n_dimensions) float32 array
        Domain dimensions: vectors trained on the domain alone. The vector of a frequent word has
        the median length of the base's vectors, that of a rare word is shorter. n_dimensions may be
        0.
    surface_forms : mapping of str to int
        Every other spelling of a word in the corpus (`LESSOR`, `Lessor`) and the word's row here.
    normalization : Normalization
        The conventions under which the corpus was read.
    base_fingerprint : str
        `WordVectors.fingerprint` of the base.
    ngrams : NgramDelta, optional
        Deltas of the n-grams of a fastText base. None if they were not trained. The deltas of words
        include those of their n-grams.
    confidence : (n_new,) float32 array, optional
        Estimated cosine of each induced vector with the true one, measured on known words that were
        hidden and induced from equally many contexts. NaN, or None for all words, if it could not
        be estimated.
    document_counts : (n_words,) int64 array, optional
        Number of training documents that use each word. None if the adapter was made by an early
        version.
    specificity : (n_words,) float32 array, optional
        How specific each word is to the domain, in nats (`core.specificity`). The specificity
        determines how far the word moves. NaN, or None for all words, if general frequencies are
        not known.
    settings : mapping
        JSON-ready: the settings of the training.
    scores : mapping
        JSON-ready: what was measured (losses, tokens, held-out documents, verdict). There are no
        times and no host names, so that the same run gives the same bytes.
    provenance : mapping
        JSON-ready: the name of the "base", or for a merged adapter the "merged" ones.
    records : tuple of TextRecord
        One record for each training, by which its text is recognized later; () if none was kept.

    Raises
    ------
    ValueError
        The parts differ in length.

    Examples
    --------
    >>> adapter.dim, adapter.n_dimensions, adapter.new_words[:2]
    (50, 10, ('warranty', 'licensor'))
    >>> row = adapter.vocabulary.index["license"]
    >>> adapter.delta[row].shape, bool(adapter.specificity[row] > 3)
    ((50,), True)
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
        """Dimensions of the base."""
        return int(self.delta.shape[1])

    @property
    def n_dimensions(self) -> int:
        """Number of domain dimensions."""
        return int(self.dimensions.shape[1])

    @property
    def n_new(self) -> int:
        """Number of new words."""
        return len(self.new_rows)

    @property
    def new_rows(self) -> Ints1d:
        """Rows of the new words, (n_new,) int32."""
        return np.flatnonzero(self.base_rows < 0).astype(np.int32)

    @property
    def n_documents(self) -> int:
        """Number of training documents; 0 if it is not known."""
        n_documents = self.scores.get("training_documents")
        return max(0, n_documents) if isinstance(n_documents, int) else 0

    @property
    def new_words(self) -> tuple[str, ...]:
        """Words that the base has no vector for."""
        return tuple(self.vocabulary.words[row] for row in self.new_rows)

    @property
    def base_name(self) -> str:
        """Name of the base in errors: "glove.6B.50d.txt (50 dimensions, 1f0c3a9be2d4…)"."""
        return _described(self.provenance.get("base", ""), self.dim, self.base_fingerprint)

    def __repr__(self) -> str:
        return (
            f"Adapter({len(self.vocabulary):,} words, {self.n_new:,} of them new, "
            f"{self.dim} + {self.n_dimensions} dimensions)"
        )


def check_fits(base: WordVectors, adapter: Adapter, where: str = "adapter") -> None:
    """Raise AdapterError, placed at `where`, unless the adapter was trained from this base and each
    of its words has the row that the base gives it, new words none.
    """
    if adapter.dim != base.dim or adapter.base_fingerprint != base.fingerprint:
        raise AdapterError(
            where,
            expected=f"its base {adapter.base_name}",
            found=_described(base.provenance.path or "other vectors", base.dim, base.fingerprint),
            hint="Give the vectors it was trained from, or adapt these.",
        )
    misplaced = _misplaced(base.vocabulary.words, adapter)
    if misplaced is not None:
        raise AdapterError(
            where,
            expected=f"the row that the base gives {misplaced!r}, if any",
            found="another",
            hint="The file is damaged or was edited: adapt again.",
        )


def _misplaced(words: Sequence[str], adapter: Adapter) -> str | None:
    """A word of the adapter whose row, or lack of one, is not that of the base's `words`."""
    for word, row in zip(adapter.vocabulary.words, adapter.base_rows.tolist(), strict=True):
        if row >= 0 and (row >= len(words) or words[row] != word):
            return word
    new = frozenset(adapter.new_words)
    return next((word for word in words if word in new), None)


def check_same_base(one: Adapter, other: Adapter) -> None:
    """Raise AdapterError unless both adapters were trained from the same base."""
    if (one.dim, one.base_fingerprint) != (other.dim, other.base_fingerprint):
        raise AdapterError(
            "adapters",
            expected="both made for one base",
            found=f"{one.base_name} and {other.base_name}",
            hint="Adapt the same vectors to each corpus.",
        )


def _described(name: str, dim: int, fingerprint: str) -> str:
    return f"{name} ({dim} dimensions, {fingerprint[:12]}…)".lstrip()
