"""The base beside the adapted tables, measured alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.types import Doubles1d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.drift import drift_rows, moved_words, neighborhood_size, new_words
from embedadapt.evaluation.familiarity import familiarity
from embedadapt.evaluation.likelihood import (
    HeldOut,
    estimate_loss,
    fit_contexts,
    group_losses,
    prepare_held_out,
)
from embedadapt.evaluation.measures import Measure, Samples
from embedadapt.evaluation.neighbors import candidates_of, nearest_of_rows, same_words
from embedadapt.evaluation.result import (
    INDUCED,
    EvaluationResult,
    HeldOutLoss,
    TableEvaluation,
)
from embedadapt.evaluation.retention import frequent_rows, measure_retention
from embedadapt.training.settings import TrainingSettings

N_SHOWN = 20
"""Moved words, and new words, that a result names where nothing else is asked for."""

MOST_FITTED = 1_000_000
"""Tokens of training text, drawn by sentence, that the context matrices are fitted to."""


def evaluate_tables(
    base: WordVectors,
    tables: Mapping[str, WordVectors],
    training: EncodedCorpus,
    held_out: EncodedCorpus,
    *,
    settings: TrainingSettings,
    seed: int,
    n_words: int = 400,
    k: int = 10,
    n_shown: int = N_SHOWN,
    measures: Sequence[Measure] = (),
    peers: Collection[str] = (),
    on_progress: OnProgress = ignore_progress,
) -> EvaluationResult:
    """Gain on held-out text, neighbours of frequent words kept, words that moved.

    tables: by name; each is asked for once, so a mapping may make them one at a time.
    training, held_out: encoded alike. Words of theirs that a table lacks stand at zero in it.
        The training sentences are shuffled, so that the last documents do not weigh most, and the
        first MOST_FITTED tokens taken.
    settings: for the context matrix and the pairs of the losses, the same for every table;
        `epochs` passes fit the context matrix.
    n_words: frequent words of the base, used by the corpus, whose k nearest neighbours are
        compared.
    n_shown: moved words, and new ones, that the result names; 0 spares the time to find them.
    measures: what else to take of the base and of every table.
    peers: names of those tables that are not the adapter's.

    The tables are left alone and never copied: rows are gathered, neighbours found in blocks.
    """
    text = prepare_held_out(training, held_out)
    training = training.shuffled(np.random.default_rng(seed)).head(MOST_FITTED)
    on_progress(Progress("evaluating the base", 0, len(tables) + 1))
    yardstick = _Yardstick.of(
        base, training, text, settings, n_words, k, n_shown, seed, on_progress
    )
    taken: list[dict[str, Samples]] = [{"base": measure.take(base)} for measure in measures]
    measured, induced = [], None
    for done, name in enumerate(tables, start=1):
        on_progress(Progress(f"evaluating {name}", done, len(tables) + 1))
        table = tables[name]
        losses = yardstick.losses_of(table, on_progress)
        measured.append(yardstick.measure(name, table, losses, induced, is_peer=name in peers))
        for measure, samples in zip(measures, taken, strict=True):
            samples[name] = measure.take(table)
        induced = losses if name == INDUCED else induced
    unknown = base.vocabulary.lookup(training.vocabulary) < 0
    return EvaluationResult(
        base_dim=base.dim,
        base_n_words=len(base),
        base_loss=estimate_loss(yardstick.losses, text, seed=seed),
        order_gain=estimate_loss(yardstick.losses_in_disorder - yardstick.losses, text, seed=seed),
        familiarity=familiarity(base.vocabulary, training.vocabulary),
        text=text.text,
        n_corpus_words=len(training.vocabulary),
        n_unknown_words=int(unknown.sum()),
        n_neighbor_words=len(yardstick.frequent),
        n_candidates=len(yardstick.candidates),
        k=k,
        neighborhood=neighborhood_size(yardstick.candidates),
        seed=seed,
        tables=tuple(measured),
        scores=tuple(
            measure.scores(samples) for measure, samples in zip(measures, taken, strict=True)
        ),
    )


@dataclass(frozen=True, eq=False)
class _Yardstick:
    """The text, the settings and the base's own figures, which every table is held against.

    candidates: the base's words among which neighbours are looked for.
    frequent, frequent_neighbors: rows of the candidates, (n,), and their (n, k) neighbours.
    drifting, drifting_neighbors: likewise, with (n, neighborhood_size) neighbours.
    losses, losses_in_disorder: (n_groups,) of the base on the held-out text, as it stands and with
        its words in random order.
    """

    base: WordVectors
    training: EncodedCorpus
    text: HeldOut
    settings: TrainingSettings
    k: int
    n_shown: int
    seed: int
    candidates: WordVectors
    frequent: Ints1d
    frequent_neighbors: Ints1d
    drifting: Ints1d
    drifting_neighbors: Ints1d
    losses: Doubles1d
    losses_in_disorder: Doubles1d

    @classmethod
    def of(
        cls,
        base: WordVectors,
        training: EncodedCorpus,
        text: HeldOut,
        settings: TrainingSettings,
        n_words: int,
        k: int,
        n_shown: int,
        seed: int,
        on_progress: OnProgress,
    ) -> _Yardstick:
        candidates = candidates_of(base)
        frequent = frequent_rows(candidates, training.vocabulary, n_words)
        drifting = drift_rows(candidates, training.vocabulary)[: None if n_shown else 0]
        fitted = fit_contexts(base, training, settings, on_progress=on_progress)
        return cls(
            base=base,
            training=training,
            text=text,
            settings=settings,
            k=k,
            n_shown=n_shown,
            seed=seed,
            candidates=candidates,
            frequent=frequent,
            frequent_neighbors=nearest_of_rows(candidates, frequent, k),
            drifting=drifting,
            drifting_neighbors=nearest_of_rows(candidates, drifting, neighborhood_size(candidates)),
            losses=group_losses(fitted, text, settings),
            losses_in_disorder=group_losses(fitted, text.in_disorder(seed), settings),
        )

    def losses_of(self, table: WordVectors, on_progress: OnProgress) -> Doubles1d:
        """(n_groups,) of a table."""
        fitted = fit_contexts(table, self.training, self.settings, on_progress=on_progress)
        return group_losses(fitted, self.text, self.settings)

    def measure(
        self,
        name: str,
        table: WordVectors,
        losses: Doubles1d,
        induced: Doubles1d | None,
        *,
        is_peer: bool,
    ) -> TableEvaluation:
        """All about a table of these losses, beside the base and the induced words alone."""
        candidates = same_words(self.candidates, table)
        words = self.training.vocabulary
        return TableEvaluation(
            name=name,
            dim=table.dim,
            n_words=len(table),
            held_out=self._compare(losses, induced),
            neighbors_kept=measure_retention(
                candidates, self.frequent, self.frequent_neighbors, seed=self.seed
            ),
            moved=moved_words(
                (self.base, table),
                candidates,
                words,
                self.drifting,
                self.drifting_neighbors,
                n=self.n_shown,
                k=self.k,
            ),
            new_words=new_words(self.base, table, words, n=self.n_shown),
            is_peer=is_peer,
        )

    def _compare(self, losses: Doubles1d, induced: Doubles1d | None) -> HeldOutLoss | None:
        loss = estimate_loss(losses, self.text, seed=self.seed)
        change = estimate_loss(losses - self.losses, self.text, seed=self.seed)
        trained = None
        if induced is not None:
            trained = estimate_loss(losses - induced, self.text, seed=self.seed)
        return HeldOutLoss(loss, change, trained) if loss and change else None
