from __future__ import annotations

from collections.abc import Sequence
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
from embedadapt.text.frequency_list import listed_shares
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
    checkpoint_every: float | None = None,
    evaluate: bool = True,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> Adaptation:
    """Train an adapter for `vectors` on `corpus`, judge it, and save it to `output` if given.

    A share of the documents (`config.reading.held_out`) is kept from training to judge on, now and
    in `evaluate`. The adapter is saved whatever the verdict, which its scores hold.

    phrases: neighboring words to learn as one, joined by `_` (`learn_phrases`, `load_phrases`).
        None for those that the corpus shows where the base itself joins words; () for none.

    general: general text, in the language of the vectors. Its word counts tell how specific each
        word is to the domain, and so how far it moves, and what contexts and spelling tell of a
        new word is learned from it too. None for the order of the vectors' own words, where that is
        by frequency; without either, one scale serves for all words.

    frequencies: language of a general frequency list (the extra `frequencies`), by which it is then
        known how specific each word is: for vectors in no order of frequency, or as `general` text
        is small.

    glossary: a file of terms and definitions (`read_glossary`). Each counts as a context of its
        new word, as do the definitions that the documents trained on give (`"Affiliate" means`).

    evaluate: False leaves the evaluation out, as does a `held_out` of 0.

    engine: where text is counted and encoded and shards are trained (`dask_engine`): as many shards
        as it has workers, unless `config.run.shards` is above 0. The result depends on how many.

    checkpoint_every: minutes between two saves of the training under way, into the folder
        `<output>.checkpoint`. The same call goes on from there, and ends in the same bytes with one
        thread, one a worker, or `config.run.deterministic`. When the adapter is saved, the folder
        is removed. None saves nothing on the way.

    on_progress, progress: a function that takes each `Progress`; True for a bar, in a terminal or a
        notebook.
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
    checkpoints = _checkpoints(folder, checkpoint_every, config, base, text.training)
    training: Train = partial(checkpoints.train if checkpoints else train, engine=engine)
    if config.patience:
        training = validated_on(text.held_out, training)
    general_text = None if general is None else read_general(base, as_corpus(general))
    words = text.training.vocabulary
    shares = None if frequencies is None else listed_shares(frequencies, words)
    terms = read_glossary(glossary) if glossary else {}
    found = find_definitions(opened, text.trained_documents)
    defined = define(base, text, found | terms)
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
    done = Adaptation(result, None, None, text.text.preparation)
    if evaluate and config.reading.held_out:
        done = with_verdict(base, result, text, on_progress)
    if output is not None:
        save_adapter(done.adapter, output)
    if checkpoints:
        checkpoints.remove()
    return done


@dataclass(frozen=True)
class Adaptation(InNotebooks):
    """An adapter, how its training went, and whether to use it.

    evaluation, verdict: None where the adapter was not judged. preparation: None where the text
    was read as it is.
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
        return self.training.adapter

    @property
    def gain(self) -> float:
        """By how much the advised vectors lower the loss on held-out text, in nats a pair; -inf
        where the verdict is not to adapt, or there is none."""
        if self.evaluation is None or self.verdict is None or self.verdict.decision != "adapt":
            return -inf
        return self.evaluation[self.verdict.vectors].gain

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: the words and texts that were learned from, the evaluation, the verdict."""
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
    """Judge an adapter as `evaluate` does; the verdict goes into its scores."""
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
    """Checkpoints of this very run: those of other settings, vectors or text are refused."""
    if folder is None or minutes is None:
        return None
    run = {
        "settings": config.to_dict(),
        "base": base.fingerprint,
        "corpus": corpus.fingerprint,
    }
    return Checkpoints(folder, run, 60 * minutes)
