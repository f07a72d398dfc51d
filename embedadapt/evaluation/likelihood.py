"""How well vectors predict held-out text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import CorpusError
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.types import Doubles1d, Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.judge import Judge
from embedadapt.evaluation.judged_text import JudgedText
from embedadapt.evaluation.neighbors import gather
from embedadapt.evaluation.new_words import NewWordPairs, new_word_losses
from embedadapt.evaluation.resampling import bootstrap_mean
from embedadapt.evaluation.result import Estimate
from embedadapt.training.lengths import FITTED_LENGTH, median_length
from embedadapt.training.likelihood import HeldOutPairs, draw_held_out_pairs, mean_loss
from embedadapt.training.train import fit_outputs


class Fitted(NamedTuple):
    """Rows of the fitted vocabulary, (n_words, dim), of the new words, (n_new, dim), and contexts.

    Rows have the length for training; the context matrix, (n_words, dim), was fitted to the first.
    """

    inputs: Floats2d
    new_words: Floats2d
    outputs: Floats2d


class Losses(NamedTuple):
    """Mean loss per held-out pair of each group, in nats, (n_groups,).

    One is over pairs of known words, the other over pairs of a new word with a known one. NaN for a
    group without a pair.
    """

    known: Doubles1d
    new: Doubles1d


def fit_contexts(
    table: WordVectors,
    text: JudgedText,
    judge: Judge,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Fitted:
    """Fit a new context matrix to vectors, which do not change.

    Words without a vector are zeros, which predict every context alike. The others are scaled by
    one factor (training.lengths). Wider vectors have a wider context matrix, which explains part of
    their gain.
    """
    inputs = gather(table, text.fitted.vocabulary)
    scale = np.float32(FITTED_LENGTH / median_length(inputs))
    inputs *= scale
    outputs = fit_outputs(inputs, text.fitted, judge.training, on_progress=on_progress)
    return Fitted(inputs, gather(table, text.new_words) * scale, outputs)


def draw_known_pairs(text: JudgedText, judge: Judge) -> tuple[HeldOutPairs | None, ...]:
    """The pairs of known words in each group, the same for all vectors; None for no pair."""
    n_tokens = sum(group.n_tokens for group in text.groups)

    def of_group(group: EncodedCorpus) -> HeldOutPairs | None:
        n_pairs = max(1, round(judge.n_pairs * group.n_tokens / n_tokens))
        try:
            return draw_held_out_pairs(group, judge.training, n_pairs)
        except CorpusError:  # subsampling left a small group no two words side by side
            return None

    return tuple(map(of_group, text.groups))


def group_losses(
    fitted: Fitted, known: Sequence[HeldOutPairs | None], new: Sequence[NewWordPairs]
) -> Losses:
    """The losses of some vectors, on pairs of known words and of new words in each group."""
    matrices = fitted.inputs, fitted.outputs
    return Losses(
        known=np.array([np.nan if each is None else mean_loss(*matrices, each) for each in known]),
        new=np.array([new_word_losses(fitted.new_words, fitted.outputs, each) for each in new]),
    )


def estimate_loss(losses: Doubles1d, weights: Doubles1d, *, seed: int) -> Estimate | None:
    """The weighted mean over the groups, resampled over them; None if none has a pair.

    The same holds for a difference of two losses, which is then paired.
    """
    measured = np.isfinite(losses)
    if not measured.any():
        return None
    return bootstrap_mean(losses[measured], weights[measured], seed=seed)
