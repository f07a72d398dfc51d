"""What adaptation produces, kept apart from the table it is made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from embedadapt.core.errors import AdapterError, SettingsError
from embedadapt.core.normalization import Normalization
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary

Layout = Literal["extend", "blend"]

DEFAULT_STRENGTH: Mapping[Layout, float] = {"extend": 0.25, "blend": 0.5}
"""Measured on contracts and licences with GloVe 6B 50d: extend .25 keeps about nine of ten
neighbours of common words, blend .5 about six (and a plain continued training three)."""

LARGEST_STRENGTH = 100.0
"""Beyond it there is nothing of the base left to speak of."""


@dataclass(frozen=True, eq=False)
class Adapter:
    """What a domain's text taught about its words, bound to one base table.

    vocabulary:
        (n_words) the domain's words with their counts in the corpus: words of the base that the
        corpus uses, and new ones.
    base_rows:
        (n_words,) int32: each word's row in the base, -1 for a new word.
    starts:
        (n_new, dim) float32: where each new word was put before training, in vocabulary order.
    difference:
        (n_words, dim) float32: what continued training added to the word's base row or start.
    columns:
        (n_words, n_columns) float32: vectors trained on the domain alone, each row at the base's
        median length, to stand beside the base. n_columns may be 0.
    forms:
        Every other way a word was written in the corpus (`LESSOR`, `Lessor`) to its row here.
    normalization:
        The conventions under which the corpus was read.
    base_fingerprint:
        `WordVectors.fingerprint` of the base.
    settings, scores:
        JSON-ready: the settings it was trained with, and what was measured (losses, documents held
        out, tokens). No times or host names: the same run gives the same bytes.
    """

    vocabulary: Vocabulary
    base_rows: Ints1d
    starts: Floats2d
    difference: Floats2d
    columns: Floats2d
    forms: Mapping[str, int]
    normalization: Normalization
    base_fingerprint: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n_words = len(self.vocabulary)
        if not n_words == len(self.base_rows) == len(self.difference) == len(self.columns):
            raise ValueError("vocabulary, base_rows, difference and columns differ in length")
        if len(self.starts) != self.n_new or self.starts.shape[1] != self.difference.shape[1]:
            raise ValueError(f"starts {self.starts.shape} for {self.n_new} new words")

    @property
    def dim(self) -> int:
        """Width of the base."""
        return int(self.difference.shape[1])

    @property
    def n_columns(self) -> int:
        return int(self.columns.shape[1])

    @property
    def n_new(self) -> int:
        return int((self.base_rows < 0).sum())

    @property
    def new_words(self) -> tuple[str, ...]:
        """Words the base has no vector for."""
        return tuple(self.vocabulary.words[row] for row in np.flatnonzero(self.base_rows < 0))

    def __repr__(self) -> str:
        return (
            f"Adapter({len(self.vocabulary):,} words, {self.n_new:,} of them new, "
            f"{self.dim} + {self.n_columns} columns)"
        )


def apply_adapter(
    base: WordVectors,
    adapter: Adapter,
    *,
    layout: Layout = "extend",
    strength: float | None = None,
) -> WordVectors:
    """The union table: every word of the base, moved or not, then the adapter's new words.

    layout:
        "extend": base columns untouched, then strength x domain columns (zero for words outside
        the corpus); wider. "blend": base + strength x difference; same width, a drop-in.
    strength:
        0 leaves every word of the base as it was; `blend` at 1 is plain continued training. None
        takes DEFAULT_STRENGTH of the layout. New words stand at start + difference whatever the
        strength: they have no general sense to lose, and training brings them closer to their
        place (scripts/bench_hidden_words.py).

    Returns new vectors; `base` is left alone. The n-grams of a fastText base are not carried over:
    they would compose words of another width, or unmoved ones.

    Raises AdapterError when the adapter was made for another table, SettingsError for an unknown
    layout or a negative strength.
    """
    check_fits(base, adapter)
    strength = check_strength(layout, strength)
    if layout == "extend" and not adapter.n_columns:
        raise AdapterError(
            "adapter",
            expected="domain columns for layout extend",
            found="none",
            hint="Use the layout blend, or adapt again with columns.",
        )
    width = base.dim + (adapter.n_columns if layout == "extend" else 0)
    matrix = np.zeros((len(base) + adapter.n_new, width), dtype=np.float32)
    matrix[: len(base), : base.dim] = base.matrix
    is_new = adapter.base_rows < 0
    matrix[len(base) :, : base.dim] = adapter.starts + adapter.difference[is_new]
    if layout == "extend":
        matrix[union_rows(adapter, len(base)), base.dim :] = np.float32(strength) * adapter.columns
    else:
        matrix[adapter.base_rows[~is_new]] += np.float32(strength) * adapter.difference[~is_new]
    return WordVectors(
        Vocabulary((*base.vocabulary.words, *adapter.new_words)),
        matrix,
        normalization=adapter.normalization,
        provenance=replace(
            base.provenance,
            notes=(*base.provenance.notes, f"adapted: {layout} at strength {strength:g}"),
        ),
    )


def union_rows(adapter: Adapter, n_base: int) -> Ints1d:
    """(n_words,) int32: each adapter word's row in the union table."""
    rows = adapter.base_rows.copy()
    rows[rows < 0] = np.arange(n_base, n_base + adapter.n_new, dtype=np.int32)
    return rows


def check_fits(base: WordVectors, adapter: Adapter, where: str = "adapter") -> None:
    """Raises AdapterError, placed at `where`, unless the adapter was made for this very table."""
    if adapter.dim != base.dim or adapter.base_fingerprint != base.fingerprint:
        raise AdapterError(
            where,
            expected=f"its base table ({adapter.dim} columns, {adapter.base_fingerprint[:12]}…)",
            found=f"{_name(base.provenance)} ({base.dim} columns, {base.fingerprint[:12]}…)",
            hint="Give the vectors it was trained from, or adapt these.",
        )


def _name(provenance: Provenance) -> str:
    return provenance.path or "another table"


def check_strength(layout: Layout, strength: float | None) -> float:
    """The strength meant: the layout's default for None. Raises SettingsError outside its range."""
    if layout not in get_args(Layout):
        raise SettingsError("layout", expected="extend or blend", found=repr(layout))
    if strength is None:
        return DEFAULT_STRENGTH[layout]
    if not 0 <= strength <= LARGEST_STRENGTH:
        raise SettingsError(
            "strength", expected=f"a number from 0 to {LARGEST_STRENGTH:g}", found=str(strength)
        )
    return strength
