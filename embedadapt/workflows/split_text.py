"""A corpus as every command that trains or judges reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.words import adaptable_words
from embedadapt.core.adapter import Adapter
from embedadapt.core.corpus import Corpus, EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import OnProgress, Progress
from embedadapt.core.vectors import WordVectors
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.phrases import learn_phrases
from embedadapt.text.prepare import Preparation, PreparedCorpus, PrepareSettings
from embedadapt.text.split import split_corpus


@dataclass(frozen=True)
class SplitText:
    """A corpus as ids, in two parts, the spellings its words were met in, the conventions it was
    read under, and how it was prepared where it was."""

    training: EncodedCorpus
    held_out: EncodedCorpus
    forms: Mapping[str, str]
    normalization: Normalization
    preparation: Preparation | None = None


def read_text(
    base: WordVectors,
    corpus: Corpus,
    normalization: Normalization,
    config: AdaptationConfig,
    on_progress: OnProgress,
    phrases: Sequence[str] | None = (),
    engine: Engine = HERE,
) -> SplitText:
    """Counts, encodes and splits a corpus: the same corpus and settings give the same split.

    phrases: neighbouring words that are read as one, joined by `_`, beside those that the base
        holds; None for those that the corpus shows, if the base holds any.
    engine: what counts and encodes.
    """
    prepared = PreparedCorpus(corpus, PrepareSettings.of(config.prepare))
    if prepared.settings.steps:
        corpus = prepared
    if phrases is None:
        phrases = _found_phrases(base, corpus, normalization, on_progress)
    normalization = replace(normalization, phrases=normalization.phrases or bool(phrases))
    normalizer = Normalizer(normalization, base.vocabulary, phrases)
    on_progress(Progress("counting words", 0, 0))
    counts = count_corpus(corpus, normalizer, threads=config.threads, engine=engine)
    words = adaptable_words(counts.vocabulary, base.vocabulary, config.min_count)
    on_progress(Progress("encoding", 0, 0))
    encoded = encode_corpus(corpus, words, normalizer, engine=engine)
    training, held_out = split_corpus(encoded, share=config.held_out, seed=config.seed)
    return SplitText(training, held_out, counts.forms, normalization, prepared.preparation)


def joined_words(adapter: Adapter) -> list[str]:
    """The phrases that an adapter was trained with."""
    return [word for word in adapter.vocabulary if adapter.normalization.phrases and "_" in word]


def _found_phrases(
    base: WordVectors, corpus: Corpus, normalization: Normalization, on_progress: OnProgress
) -> Sequence[str]:
    if not normalization.phrases:
        return ()
    on_progress(Progress("learning phrases", 0, 0))
    normalizer = Normalizer(normalization, base.vocabulary)
    return [phrase.words for phrase in learn_phrases(corpus, normalizer)]
