from __future__ import annotations

from embedadapt.core.adapter import Layout
from embedadapt.evaluation.strength import Budget, StrengthCost, strength_within
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters


def find_strength(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    *,
    layout: Layout = "extend",
    keep_neighbors: float | None = None,
    max_drift: float | None = None,
) -> StrengthCost:
    """How much of an adapter can be taken within a budget, found by measuring; see `Budget`.

    `apply_adapter` and the exports take `find_strength(...).strength`.
    """
    budget, base = Budget(keep_neighbors, max_drift), as_vectors(vectors)
    return strength_within(budget, base, fitting_adapters(base, adapter), layout)
