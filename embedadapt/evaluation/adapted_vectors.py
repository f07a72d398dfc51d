"""The tables that an adapter makes of its base, judged beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from embedadapt.core.adapted import DEFAULT_SCALE, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.evaluate import N_SHOWN, evaluate_vectors
from embedadapt.evaluation.judge import JUDGE, Judge
from embedadapt.evaluation.judged_text import JudgedText
from embedadapt.evaluation.measures import Measure
from embedadapt.evaluation.neighbors import N_CANDIDATES
from embedadapt.evaluation.result import INDUCED, EvaluationResult, VectorsEvaluation
from embedadapt.text.keyness import DomainRanking, general_shares, in_order

Scales = Mapping[Layout, Sequence[float]]

SCALES_JUDGED: Scales = {
    "concat": (DEFAULT_SCALE["concat"],),
    "add": (DEFAULT_SCALE["add"], 1.0),
}
"""The same in `adapt` and in `evaluate`, so that both reach one verdict."""


def judge_adapter(
    base: WordVectors,
    adapter: Adapter,
    text: JudgedText,
    *,
    judge: Judge = JUDGE,
    scales: Scales = SCALES_JUDGED,
    measures: Sequence[Measure] = (),
    baselines: Mapping[str, WordVectors] = MappingProxyType({}),
    n_shown: int = N_SHOWN,
    on_progress: OnProgress = ignore_progress,
) -> EvaluationResult:
    """The base beside its tables at some scales, beside the new words' first vectors alone, and
    beside baselines. A baseline is asked for once, so that it may be read then."""
    whole = len(base)
    ranking = DomainRanking.of(
        adapter.vocabulary,
        adapter.document_counts,
        adapter.n_documents,
        general_shares(base.vocabulary, adapter.base_rows),
        in_order(base.vocabulary),
    )
    base, adapter = without_far_words(base, adapter, [measure.rows(base) for measure in measures])
    judged = AdaptedVectors.of(base, adapter, scales, baselines)
    result = evaluate_vectors(
        base,
        judged,
        text,
        adapter.vocabulary,
        ranking,
        judge=judge,
        n_shown=n_shown,
        measures=measures,
        baselines=baselines,
        on_progress=on_progress,
    )
    far = whole - len(base)
    tables = tuple(
        each if each.is_baseline else replace(judged.marked(each), n_words=each.n_words + far)
        for each in result.vectors
    )
    return replace(result, base_n_words=whole, vectors=tables)


def without_far_words(
    base: WordVectors, adapter: Adapter, also: Sequence[Ints1d] = ()
) -> tuple[WordVectors, Adapter]:
    """The words of a base that judging looks at, and the adapter for these alone.

    They are the first N_CANDIDATES, where neighbours are looked for, those the adapter knows, and
    some rows more, -1 for none; adapted tables of all words would take several times the memory of
    the base.
    """
    known = adapter.base_rows >= 0
    first = np.arange(min(N_CANDIDATES, len(base)), dtype=np.int32)
    rows = np.unique(np.concatenate([first, adapter.base_rows, *also]))
    rows = rows[rows >= 0]
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
class AdaptedVectors(Mapping[str, WordVectors]):
    """Adapted tables and baselines by name, each made or read when it is asked for: only one is in
    memory at a time."""

    base: WordVectors
    adapter: Adapter
    layouts: Mapping[str, tuple[Layout, float]]
    baselines: Mapping[str, WordVectors]

    @classmethod
    def of(
        cls,
        base: WordVectors,
        adapter: Adapter,
        scales: Scales,
        baselines: Mapping[str, WordVectors],
    ) -> AdaptedVectors:
        """First the table of induced words, where there are any, then one for each scale.

        Raises SettingsError for a baseline that is called like one of them.
        """
        layouts: dict[str, tuple[Layout, float]] = {
            f"{layout} {scale:g}": (layout, scale)
            for layout, several in scales.items()
            if layout == "add" or adapter.n_dimensions
            for scale in several
        }
        induced: dict[str, tuple[Layout, float]] = {INDUCED: ("add", 0)}
        layouts = (induced if adapter.n_new else {}) | layouts
        for name in baselines:
            if name in {"base", INDUCED, *layouts}:
                raise SettingsError(
                    "baselines", expected="other names than the tables'", found=name
                )
        return cls(base, adapter, layouts, baselines)

    def marked(self, table: VectorsEvaluation) -> VectorsEvaluation:
        """With its layout and scale."""
        if table.name == INDUCED:
            return table
        layout, scale = self.layouts[table.name]
        return replace(table, layout=layout, scale=scale)

    def __getitem__(self, name: str) -> WordVectors:
        if name in self.baselines:
            return replace(self.baselines[name], normalization=self.base.normalization)
        layout, scale = self.layouts[name]
        adapter = self.adapter
        if name == INDUCED:
            adapter = replace(adapter, delta=np.zeros_like(adapter.delta), ngrams=None)
        return apply_adapter(self.base, adapter, layout=layout, scale=scale)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.layouts, *self.baselines))

    def __len__(self) -> int:
        return len(self.layouts) + len(self.baselines)
