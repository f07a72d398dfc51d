from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.adapted import DEFAULT_STRENGTH, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.merging import merge_adapters
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.evaluate import evaluate_tables
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.text.split import with_words
from embedadapt.workflows.adapt import read_text
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyCorpus,
    AnyVectors,
    as_corpus,
    as_vectors,
    fitting_adapters,
)

STRENGTHS_EVALUATED: Mapping[Layout, tuple[float, ...]] = {
    "extend": (DEFAULT_STRENGTH["extend"],),
    "blend": (DEFAULT_STRENGTH["blend"], 1.0),
}


def evaluate(
    vectors: AnyVectors,
    adapter: AnyAdapters,
    corpus: AnyCorpus,
    *,
    strengths: Mapping[Layout, Sequence[float]] = STRENGTHS_EVALUATED,
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
    ids = text.training.vocabulary.lookup(trained.vocabulary.words)
    shown = np.flatnonzero(ids >= 0).astype(np.int32)
    words = trained.vocabulary.select(shown)
    rng = np.random.default_rng(config.seed)
    tables = AdaptedTables(
        base,
        trained,
        {
            f"{layout} {strength:g}": (layout, strength)
            for layout, several in strengths.items()
            if layout == "blend" or trained.n_columns
            for strength in several
        },
    )
    result = evaluate_tables(
        base,
        tables,
        training=with_words(text.training, ids[shown], words).shuffled(rng),
        held_out=with_words(text.held_out, ids[shown], words),
        settings=replace(config, model="skipgram", epochs=config.context_epochs, threads=1),
        seed=config.seed,
        on_progress=on_progress,
    )
    found_again = config.held_out and {"held_out", "seed"} <= trained.settings.keys()
    return replace(result, text=replace(result.text, trained_on=not found_again))


@dataclass(frozen=True)
class AdaptedTables(Mapping[str, WordVectors]):
    """Adapted tables by name, each made when it is asked for: only one is in memory at a time."""

    base: WordVectors
    adapter: Adapter
    layouts: Mapping[str, tuple[Layout, float]]

    def __getitem__(self, name: str) -> WordVectors:
        layout, strength = self.layouts[name]
        return apply_adapter(self.base, self.adapter, layout=layout, strength=strength)

    def __iter__(self) -> Iterator[str]:
        return iter(self.layouts)

    def __len__(self) -> int:
        return len(self.layouts)
