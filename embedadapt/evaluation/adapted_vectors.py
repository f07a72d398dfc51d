"""Adapted vectors at several scales, evaluated against their base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.specificity import BySpecificity
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.evaluate import N_SHOWN, evaluate_vectors
from embedadapt.evaluation.judge import JUDGE, Judge
from embedadapt.evaluation.judged_text import JudgedText
from embedadapt.evaluation.measures import Measure
from embedadapt.evaluation.neighbors import candidates_of, without_far_words
from embedadapt.evaluation.result import INDUCED, EvaluationResult, VectorsEvaluation
from embedadapt.evaluation.scale import Budget, scale_within
from embedadapt.evaluation.word_groups import WordGroups, domain_share
from embedadapt.text.keyness import DomainRanking, general_shares, in_order, with_specificity

Scales = Mapping[Layout, Sequence[float | Budget]]
"""By layout: numbers, each one scale for all words, and budgets, whose scales are found."""

SCALES_JUDGED: Scales = {"add": (Budget(), 1.0), "concat": (Budget(),)}
"""The same in `adapt` and in `evaluate`, so that both reach the same verdict."""


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
    """Evaluate the base, its vectors adapted at some scales, induced vectors alone, and baselines.

    Each baseline is looked up only once, so that a mapping may read it then.
    """
    whole = len(base)
    adapter = with_specificity(adapter, base.vocabulary)
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
        WordGroups.of(candidates_of(base), adapter),
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
    return replace(result, domain_share=domain_share(adapter), base_n_words=whole, vectors=tables)


@dataclass(frozen=True)
class Variant:
    """One way to apply an adapter.

    budget: the budget within which `scale` was found; None if the scale was given.
    """

    layout: Layout
    scale: float | BySpecificity
    budget: float | None = None

    @property
    def name(self) -> str:
        """
        >>> Variant("add", 1.0).name, Variant("add", BySpecificity(1.5), budget=0.92).name
        ('add 1', 'add budget 0.92')
        """
        told = f"{self.scale:g}" if self.budget is None else f"budget {self.budget:g}"
        return f"{self.layout} {told}"

    @classmethod
    def of(
        cls, base: WordVectors, adapter: Adapter, layout: Layout, scale: float | Budget
    ) -> Variant:
        """The variant of a scale or of a budget, whose scale is found here."""
        if not isinstance(scale, Budget):
            return cls(layout, scale)
        found = scale_within(scale, base, [adapter], layout).scale
        return cls(layout, found, scale.neighbor_overlap)


@dataclass(frozen=True)
class AdaptedVectors(Mapping[str, WordVectors]):
    """Adapted vectors and baselines by name, each made or read at look-up.

    Only one of them is in memory at a time.
    """

    base: WordVectors
    adapter: Adapter
    variants: Mapping[str, Variant]
    baselines: Mapping[str, WordVectors]

    @classmethod
    def of(
        cls,
        base: WordVectors,
        adapter: Adapter,
        scales: Scales,
        baselines: Mapping[str, WordVectors],
    ) -> AdaptedVectors:
        """First the induced vectors alone, if there are new words, then one variant for each scale.

        Raises SettingsError for a baseline with the name of one of them.
        """
        several = [
            Variant.of(base, adapter, layout, scale)
            for layout, scales_of_layout in scales.items()
            if layout == "add" or adapter.n_dimensions
            for scale in scales_of_layout
        ]
        variants = {INDUCED: Variant("add", 0.0)} if adapter.n_new else {}
        variants |= {variant.name: variant for variant in several}
        for name in baselines:
            if name in {"base", INDUCED, *variants}:
                raise SettingsError(
                    "baselines", expected="other names than the adapted vectors'", found=name
                )
        return cls(base, adapter, variants, baselines)

    def marked(self, vectors: VectorsEvaluation) -> VectorsEvaluation:
        """The evaluation with layout, scale and budget."""
        if vectors.name == INDUCED:
            return vectors
        variant = self.variants[vectors.name]
        return replace(vectors, layout=variant.layout, scale=variant.scale, budget=variant.budget)

    def __getitem__(self, name: str) -> WordVectors:
        if name in self.baselines:
            return replace(self.baselines[name], normalization=self.base.normalization)
        variant, adapter = self.variants[name], self.adapter
        if name == INDUCED:
            adapter = replace(adapter, delta=np.zeros_like(adapter.delta), ngrams=None)
        return apply_adapter(self.base, adapter, layout=variant.layout, scale=variant.scale)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.variants, *self.baselines))

    def __len__(self) -> int:
        return len(self.variants) + len(self.baselines)
