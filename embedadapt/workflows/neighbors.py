from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Layout
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.text.lookup import Finder, Lookup, WordNeighbors
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyVectors,
    adapted_vectors,
    as_vectors,
    check_roles,
)


@accepts_old_names
def find_neighbors(
    vectors: AnyVectors,
    words: str | Sequence[str],
    *,
    adapter: AnyAdapters | None = None,
    layout: Layout = "add",
    scale: Scale | None = None,
    budget: float | None = None,
    topn: int = 10,
) -> dict[str, WordNeighbors]:
    """Find the words nearest to each query by cosine, in the base or in adapted vectors.

    A query that is no word of the vectors is looked up under another spelling, or as the mean of
    the pieces that it is split into; `WordNeighbors.lookup` reports how. Words separated by spaces
    are looked up under one key where the vectors join them.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    words : str or sequence of str
        The queries.
    adapter : Adapter or path, or a sequence of them, optional
        Adapters of this base. Default: none, the base alone.
    layout : {"add", "concat"}
        How the adapters are applied; see `apply_adapter`.
    scale : float, sequence of float, or BySpecificity, optional
        How much of the adapters is applied; see `apply_adapter`.
    budget : float, optional
        Share of the neighbors of general words that stays; see `apply_adapter`.
    topn : int
        Number of neighbors of each query. Default: 10.

    Returns
    -------
    dict of str to WordNeighbors
        By query: a sequence of (word, cosine), nearest first, empty for a query without a vector.
        Its `lookup` suggests words for a query that may be misspelled.

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors.
    SettingsError
        The layout is unknown, a scale is out of range, or both `scale` and `budget` are given.

    Examples
    --------
    >>> found = embedadapt.find_neighbors(vectors, ["license", "Licnese"], topn=2)
    >>> [word for word, _ in found["license"]]
    ['licenses', 'licence']
    >>> found["Licnese"].lookup.suggestions
    ('license', 'lines', 'licensed')
    """
    check_roles({"vectors": vectors, "adapter": adapter})
    base = as_vectors(vectors)
    table, forms = adapted_vectors(base, adapter, layout, scale, budget)
    finder = Finder(table, forms)
    queries = [words] if isinstance(words, str) else words
    lookups = {query: finder.find(query) for query in queries}
    nearest = iter(_nearest(table, finder, [one for one in lookups.values() if one.found], topn))
    return {
        query: WordNeighbors(lookup, next(nearest) if lookup.found else ())
        for query, lookup in lookups.items()
    }


def _nearest(
    table: WordVectors, finder: Finder, lookups: Sequence[Lookup], topn: int
) -> list[tuple[tuple[str, float], ...]]:
    """Neighbors of each query, without the words that it was looked up as."""
    queries = np.array([finder.vector(one) for one in lookups], np.float32).reshape(-1, table.dim)
    n_own = max((len(one.words) for one in lookups), default=0)
    found = nearest_rows(table, queries, topn + n_own)
    names = table.vocabulary.words
    several = []
    for lookup, rows, cosines in zip(lookups, *found, strict=True):
        near = zip(rows.tolist(), cosines.tolist(), strict=True)
        named = [(names[row], cosine) for row, cosine in near if row >= 0]
        several.append(tuple(pair for pair in named if pair[0] not in lookup.words)[:topn])
    return several
