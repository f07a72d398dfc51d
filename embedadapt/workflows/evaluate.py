from __future__ import annotations

from dataclasses import replace

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.merging import merge_adapters
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyCorpus,
    AnyVectors,
    as_corpus,
    as_vectors,
    fitting_adapters,
)
from embedadapt.workflows.judging import DEFAULTS_JUDGED, Strengths, judge
from embedadapt.workflows.split_text import read_text

STRENGTHS_EVALUATED: Strengths = DEFAULTS_JUDGED | {"blend": (*DEFAULTS_JUDGED["blend"], 1.0)}


def evaluate(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    corpus: AnyCorpus,
    *,
    strengths: Strengths = STRENGTHS_EVALUATED,
    on_progress: OnProgress = ignore_progress,
) -> EvaluationResult:
    """The base beside the adapted tables: held-out loss, neighbours kept, words that moved.

    Give the corpus that the adapter was trained on: the documents that were held out then are found
    again by their names, and judged on. Several adapters are judged together, each at the strength
    tried; give the corpora of all.
    """
    base = as_vectors(vectors)
    trained = merge_adapters(fitting_adapters(base, adapter))
    config = AdaptationConfig.from_dict(trained.settings)
    judging = config if config.held_out else replace(config, held_out=AdaptationConfig().held_out)
    text = read_text(base, as_corpus(corpus), trained.normalization, judging, on_progress)
    result = judge(base, trained, text, config, strengths, on_progress)
    found_again = config.held_out and {"held_out", "seed"} <= trained.settings.keys()
    return replace(result, text=replace(result.text, trained_on=not found_again))
