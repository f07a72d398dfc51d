"""Adapters applied to their base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, get_args

import numpy as np

from embedadapt.core.adapter import Adapter, Layout, NgramDelta, check_fits
from embedadapt.core.errors import AdapterError, SettingsError
from embedadapt.core.merging import merge_adapters
from embedadapt.core.specificity import MOST_STRETCHED, REACH, BySpecificity
from embedadapt.core.subwords import SubwordTable
from embedadapt.core.types import Floats1d, Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

Scale: TypeAlias = float | BySpecificity | Sequence[float]
"""One number for all words, one for each adapter, or a scale for each word (`BySpecificity`)."""

NEW_WORD_STEP = 0.25
"""Share of its delta that a new word gets at every scale, since it has no general sense to lose.
With a quarter, rare words of Wikipedia agree better with human judgments than with none or a half,
from any number of contexts (scripts/bench_few_contexts.py), and 300 words of contracts hidden from
GloVe, of which 64 occurrences each are left, have a cosine of .625 with their true vectors; with
none it is .605, with a half .608 and with all .404 (by hand, one seed)."""

LARGEST_SCALE = 1.0
"""The largest scale in both layouts: "add" at 1 is plain continued training, and the dimensions of
"concat" at 1 are as long as the base's vectors. Beyond 1 both predict held-out text worse and keep
fewer neighbors. On licenses with GloVe 6B 50d, concat at 1 changes the held-out loss by -.184 and
keeps 58 % of neighbors, at 2 -.140 and 40 %, at 4 -.048 and 24 %; add at 1 -.201 and 37 %, at 1.5
-.163 and 27 %, at 2 -.071 and 22 %."""

WHOLE: Mapping[Layout, str] = {
    "concat": "domain dimensions as long as the base's vectors",
    "add": "plain continued training",
}
"""What each layout is at LARGEST_SCALE."""


def apply_adapter(
    base: WordVectors,
    adapter: Adapter | Sequence[Adapter],
    *,
    layout: Layout = "add",
    scale: Scale,
) -> WordVectors:
    """Return the base's words, moved or not, and the new words.

    `workflows.apply` has the same function for paths, with a default scale.

    Parameters
    ----------
    base : WordVectors
        The base, which is not changed.
    adapter : Adapter or sequence of Adapter
        One adapter, or several of this base, which are combined as by `merge_adapters`.
    layout : {"add", "concat"}
        "add" adds scale x delta to the base: the width stays. "concat" appends the domain
        dimensions of each adapter, which makes the vectors wider. Words outside the corpus of the
        adapter get zeros there.
    scale : float, sequence of float, or BySpecificity
        A number from 0 to LARGEST_SCALE holds for all words: it scales the delta in "add" and the
        domain dimensions in "concat", where the base's own dimensions then stay. A sequence has one
        number per adapter. `BySpecificity` moves each word according to its specificity, in both
        layouts. New words are at start + NEW_WORD_STEP x delta at every scale.

    Returns
    -------
    WordVectors
        Words that the corpus does not use keep their vectors. N-grams of a fastText base move as
        the words do; they are left out where they were not trained or the layout is "concat", since
        they would compose vectors that do not fit.

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors, or lacks domain dimensions or specificities; or
        two do not fit each other.
    SettingsError
        The layout is unknown or a scale is out of range.
    """
    adapters = [adapter] if isinstance(adapter, Adapter) else list(adapter)
    scales = check_scale(layout, scale, len(adapters))
    for one in adapters:
        check_applicable(base, one, layout)
    if isinstance(scale, BySpecificity):
        merged = scaled_by_specificity(base, merge_adapters(adapters), scale)
        moves = True
    else:
        merged, moves = merge_adapters(adapters, scales), layout == "add"
    width = base.dim + (merged.n_dimensions if layout == "concat" else 0)
    matrix = np.zeros((len(base) + merged.n_new, width), dtype=np.float32)
    matrix[: len(base), : base.dim] = base.matrix
    is_new = merged.base_rows < 0
    learned = np.float32(NEW_WORD_STEP) * merged.delta[is_new]
    matrix[len(base) :, : base.dim] = merged.starts + learned
    if moves:
        matrix[merged.base_rows[~is_new], : base.dim] += merged.delta[~is_new]
    if layout == "concat":
        matrix[union_rows(merged, len(base)), base.dim :] = merged.dimensions
    told = str(scale) if isinstance(scale, BySpecificity) else " + ".join(f"{s:g}" for s in scales)
    return WordVectors(
        Vocabulary((*base.vocabulary.words, *merged.new_words)),
        matrix,
        subwords=_moved_ngrams(base, merged) if layout == "add" else None,
        normalization=merged.normalization,
        provenance=replace(
            base.provenance,
            notes=(*base.provenance.notes, f"adapted: {layout} at scale {told}"),
        ),
    )


def check_applicable(base: WordVectors, adapter: Adapter, layout: Layout) -> None:
    """Raise AdapterError unless the adapter fits this base and has what the layout needs."""
    check_fits(base, adapter)
    if layout == "concat" and not adapter.n_dimensions:
        raise AdapterError(
            "adapter",
            expected="domain dimensions for layout concat",
            found="none",
            hint="Use the layout add, or adapt again with dimensions.",
        )


def scaled_by_specificity(base: WordVectors, adapter: Adapter, scale: BySpecificity) -> Adapter:
    """The adapter with the delta of each word and n-gram, and the domain dimensions, scaled.

    The scale of an n-gram is the mean of the scales of the adapter's words that have it, weighted
    by their counts.

    Raises AdapterError for an adapter without specificities.
    """
    if adapter.specificity is None:
        raise AdapterError(
            "adapter",
            expected="the specificity of its words",
            found="none: the vectors are in no order of frequency",
            hint="Adapt again and name general text (`general`) or a list of frequencies "
            "(`frequencies`), or give one scale for all words.",
        )
    scales = scale.of(adapter.specificity)
    known = adapter.base_rows >= 0
    reached = scales * reach(base.matrix[adapter.base_rows], adapter.delta)
    return replace(
        adapter,
        delta=adapter.delta * np.where(known, reached, np.float32(1))[:, None],
        dimensions=adapter.dimensions * np.float32(scale.dimensions),
        ngrams=_scaled_ngrams(base, adapter, np.where(known, scales, np.float32(scale.share))),
    )


def reach(rows: Floats2d, delta: Floats2d) -> Floats1d:
    """Factors that make each delta REACH times as long as its row, at most MOST_STRETCHED.

    rows, delta: (n, dim). Returns (n,) float32. The length of a trained delta mostly reflects how
    often the word was seen; its direction is what was learned.
    """
    lengths = np.linalg.norm(delta, axis=1)
    goals = np.float32(REACH) * np.linalg.norm(rows, axis=1)
    factors = np.divide(goals, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    found: Floats1d = np.minimum(factors, np.float32(MOST_STRETCHED))
    return found


def _scaled_ngrams(base: WordVectors, adapter: Adapter, scales: Floats1d) -> NgramDelta | None:
    """scales: (n_words,) scales of the adapter's words."""
    if adapter.ngrams is None or base.subwords is None:
        return adapter.ngrams
    counts = adapter.vocabulary.counts
    evidence = np.ones(len(scales)) if counts is None else np.maximum(counts, 1)
    sums, totals = np.zeros(len(adapter.ngrams.rows)), np.zeros(len(adapter.ngrams.rows))
    for word, scale, weight in zip(adapter.vocabulary.words, scales, evidence, strict=True):
        rows = np.unique(np.array(base.subwords.buckets(word), dtype=np.int32))
        places = np.searchsorted(adapter.ngrams.rows, rows)
        places = places[adapter.ngrams.rows[places.clip(max=len(sums) - 1)] == rows]
        sums[places] += weight * scale
        totals[places] += weight
    means = np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0).astype(np.float32)
    return NgramDelta(adapter.ngrams.rows, adapter.ngrams.values * means[:, None])


def _moved_ngrams(base: WordVectors, adapter: Adapter) -> SubwordTable | None:
    """The base's n-grams plus what training added to them.

    `words` is None: the rows in the base's file no longer give the words' vectors, which are in the
    matrix.
    """
    if base.subwords is None or adapter.ngrams is None:
        return None
    ngrams = np.array(base.subwords.ngrams)
    ngrams[adapter.ngrams.rows] += adapter.ngrams.values
    return replace(base.subwords, ngrams=ngrams, words=None)


def union_rows(adapter: Adapter, n_base: int) -> Ints1d:
    """Row of each adapter word in the adapted vectors, (n_words,) int32."""
    rows = adapter.base_rows.copy()
    rows[rows < 0] = np.arange(n_base, n_base + adapter.n_new, dtype=np.int32)
    return rows


def check_scale(layout: Layout, scale: Scale, n_adapters: int) -> tuple[float, ...]:
    """One scale for each adapter; () for `BySpecificity`.

    Raises SettingsError for a scale out of range (see LARGEST_SCALE), or if the number of scales is
    neither one nor the number of adapters.
    """
    if layout not in get_args(Layout):
        raise SettingsError("layout", expected="concat or add", found=repr(layout))
    if isinstance(scale, BySpecificity):
        return ()
    scales = tuple(scale) if isinstance(scale, Sequence) else (scale,)
    if len(scales) == 1:
        scales *= n_adapters
    if len(scales) != n_adapters:
        raise SettingsError(
            "scale",
            expected=f"one number, or one for each adapter ({n_adapters})",
            found=str(len(scales)),
        )
    for one in scales:
        if not 0 <= one <= LARGEST_SCALE:
            raise SettingsError(
                "scale",
                expected=f"a number from 0, the base, to {LARGEST_SCALE:g}, {WHOLE[layout]}",
                found=f"{one:g}",
                hint="Beyond it, held-out text is predicted worse and more neighbors are lost.",
            )
    return scales
