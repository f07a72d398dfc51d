"""The base and the adapted vectors, all measured the same way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.drift import drift_rows, moved_words, neighborhood_size, new_words
from embedadapt.evaluation.familiarity import familiarity
from embedadapt.evaluation.judge import JUDGE, Judge
from embedadapt.evaluation.judged_text import JudgedText
from embedadapt.evaluation.likelihood import (
    Losses,
    draw_known_pairs,
    estimate_loss,
    fit_contexts,
    group_losses,
)
from embedadapt.evaluation.measures import Measure, Samples
from embedadapt.evaluation.neighbors import candidates_of, nearest_of_rows, same_words
from embedadapt.evaluation.result import Estimate, EvaluationResult, HeldOutLoss, VectorsEvaluation
from embedadapt.evaluation.retention import measure_retention
from embedadapt.evaluation.word_groups import WordGroups
from embedadapt.text.keyness import DomainRanking
from embedadapt.training.likelihood import HeldOutPairs

GROUPS = ("general", "shared", "domain")
"""Fields of `WordGroups` whose neighbors are compared."""

N_SHOWN = 20
"""Moved words, and new words, that a result names by default."""


def evaluate_vectors(
    base: WordVectors,
    tables: Mapping[str, WordVectors],
    text: JudgedText,
    words: Vocabulary,
    ranking: DomainRanking,
    groups: WordGroups,
    *,
    judge: Judge = JUDGE,
    k: int = 10,
    n_shown: int = N_SHOWN,
    measures: Sequence[Measure] = (),
    baselines: Collection[str] = (),
    on_progress: OnProgress = ignore_progress,
) -> EvaluationResult:
    """Measure gain on held-out text, neighbor overlap, and words that moved.

    tables: vectors by name; each is looked up once, so a mapping may make one at a time.
    text: what context matrices are fitted to, and what is predicted.
    words: words of the adapter, with their counts in its text. ranking: the ranking of these words.
    groups: rows of the candidates whose k nearest neighbors are compared.
    n_shown: moved words, and new ones, that the result names; 0 saves the time to find them.
    measures: further measures to take.
    baselines: names of the vectors that the adapter did not make.

    No vectors are changed or copied whole: rows are gathered, and neighbors searched in blocks.
    """
    on_progress(Progress("evaluating the base", 0, len(tables) + 1))
    yardstick = _Yardstick.of(base, text, words, judge, groups, k, n_shown, on_progress, ranking)
    taken: list[dict[str, Samples]] = [{"base": measure.take(base)} for measure in measures]
    measured = []
    for done, name in enumerate(tables, start=1):
        on_progress(Progress(f"evaluating {name}", done, len(tables) + 1))
        table = tables[name]
        losses = yardstick.losses_of(table, on_progress)
        measured.append(yardstick.measure(name, table, losses, is_baseline=name in baselines))
        for measure, samples in zip(measures, taken, strict=True):
            samples[name] = measure.take(table)
    order_gain = yardstick.losses_in_disorder.known - yardstick.losses.known
    return EvaluationResult(
        base_dim=base.dim,
        base_n_words=len(base),
        base_loss=estimate_loss(yardstick.losses.known, text.weights, seed=judge.seed),
        order_gain=estimate_loss(order_gain, text.weights, seed=judge.seed),
        familiarity=familiarity(base.vocabulary, text.vocabulary),
        text=text.about,
        n_corpus_words=len(words),
        n_unknown_words=int((base.vocabulary.lookup(words) < 0).sum()),
        n_neighbor_words=len(groups.general),
        by_specificity=groups.by_specificity,
        n_candidates=len(yardstick.candidates),
        k=k,
        neighborhood=neighborhood_size(yardstick.candidates),
        judge=judge,
        vectors=tuple(measured),
        scores=tuple(
            measure.scores(samples) for measure, samples in zip(measures, taken, strict=True)
        ),
    )


@dataclass(frozen=True, eq=False)
class _Yardstick:
    """The text, the judge and the base's own figures, to which all vectors are compared.

    candidates: the base's words among which neighbors are searched.
    groups, neighbors: rows of the candidates, (n,) each, and their (n, k) neighbors, by group.
    drifting, drifting_neighbors: likewise, with (n, neighborhood_size) neighbors.
    ranking: the ranking of the adapter's words, by which moved and new ones are sorted.
    known_pairs: held-out pairs of known words, by group of the text.
    losses, losses_in_disorder: losses of the base on the held-out text, and on its words in random
        order.
    """

    base: WordVectors
    text: JudgedText
    words: Vocabulary
    judge: Judge
    k: int
    n_shown: int
    candidates: WordVectors
    groups: WordGroups
    neighbors: Mapping[str, Ints1d]
    drifting: Ints1d
    drifting_neighbors: Ints1d
    ranking: DomainRanking
    known_pairs: Sequence[HeldOutPairs | None]
    losses: Losses
    losses_in_disorder: Losses

    @classmethod
    def of(
        cls,
        base: WordVectors,
        text: JudgedText,
        words: Vocabulary,
        judge: Judge,
        groups: WordGroups,
        k: int,
        n_shown: int,
        on_progress: OnProgress,
        ranking: DomainRanking,
    ) -> _Yardstick:
        candidates = candidates_of(base)
        drifting = drift_rows(candidates, words)[: None if n_shown else 0]
        fitted = fit_contexts(base, text, judge, on_progress=on_progress)
        known_pairs = draw_known_pairs(text, judge)
        in_disorder = draw_known_pairs(text.in_disorder(judge.seed), judge)
        return cls(
            base=base,
            text=text,
            words=words,
            judge=judge,
            k=k,
            n_shown=n_shown,
            candidates=candidates,
            groups=groups,
            neighbors={
                name: nearest_of_rows(candidates, getattr(groups, name), k) for name in GROUPS
            },
            drifting=drifting,
            drifting_neighbors=nearest_of_rows(candidates, drifting, neighborhood_size(candidates)),
            ranking=ranking,
            known_pairs=known_pairs,
            losses=group_losses(fitted, known_pairs, text.pairs),
            losses_in_disorder=group_losses(fitted, in_disorder, ()),
        )

    def losses_of(self, table: WordVectors, on_progress: OnProgress) -> Losses:
        """The losses of some vectors."""
        fitted = fit_contexts(table, self.text, self.judge, on_progress=on_progress)
        return group_losses(fitted, self.known_pairs, self.text.pairs)

    def measure(
        self, name: str, table: WordVectors, losses: Losses, *, is_baseline: bool
    ) -> VectorsEvaluation:
        """Everything about some vectors with these losses, compared to the base."""
        candidates = same_words(self.candidates, table)
        return VectorsEvaluation(
            name=name,
            dim=table.dim,
            n_words=len(table),
            held_out=self._compare(losses),
            neighbor_overlap=self._overlap(candidates, "general"),
            shared_overlap=self._overlap(candidates, "shared"),
            domain_overlap=self._overlap(candidates, "domain"),
            moved=moved_words(
                (self.base, table),
                candidates,
                self.words,
                self.drifting,
                self.drifting_neighbors,
                self.ranking,
                n=self.n_shown,
                k=self.k,
            ),
            new_words=new_words(self.base, table, self.words, self.ranking, n=self.n_shown),
            is_baseline=is_baseline,
        )

    def _overlap(self, candidates: WordVectors, group: str) -> Estimate | None:
        rows = getattr(self.groups, group)
        return measure_retention(candidates, rows, self.neighbors[group], seed=self.judge.seed)

    def _compare(self, losses: Losses) -> HeldOutLoss | None:
        weights, seed = self.text.weights, self.judge.seed
        loss = estimate_loss(losses.known, weights, seed=seed)
        change = estimate_loss(losses.known - self.losses.known, weights, seed=seed)
        new_words = estimate_loss(losses.new - self.losses.new, self.text.pair_weights, seed=seed)
        return HeldOutLoss(loss, change, new_words) if loss and change else None
