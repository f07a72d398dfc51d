from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Layout
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.evaluation.compared import ComparedNeighbors
from embedadapt.evaluation.scale import scale_of
from embedadapt.formats.pieces import load_pieces
from embedadapt.text.lookup import Finder, Lookup, Neighbors, WordNeighbors
from embedadapt.workflows.fertility import are_tokenizers
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyVectors,
    adapted_vectors,
    as_vectors,
    check_roles,
    fitting_adapters,
)
from embedadapt.workflows.pieces import CONVENTIONS, whole_words


@accepts_old_names
def find_neighbors(
    vectors: AnyVectors | PieceVectors,
    words: str | Sequence[str],
    *,
    adapter: AnyAdapters | None = None,
    layout: Layout = "add",
    scale: Scale | None = None,
    budget: float | None = None,
    topn: int = 10,
) -> Neighbors:
    """Find the words nearest to each query by cosine, in the base or in adapted vectors.

    A query that is no word of the vectors is looked up in another spelling, or as the mean of its
    parts; `WordNeighbors.lookup` reports how. Words separated by spaces are looked up as one word
    if the vectors join them.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes. With vectors of pieces the queries are composed,
        and their neighbors are among the whole words that the tokenizer has.
    words : str or sequence of str
        The queries.
    adapter : Adapter or path, or a sequence of them, optional
        Adapters of this base. Default: none, the base alone.
    layout : {"add", "concat"}
        How the adapters are applied; see `apply_adapter`.
    scale : float, sequence of float, or BySpecificity, optional
        How much of the adapters is applied; see `apply_adapter`.
    budget : float, optional
        Share of their neighbors that general words keep; see `apply_adapter`.
    topn : int
        Number of neighbors of each query. Default: 10.

    Returns
    -------
    Neighbors
        A dict of each query to its `WordNeighbors`: a sequence of (word, cosine), nearest first,
        empty for a query without a vector. `WordNeighbors.lookup` suggests words for a query that
        may be misspelled.

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
    base = _composed(vectors, words) if adapter is None else None
    base = as_vectors(vectors) if base is None else base
    table, forms = adapted_vectors(base, adapter, layout, scale, budget)
    return _in_table(table, forms, words, topn)


def _composed(vectors: object, words: str | Sequence[str]) -> WordVectors | None:
    """Of vectors of pieces: the whole words of the tokenizer, and the queries; None of others."""
    if isinstance(vectors, (str, Path)) and are_tokenizers([vectors]):
        vectors = load_pieces(vectors)
    if not isinstance(vectors, PieceVectors):
        return None
    queries = [words] if isinstance(words, str) else words
    parts = [part.lower() for query in queries for part in query.split()]
    composed = vectors.words([*whole_words(vectors.tokenizer), *parts])
    return replace(composed, normalization=CONVENTIONS)


def compare_neighbors(
    vectors: AnyVectors,
    words: str | Sequence[str],
    adapter: AnyAdapters,
    *,
    layout: Layout = "add",
    scale: Scale | None = None,
    budget: float | None = None,
    topn: int = 10,
) -> ComparedNeighbors:
    """Find the nearest words of each query before and after adapting.

    Parameters
    ----------
    vectors, words, adapter, layout, scale, budget, topn
        See `find_neighbors`.

    Returns
    -------
    ComparedNeighbors
        The neighbors in the base and in the adapted vectors, with the layout and the scale of
        these. Where no scale is given, it is the largest one that keeps the budget.

    Examples
    --------
    >>> compared = compare_neighbors("glove.txt", "license", "legal.adapter")  # doctest: +SKIP
    >>> compared.applied, compared.after["license"][0]  # doctest: +SKIP
    ('add at scale by specificity from 2.56', ('terms', 0.69))
    """
    check_roles({"vectors": vectors, "adapter": adapter})
    base = as_vectors(vectors)
    adapters = fitting_adapters(base, adapter)
    applied = scale_of(base, adapters, layout, scale, budget)
    table, forms = adapted_vectors(base, adapters, layout, applied, None)
    return ComparedNeighbors(
        layout, applied, _in_table(base, forms, words, topn), _in_table(table, forms, words, topn)
    )


def _in_table(
    table: WordVectors, forms: Mapping[str, str], words: str | Sequence[str], topn: int
) -> Neighbors:
    """All queries in one walk through the table. forms: further spellings of its words."""
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
    """Neighbors of each query, without the words that it was looked up as."""
    queries = np.array([finder.vector(one) for one in lookups], np.float32).reshape(-1, table.dim)
    n_own = max((len(one.words) for one in lookups), default=0)
    found = nearest_rows(table, queries, min(topn + n_own, len(table)))
    names = table.vocabulary.words
    several = []
    for lookup, rows, cosines in zip(lookups, *found, strict=True):
        near = zip(rows.tolist(), cosines.tolist(), strict=True)
        named = [(names[row], cosine) for row, cosine in near if row >= 0]
        several.append(tuple(pair for pair in named if pair[0] not in lookup.words)[:topn])
    return several
