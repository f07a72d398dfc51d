from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Layout
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.text.lookup import Finder, Lookup, Neighbors, WordNeighbors
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
) -> Neighbors:
    """The `topn` words nearest to each query by cosine, best first: a sequence of (word, cosine).

    A query that the table has not is taken in another spelling of the table, as the mean of the
    pieces that it is split into, or has no vector; `WordNeighbors.lookup` says which, with the
    words that were taken, or with suggestions where a query may be mistyped. Several words, with
    spaces between, are found under one key where the table joins them.

    In the base, or in the adapted table if an adapter is given; all words in one walk through it.
    """
    check_roles({"vectors": vectors, "adapter": adapter})
    base = as_vectors(vectors)
    table, forms = adapted_vectors(base, adapter, layout, scale, budget)
    finder = Finder(table, forms)
    queries = [words] if isinstance(words, str) else words
    lookups = {query: finder.find(query) for query in queries}
    nearest = iter(_nearest(table, finder, [one for one in lookups.values() if one.found], topn))
    return Neighbors(
        (query, WordNeighbors(lookup, next(nearest) if lookup.found else ()))
        for query, lookup in lookups.items()
    )


def _nearest(
    table: WordVectors, finder: Finder, lookups: Sequence[Lookup], topn: int
) -> list[tuple[tuple[str, float], ...]]:
    """Of each query, without the words that it was answered by."""
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
