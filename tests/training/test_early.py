from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import SettingsError
from embedadapt.training.checkpoint import Checkpoints
from embedadapt.training.early import validated_on
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.loop import Standing, TrainingLog
from embedadapt.training.row_groups import whole_words
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import Train, train
from tests.training.make import encoded, start

SETTINGS = TrainingSettings.of(epochs=60, patience=2, learning_rate=0.1, subsample=0)


@pytest.fixture(scope="module")
def halves() -> tuple[EncodedCorpus, EncodedCorpus]:
    """Two samples of one noisy text, so small that one is soon known by heart."""
    rng = np.random.default_rng(0)
    texts = [rng.integers(0, 10, (60, 8)) + 10 * rng.integers(0, 3, (60, 1)) for _ in range(2)]
    one, other = (encoded(text.tolist(), n_words=30) for text in texts)
    return one, other


def run(
    halves: tuple[EncodedCorpus, EncodedCorpus], settings: TrainingSettings, by: Train = train
) -> tuple[np.ndarray, np.ndarray, TrainingLog]:
    corpus, held_out = halves
    inputs, outputs = start(corpus)
    log = validated_on(held_out, by)(inputs, outputs, corpus, settings)
    return inputs, outputs, log


@pytest.mark.parametrize(
    ("judged", "patience", "over"),
    [
        ((), 1, False),
        ((3.0, 2.0), 1, False),
        ((3.0, 2.0, 2.0), 1, True),
        ((3.0, 2.0, 2.1), 2, False),
        ((3.0, 2.0, 2.1, 1.9), 2, False),
        ((3.0, 2.0, 2.1, 2.2), 2, True),
        ((3.0, 4.0, 5.0), 0, False),
    ],
)
def test_patience_ends_with_so_many_epochs_no_better(
    judged: tuple[float, ...], patience: int, over: bool
) -> None:
    assert Standing(epoch=len(judged), validation_losses=judged).is_over(9, patience) == over
    assert Standing(epoch=9, validation_losses=judged).is_over(9, patience)


def test_a_training_ends_when_held_out_text_gains_no_more(
    halves: tuple[EncodedCorpus, EncodedCorpus],
) -> None:
    inputs, outputs, log = run(halves, SETTINGS)
    assert 3 <= len(log.validation_losses) == len(log.epoch_losses) < SETTINGS.epochs
    assert min(log.validation_losses[-2:]) >= min(log.validation_losses[:-2])
    assert log.validation_losses[-1] == held_out_loss(inputs, outputs, halves[1], SETTINGS)


def test_without_patience_all_epochs_are_trained(
    halves: tuple[EncodedCorpus, EncodedCorpus],
) -> None:
    settings = TrainingSettings.of(epochs=60, learning_rate=0.1, subsample=0)
    inputs, _, log = run(halves, settings)
    assert len(log.epoch_losses) == 60
    plain, outputs = start(halves[0])
    train(plain, outputs, halves[0], settings)
    assert_array_equal(inputs, plain)


def test_words_of_several_rows_are_judged_by_their_means(
    halves: tuple[EncodedCorpus, EncodedCorpus],
) -> None:
    corpus, held_out = halves
    whole = run(halves, SETTINGS)[2]
    inputs, outputs = start(corpus)
    row_groups = whole_words(len(inputs))
    log = validated_on(held_out, train)(inputs, outputs, corpus, SETTINGS, row_groups=row_groups)
    assert log.validation_losses[0] == pytest.approx(whole.validation_losses[0], abs=0.1)


def test_an_end_is_an_end_after_a_checkpoint_too(
    halves: tuple[EncodedCorpus, EncodedCorpus], tmp_path: Path
) -> None:
    expected = run(halves, SETTINGS)
    for _ in range(2):
        found = run(halves, SETTINGS, Checkpoints(tmp_path / "c", {"corpus": "c"}, 0).train)
        assert found[2].validation_losses == expected[2].validation_losses
        assert_array_equal(found[0], expected[0])


def test_patience_needs_held_out_text() -> None:
    with pytest.raises(SettingsError, match="patience: expected 0 where nothing is held out"):
        AdaptationConfig.of(patience=1, held_out=0)
