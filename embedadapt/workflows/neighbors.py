from __future__ import annotations

from collections.abc import Sequence

from embedadapt.core.adapted import Strength
from embedadapt.core.adapter import Layout
from embedadapt.core.vectors import WordVectors, nearest_words
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

    In the base, or in the adapted table if an adapter is given; all words in one walk through it.
    """
    base = as_vectors(vectors)
    table, _ = adapted_table(base, adapter, layout, strength)
    spelled = {word: word for word in words}
    foreign = [word for word in spelled if word not in table]
    if foreign:  # only then: inferring the conventions of millions of words takes a while
        as_known = Normalizer(normalization_of(table), table.vocabulary).words
        spelled |= {word: as_known(word)[0] for word in foreign}
    answered = [word for word in spelled if _has_vector(table, spelled[word])]
    nearest = nearest_words(table, [spelled[word] for word in answered], topn)
    return dict.fromkeys(spelled) | dict(zip(answered, nearest, strict=True))


def _has_vector(table: WordVectors, word: str) -> bool:
    if word in table:
        return True
    return table.subwords is not None and table.subwords.vector(word) is not None
