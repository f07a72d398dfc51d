from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.reading import TrainingText, joined_words, read_text
from embedadapt.core.merging import merge_adapters
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.settings import require_whole
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.adapted_vectors import SCALES_JUDGED, Scales, judge_adapter
from embedadapt.evaluation.analogies import read_analogies
from embedadapt.evaluation.hiding import measure_hidden
from embedadapt.evaluation.judge import JUDGE
from embedadapt.evaluation.judged_text import JudgedText, divide
from embedadapt.evaluation.measures import Measure, SetMeasure
from embedadapt.evaluation.prediction import HeldOutWords
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.word_pairs import read_word_pairs
from embedadapt.text.labelled import read_labelled
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyCorpus,
    AnyVectors,
    OpenedTables,
    as_corpus,
    as_vectors,
    check_roles,
    fitting_adapters,
)

AnyPath: TypeAlias = str | Path


@accepts_old_names
def evaluate(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    corpus: AnyCorpus,
    *,
    baselines: Sequence[AnyPath] | Mapping[str, AnyVectors] = (),
    pairs: Sequence[AnyPath] = (),
    analogies: Sequence[AnyPath] = (),
    labelled: AnyPath | None = None,
    prediction: bool = False,
    hidden: bool = False,
    seeds: int = 5,
    scales: Scales = SCALES_JUDGED,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> EvaluationResult:
    """The base beside the adapted tables and baselines: held-out loss, neighbor overlap, words that
    moved, and further measures.

    Give the corpus that the adapter was trained on, new documents, or both. What was trained on is
    recognized by its content, whatever it is called now, and left out of what is predicted;
    documents that were held out, and new ones, are predicted. Several adapters are judged together,
    each at the scale tried; give the corpora of all.

    baselines: other tables, by name or as files; words are looked up in them as in the base.
    pairs: files, or sets of `word_pairs.SETS` by name. Where the base lacks words of a set it is
        measured twice: over the pairs that vectors know, and over all, unknown ones as 0.
    analogies: files, or sets of `analogies.SETS` by name.
    labelled: texts for a classifier (`text.labelled`); needs scikit-learn.
    prediction: also rank the word in gaps of the held-out text by a CBOW head over frozen vectors.
    hidden: also hide known words and learn them anew, which trains once for each seed.
    seeds: draws of labels, and of words to hide.
    on_progress, progress: a function that takes each `Progress`; True for a bar, in a terminal or a
        notebook.
    """
    require_whole("seeds", seeds, 1)
    on_progress = listener(on_progress, progress)
    check_roles({"vectors": vectors, "adapter": adapter, "corpus": corpus})
    named_baselines = OpenedTables(
        baselines if isinstance(baselines, Mapping) else _by_name(baselines)
    )
    base = as_vectors(vectors)
    merged = merge_adapters(fitting_adapters(base, adapter))
    measures = [*_measures(base, pairs, analogies, labelled, seeds)]
    config = AdaptationConfig.from_dict(merged.settings)
    text = read_text(
        base,
        as_corpus(corpus),
        config.reading,
        normalization=merged.normalization,
        phrases=joined_words(merged),
        learned=merged.new_words,
        on_progress=on_progress,
    )
    parts = divide(text, merged.records, JUDGE)
    judged = JudgedText.of(text, parts, merged.vocabulary.select(merged.new_rows), JUDGE)
    if prediction:
        measures.append(HeldOutWords(judged, JUDGE, on_progress))
    result = judge_adapter(
        replace(base, normalization=merged.normalization),
        merged,
        judged,
        scales=scales,
        measures=measures,
        baselines=named_baselines,
        on_progress=on_progress,
    )
    if not hidden:
        return result
    trained = TrainingText.of(text, base.vocabulary, ~parts.is_fitted, config.reading.min_count)
    scores = measure_hidden(base, trained.training, config, seeds, on_progress)
    return replace(result, scores=(*result.scores, scores))


def _measures(
    base: WordVectors,
    pairs: Sequence[AnyPath],
    analogies: Sequence[AnyPath],
    labelled: AnyPath | None,
    seeds: int,
) -> Iterator[Measure]:
    """Reads all sets before anything is measured."""
    if pairs:
        yield _word_pairs(base, pairs)
    if analogies:
        yield SetMeasure(
            "Analogies",
            "share answered right of those whose words are known",
            {name: read_analogies(one).drawn(seed=1) for name, one in _by_name(analogies).items()},
            seed=1,
        )
    if labelled is not None:
        from embedadapt.evaluation.few_labels import FewLabels

        yield FewLabels(read_labelled(labelled), seeds)


def _word_pairs(base: WordVectors, paths: Sequence[AnyPath]) -> SetMeasure:
    """Over the pairs that vectors know, and over all pairs where the base lacks words of some."""
    sets, about = {}, "Spearman's rho of cosines with people's judgments"
    for name, path in _by_name(paths).items():
        sets[name] = known = read_word_pairs(path)
        if 0 < np.isfinite(known.outcomes(base)).mean() < 1:
            sets[f"{name}, all"] = replace(known, unknown_is_zero=True)
            about = "Spearman's rho of cosines with people's judgments; all: unknown pairs count 0"
    return SetMeasure("Word pairs", about, sets, seed=1)


def _by_name(paths: Sequence[AnyPath]) -> dict[str, AnyPath]:
    """Files by their stems; by their whole paths where two have the same."""
    stems = [Path(path).stem for path in paths]
    return {
        stem if stems.count(stem) == 1 else str(path): path
        for stem, path in zip(stems, paths, strict=True)
    }
