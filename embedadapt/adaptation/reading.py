"""A corpus as training and evaluation read it: word ids, divided into two parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np

from embedadapt.adaptation.config import ReadingSettings
from embedadapt.adaptation.words import adaptable_words, seen_words
from embedadapt.core.adapter import Adapter
from embedadapt.core.corpus import Corpus, EncodedCorpus, texts_of
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.text_record import Flags1d, TextRecord
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.encode import CorpusCounts, count_corpus, encode_corpus
from embedadapt.text.glossary import Glossary
from embedadapt.text.keys import bare_vocabulary
from embedadapt.text.normalize import Normalizer, normalization_for
from embedadapt.text.phrases import learn_phrases
from embedadapt.text.prepare import Preparation, PreparedCorpus, PrepareSettings
from embedadapt.text.recognition import record_text
from embedadapt.text.segment import SegmentedCorpus, Segmenter, cutter
from embedadapt.text.split import draw_held_out, in_passages, in_words_of


@dataclass(frozen=True, eq=False)
class ReadText:
    """A corpus as word ids, by documents, or by passages where there are few documents.

    words: in the words that can be trained: those of the base, and those that it may learn. known:
    the same sentences as rows of the base. What is recognized and evaluated with them does not
        depend on which words are new or joined into phrases.
    surface_forms: every other spelling in the corpus, to its word.
    normalization: the conventions under which it was read.
    preparation: what was done to the text before; None for nothing.
    """

    words: EncodedCorpus
    known: EncodedCorpus
    surface_forms: Mapping[str, str]
    normalization: Normalization
    preparation: Preparation | None = None


@dataclass(frozen=True, eq=False)
class TrainingText:
    """A corpus divided into the training part and the held-out part.

    vocabulary: the words to train, with their counts in the training part: words of the base, and
        new ones that occur often enough.
    training, held_out: the parts, in these words.
    is_held_out: (n_documents,) flags of the documents of `text`.
    """

    text: ReadText
    is_held_out: Flags1d
    vocabulary: Vocabulary
    training: EncodedCorpus
    held_out: EncodedCorpus

    @classmethod
    def of(
        cls, text: ReadText, base: Vocabulary, is_held_out: Flags1d, min_count: int
    ) -> TrainingText:
        """The parts of a text. base: the vocabulary of the base."""
        training = text.words.select_documents(np.flatnonzero(~is_held_out))
        held_out = text.words.select_documents(np.flatnonzero(is_held_out))
        vocabulary = seen_words(training, base, min_count)
        return cls(
            text=text,
            is_held_out=is_held_out,
            vocabulary=vocabulary,
            training=in_words_of(training, vocabulary, parted=True),
            held_out=in_words_of(held_out, vocabulary, parted=True),
        )

    @property
    def surface_forms(self) -> dict[str, int]:
        """Every other spelling of the words to train, to the word's row."""
        rows = self.vocabulary.index
        return {form: rows[word] for form, word in self.text.surface_forms.items() if word in rows}

    @property
    def trained_documents(self) -> frozenset[str]:
        """Names of the documents of which all passages are trained on."""
        known = self.text.known
        names: Sequence[str] = known.document_names
        if known.unit == "passage":
            names = [name.rpartition("#")[0] for name in names]
        held_out = {name for name, out in zip(names, self.is_held_out, strict=True) if out}
        return frozenset(names) - held_out

    @cached_property
    def record(self) -> TextRecord:
        """The record by which the text is recognized later."""
        return record_text(self.text.known, self.is_held_out)


def read_for_training(
    base: WordVectors,
    corpus: Corpus,
    reading: ReadingSettings,
    *,
    phrases: Sequence[str] | None = (),
    threads: int = 1,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
) -> TrainingText:
    """Read a corpus and divide it; the same corpus and settings give the same parts.

    Which documents are held out depends only on `reading.held_out` and `reading.seed`, not on the
    words that are learned. `read_text` describes the other parameters and the errors.
    """
    text = read_text(
        base,
        corpus,
        reading,
        phrases=phrases,
        threads=threads,
        engine=engine,
        on_progress=on_progress,
    )
    is_held_out = draw_held_out(text.known, share=reading.held_out, seed=reading.seed)
    return TrainingText.of(text, base.vocabulary, is_held_out, reading.min_count)


def read_text(
    base: WordVectors,
    corpus: Corpus,
    reading: ReadingSettings,
    *,
    normalization: Normalization | None = None,
    phrases: Sequence[str] | None = (),
    learned: Sequence[str] = (),
    threads: int = 1,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
) -> ReadText:
    """Count and encode a corpus.

    normalization: the conventions under which it is read; None for those of the base.
    phrases: adjacent words to read as one, joined by `_`, beside those of the base; None for those
        that the corpus shows, if the base has any.
    learned: words to keep at any count, beside those of the base.
    threads: threads that count. engine: what counts and encodes.

    Raises CorpusError for a corpus without a word, or without one of the base; SettingsError for a
    minimum count above that of every word.
    """
    normalization = normalization or normalization_for(base, texts_of(corpus))
    if reading.segmenter != "none":
        words = bare_vocabulary(base.vocabulary, normalization)
        corpus = SegmentedCorpus(corpus, cutter(cast(Segmenter, reading.segmenter), words.index))
    prepared = PreparedCorpus(corpus, PrepareSettings.of(reading.prepare))
    if prepared.settings.steps:
        corpus = prepared
    if phrases is None:
        phrases = _found_phrases(base, corpus, normalization, on_progress)
    normalization = replace(normalization, phrases=normalization.phrases or bool(phrases))

    def count(phrases: Sequence[str]) -> tuple[Normalizer, CorpusCounts, Vocabulary]:
        normalizer = Normalizer(normalization, base.vocabulary, phrases)
        counts = count_corpus(corpus, normalizer, threads=threads, engine=engine)
        words = adaptable_words(counts.vocabulary, base.vocabulary, reading.min_count, learned)
        return normalizer, counts, words

    on_progress(Progress("counting words", 0, 0))
    normalizer, counts, words = count(phrases)
    rare = {phrase for phrase in phrases if phrase in counts.vocabulary and phrase not in words}
    if rare:  # a phrase that is not learned must not take the words that it joins
        normalizer, counts, words = count([phrase for phrase in phrases if phrase not in rare])
    on_progress(Progress("encoding", 0, 0))
    encoded = encode_corpus(corpus, words, normalizer, engine=engine)
    known = in_passages(in_words_of(encoded, base.vocabulary, parted=bool(phrases)))
    encoded = replace(
        encoded,
        document_offsets=known.document_offsets,
        document_names=known.document_names,
        unit=known.unit,
    )
    return ReadText(encoded, known, counts.surface_forms, normalization, prepared.preparation)


def read_general(base: WordVectors, corpus: Corpus) -> EncodedCorpus:
    """General text in the words of the base, under its conventions."""
    known = read_text(base, corpus, ReadingSettings()).known
    return in_words_of(known, seen_words(known, base.vocabulary, 1))


def define(base: WordVectors, text: TrainingText, terms: Mapping[str, str]) -> Glossary:
    """Definitions of terms, in the words of a text."""
    words = text.vocabulary
    joined = [word for word in words if "_" in word]
    normalizer = Normalizer(text.text.normalization, base.vocabulary, joined)
    return Glossary.of(terms, normalizer, words)


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
