from __future__ import annotations

from embedadapt.core.adapter import Layout
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.progress_bar import listener
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
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> ScaleCost:
    """Find the largest scale of an adapter that keeps a budget, by measurement.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    adapter : Adapter or path, or a sequence of them
        One adapter, or several of this base, which get the same scale.
    layout : {"add", "concat"}
        As in `apply_adapter`.
    budget : float, optional
        Share of their ten nearest neighbors that general words keep, 0 to 1. Default: 0.92, or no
        limit if `max_drift` is given.
    max_drift : float, optional
        Largest drift of any word (1 - cosine), 0 to 2. Default: no limit.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    ScaleCost
        The scale and its cost. `apply_adapter` and the exports take `ScaleCost.scale`.

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
    return scale_within(
        limits, base, fitting_adapters(base, adapter), layout, listener(on_progress, progress)
    )
