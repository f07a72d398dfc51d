import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import SettingsError
from embedadapt.training.loop import Pauses, Standing, Trainer
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from tests.training.make import start


def trained(corpus: EncodedCorpus, settings: TrainingSettings) -> tuple[np.ndarray, ...]:
    inputs, outputs = start(corpus)
    log = train(inputs, outputs, corpus, settings)
    assert log.n_words == settings.epochs * corpus.n_tokens
    return inputs, outputs, np.array(log.epoch_losses)


@pytest.mark.parametrize("threads", [2, 3])
def test_the_same_number_of_threads_gives_the_same_bytes(
    licences: EncodedCorpus, threads: int
) -> None:
    settings = TrainingSettings.of(epochs=2, threads=threads, deterministic=True)
    once = trained(licences, settings)
    for _ in range(3):
        for value, expected in zip(trained(licences, settings), once, strict=True):
            assert_array_equal(value, expected)
    assert (once[0] != trained(licences, TrainingSettings.of(epochs=2))[0]).any()


@pytest.mark.parametrize(("threads", "above"), [(2, 0.03), (4, 0.1), (8, 0.2)])
def test_several_threads_learn_what_one_does(
    licences: EncodedCorpus, threads: int, above: float
) -> None:
    """The licences are 7 blocks of text: four threads merge twice an epoch, eight once."""
    one = trained(licences, TrainingSettings.of(epochs=3))
    several = trained(licences, TrainingSettings.of(epochs=3, threads=threads, deterministic=True))
    assert several[2][-1] == pytest.approx(one[2][-1], rel=above)


def test_one_thread_is_one_thread(licences: EncodedCorpus) -> None:
    one = trained(licences, TrainingSettings.of(epochs=1))
    same = trained(licences, TrainingSettings.of(epochs=1, deterministic=True))
    assert_array_equal(one[0], same[0])


def test_frozen_inputs_stay(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    before = inputs.copy()
    settings = TrainingSettings.of(epochs=1, threads=2, deterministic=True)
    train(inputs, outputs, licences, settings, freeze_inputs=True)
    assert_array_equal(inputs, before)
    assert outputs.any()


def test_it_goes_on_where_it_stood_to_the_same_bytes(licences: EncodedCorpus) -> None:
    settings = TrainingSettings.of(epochs=2, threads=2, deterministic=True)
    whole = trained(licences, settings)
    stood: list[Standing] = []

    def stop(standing: Standing, trainer: Trainer) -> bool:
        stood.append(standing)
        assert trainer.n_blocks == 4
        return (standing.epoch, standing.block) == (1, 2)

    halves = start(licences)
    train(*halves, licences, settings, pauses=Pauses(stop, every_blocks=1))
    train(*halves, licences, settings, standing=stood[-1])
    for matrix, expected in zip(halves, whole[:2], strict=True):
        assert_allclose(matrix, expected, rtol=0, atol=0)


def test_a_gpu_is_not_deterministic() -> None:
    with pytest.raises(SettingsError, match="deterministic: expected the device cpu"):
        TrainingSettings.of(device="cuda", deterministic=True)
