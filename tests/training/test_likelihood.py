import numpy as np
import pytest
from numpy.testing import assert_allclose

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.training.likelihood import _draw_pairs, _draw_windows, held_out_loss
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from tests.training.make import encoded, start


def test_everyone_is_validated_on_the_same_pairs(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    train(inputs, outputs, licences, TrainingSettings.of(epochs=1))
    loss = held_out_loss(inputs, outputs, licences, TrainingSettings())
    other = TrainingSettings.of(seed=9, mode="exact", threads=4, learning_rate=0.1, epochs=9)
    assert held_out_loss(inputs, outputs, licences, other) == loss
    assert held_out_loss(inputs, outputs, licences, other.but(window=2)) != loss


def test_the_held_out_loss_by_hand() -> None:
    """Two words next to each other: every second noise word is the centre, and counts nothing."""
    corpus = encoded([[0, 1]] * 20)
    inputs = np.array([[1, 0], [1, 0]], np.float32)
    outputs = np.array([[2, 0], [2, 0]], np.float32)
    settings = TrainingSettings.of(negative=1, subsample=0)
    expected = np.log1p(np.exp(-2)) + np.log1p(np.exp(2)) / 2
    assert_allclose(held_out_loss(inputs, outputs, corpus, settings), expected, rtol=0.01)


def test_held_out_pairs_are_as_far_apart_as_in_training() -> None:
    """In sentences of distinct words; a word at distance d stands in (6 - d) of 15 pairs."""
    corpus = encoded([list(range(1000 * s, 1000 * s + 1000)) for s in range(2)])
    settings = TrainingSettings.of(subsample=0)
    words, centres = _draw_pairs(corpus, settings, 50_000, np.random.default_rng(0))
    words = words[:, 0]
    distances = np.bincount(np.abs(words - centres), minlength=6) / len(words)
    assert_allclose(distances, [0, 5 / 15, 4 / 15, 3 / 15, 2 / 15, 1 / 15], atol=0.01)
    assert (words // 1000 == centres // 1000).all()
    assert (words < centres).mean() == pytest.approx(0.5, abs=0.01)


def test_a_held_out_window_by_hand() -> None:
    """One sentence of three words: the mean around the middle one is of both others."""
    corpus = encoded([[0, 1, 2]])
    settings = TrainingSettings.of(architecture="cbow", negative=1, subsample=0, window=1)
    inputs = np.array([[2, 0], [0, 0], [0, 2]], np.float32)
    outputs = np.array([[1, 0], [1, 0], [1, 0]], np.float32)
    words, centres = _draw_windows(corpus, settings, 1000, np.random.default_rng(0))
    around = {tuple(context[context >= 0]) for context in words[centres == 1]}
    assert around == {(0, 2)}
    assert {tuple(context) for context in words[centres == 0]} == {(-1, 1)}
    hidden = np.array([0, 1, 0])  # first number of the mean around each word
    true, false = np.log1p(np.exp(-hidden)), np.log1p(np.exp(hidden)) * 2 / 3
    expected = (true + false).mean()
    assert_allclose(held_out_loss(inputs, outputs, corpus, settings), expected, rtol=0.01)


def test_held_out_windows_reach_as_far_as_in_training() -> None:
    corpus = encoded([list(range(1000 * s, 1000 * s + 1000)) for s in range(2)])
    settings = TrainingSettings.of(architecture="cbow", subsample=0)
    words, centres = _draw_windows(corpus, settings, 20_000, np.random.default_rng(0))
    sizes = np.bincount((words >= 0).sum(axis=1), minlength=11) / len(words)
    assert_allclose(sizes[[2, 4, 6, 8, 10]], 1 / 5, atol=0.02)
    inside = words >= 0
    assert (np.abs(words - centres[:, None])[inside] <= 5).all()
    assert (words // 1000 == centres[:, None] // 1000)[inside].all()
