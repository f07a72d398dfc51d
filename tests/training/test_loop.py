import signal
import threading
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import EmbedAdaptError
from embedadapt.core.progress import Progress
from embedadapt.training.loop import Pauses, Standing, Trainer
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from tests.training.make import start


def test_a_loss_that_is_not_finite_stops_training(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    inputs[0] = np.nan
    before = inputs.copy()
    with pytest.raises(EmbedAdaptError, match=r"finite loss, found nan.*lower learning rate"):
        train(inputs, outputs, licences, TrainingSettings())
    assert_array_equal(inputs, before)


def test_a_rate_far_too_high_is_noticed(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    settings = TrainingSettings.of(learning_rate=1e4, min_learning_rate=1e4)
    with pytest.raises(EmbedAdaptError, match="lower learning rate"):
        train(inputs, outputs, licences, settings)


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_comes_from_the_calling_thread_and_ends_at_the_total(
    licences: EncodedCorpus, threads: int
) -> None:
    heard: list[tuple[Progress, threading.Thread]] = []
    train(
        *start(licences),
        licences,
        TrainingSettings.of(epochs=2, threads=threads),
        stage="a stage",
        on_progress=lambda progress: heard.append((progress, threading.current_thread())),
    )
    assert {thread for _, thread in heard} == {threading.current_thread()}
    messages = [progress for progress, _ in heard]
    assert all(before.done < after.done for before, after in pairwise(messages))
    assert {(message.stage, message.total) for message in messages} == {
        ("a stage", 2 * licences.n_tokens)
    }
    last = messages[-1]
    assert last.done == last.total
    assert last.words_per_second > 0
    assert last.loss is not None
    assert 1 < last.loss < 4


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_stops_every_thread_and_leaves_the_matrices(
    licences: EncodedCorpus, threads: int
) -> None:
    inputs, outputs = start(licences)
    train(inputs, outputs, licences, TrainingSettings.of(epochs=1))  # compile
    before = inputs.copy()
    alarm = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    alarm.start()
    with pytest.raises(KeyboardInterrupt):
        train(inputs, outputs, licences, TrainingSettings.of(epochs=1_000_000, threads=threads))
    alarm.join()
    assert not [t for t in threading.enumerate() if t.name.startswith("training")]
    assert_array_equal(inputs, before)


@pytest.mark.parametrize("stop_at", [(0, 3), (1, 0), (1, 5)])
def test_a_training_goes_on_where_it_stood_to_the_same_bytes(
    licences: EncodedCorpus, stop_at: tuple[int, int]
) -> None:
    settings = TrainingSettings.of(epochs=2)
    whole = start(licences)
    log = train(*whole, licences, settings)
    stood: list[Standing] = []

    def stop(standing: Standing, trainer: Trainer) -> bool:
        stood.append(standing)
        assert [matrix.shape for matrix in trainer.matrices()] == [m.shape for m in whole]
        return (standing.epoch, standing.block) == stop_at

    halves = start(licences)
    train(*halves, licences, settings, pauses=Pauses(stop, every_blocks=1))
    assert (halves[0] != whole[0]).any()
    again = train(*halves, licences, settings, standing=stood[-1])
    assert again.epoch_losses == log.epoch_losses
    assert again.n_words == log.n_words
    for matrix, expected in zip(halves, whole, strict=True):
        assert_array_equal(matrix, expected)


@pytest.mark.parametrize("threads", [1, 2])
def test_pauses_come_every_so_many_blocks_and_at_the_end_of_each_epoch(
    licences: EncodedCorpus, threads: int
) -> None:
    places: list[tuple[int, int]] = []

    def note(standing: Standing, trainer: Trainer) -> bool:
        places.append((standing.epoch, standing.block))
        assert trainer.n_blocks == 7
        return False

    settings = TrainingSettings.of(epochs=2, threads=threads)
    train(*start(licences), licences, settings, pauses=Pauses(note, every_blocks=3))
    assert places == [(0, 3), (0, 6), (1, 0), (1, 3), (1, 6), (2, 0)]
