"""The tables that an adapter makes of its base, judged beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from embedadapt.core.adapted import DEFAULT_STRENGTH, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.evaluate import N_SHOWN, evaluate_tables
from embedadapt.evaluation.judge import JUDGE, Judge
from embedadapt.evaluation.judged_text import JudgedText
from embedadapt.evaluation.measures import Measure
from embedadapt.evaluation.neighbors import N_CANDIDATES
from embedadapt.evaluation.result import INDUCED, EvaluationResult, TableEvaluation
from embedadapt.text.keyness import DomainRanking, general_shares, in_order

Strengths = Mapping[Layout, Sequence[float]]

STRENGTHS_JUDGED: Strengths = {
    "extend": (DEFAULT_STRENGTH["extend"],),
    "blend": (DEFAULT_STRENGTH["blend"], 1.0),
}
"""The same in `adapt` and in `evaluate`, so that both reach one verdict."""


def judge_adapter(
    base: WordVectors,
    adapter: Adapter,
    text: JudgedText,
    *,
    judge: Judge = JUDGE,
    strengths: Strengths = STRENGTHS_JUDGED,
    measures: Sequence[Measure] = (),
    peers: Mapping[str, WordVectors] = MappingProxyType({}),
    n_shown: int = N_SHOWN,
    on_progress: OnProgress = ignore_progress,
) -> EvaluationResult:
    """The base beside its tables at some strengths, beside the new words' first vectors alone, and
    beside peers. A peer is asked for once, so that it may be read then."""
    whole = len(base)
    ranking = DomainRanking.of(
        adapter.vocabulary,
        adapter.document_counts,
        adapter.n_documents,
        general_shares(base.vocabulary, adapter.base_rows),
        in_order(base.vocabulary),
    )
    base, adapter = without_far_words(base, adapter, [measure.rows(base) for measure in measures])
    judged = AdaptedTables.of(base, adapter, strengths, peers)
    result = evaluate_tables(
        base,
        judged,
        text,
        adapter.vocabulary,
        ranking,
        judge=judge,
        n_shown=n_shown,
        measures=measures,
        peers=peers,
        on_progress=on_progress,
    )
    far = whole - len(base)
    tables = tuple(
        each if each.is_peer else replace(judged.marked(each), n_words=each.n_words + far)
        for each in result.tables
    )
    return replace(result, base_n_words=whole, tables=tables)


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
class AdaptedTables(Mapping[str, WordVectors]):
    """Adapted tables and peers by name, each made or read when it is asked for: only one is in
    memory at a time."""

    base: WordVectors
    adapter: Adapter
    layouts: Mapping[str, tuple[Layout, float]]
    peers: Mapping[str, WordVectors]

    @classmethod
    def of(
        cls,
        base: WordVectors,
        adapter: Adapter,
        strengths: Strengths,
        peers: Mapping[str, WordVectors],
    ) -> AdaptedTables:
        """First the table of induced words, where there are any, then one for each strength.

        Raises SettingsError for a peer that is called like one of them.
        """
        layouts: dict[str, tuple[Layout, float]] = {
            f"{layout} {strength:g}": (layout, strength)
            for layout, several in strengths.items()
            if layout == "blend" or adapter.n_columns
            for strength in several
        }
        induced: dict[str, tuple[Layout, float]] = {INDUCED: ("blend", 0)}
        layouts = (induced if adapter.n_new else {}) | layouts
        for name in peers:
            if name in {"base", INDUCED, *layouts}:
                raise SettingsError("peers", expected="other names than the tables'", found=name)
        return cls(base, adapter, layouts, peers)

    def marked(self, table: TableEvaluation) -> TableEvaluation:
        """With its layout and strength."""
        if table.name == INDUCED:
            return table
        layout, strength = self.layouts[table.name]
        return replace(table, layout=layout, strength=strength)

    def __getitem__(self, name: str) -> WordVectors:
        if name in self.peers:
            return replace(self.peers[name], normalization=self.base.normalization)
        layout, strength = self.layouts[name]
        adapter = self.adapter
        if name == INDUCED:
            adapter = replace(adapter, difference=np.zeros_like(adapter.difference), ngrams=None)
        return apply_adapter(self.base, adapter, layout=layout, strength=strength)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.layouts, *self.peers))

    def __len__(self) -> int:
        return len(self.layouts) + len(self.peers)
