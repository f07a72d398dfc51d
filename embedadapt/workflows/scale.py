from __future__ import annotations

from embedadapt.core.adapter import Layout
from embedadapt.core.renamed import accepts_old_names
from embedadapt.evaluation.scale import OVERLAP, Budget, ScaleCost, scale_within
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters


@accepts_old_names
def find_scale(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    *,
    layout: Layout = "add",
    budget: float | None = None,
    max_drift: float | None = None,
) -> ScaleCost:
    """How much of an adapter can be taken within a budget, found by measuring.

    Parameters
    ----------
    budget : float or None
        Share of general words' ten nearest neighbors that are kept, 0 to 1. None for 0.92, or for
        no such limit where `max_drift` is given.
    max_drift : float or None
        How far any word may turn, as 1 - cosine, 0 to 2.

    Returns
    -------
    ScaleCost
        `apply_adapter` and the exports take its `scale`.
    """
    if budget is None and max_drift is None:
        budget = OVERLAP
    base = as_vectors(vectors)
    limits = Budget(budget, max_drift)
    return scale_within(limits, base, fitting_adapters(base, adapter), layout)
