from __future__ import annotations

import numpy as np

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import AdapterError
from embedadapt.core.merging import merge_adapters
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.adapted_tables import without_far_words
from embedadapt.evaluation.drift import counts_of
from embedadapt.evaluation.neighbors import has_letter
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.space_map import SpaceMap, map_words
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters

STRENGTHS = (0, 0.1, 0.25, 0.5, 0.75, 1)

N_WORDS, N_NEW = 1_000, 150
"""Words on the map, new ones among them: the page stays under 1 MB."""


def map_adaptation(
    vectors: AnyVectors, adapter: AnyAdapters, evaluation: EvaluationResult | None = None
) -> SpaceMap:
    """Words of the corpus in a plane, from the base to plain continued training.

    In the layout `blend`, whose words move in the base's own space. On it are the words that the
    evaluation names, then the most frequent new ones and known ones. Raises AdapterError for none.
    """
    base = as_vectors(vectors)
    merged = merge_adapters(fitting_adapters(base, adapter))
    base, merged = without_far_words(base, merged)
    counts = counts_of(merged.vocabulary)
    words = _words(base, merged, evaluation)

    def table_at(strength: float) -> WordVectors:
        if not strength:
            return base
        return apply_adapter(base, merged, layout="blend", strength=strength)

    return map_words(table_at, words, counts[merged.vocabulary.lookup(words)], STRENGTHS)


def _words(base: WordVectors, adapter: Adapter, evaluation: EvaluationResult | None) -> list[str]:
    """At most N_WORDS, each once; of letters, with a vector other than zero."""
    order = np.argsort(-counts_of(adapter.vocabulary), kind="stable")
    fit = [row for row in order if has_letter(adapter.vocabulary.words[row])]
    rows = adapter.base_rows
    known = [row for row in fit if rows[row] >= 0 and base.norms[rows[row]] > 0]
    new = [row for row in fit if rows[row] < 0][:N_NEW]
    if not fit:
        raise AdapterError("adapter", expected="words of letters to show on a map", found="none")
    named = [] if evaluation is None else _named(evaluation)
    frequent = (adapter.vocabulary.words[row] for row in (*new, *known))
    return list(dict.fromkeys((*named, *frequent)))[:N_WORDS]


def _named(evaluation: EvaluationResult) -> list[str]:
    moved = [one.word for table in evaluation.adapted for one in table.moved]
    return moved + [one.word for table in evaluation.adapted for one in table.new_words]
