"""The vectors that adapters make of their base."""

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
"""How far a new word goes from its start to where training brought it, whatever the scale: it
has no general sense to lose. At a quarter of the way, rare words of Wikipedia agree better with
people's judgments than at their start or half-way, from any number of contexts
(scripts/bench_few_contexts.py), and 300 words of contracts hidden from GloVe, 64 occurrences each
left, have a cosine of .625 with their true vectors, .605 at the start, .608 half-way and .404 at
the end (by hand, one seed)."""

LARGEST_SCALE = 1.0
"""In both layouts: `add` at 1 is plain continued training, and the dimensions of `concat` at 1 are
as long as the base's vectors. Beyond it both lose on both sides. On licences with GloVe 6B 50d,
concat at 1 changes the held-out loss by -.184 and keeps 58 % of neighbors, at 2 -.140 and 40 %, at
4 -.048 and 24 %; add at 1 -.201 and 37 %, at 1.5 -.163 and 27 %, at 2 -.071 and 22 %."""

WHOLE: Mapping[Layout, str] = {
    "concat": "domain dimensions as long as the base's vectors",
    "add": "plain continued training",
}
"""What a layout is at LARGEST_SCALE."""


def apply_adapter(
    base: WordVectors,
    adapter: Adapter | Sequence[Adapter],
    *,
    layout: Layout = "add",
    scale: Scale,
) -> WordVectors:
    """The union of the base's words, moved or not, and the new words.

    Parameters
    ----------
    base : WordVectors
        Left alone.
    adapter : Adapter or sequence of Adapter
        One, or several of this base, each at a scale of its own; `merge_adapters` says what becomes
        of a word that several know.
    layout : {"add", "concat"}
        "add": base + scale x delta; same width, a drop-in. "concat": domain dimensions of each
        adapter beside it (zero for words outside its corpus); wider.
    scale : float, sequence of float, or BySpecificity
        A number, from 0 to LARGEST_SCALE, is the same for all words: of the delta in "add", of the
        dimensions in "concat", where the base's own dimensions then stay as they are.
        `BySpecificity` moves each word as far as it belongs to the domain, in both layouts. New
        words stand at start + NEW_WORD_STEP x delta whatever the scale.

    Returns
    -------
    WordVectors
        The n-grams of a fastText base are carried over where they were trained and the width stays,
        moved as the words are; else they would compose words of another width, or unmoved ones.
        Words of the base that the corpus does not use keep their vectors.

    Raises
    ------
    AdapterError
        For an adapter that was made for other vectors or lacks the dimensions or the specificities,
        or two that do not go together.
    SettingsError
        For an unknown layout or a scale outside its range.
    """
    adapters = [adapter] if isinstance(adapter, Adapter) else list(adapter)
    scales = check_scale(layout, scale, len(adapters))
    for one in adapters:
        check_fits(base, one)
        if layout == "concat" and not one.n_dimensions:
            raise AdapterError(
                "adapter",
                expected="domain dimensions for layout concat",
                found="none",
                hint="Use the layout add, or adapt again with dimensions.",
            )
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


def scaled_by_specificity(base: WordVectors, adapter: Adapter, scale: BySpecificity) -> Adapter:
    """The adapter with the delta of each word and n-gram, and its dimensions, at their scales.

    An n-gram's scale is the mean of those of the adapter's words that have it, by their counts.

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
    """(n,) float32: what each delta, (n, dim), is multiplied by, to be REACH times as long as its
    row, (n, dim); MOST_STRETCHED at most. How far training moves a word says how often it was seen;
    the direction is what was learned."""
    lengths = np.linalg.norm(delta, axis=1)
    goals = np.float32(REACH) * np.linalg.norm(rows, axis=1)
    factors = np.divide(goals, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    found: Floats1d = np.minimum(factors, np.float32(MOST_STRETCHED))
    return found


def _scaled_ngrams(base: WordVectors, adapter: Adapter, scales: Floats1d) -> NgramDelta | None:
    """scales: (n_words,), of the adapter's words."""
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
    """The base's n-grams with what training added to them. The words' own rows are to be found
    anew: a word's vector is told by the matrix, whichever of its n-grams moved."""
    if base.subwords is None or adapter.ngrams is None:
        return None
    ngrams = np.array(base.subwords.ngrams)
    ngrams[adapter.ngrams.rows] += adapter.ngrams.values
    return replace(base.subwords, ngrams=ngrams, words=None)


def union_rows(adapter: Adapter, n_base: int) -> Ints1d:
    """(n_words,) int32: each adapter word's row in the union table."""
    rows = adapter.base_rows.copy()
    rows[rows < 0] = np.arange(n_base, n_base + adapter.n_new, dtype=np.int32)
    return rows


def check_scale(layout: Layout, scale: Scale, n_adapters: int) -> tuple[float, ...]:
    """The scales of adapters, one for each; () for `BySpecificity`.

    Raises SettingsError for a scale that was never found to help (see LARGEST_SCALE), or where
    there is neither one nor one for each adapter.
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
