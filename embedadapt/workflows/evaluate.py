from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.reading import TrainingText, joined_words, read_text
from embedadapt.core.adapter import Adapter
from embedadapt.core.merging import merge_adapters
from embedadapt.core.pieces import PieceVectors
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
from embedadapt.formats.pieces import load_pieces
from embedadapt.text.labeled import read_labeled
from embedadapt.workflows.fertility import are_tokenizers
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
    baselines: Sequence[AnyPath] | Mapping[str, AnyVectors | PieceVectors] = (),
    pairs: Sequence[AnyPath] = (),
    analogies: Sequence[AnyPath] = (),
    labeled: AnyPath | None = None,
    prediction: bool = False,
    hidden: bool = False,
    seeds: int = 5,
    scales: Scales = SCALES_JUDGED,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> EvaluationResult:
    """Evaluate adapters: held-out loss, neighbor overlap, words that moved, and further measures.

    Give the training corpus, new documents, or both. Training documents are recognized by their
    content, under any name, and left out. Held-out and new documents are predicted. Several
    adapters are evaluated together, each at the same scale; give the corpora of all of them.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    adapter : Adapter or path, or a sequence of them
        One adapter, or several of this base.
    corpus : text or paths
        Text to predict: anything that `as_corpus` takes.
    baselines : sequence of path, or mapping of str to vectors
        Further vectors to measure, in addition to the adapted ones. Words are looked up as in the
        base. Vectors of pieces compose the words of the base and the new words.
    pairs : sequence of path or str
        Sets of word pairs with human judgments: files, or names in `evaluation.word_pairs.SETS`. If
        the base lacks words of a set, the set is measured twice: over the pairs that are known, and
        over all pairs with unknown ones as 0.
    analogies : sequence of path or str
        Sets of analogies: files, or names in `evaluation.analogies.SETS`.
    labeled : path, optional
        Labeled texts to train classifiers on; needs scikit-learn.
    prediction : bool
        Whether to measure also how well a CBOW head over the frozen vectors predicts missing words
        of the held-out text, by the rank of the word.
    hidden : bool
        Whether to hide known words and learn them again too, in one training for each seed.
    seeds : int
        Number of draws of labels and of words to hide. Default: 5.
    scales : mapping of str to sequence of float
        Scales to evaluate, by layout.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    EvaluationResult
        Its figures have intervals, and its `to_dict` is JSON-ready.

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors.
    CorpusError, FormatError
        The text, a set or a baseline cannot be read.
    SettingsError
        `seeds` is below 1, or a scale is out of range.

    Examples
    --------
    >>> result = embedadapt.evaluate(vectors, adapter, text, scales={"add": [0.5]})
    >>> [one.name for one in result.vectors]
    ['induced', 'add 0.5']
    >>> result.text.n_trained > 0, result["add 0.5"].held_out is not None
    (True, True)
    """
    require_whole("seeds", seeds, 1)
    on_progress = listener(on_progress, progress)
    check_roles({"vectors": vectors, "adapter": adapter, "corpus": corpus})
    base = as_vectors(vectors)
    merged = merge_adapters(fitting_adapters(base, adapter))
    named_baselines = OpenedTables(
        _composed(baselines, base, merged)
        if isinstance(baselines, Mapping)
        else _composed(_by_name(baselines), base, merged)
    )
    measures = [*_measures(base, pairs, analogies, labeled, seeds)]
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


def _composed(
    tables: Mapping[str, AnyVectors | PieceVectors], base: WordVectors, adapter: Adapter
) -> dict[str, AnyVectors]:
    """Vectors by name, of words: pieces compose those of the base and the adapter."""
    found: dict[str, AnyVectors] = {}
    for name, table in tables.items():
        if isinstance(table, (str, Path)) and are_tokenizers([table]):
            table = load_pieces(table)
        if isinstance(table, PieceVectors):
            words = table.words([*base.vocabulary.words, *adapter.new_words])
            table = replace(words, normalization=base.normalization)
        found[name] = table
    return found


def _measures(
    base: WordVectors,
    pairs: Sequence[AnyPath],
    analogies: Sequence[AnyPath],
    labeled: AnyPath | None,
    seeds: int,
) -> Iterator[Measure]:
    """Read all sets before anything is measured."""
    if pairs:
        yield _word_pairs(base, pairs)
    if analogies:
        yield SetMeasure(
            "Analogies",
            "share answered right of those whose words are known",
            {name: read_analogies(one).drawn(seed=1) for name, one in _by_name(analogies).items()},
            seed=1,
        )
    if labeled is not None:
        from embedadapt.evaluation.few_labels import FewLabels

        yield FewLabels(read_labeled(labeled), seeds)


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
    """Files by their stems, or by their whole paths where two have the same stem."""
    stems = [Path(path).stem for path in paths]
    return {
        stem if stems.count(stem) == 1 else str(path): path
        for stem, path in zip(stems, paths, strict=True)
    }
