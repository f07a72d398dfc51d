from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.words import restrict_to_seen
from embedadapt.core.errors import SettingsError
from embedadapt.core.merging import merge_adapters
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.analogies import read_analogies
from embedadapt.evaluation.measures import Measure, SetMeasure
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.word_pairs import read_word_pairs
from embedadapt.formats import sniff_format
from embedadapt.text.labelled import read_labelled
from embedadapt.text.split import with_words
from embedadapt.workflows.hiding import measure_hidden
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyCorpus,
    AnyVectors,
    as_corpus,
    as_vectors,
    fitting_adapters,
)
from embedadapt.workflows.judging import DEFAULTS_JUDGED, Strengths, judge
from embedadapt.workflows.split_text import joined_words, read_text

STRENGTHS_EVALUATED: Strengths = DEFAULTS_JUDGED | {"blend": (*DEFAULTS_JUDGED["blend"], 1.0)}

AnyPath: TypeAlias = str | Path


def evaluate(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    corpus: AnyCorpus,
    *,
    peers: Sequence[AnyPath] | Mapping[str, AnyVectors] = (),
    pairs: Sequence[AnyPath] = (),
    analogies: Sequence[AnyPath] = (),
    labelled: AnyPath | None = None,
    hidden: bool = False,
    seeds: int = 5,
    strengths: Strengths = STRENGTHS_EVALUATED,
    on_progress: OnProgress = ignore_progress,
) -> EvaluationResult:
    """The base beside the adapted tables and peers: held-out loss, neighbours kept, words that
    moved; and what else is asked for.

    Give the corpus that the adapter was trained on: the documents that were held out then are found
    again by their names, and judged on. Several adapters are judged together, each at the strength
    tried; give the corpora of all.

    peers: other tables, by name or as files; words are looked up in them as in the base.
    pairs, analogies: files, or sets of `word_pairs.SETS` and `analogies.SETS` by name.
    labelled: texts for a classifier (`text.labelled`); needs scikit-learn.
    hidden: also hide known words and learn them anew, which trains once for each seed.
    seeds: draws of labels, and of words to hide.
    """
    if seeds < 1:
        raise SettingsError("seeds", expected="1 or more", found=str(seeds))
    named_peers = peers if isinstance(peers, Mapping) else dict(_by_name(peers))
    for peer in named_peers.values():
        if not isinstance(peer, WordVectors):
            sniff_format(peer)  # to be known before text is read
    base = as_vectors(vectors)
    trained = merge_adapters(fitting_adapters(base, adapter))
    measures = [*_measures(pairs, analogies, labelled, seeds)]
    config = AdaptationConfig.from_dict(trained.settings)
    judging = config if config.held_out else replace(config, held_out=AdaptationConfig().held_out)
    text = read_text(
        *(base, as_corpus(corpus), trained.normalization, judging, on_progress),
        phrases=joined_words(trained),
    )
    result = judge(
        replace(base, normalization=trained.normalization),
        trained,
        text,
        config,
        strengths,
        measures=measures,
        peers=named_peers,
        on_progress=on_progress,
    )
    if hidden:
        kept, words = restrict_to_seen(text.training, base.vocabulary, config.min_count)
        training = with_words(text.training, kept, words)
        scores = measure_hidden(base, training, config, seeds, on_progress)
        result = replace(result, scores=(*result.scores, scores))
    found_again = config.held_out and {"held_out", "seed"} <= trained.settings.keys()
    return replace(result, text=replace(result.text, trained_on=not found_again))


def _measures(
    pairs: Sequence[AnyPath], analogies: Sequence[AnyPath], labelled: AnyPath | None, seeds: int
) -> Iterator[Measure]:
    """Reads all sets before anything is measured."""
    if pairs:
        yield SetMeasure(
            "Word pairs",
            "Spearman's rho of cosines with people's judgements",
            {name: read_word_pairs(one) for name, one in _by_name(pairs).items()},
            seed=1,
        )
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


def _by_name(paths: Sequence[AnyPath]) -> dict[str, AnyPath]:
    """Files by their stems; by their whole paths where two have the same."""
    stems = [Path(path).stem for path in paths]
    return {
        stem if stems.count(stem) == 1 else str(path): path
        for stem, path in zip(stems, paths, strict=True)
    }
