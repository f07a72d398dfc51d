from __future__ import annotations

from embedadapt.core.adapter import Layout
from embedadapt.core.renamed import accepts_old_names
from embedadapt.evaluation.scale import Budget, ScaleCost, scale_within
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters


@accepts_old_names
def find_scale(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    *,
    layout: Layout = "concat",
    keep_neighbors: float | None = None,
    max_drift: float | None = None,
) -> ScaleCost:
    """How much of an adapter can be taken within a budget, found by measuring; see `Budget`.

    `apply_adapter` and the exports take `find_scale(...).scale`.
    """
    budget, base = Budget(keep_neighbors, max_drift), as_vectors(vectors)
    return scale_within(budget, base, fitting_adapters(base, adapter), layout)
