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
    """Find by measurement the largest scale of an adapter that is within a budget.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    adapter : Adapter or path, or a sequence of them
        One adapter, or several of this base, which get the same scale.
    layout : {"add", "concat"}
        As in `apply_adapter`.
    budget : float, optional
        Share of the ten nearest neighbors of general words that stays, 0 to 1. Default: 0.92, or no
        limit where `max_drift` is given.
    max_drift : float, optional
        How far any word may turn, as 1 - cosine, 0 to 2. Default: no limit.

    Returns
    -------
    ScaleCost
        `apply_adapter` and the exports take its `scale`.

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors.
    SettingsError
        A limit is out of range.

    Examples
    --------
    >>> cost = embedadapt.find_scale(vectors, adapter, budget=0.95)
    >>> cost.neighbor_overlap.value >= 0.95
    True
    """
    if budget is None and max_drift is None:
        budget = OVERLAP
    base = as_vectors(vectors)
    limits = Budget(budget, max_drift)
    return scale_within(limits, base, fitting_adapters(base, adapter), layout)
