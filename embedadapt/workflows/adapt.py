from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import AdaptationResult, train_adapter
from embedadapt.adaptation.words import adaptable_words, check_teachable, restrict_to_seen
from embedadapt.core.corpus import Corpus, EncodedCorpus
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input, check_writable
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.adapter_file import save_adapter
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.split import split_corpus, with_words
from embedadapt.training.checkpoint import Checkpoints
from embedadapt.training.train import train
from embedadapt.training.train import check_device
from embedadapt.workflows.inputs import (
    AnyCorpus,
    AnyVectors,
    as_corpus,
    as_vectors,
    paths_among,
)


def adapt(
    vectors: AnyVectors,
    corpus: AnyCorpus,
    config: AdaptationConfig | None = None,
    *,
    output: str | Path | None = None,
    checkpoint_every: float | None = None,
    on_progress: OnProgress = ignore_progress,
) -> AdaptationResult:
    """Trains an adapter for `vectors` on `corpus`, and saves it to `output` if given.

    A share of the documents (`config.held_out`) is kept from training, for `evaluate` to judge on.

    checkpoint_every: minutes between two saves of the training under way, into the folder
        `<output>.checkpoint`. The same call goes on from there, with one thread to the same bytes;
        when the adapter is saved, the folder is removed. None saves nothing on the way.
    """
    config = config or AdaptationConfig()
    check_device(config)
    folder = checkpoint_folder(output, checkpoint_every)
    if output is not None:
        check_not_input(output, paths_among(vectors, corpus))
        check_writable(output)
    base, texts = as_vectors(vectors), as_corpus(corpus)
    normalization = normalization_of(base)
    text = read_text(base, texts, normalization, config, on_progress)
    kept, vocabulary = restrict_to_seen(text.training, base.vocabulary, config.min_count)
    rows = vocabulary.index
    encoded = with_words(text.training, kept, vocabulary)
    check_teachable(base, encoded)
    checkpoints = None
    if folder and checkpoint_every:
        run = {
            "settings": config.to_dict(),
            "base": base.fingerprint,
            "corpus": encoded.fingerprint,
        }
        checkpoints = Checkpoints(folder, run, 60 * checkpoint_every)
    result = train_adapter(
        base,
        encoded,
        config,
        normalization=normalization,
        forms={form: rows[word] for form, word in text.forms.items() if word in rows},
        held_out=text.held_out.document_names,
        on_progress=on_progress,
        train=checkpoints.train if checkpoints else train,
    )
    if output is not None:
        save_adapter(result.adapter, output)
    if checkpoints:
        checkpoints.remove()
    return result


def checkpoint_folder(output: str | Path | None, minutes: float | None) -> Path | None:
    """Where checkpoints are kept, beside `output`; None for none.

    Raises SettingsError for no output, or no span of time.
    """
    if minutes is None:
        return None
    if output is None or not 0 < minutes < inf:
        raise SettingsError(
            "checkpoint_every",
            expected="minutes, above 0, and an output to keep the checkpoints beside",
            found=f"{minutes:g}" if output else "no output",
        )
    return Path(f"{output}.checkpoint")


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
