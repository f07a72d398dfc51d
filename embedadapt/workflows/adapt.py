from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.reading import (
    TrainingText,
    define,
    read_for_training,
    read_general,
)
from embedadapt.adaptation.trainer import AdaptationResult, train_adapter
from embedadapt.adaptation.words import check_teachable
from embedadapt.core.adapter import Adapter
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input, check_writable
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.shown import InNotebooks
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.adapted_vectors import judge_adapter
from embedadapt.evaluation.judge import JUDGE
from embedadapt.evaluation.judged_text import JudgedText, divide
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.verdict import Verdict, reach_verdict
from embedadapt.formats.adapter_file import save_adapter
from embedadapt.report.scores import judged_figures
from embedadapt.text.frequency_list import check_language, listed_shares
from embedadapt.text.glossary import find_definitions, read_glossary
from embedadapt.text.prepare import Preparation
from embedadapt.training.checkpoint import Checkpoints
from embedadapt.training.devices import check_device
from embedadapt.training.early import validated_on
from embedadapt.training.train import Train, train
from embedadapt.workflows.inputs import (
    AnyCorpus,
    AnyVectors,
    as_corpus,
    as_vectors,
    check_roles,
    paths_among,
)


@accepts_old_names
def adapt(
    vectors: AnyVectors,
    corpus: AnyCorpus,
    config: AdaptationConfig | None = None,
    *,
    phrases: Sequence[str] | None = None,
    general: AnyCorpus | None = None,
    frequencies: str | None = None,
    glossary: str | Path | None = None,
    output: str | Path | None = None,
    text_license: str | None = None,
    checkpoint_every: float | None = None,
    evaluate: bool = True,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> Adaptation:
    """Train an adapter for pretrained vectors on a corpus, and evaluate it.

    A share of the documents (`config.reading.held_out`) is held out from training. This function
    and `evaluate` measure the adapter on the held-out documents. The vectors themselves are not
    changed.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    corpus : text or paths
        The text of the domain: anything that `as_corpus` takes.
    config : AdaptationConfig, optional
        Settings of the training. Default: `AdaptationConfig()`.
    phrases : sequence of str, optional
        Words joined by `_` to learn as one (`learn_phrases`, `load_phrases`). Default: if the base
        has joined words, phrases are found in the corpus; otherwise none are learned. () learns
        none.
    general : text or paths, optional
        General text in the language of the vectors. The word frequencies of the general text
        determine the specificity of each word, and so how far the word moves. The contexts of the
        general text improve induced vectors. Default: general frequencies are estimated from the
        order of the base, if that is by frequency; otherwise all words have the same scale.
    frequencies : str, optional
        Language of a general frequency list (the extra `frequencies`). The list then determines the
        specificity of each word. Use it if the vectors are not in order of frequency, or if
        `general` is small.
    glossary : path, optional
        File of terms and their definitions. The definition of a new word is used as one more
        context of the word, like the definitions in the training documents (`"Affiliate" means`).
    output : path, optional
        File to save the adapter to. The file is written for any verdict.
    text_license : str, optional
        License of the corpus. The license is stored in the adapter's provenance and shown in the
        model cards of its exports.
    checkpoint_every : float, optional
        Minutes between saves of the running training to the folder `<output>.checkpoint`. The same
        call resumes from the last save and ends with the same bytes (with one thread, one thread
        per worker, or `config.run.deterministic`). The folder is removed at the end. Default:
        nothing is saved before the end.
    evaluate : bool
        Whether to evaluate the adapter. A `held_out` of 0 also skips the evaluation.
    engine : Engine
        Where the text is counted and encoded and the shards are trained. `dask_engine` makes an
        engine for a cluster, which trains one shard per worker unless `config.run.shards` is above
        0. The result depends on the number of shards. Default: this process.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    Adaptation
        The adapter, the course of its training, the evaluation and the verdict.

    Raises
    ------
    FormatError
        The vectors cannot be read.
    CorpusError
        The text cannot be read, or has nothing to train on.
    SettingsError
        A setting is out of range, or two contradict each other.
    OutputError
        `output` cannot be written.

    Examples
    --------
    >>> config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0, held_out=0)
    >>> texts = ["The licensor grants a license.", "A licensee pays the licensor."] * 20
    >>> done = embedadapt.adapt(vectors, texts, config)
    >>> done.adapter.new_words
    ('licensor', 'licensee')
    """
    check_roles({"vectors": vectors, "corpus": corpus})
    on_progress = listener(on_progress, progress)
    config = config or AdaptationConfig()
    if engine.workers > 1 and not config.run.shards:
        config = config.but(shards=engine.workers)
    check_device(config.run)
    folder = checkpoint_folder(output, checkpoint_every)
    if output is not None:
        check_not_input(output, paths_among(vectors, corpus))
        check_writable(output)
    terms = read_glossary(glossary) if glossary else {}
    if frequencies is not None:
        check_language(frequencies)
    base = as_vectors(vectors)
    opened = as_corpus(corpus)
    text = read_for_training(
        base,
        opened,
        config.reading,
        phrases=phrases,
        threads=config.run.threads,
        engine=engine,
        on_progress=on_progress,
    )
    check_teachable(base, text.training)
    general_text = None if general is None else read_general(base, as_corpus(general))
    checkpoints = _checkpoints(folder, checkpoint_every, config, base, text.training)
    training: Train = partial(checkpoints.train if checkpoints else train, engine=engine)
    if config.patience:
        training = validated_on(text.held_out, training)
    words = text.training.vocabulary
    shares = None if frequencies is None else listed_shares(frequencies, words)
    found = find_definitions(opened, text.trained_documents)
    defined = define(base, text, found | terms)
    with checkpoints.named_on_interrupt() if checkpoints else nullcontext():
        result = train_adapter(
            base,
            text,
            config,
            general_text=general_text,
            general_shares=shares,
            definitions=defined.definitions,
            on_progress=on_progress,
            train=training,
        )
    if glossary:
        unused = {term: why for term, why in defined.unused.items() if term in terms}
        scores = {**result.adapter.scores, "unused_terms": unused}
        result = replace(result, adapter=replace(result.adapter, scores=scores))
    if text_license:
        provenance = {**result.adapter.provenance, "text_license": text_license}
        result = replace(result, adapter=replace(result.adapter, provenance=provenance))
    done = Adaptation(result, None, None, text.text.preparation)
    if evaluate and config.reading.held_out:
        with checkpoints.named_on_interrupt() if checkpoints else nullcontext():
            done = with_verdict(base, result, text, on_progress)
    if output is not None:
        save_adapter(done.adapter, output)
    if checkpoints:
        checkpoints.remove()
    return done


@dataclass(frozen=True)
class Adaptation(InNotebooks):
    """An adapter, the course of its training, and whether to use it.

    Parameters
    ----------
    training : AdaptationResult
        The adapter with its losses and the size of its text.
    evaluation : EvaluationResult or None
        Measurements on held-out text; None if the adapter was not evaluated.
    verdict : Verdict or None
        Which vectors to use; None if the adapter was not evaluated.
    preparation : Preparation, optional
        What each step of the preparation did; None if the text was not prepared.

    Examples
    --------
    >>> config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0, held_out=0)
    >>> texts = ["The licensor grants a license.", "A licensee pays the licensor."] * 20
    >>> done = embedadapt.adapt(vectors, texts, config)
    >>> done.adapter.n_new, done.gain
    (2, -inf)
    """

    training: AdaptationResult
    evaluation: EvaluationResult | None
    verdict: Verdict | None
    preparation: Preparation | None = None

    def __repr__(self) -> str:
        return f"Adaptation({self.adapter!r}, {self.verdict!r})"

    def _repr_html_(self) -> str:
        parts = (self.adapter, self.evaluation)
        return "".join(part._repr_html_() for part in parts if part is not None)

    @property
    def adapter(self) -> Adapter:
        """The adapter."""
        return self.training.adapter

    @property
    def gain(self) -> float:
        """Decrease of the held-out loss under the recommended vectors, in nats per pair.

        -inf if there is no verdict, or the verdict does not recommend the adapter.
        """
        if self.evaluation is None or self.verdict is None or self.verdict.decision != "adapt":
            return -inf
        return self.evaluation[self.verdict.vectors].gain

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready: counts of words, tokens and documents, settings, evaluation, verdict.
        """
        training = self.training
        return {
            "format": 1,
            "known_words": len(self.adapter.vocabulary) - self.adapter.n_new,
            "new_words": list(training.new_words),
            "training_tokens": training.n_training_tokens,
            "training_documents": training.n_training_documents,
            "held_out_documents": training.n_held_out_documents,
            "settings": dict(self.adapter.settings),
            "evaluation": self.evaluation.to_dict() if self.evaluation else None,
            "verdict": self.verdict.to_dict() if self.verdict else None,
        }


def with_verdict(
    base: WordVectors, result: AdaptationResult, text: TrainingText, on_progress: OnProgress
) -> Adaptation:
    """Evaluate an adapter as `evaluate` does, and put the verdict into its scores."""
    adapter = result.adapter
    new_words = adapter.vocabulary.select(adapter.new_rows)
    parts = divide(text.text, [text.record], JUDGE)
    evaluation = judge_adapter(
        base,
        adapter,
        JudgedText.of(text.text, parts, new_words, JUDGE),
        n_shown=0,
        on_progress=on_progress,
    )
    verdict = reach_verdict(evaluation)
    judged = judged_figures(verdict, evaluation)
    scores = {**adapter.scores, "verdict": verdict.to_dict(), "judged": judged}
    with_scores = replace(result, adapter=replace(adapter, scores=scores))
    return Adaptation(with_scores, evaluation, verdict, text.text.preparation)


def checkpoint_folder(output: str | Path | None, minutes: float | None) -> Path | None:
    """Where checkpoints are kept, beside `output`; None for none.

    Raises SettingsError where there is no output, or `minutes` is no length of time.
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
    """Checkpoints of this very run; those of other settings, vectors or text are refused."""
    if folder is None or minutes is None:
        return None
    run = {
        "settings": config.to_dict(),
        "base": base.fingerprint,
        "corpus": corpus.fingerprint,
    }
    return Checkpoints(folder, run, 60 * minutes)
