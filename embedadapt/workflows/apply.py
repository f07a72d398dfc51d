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
    """The union table: every word of the base, moved or not, then the new words.

    adapter:
        One, or several of this base, each at a scale of its own; `merge_adapters` says what
        becomes of a word that several know.
    layout:
        "add": base + scale x delta; same width, a drop-in. "concat": domain dimensions of each
        adapter beside it (zero for words outside its corpus); wider.
    scale:
        None moves each word as far as it belongs to the domain: those of everyone stay, those of
        the domain go the whole way (`BySpecificity`). A number, from 0, which leaves every word of
        the base as it was, to 1, is the same for all words: of the delta in "add", of the
        dimensions in "concat". It does not move new words.
    budget:
        Share of general words' nearest neighbors that the vectors keep, 0 to 1, by which the scale
        is found (`find_scale`); None for 0.92.

    Returns new vectors; `vectors` are left alone. The n-grams of a fastText base are carried over
    where they were trained and the width stays, moved as the words are; else they would compose
    words of another width, or unmoved ones. Words that the corpus does not use keep their vectors.

    Raises AdapterError when an adapter was made for another table or lacks the dimensions, or when
    two do not go together, SettingsError for an unknown layout, a scale outside its range, or a
    scale and a budget.
    """
    base = as_vectors(vectors)
    adapters = fitting_adapters(base, adapter)
    found = scale_of(base, adapters, layout, scale, budget)
    return adapted.apply_adapter(base, adapters, layout=layout, scale=found)
