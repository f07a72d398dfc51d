from __future__ import annotations

from embedadapt.core import adapted
from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Layout
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import WordVectors
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters


@accepts_old_names
def apply_adapter(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    *,
    layout: Layout = "concat",
    scale: Scale = None,
) -> WordVectors:
    """The union table: every word of the base, moved or not, then the new words.

    adapter:
        One, or several of this base, each at a scale of its own; `merge_adapters` says what
        becomes of a word that several know.
    layout:
        "concat": base dimensions untouched, then scale x domain dimensions of each adapter (zero
        for words outside its corpus); wider. "add": base + scale x delta; same width, a
        drop-in.
    scale:
        From 0, which leaves every word of the base as it was, to 1. None takes .25 for "concat" and
        .5 for "add". It does not move new words.

    Returns new vectors; `vectors` are left alone. The n-grams of a fastText base are carried over
    where they were trained and the width stays, moved as the words are; else they would compose
    words of another width, or unmoved ones. Words that the corpus does not use keep their vectors.

    Raises AdapterError when an adapter was made for another table or lacks the dimensions, or when
    two do not go together, SettingsError for an unknown layout or a scale outside its range.
    """
    base = as_vectors(vectors)
    return adapted.apply_adapter(base, fitting_adapters(base, adapter), layout=layout, scale=scale)
