import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.loop import Pauses, Standing, Trainer
from embedadapt.training.row_groups import (
    RowGroups,
    mean_rows,
    places_by_use,
    sum_rows,
    whole_words,
)
from embedadapt.training.settings import Architecture, TrainingSettings
from embedadapt.training.train import fit_outputs, train
from tests.training.make import start

PIECES = RowGroups(np.array([0, 2, 3, 6]), np.array([0, 3, 1, 2, 3, 3], np.int32))


def some_row_groups(corpus: EncodedCorpus) -> RowGroups:
    """Each word its own row and two of 50 others."""
    n_words = len(corpus.vocabulary)
    shared = n_words + np.random.default_rng(1).integers(0, 50, (n_words, 2))
    rows = np.column_stack([np.arange(n_words), shared])
    return RowGroups(np.arange(0, rows.size + 1, 3), rows.ravel().astype(np.int32))


def matrices(corpus: EncodedCorpus) -> tuple[np.ndarray, np.ndarray]:
    inputs, outputs = start(corpus)
    return np.vstack([inputs, inputs[:50]]), outputs


def test_sums_and_means_of_a_words_rows() -> None:
    rows = np.array([[1], [2], [3], [10]], np.float32)
    assert_array_equal(sum_rows(rows, PIECES), [[11], [2], [23]])
    assert_allclose(mean_rows(rows, PIECES), [[5.5], [2], [23 / 3]], rtol=1e-6)
    assert_array_equal(sum_rows(rows, whole_words(4)), rows)


def test_rows_used_most_come_first() -> None:
    """Used .5, .2, .3 and .5 + 2 x .3 of the time."""
    assert places_by_use(PIECES, np.array([0.5, 0.2, 0.3]), 5).tolist() == [1, 3, 2, 0, 4]


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_words_of_several_rows_are_learned(licences: EncodedCorpus, model: Architecture) -> None:
    row_groups, settings = (
        some_row_groups(licences),
        TrainingSettings.of(epochs=2, architecture=model),
    )
    inputs, outputs = matrices(licences)
    before = held_out_loss(mean_rows(inputs, row_groups), outputs, licences, settings)
    unused = inputs.copy()
    log = train(inputs, outputs, licences, settings, row_groups=row_groups)
    after = held_out_loss(mean_rows(inputs, row_groups), outputs, licences, settings)
    assert after < before - 0.8
    assert log.epoch_losses[1] < log.epoch_losses[0]
    assert (inputs != unused).any(axis=1).mean() > 0.9


def test_whole_words_as_pieces_train_as_whole_words(licences: EncodedCorpus) -> None:
    """Skip-gram of one row a word: the pairs are mirrored, word2vec's loss is the same."""
    settings = TrainingSettings.of(epochs=2)
    losses = []
    for row_groups in (None, whole_words(len(licences.vocabulary))):
        inputs, outputs = start(licences)
        train(inputs, outputs, licences, settings, row_groups=row_groups)
        losses.append(held_out_loss(inputs, outputs, licences, settings))
    assert losses[1] == pytest.approx(losses[0], rel=0.01)


def test_frozen_rows_keep_every_bit_and_two_threads_learn_as_well(licences: EncodedCorpus) -> None:
    row_groups, settings = some_row_groups(licences), TrainingSettings.of(epochs=2)
    inputs, _ = matrices(licences)
    before = inputs.copy()
    fitted = fit_outputs(inputs, licences, settings, row_groups=row_groups)
    assert_array_equal(inputs, before)
    losses = []
    for threads in (1, 2):
        rows, outputs = inputs.copy(), fitted.copy()
        train(rows, outputs, licences, settings.but(threads=threads), row_groups=row_groups)
        losses.append(held_out_loss(mean_rows(rows, row_groups), outputs, licences, settings))
    assert losses[1] == pytest.approx(losses[0], rel=0.02)


def test_a_pause_shows_the_rows_in_the_callers_order(licences: EncodedCorpus) -> None:
    """And from there a training goes on to the same bytes."""
    row_groups, settings = some_row_groups(licences), TrainingSettings.of(epochs=2)
    whole, seen = matrices(licences), []

    def visit(standing: Standing, trainer: Trainer) -> bool:
        seen.append((standing, *(matrix.copy() for matrix in trainer.matrices())))
        return False

    train(*whole, licences, settings, row_groups=row_groups, pauses=Pauses(visit, every_blocks=3))
    standing, *half = seen[1]
    train(*half, licences, settings, row_groups=row_groups, standing=standing)
    for matrix, expected in zip(half, whole, strict=True):
        assert_array_equal(matrix, expected)


@pytest.mark.parametrize(
    ("row_groups", "fault"),
    [
        (RowGroups(np.array([0, 1]), np.array([0], np.int32)), "row groups of 1 words"),
        (RowGroups(np.arange(2527) * 0, np.empty(0, np.int32)), "without a row"),
        (RowGroups(np.arange(2527), np.full(2526, 2526, np.int32)), "outside the 2526 rows"),
    ],
)
def test_row_groups_must_fit(licences: EncodedCorpus, row_groups: RowGroups, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        train(*start(licences), licences, TrainingSettings(), row_groups=row_groups)
