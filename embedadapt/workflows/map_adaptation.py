from __future__ import annotations

from dataclasses import replace

import numpy as np

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import AdapterError
from embedadapt.core.merging import merge_adapters
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.core.specificity import BySpecificity
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.drift import counts_of
from embedadapt.evaluation.neighbors import has_letter, without_far_words
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.scale import Budget, scale_within
from embedadapt.evaluation.space_map import SpaceMap, map_words
from embedadapt.evaluation.verdict import advised_vectors, reach_verdict
from embedadapt.text.keyness import DomainRanking
from embedadapt.workflows.inputs import AnyAdapters, AnyVectors, as_vectors, fitting_adapters

SCALES = (0, 0.1, 0.25, 0.5, 0.75, 1)

N_WORDS, N_NEW = 1_000, 150
"""Words on the map, new ones among them: the page stays under 1 MB."""


def map_adaptation(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    evaluation: EvaluationResult | None = None,
    *,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> SpaceMap:
    """Map words of the corpus to a plane, at several scales from the base to the whole adapter.

    The map shows the words that the evaluation lists, then new and known words of the corpus by
    keyness.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    adapter : Adapter or path, or a sequence of them
        One adapter, or several of this base.
    evaluation : EvaluationResult, optional
        What `evaluate` measured. The map has the layout that its verdict recommends and opens at
        the recommended scale, or at the base if the verdict is to leave it. Without an evaluation,
        the layout is "add" and the map opens at the default scale.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    SpaceMap
        Positions, neighbors and cosines of at most 1,000 words. If each word has its own scale, the
        scales of the map are shares of that scale.

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors, or has no word to show.

    Examples
    --------
    >>> space = embedadapt.map_adaptation(vectors, adapter)
    >>> space.scales, space.layout, space.positions.shape == (6, len(space.words), 2)
    ((0, 0.1, 0.25, 0.5, 0.75, 1), 'add', True)
    """
    on_progress = listener(on_progress, progress)
    base = as_vectors(vectors)
    merged = merge_adapters(fitting_adapters(base, adapter))
    ranking = DomainRanking.of_adapter(merged)
    base, merged = without_far_words(base, merged)
    words = _words(base, merged, ranking, evaluation)
    layout, scale, is_advised = _shown(base, merged, evaluation, on_progress)
    opens_at = 1.0 if isinstance(scale, BySpecificity) else scale

    def vectors_at(share: float) -> WordVectors:
        if not share:
            return base
        return apply_adapter(base, merged, layout=layout, scale=_part(scale, share))

    return map_words(
        vectors_at,
        words,
        counts_of(merged.vocabulary)[merged.vocabulary.lookup(words)],
        sorted({*SCALES, opens_at}),
        layout=layout,
        opens_at=opens_at if is_advised else 0,
        on_progress=on_progress,
    )


def _shown(
    base: WordVectors,
    adapter: Adapter,
    evaluation: EvaluationResult | None,
    on_progress: OnProgress,
) -> tuple[Layout, float | BySpecificity, bool]:
    """The layout and scale of the map, and whether it opens there."""
    advised = None
    if evaluation is not None:
        advised = advised_vectors(reach_verdict(evaluation), evaluation)
    if advised is not None and advised.layout is not None and advised.scale is not None:
        return advised.layout, advised.scale, True
    if evaluation is not None:
        for each in evaluation.adapted:
            if each.layout == "add" and each.scale is not None:
                return "add", each.scale, False
    cost = scale_within(Budget(), base, [adapter], "add", on_progress)
    return "add", cost.scale, evaluation is None


def _part(scale: float | BySpecificity, share: float) -> float | BySpecificity:
    """Scale down by `share`.

    A scale by specificity is multiplied by it. Where all words have one scale, `share` is the
    scale.
    """
    if not isinstance(scale, BySpecificity):
        return share
    return replace(scale, share=share, dimensions=share * scale.dimensions)


def _words(
    base: WordVectors, adapter: Adapter, ranking: DomainRanking, evaluation: EvaluationResult | None
) -> list[str]:
    """At most N_WORDS, each once; of letters, with a vector other than zero."""
    order = np.argsort(-counts_of(adapter.vocabulary), kind="stable")
    if ranking.in_order:
        order = order[np.argsort(-ranking.keyness[order], kind="stable")]
    fit = [row for row in order if has_letter(adapter.vocabulary.words[row])]
    rows = adapter.base_rows
    known = [row for row in fit if rows[row] >= 0 and base.norms[rows[row]] > 0]
    new = ranking.new_words(np.array([row for row in fit if rows[row] < 0], dtype=np.int32))
    if not fit:
        raise AdapterError("adapter", expected="words with letters to show on a map", found="none")
    named = [] if evaluation is None else _named(evaluation)
    others = (adapter.vocabulary.words[row] for row in (*new[:N_NEW], *known))
    return list(dict.fromkeys((*named, *others)))[:N_WORDS]


def _named(evaluation: EvaluationResult) -> list[str]:
    moved = [one.word for table in evaluation.adapted for one in table.moved]
    return moved + [one.word for table in evaluation.adapted for one in table.new_words]
