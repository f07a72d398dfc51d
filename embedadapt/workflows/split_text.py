"""A corpus as every command that trains or judges reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.words import adaptable_words
from embedadapt.core.corpus import Corpus, EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import OnProgress, Progress
from embedadapt.core.vectors import WordVectors
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.prepare import Preparation, PreparedCorpus, PrepareSettings
from embedadapt.text.split import split_corpus


@dataclass(frozen=True)
class SplitText:
    """A corpus as ids, in two parts, the spellings its words were met in, and how it was prepared
    where it was."""

    training: EncodedCorpus
    held_out: EncodedCorpus
    forms: Mapping[str, str]
    preparation: Preparation | None = None


def read_text(
    base: WordVectors,
    corpus: Corpus,
    normalization: Normalization,
    config: AdaptationConfig,
    on_progress: OnProgress,
) -> SplitText:
    """Counts, encodes and splits a corpus: the same corpus and settings give the same split."""
    normalizer = Normalizer(normalization, base.vocabulary)
    prepared = PreparedCorpus(corpus, PrepareSettings.of(config.prepare))
    if prepared.settings.steps:
        corpus = prepared
    on_progress(Progress("counting words", 0, 0))
    counts = count_corpus(corpus, normalizer, threads=config.threads)
    words = adaptable_words(counts.vocabulary, base.vocabulary, config.min_count)
    on_progress(Progress("encoding", 0, 0))
    encoded = encode_corpus(corpus, words, normalizer)
    training, held_out = split_corpus(encoded, share=config.held_out, seed=config.seed)
    return SplitText(training, held_out, counts.forms, prepared.preparation)
