from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import AdaptationResult, train_adapter
from embedadapt.adaptation.words import check_teachable, restrict_to_seen
from embedadapt.core.adapter import Adapter
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input, check_writable
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.verdict import Verdict, reach_verdict
from embedadapt.formats.adapter_file import save_adapter
from embedadapt.text.normalize import normalization_of
from embedadapt.text.prepare import Preparation
from embedadapt.text.split import with_words
from embedadapt.training.checkpoint import Checkpoints
from embedadapt.training.devices import check_device
from embedadapt.training.early import judged_on
from embedadapt.training.train import Train, train
from embedadapt.workflows.inputs import (
    AnyCorpus,
    AnyVectors,
    as_corpus,
    as_vectors,
    paths_among,
)
from embedadapt.workflows.judging import DEFAULTS_JUDGED, judge
from embedadapt.workflows.split_text import SplitText, read_text


def adapt(
    vectors: AnyVectors,
    corpus: AnyCorpus,
    config: AdaptationConfig | None = None,
    *,
    phrases: Sequence[str] | None = None,
    output: str | Path | None = None,
    checkpoint_every: float | None = None,
    judged: bool = True,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
) -> JudgedAdaptation:
    """Trains an adapter for `vectors` on `corpus`, judges it, and saves it to `output` if given.

    A share of the documents (`config.held_out`) is kept from training to judge on, now and in
    `evaluate`. The adapter is saved whatever the verdict, which stands in its scores.

    phrases: neighbouring words to learn as one, joined by `_` (`learn_phrases`, `load_phrases`).
        None for those that the corpus shows where the base itself joins words; () for none.

    judged: False leaves the judging out, as does a `config.held_out` of 0.

    engine: where text is counted and encoded and shards are trained (`dask_engine`): as many shards
        as it has workers, unless `config.shards` says how many. The result depends on their number.

    checkpoint_every: minutes between two saves of the training under way, into the folder
        `<output>.checkpoint`. The same call goes on from there, and ends in the same bytes with one
        thread, one a worker, or `config.deterministic`. When the adapter is saved, the folder is
        removed. None saves nothing on the way.
    """
    config = config or AdaptationConfig()
    if engine.workers > 1 and not config.shards:
        config = replace(config, shards=engine.workers)
    check_device(config)
    folder = checkpoint_folder(output, checkpoint_every)
    if output is not None:
        check_not_input(output, paths_among(vectors, corpus))
        check_writable(output)
    base, texts = as_vectors(vectors), as_corpus(corpus)
    normalization = normalization_of(base)
    text = read_text(base, texts, normalization, config, on_progress, phrases, engine)
    kept, vocabulary = restrict_to_seen(text.training, base.vocabulary, config.min_count)
    encoded = with_words(text.training, kept, vocabulary)
    check_teachable(base, encoded)
    checkpoints = _checkpoints(folder, checkpoint_every, config, base, encoded)
    training: Train = partial(checkpoints.train if checkpoints else train, engine=engine)
    if config.patience:
        training = judged_on(with_words(text.held_out, kept, vocabulary), training)
    rows = vocabulary.index
    result = train_adapter(
        base,
        encoded,
        config,
        normalization=text.normalization,
        forms={form: rows[word] for form, word in text.forms.items() if word in rows},
        held_out=text.held_out.document_names,
        on_progress=on_progress,
        train=training,
    )
    done = JudgedAdaptation(result, None, None, text.preparation)
    if judged and config.held_out:
        done = with_verdict(base, result, text, on_progress)
    if output is not None:
        save_adapter(done.adapter, output)
    if checkpoints:
        checkpoints.remove()
    return done


@dataclass(frozen=True)
class JudgedAdaptation:
    """An adapter, how its training went, and whether to use it.

    evaluation, verdict: None where the adapter was not judged. preparation: None where the text
    was read as it is.
    """

    training: AdaptationResult
    evaluation: EvaluationResult | None
    verdict: Verdict | None
    preparation: Preparation | None = None

    @property
    def adapter(self) -> Adapter:
        return self.training.adapter


def with_verdict(
    base: WordVectors, result: AdaptationResult, text: SplitText, on_progress: OnProgress
) -> JudgedAdaptation:
    """Judges an adapter at the default strengths; the verdict goes into its scores."""
    config = result.config
    evaluation = judge(
        base, result.adapter, text, config, DEFAULTS_JUDGED, n_shown=0, on_progress=on_progress
    )
    verdict = reach_verdict(evaluation)
    scores = {**result.adapter.scores, "verdict": verdict.to_dict()}
    told = replace(result, adapter=replace(result.adapter, scores=scores))
    return JudgedAdaptation(told, evaluation, verdict, text.preparation)


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


def _checkpoints(
    folder: Path | None,
    minutes: float | None,
    config: AdaptationConfig,
    base: WordVectors,
    corpus: EncodedCorpus,
) -> Checkpoints | None:
    """Of this very training: one of other settings, vectors or text is not gone on with."""
    if folder is None or minutes is None:
        return None
    run = {
        "settings": config.to_dict(),
        "base": base.fingerprint,
        "corpus": corpus.fingerprint,
    }
    return Checkpoints(folder, run, 60 * minutes)
