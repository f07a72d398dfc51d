"""Each command's story as one function: paths or values in, results out.

Wherever vectors are asked for, a loaded table or anything `load_vectors` opens will do; wherever a
corpus is, a `Corpus` or the paths of its files and folders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import AdaptationResult, train_adapter
from embedadapt.adaptation.words import adaptable_words, restrict_to_seen
from embedadapt.core.adapter import (
    DEFAULT_STRENGTH,
    Adapter,
    Layout,
    apply_adapter,
    check_fits,
    check_strength,
)
from embedadapt.core.corpus import Corpus, EncodedCorpus
from embedadapt.core.files import check_not_input, check_writable
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.evaluation.evaluate import evaluate_tables
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.export.spacy_pipeline import PipelineExport, write_pipeline
from embedadapt.formats import load_vectors, save_vectors, scan_vectors
from embedadapt.formats.adapter_file import load_adapter, save_adapter
from embedadapt.formats.inspection.repair import repair_vectors as repair_vectors
from embedadapt.formats.inspection.summary import VectorsInspection, describe, read_both_ways
from embedadapt.oov.analyze import analyze_corpus
from embedadapt.oov.result import OOVReport
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer, infer_normalization
from embedadapt.text.readers import open_corpus
from embedadapt.text.split import split_corpus, with_words

AnyVectors: TypeAlias = WordVectors | str | Path
AnyCorpus: TypeAlias = Corpus | str | Path | Sequence[str | Path]
AnyAdapter: TypeAlias = Adapter | str | Path

STRENGTHS_EVALUATED: Mapping[Layout, tuple[float, ...]] = {
    "extend": (DEFAULT_STRENGTH["extend"],),
    "blend": (DEFAULT_STRENGTH["blend"], 1.0),
}


def inspect_vectors(
    path: str | Path, *, trust_pickle: bool = False
) -> tuple[VectorsInspection, Normalization]:
    """What a vector file holds, every defect with its place, and the conventions of its words.

    Raises FormatError for a file of which not one row can be told; of a file that is refused for
    less, `refused` says why.
    """
    reading = read_both_ways(path, trust_pickle=trust_pickle)
    known = reading.vectors.normalization if reading.vectors else None
    return describe(path, reading), known or infer_normalization(reading.vocabulary)


def analyze_oov(vectors: AnyVectors, corpus: AnyCorpus) -> OOVReport:
    """Which words of `corpus` have no vector, why, and what would cure them.

    Of a file only the words are read where its format allows it (`scan_vectors`).
    """
    table = vectors.outline if isinstance(vectors, WordVectors) else scan_vectors(vectors)
    return analyze_corpus(as_corpus(corpus), table, normalization_of(table))


def adapt(
    vectors: AnyVectors,
    corpus: AnyCorpus,
    config: AdaptationConfig | None = None,
    *,
    output: str | Path | None = None,
    on_progress: OnProgress = ignore_progress,
) -> AdaptationResult:
    """Trains an adapter for `vectors` on `corpus`, and saves it to `output` if given.

    A share of the documents (`config.held_out`) is kept from training, for `evaluate` to judge on.
    """
    config = config or AdaptationConfig()
    if output is not None:
        check_not_input(output, paths_among(vectors, corpus))
        check_writable(output)
    base, texts = as_vectors(vectors), as_corpus(corpus)
    normalization = normalization_of(base)
    text = read_text(base, texts, normalization, config, on_progress)
    kept, vocabulary = restrict_to_seen(text.training, base.vocabulary, config.min_count)
    rows = vocabulary.index
    result = train_adapter(
        base,
        with_words(text.training, kept, vocabulary),
        config,
        normalization=normalization,
        forms={form: rows[word] for form, word in text.forms.items() if word in rows},
        held_out=text.held_out.document_names,
        on_progress=on_progress,
    )
    if output is not None:
        save_adapter(result.adapter, output)
    return result


def evaluate(
    vectors: AnyVectors,
    adapter: AnyAdapter,
    corpus: AnyCorpus,
    *,
    strengths: Mapping[Layout, Sequence[float]] = STRENGTHS_EVALUATED,
    on_progress: OnProgress = ignore_progress,
) -> EvaluationResult:
    """The base beside the adapted tables: held-out loss, neighbours kept, words that moved.

    Give the corpus that the adapter was trained on: the documents that were held out then are found
    again by their names, and judged on.
    """
    base = as_vectors(vectors)
    trained = fitting_adapter(base, adapter)
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
        settings=replace(config.skipgram(config.context_epochs), threads=1),
        seed=config.seed,
        on_progress=on_progress,
    )
    return replace(result, text=replace(result.text, trained_on=not config.held_out))


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


@dataclass(frozen=True)
class SplitText:
    """A corpus as ids, in two parts, and the spellings its words were met in."""

    training: EncodedCorpus
    held_out: EncodedCorpus
    forms: Mapping[str, str]


def read_text(
    base: WordVectors,
    corpus: Corpus,
    normalization: Normalization,
    config: AdaptationConfig,
    on_progress: OnProgress,
) -> SplitText:
    """Counts, encodes and splits a corpus: the same corpus and settings give the same split."""
    normalizer = Normalizer(normalization, base.vocabulary)
    on_progress(Progress("counting words", 0, 0))
    counts = count_corpus(corpus, normalizer)
    words = adaptable_words(counts.vocabulary, base.vocabulary, config.min_count)
    on_progress(Progress("encoding", 0, 0))
    encoded = encode_corpus(corpus, words, normalizer)
    training, held_out = split_corpus(encoded, share=config.held_out, seed=config.seed)
    return SplitText(training, held_out, counts.forms)


def find_neighbors(
    vectors: AnyVectors,
    words: Sequence[str],
    *,
    adapter: AnyAdapter | None = None,
    layout: Layout = "extend",
    strength: float | None = None,
    topn: int = 10,
) -> dict[str, list[tuple[str, float]] | None]:
    """The `topn` words nearest to each word by cosine, best first; None for one without a vector.

    In the base, or in the adapted table if an adapter is given.
    """
    base = as_vectors(vectors)
    table, _ = adapted_table(base, adapter, layout, strength)
    normalizer = Normalizer(normalization_of(table), table.vocabulary)

    def nearest(word: str) -> list[tuple[str, float]] | None:
        known = word if word in table else normalizer.words(word)[0]
        try:
            return table.most_similar(known, topn)
        except KeyError:
            return None

    return {word: nearest(word) for word in words}


def export_spacy(
    vectors: AnyVectors,
    path: str | Path,
    *,
    lang: str,
    adapter: AnyAdapter | None = None,
    layout: Layout = "extend",
    strength: float | None = None,
    case_forms: Literal["corpus", "all"] = "corpus",
    name: str = "embedadapt",
) -> PipelineExport:
    """Writes a spaCy pipeline folder whose table is the base, adapted if an adapter is given.

    Every spelling of a word seen in the adapter's corpus (`LESSOR`, `Lessor`) gets that word's
    vector. Returns what went into it and what could not.
    """
    check_not_input(path, paths_among(vectors, adapter))
    table, forms = adapted_table(as_vectors(vectors), adapter, layout, strength)
    return write_pipeline(table, path, lang=lang, forms=forms, name=name, case_forms=case_forms)


def export_table(
    vectors: AnyVectors,
    path: str | Path,
    *,
    format: str | None = None,
    adapter: AnyAdapter | None = None,
    layout: Layout = "extend",
    strength: float | None = None,
) -> WordVectors:
    """Writes the base, adapted if an adapter is given, as a vector file; see `save_vectors`."""
    check_not_input(path, paths_among(vectors, adapter))
    table, _ = adapted_table(as_vectors(vectors), adapter, layout, strength)
    save_vectors(table, path, format=format)
    return table


def adapted_table(
    base: WordVectors, adapter: AnyAdapter | None, layout: Layout, strength: float | None
) -> tuple[WordVectors, dict[str, str]]:
    """The table to look words up in, and every other spelling of its words that is known."""
    check_strength(layout, strength)
    if adapter is None:
        return base, {}
    trained = fitting_adapter(base, adapter)
    words = trained.vocabulary.words
    forms = {form: words[row] for form, row in trained.forms.items()}
    return apply_adapter(base, trained, layout=layout, strength=strength), forms


def as_vectors(vectors: AnyVectors) -> WordVectors:
    """The table itself, loaded if need be."""
    return vectors if isinstance(vectors, WordVectors) else load_vectors(vectors)


def as_corpus(corpus: AnyCorpus) -> Corpus:
    """The corpus itself, opened if need be."""
    if isinstance(corpus, (str, Path)):
        return open_corpus([corpus])
    if isinstance(corpus, Sequence):
        return open_corpus(corpus)
    return corpus


def fitting_adapter(base: WordVectors, adapter: AnyAdapter) -> Adapter:
    """The adapter itself, loaded if need be. Raises AdapterError unless it was made for `base`."""
    if isinstance(adapter, Adapter):
        check_fits(base, adapter)
        return adapter
    loaded = load_adapter(adapter)
    check_fits(base, loaded, where=str(adapter))
    return loaded


def paths_among(*inputs: object) -> Iterator[str | Path]:
    """Those of some inputs that were given as paths."""
    for given in inputs:
        if isinstance(given, (str, Path)):
            yield given
        elif isinstance(given, Sequence):
            yield from paths_among(*given)


def normalization_of(vectors: WordVectors | VectorsOutline) -> Normalization:
    """A table's own conventions: as saved with it, else inferred from its words."""
    return vectors.normalization or infer_normalization(vectors.vocabulary)
