"""An adapter judged on the text that was held out from it: what `adapt` and `evaluate` share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.adapted import DEFAULT_STRENGTH, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.progress import OnProgress
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.evaluate import N_SHOWN, evaluate_tables
from embedadapt.evaluation.measures import Measure
from embedadapt.evaluation.neighbors import N_CANDIDATES
from embedadapt.evaluation.result import INDUCED, EvaluationResult
from embedadapt.text.split import with_words
from embedadapt.workflows.inputs import AnyVectors, as_vectors
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
    *,
    measures: Sequence[Measure] = (),
    peers: Mapping[str, AnyVectors] = MappingProxyType({}),
    n_shown: int = N_SHOWN,
    on_progress: OnProgress,
) -> EvaluationResult:
    """The base beside its tables at some strengths, beside the new words' first vectors alone, and
    beside peers.

    Skip-gram judges, whatever was trained: its loss needs no choice of how contexts are averaged.
    """
    whole = len(base)
    base, adapter = without_far_words(base, adapter, [measure.rows(base) for measure in measures])
    ids = text.training.vocabulary.lookup(adapter.vocabulary.words)
    shown = np.flatnonzero(ids >= 0).astype(np.int32)
    words = adapter.vocabulary.select(shown)
    result = evaluate_tables(
        base,
        JudgedTables.of(base, adapter, strengths, peers),
        training=with_words(text.training, ids[shown], words),
        held_out=with_words(text.held_out, ids[shown], words),
        settings=replace(
            config, model="skipgram", epochs=config.context_epochs, threads=1, device="cpu"
        ),
        seed=config.seed,
        n_shown=n_shown,
        measures=measures,
        peers=peers,
        on_progress=on_progress,
    )
    far = whole - len(base)
    tables = tuple(
        each if each.is_peer else replace(each, n_words=each.n_words + far)
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
class JudgedTables(Mapping[str, WordVectors]):
    """Adapted tables and peers by name, each made or read when it is asked for: only one is in
    memory at a time."""

    base: WordVectors
    adapter: Adapter
    layouts: Mapping[str, tuple[Layout, float]]
    peers: Mapping[str, AnyVectors]

    @classmethod
    def of(
        cls,
        base: WordVectors,
        adapter: Adapter,
        strengths: Strengths,
        peers: Mapping[str, AnyVectors],
    ) -> JudgedTables:
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

    def __getitem__(self, name: str) -> WordVectors:
        if name in self.peers:
            return replace(as_vectors(self.peers[name]), normalization=self.base.normalization)
        layout, strength = self.layouts[name]
        adapter = self.adapter
        if name == INDUCED:
            adapter = replace(adapter, difference=np.zeros_like(adapter.difference), ngrams=None)
        return apply_adapter(self.base, adapter, layout=layout, strength=strength)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.layouts, *self.peers))

    def __len__(self) -> int:
        return len(self.layouts) + len(self.peers)
