from __future__ import annotations

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.merging import merge_adapters
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.drift import counts_of, drift_rows
from embedadapt.evaluation.neighbors import candidates_of, has_letter
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.space_map import SpaceMap, map_words
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters
from embedadapt.workflows.judging import without_far_words

STRENGTHS = (0, 0.1, 0.25, 0.5, 0.75, 1)

N_WORDS, N_NEW = 1_000, 150
"""Words on the map, new ones among them: the page stays under 1 MB."""


def map_adaptation(
    vectors: AnyVectors, adapter: AnyAdapters, evaluation: EvaluationResult | None = None
) -> SpaceMap:
    """Words of the corpus in a plane, from the base to plain continued training.

    In the layout `blend`, whose words move in the base's own space. On it are the words that the
    evaluation names, then the most frequent new ones and known ones.
    """
    base = as_vectors(vectors)
    merged = merge_adapters(fitting_adapters(base, adapter))
    base, merged = without_far_words(base, merged)
    known = [base.vocabulary.words[r] for r in drift_rows(candidates_of(base), merged.vocabulary)]
    new = [word for word in merged.new_words if has_letter(word)][:N_NEW]
    words = list(dict.fromkeys([*_named(evaluation), *new, *known]))[:N_WORDS]
    counts = counts_of(merged.vocabulary)[merged.vocabulary.lookup(words)]

    def table_at(strength: float) -> WordVectors:
        if not strength:
            return base
        return apply_adapter(base, merged, layout="blend", strength=strength)

    return map_words(table_at, words, counts, STRENGTHS)


def _named(evaluation: EvaluationResult | None) -> list[str]:
    if evaluation is None:
        return []
    moved = [one.word for table in evaluation.adapted for one in table.moved]
    return moved + [one.word for table in evaluation.adapted for one in table.new_words]
