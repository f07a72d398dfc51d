import numpy as np
import pytest

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.judge import Judge
from embedadapt.evaluation.judged_text import JudgedText
from embedadapt.evaluation.likelihood import (
    Losses,
    draw_known_pairs,
    estimate_loss,
    fit_contexts,
    group_losses,
)
from embedadapt.training.lengths import FITTED_LENGTH
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.train import fit_outputs
from tests import naive
from tests.evaluation.make import encoded, judged_text, table

VOCABULARY = Vocabulary(["a", "b", "c"], np.array([3, 2, 1]))
JUDGE = Judge(epochs=4, subsample=0)


def losses_of(vectors: WordVectors, text: JudgedText) -> Losses:
    fitted = fit_contexts(vectors, text, JUDGE)
    return group_losses(fitted, draw_known_pairs(text, JUDGE), text.pairs)


def test_a_groups_loss_is_the_trainers_own() -> None:
    """With a context matrix fitted anew, the same settings, and pairs by the group's share."""
    rng = np.random.default_rng(0)
    training, held_out = (
        encoded(VOCABULARY, rng.integers(0, 3, (n, 4, 9)).tolist()) for n in (30, 12)
    )
    vectors = table(["a", "b", "other"])
    text = judged_text(training, held_out, judge=JUDGE)
    words = text.fitted.vocabulary
    scale = np.float32(FITTED_LENGTH / np.median(vectors.norms[:2]))
    inputs = np.stack(
        [vectors[w] * scale if w in vectors else np.zeros(6, np.float32) for w in words]
    )
    outputs = fit_outputs(inputs, text.fitted, JUDGE.training)
    share = text.groups[5].n_tokens / text.about.n_tokens
    expected = held_out_loss(
        inputs,
        outputs,
        text.groups[5],
        JUDGE.training,
        n_pairs=round(JUDGE.n_pairs * share),
    )
    losses = losses_of(vectors, text).known
    assert losses[5] == pytest.approx(expected)
    mean = estimate_loss(losses, text.weights, seed=1)
    assert mean is not None and mean.value == pytest.approx(
        np.average(losses, weights=text.weights)
    )


def test_groups_without_a_pair_do_not_count() -> None:
    losses, weights = np.array([2.0, np.nan, 4.0]), np.array([2.0, 4.0, 6.0])
    mean = estimate_loss(losses, weights, seed=1)
    assert mean is not None and mean.value == (2 * 2 + 6 * 4) / 8
    assert estimate_loss(losses * np.nan, weights, seed=1) is None


def test_the_loss_of_new_words_is_the_obvious_one() -> None:
    """A new word stands beside every known one; its pairs, neighbors and noise as drawn."""
    rng = np.random.default_rng(2)
    words = Vocabulary(["a", "b", "c", "new"], np.array([4, 3, 2, 1]))
    training, held_out = (encoded(words, rng.integers(0, 4, (n, 4, 9)).tolist()) for n in (30, 12))
    text = judged_text(training, held_out, judge=JUDGE, new_words=["new"])
    vectors = table(["a", "b", "c", "new"])
    fitted = fit_contexts(vectors, text, JUDGE)
    scale = np.float32(FITTED_LENGTH / np.median(vectors.norms[:3]))
    losses = losses_of(vectors, text).new
    for loss, pairs in zip(losses, text.pairs, strict=True):
        expected = naive.pair_losses(vectors["new"] * scale, fitted.outputs, pairs)
        assert loss == pytest.approx(expected, rel=1e-5)
    base = table(["a", "b", "c"])
    without = losses_of(base, text).new
    assert (without <= 6 * np.log(2) + 1e-9).all() and (without > 4 * np.log(2)).all()
