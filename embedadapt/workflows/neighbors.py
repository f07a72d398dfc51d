from __future__ import annotations

from collections.abc import Sequence

from embedadapt.core.adapted import Strength
from embedadapt.core.adapter import Layout
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyVectors,
    adapted_table,
    as_vectors,
)


def find_neighbors(
    vectors: AnyVectors,
    words: Sequence[str],
    *,
    adapter: AnyAdapters | None = None,
    layout: Layout = "extend",
    strength: Strength = None,
    topn: int = 10,
) -> dict[str, list[tuple[str, float]] | None]:
    """The `topn` words nearest to each word by cosine, best first; None for one without a vector.

    In the base, or in the adapted table if an adapter is given.
    """
    base = as_vectors(vectors)
    table, _ = adapted_table(base, adapter, layout, strength)
    normalizer = Normalizer(normalization_of(table), table.vocabulary)

    def nearest(word: str) -> list[tuple[str, float]] | None:
        known = word if word in table else normalizer.words(word)[0]
        try:
            return table.most_similar(known, topn)
        except KeyError:
            return None

    return {word: nearest(word) for word in words}
