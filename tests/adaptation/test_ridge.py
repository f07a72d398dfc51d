import numpy as np
import pytest
from numpy.testing import assert_allclose

from embedadapt.adaptation import ridge
from embedadapt.adaptation.ridge import fit_ridge


def test_it_recovers_a_linear_map() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(8, 3)).astype(np.float32)
    features = rng.normal(size=(500, 8)).astype(np.float32)
    found = fit_ridge(features, features @ truth, np.ones(500))
    assert_allclose(found.weights, truth, atol=0.02)
    assert_allclose(found.predict(features), features @ truth, atol=0.1)


def test_it_weighs_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """One feature, two contradicting words: the weighted mean of 1 and 3."""
    monkeypatch.setattr(ridge, "PENALTIES", (0.0,))
    features, targets = np.float32([[1], [1]]), np.float32([[1], [3]])
    assert_allclose(fit_ridge(features, targets, np.array([3.0, 1.0])).weights, [[1.5]], rtol=0.02)


def test_what_is_held_out_is_what_a_fit_without_the_word_predicts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ridge, "PENALTIES", (0.0,))
    rng = np.random.default_rng(1)
    features = rng.normal(size=(30, 4)).astype(np.float32)
    targets = rng.normal(size=(30, 2)).astype(np.float32)
    weights = rng.uniform(0.5, 2, 30)
    found = fit_ridge(features, targets, weights).held_out
    for word in range(30):
        rest = np.arange(30) != word
        alone = fit_ridge(features[rest], targets[rest], weights[rest])
        assert_allclose(found[word], features[word] @ alone.weights, atol=1e-4)


def test_noise_is_penalised_more_than_signal() -> None:
    """Twenty features of which none says anything, for thirty words: the mean, 0, errs least."""
    rng = np.random.default_rng(2)
    features = rng.normal(size=(30, 20)).astype(np.float32)
    found = fit_ridge(features, rng.normal(size=(30, 1)).astype(np.float32), np.ones(30))
    assert np.abs(found.predict(features)).mean() < 0.6


def test_of_nothing_it_predicts_nothing() -> None:
    empty = fit_ridge(np.empty((0, 3), np.float32), np.empty((0, 2), np.float32), np.empty(0))
    assert empty.weights.tolist() == np.zeros((3, 2)).tolist()
