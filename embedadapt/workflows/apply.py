from __future__ import annotations

from embedadapt.core import adapted
from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Layout
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.scale import scale_of
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters


@accepts_old_names
def apply_adapter(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    *,
    layout: Layout = "add",
    scale: Scale | None = None,
    budget: float | None = None,
) -> WordVectors:
    """Apply adapters to their base, and return all words of the base followed by the new words.

    Parameters
    ----------
    vectors : vectors or path
        The base, which is not changed: anything that `as_vectors` takes.
    adapter : Adapter or path, or a sequence of them
        One adapter, or several of this base, which are combined as by `merge_adapters`.
    layout : {"add", "concat"}
        "add" adds scale x delta to the vectors of the base, and keeps their width. "concat" appends
        the domain dimensions of each adapter, which makes the vectors wider. Words outside the
        corpus of the adapter get zeros there.
    scale : float, sequence of float, or BySpecificity, optional
        How much of the adapter is applied. A number from 0 (the base) to 1 is the scale of all
        words; it scales the delta in "add" and the domain dimensions in "concat". A sequence has
        one number per adapter. `BySpecificity` moves domain words and leaves general words where
        they are. New words get the same vectors at every scale. Default: the largest scale by
        specificity that keeps `budget`.
    budget : float, optional
        Share of their ten nearest neighbors that general words keep, 0 to 1. The budget determines
        the scale (`find_scale`). Default: 0.92.

    Returns
    -------
    WordVectors
        Words that the corpus does not use keep their vectors. N-grams of a fastText base move like
        the words. The result has no n-grams if these were not trained, or if the layout is
        "concat".

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors or lacks domain dimensions, or two do not fit each
        other.
    SettingsError
        The layout is unknown, a scale is out of range, or both `scale` and `budget` are given.

    Examples
    --------
    >>> adapted = embedadapt.apply_adapter(vectors, adapter, scale=0.5)
    >>> len(adapted) - len(vectors), adapted.dim, "licensor" in adapted
    (85, 50, True)
    >>> embedadapt.apply_adapter(vectors, adapter, layout="concat", scale=0.25).dim
    60
    """
    base = as_vectors(vectors)
    adapters = fitting_adapters(base, adapter)
    found = scale_of(base, adapters, layout, scale, budget)
    return adapted.apply_adapter(base, adapters, layout=layout, scale=found)
