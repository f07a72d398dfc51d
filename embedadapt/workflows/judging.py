"""An adapter judged on the text that was held out from it: what `adapt` and `evaluate` share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.adapted import DEFAULT_STRENGTH, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.progress import OnProgress
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.evaluate import evaluate_tables
from embedadapt.evaluation.neighbors import N_CANDIDATES
from embedadapt.evaluation.result import INDUCED, EvaluationResult
from embedadapt.text.split import with_words
from embedadapt.workflows.split_text import SplitText

Strengths = Mapping[Layout, Sequence[float]]

DEFAULTS_JUDGED: dict[Layout, tuple[float, ...]] = {
    layout: (strength,) for layout, strength in DEFAULT_STRENGTH.items()
}


def judge(
    base: WordVectors,
    adapter: Adapter,
    text: SplitText,
    config: AdaptationConfig,
    strengths: Strengths,
    on_progress: OnProgress,
) -> EvaluationResult:
    """The base beside its tables at some strengths, and beside the new words' first vectors alone.

    Skip-gram judges, whatever was trained: its loss needs no choice of how contexts are averaged.
    """
    whole = len(base)
    base, adapter = without_far_words(base, adapter)
    ids = text.training.vocabulary.lookup(adapter.vocabulary.words)
    shown = np.flatnonzero(ids >= 0).astype(np.int32)
    words = adapter.vocabulary.select(shown)
    result = evaluate_tables(
        base,
        AdaptedTables.at(base, adapter, strengths),
        training=with_words(text.training, ids[shown], words),
        held_out=with_words(text.held_out, ids[shown], words),
        settings=replace(
            config, model="skipgram", epochs=config.context_epochs, threads=1, device="cpu"
        ),
        seed=config.seed,
        on_progress=on_progress,
    )
    far = whole - len(base)
    tables = tuple(replace(table, n_words=table.n_words + far) for table in result.tables)
    return replace(result, base_n_words=whole, tables=tables)


def without_far_words(base: WordVectors, adapter: Adapter) -> tuple[WordVectors, Adapter]:
    """The words of a base that judging looks at, and the adapter for these alone.

    They are the first N_CANDIDATES, where neighbours are looked for, and those the adapter knows;
    adapted tables of all words would take several times the memory of the base.
    """
    known = adapter.base_rows >= 0
    rows = np.union1d(np.arange(min(N_CANDIDATES, len(base))), adapter.base_rows[known])
    if len(rows) == len(base):
        return base, adapter
    near = WordVectors(
        base.vocabulary.select(rows.astype(np.int32)),
        base.matrix[rows],
        normalization=base.normalization,
        provenance=base.provenance,
    )
    base_rows = np.where(known, np.searchsorted(rows, adapter.base_rows), -1).astype(np.int32)
    return near, replace(
        adapter, base_rows=base_rows, ngrams=None, base_fingerprint=near.fingerprint
    )


@dataclass(frozen=True)
class AdaptedTables(Mapping[str, WordVectors]):
    """Adapted tables by name, each made when it is asked for: only one is in memory at a time."""

    base: WordVectors
    adapter: Adapter
    layouts: Mapping[str, tuple[Layout, float]]

    @classmethod
    def at(cls, base: WordVectors, adapter: Adapter, strengths: Strengths) -> AdaptedTables:
        """First the table of induced words, where there are any, then one for each strength."""
        layouts: dict[str, tuple[Layout, float]] = {
            f"{layout} {strength:g}": (layout, strength)
            for layout, several in strengths.items()
            if layout == "blend" or adapter.n_columns
            for strength in several
        }
        induced: dict[str, tuple[Layout, float]] = {INDUCED: ("blend", 0)}
        return cls(base, adapter, (induced if adapter.n_new else {}) | layouts)

    def __getitem__(self, name: str) -> WordVectors:
        layout, strength = self.layouts[name]
        adapter = self.adapter
        if name == INDUCED:
            adapter = replace(adapter, difference=np.zeros_like(adapter.difference), ngrams=None)
        return apply_adapter(self.base, adapter, layout=layout, strength=strength)

    def __iter__(self) -> Iterator[str]:
        return iter(self.layouts)

    def __len__(self) -> int:
        return len(self.layouts)
