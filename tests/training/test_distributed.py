"""Training in shards, here: one after the other, and in any other order."""

import pickle
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import HERE, Engine, Here, in_pairs
from embedadapt.core.errors import SettingsError
from embedadapt.training import distributed
from embedadapt.training.job import Job
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.row_groups import RowGroups
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from tests.training.make import start

SETTINGS = TrainingSettings.of(epochs=2, mode="fast", shards=3, sync_rounds=4)


class Shaken(Here):
    """Whoever comes first is served, some work is done twice, and all travels as bytes."""

    def map_reduce(
        self,
        function: Callable[..., Any],
        parts: Sequence[Any],
        combine: Callable[[Any, Any], Any],
        *shared: Any,
    ) -> Any:
        order = random.sample(range(len(parts)), len(parts))
        done = {i: function(*pickle.loads(pickle.dumps((parts[i], *shared)))) for i in order}
        done[order[0]] = function(parts[order[0]], *shared)
        return in_pairs(combine, [done[i] for i in range(len(parts))])


def trained(
    corpus: EncodedCorpus, settings: TrainingSettings, engine: Engine = HERE
) -> tuple[np.ndarray, ...]:
    inputs, outputs = start(corpus)
    log = train(inputs, outputs, corpus, settings, engine=engine)
    assert log.n_words == settings.epochs * corpus.n_tokens
    return inputs, outputs, np.array(log.epoch_losses)


def test_it_does_not_matter_who_does_what(licences: EncodedCorpus) -> None:
    for value, expected in zip(
        trained(licences, SETTINGS, Shaken()), trained(licences, SETTINGS), strict=True
    ):
        assert_array_equal(value, expected)


@pytest.mark.parametrize(("shards", "above"), [(1, 0.005), (2, 0.015), (4, 0.025), (8, 0.035)])
def test_shards_learn_what_one_process_does(
    licences: EncodedCorpus, shards: int, above: float
) -> None:
    n_words = licences.n_tokens // 10
    settings = TrainingSettings.of(epochs=5, mode="fast")
    one, several = (
        held_out_loss(*trained(licences, s)[:2], licences.head(n_words), settings)
        for s in (settings, settings.but(shards=shards))
    )
    assert several < one * (1 + above)


def test_a_copy_is_made_again_from_the_base_and_the_gains(
    licences: EncodedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = trained(licences, SETTINGS)
    monkeypatch.setattr(distributed, "MOST_GAINS", 0.5)  # the base changes now and then
    for value, same in zip(trained(licences, SETTINGS), expected, strict=True):
        assert_array_equal(value, same)
    monkeypatch.setattr(distributed.Plan, "keep", lambda *_: None)  # no worker has a copy
    for value, same in zip(trained(licences, SETTINGS), expected, strict=True):
        assert_array_equal(value, same)


def test_the_part_of_an_earlier_sync_round_can_be_repeated(licences: EncodedCorpus) -> None:
    """By a worker whose copy of the model is further by then."""
    inputs, outputs = start(licences)
    trainer = distributed.DistributedTrainer.prepare(Job(inputs, outputs, licences, SETTINGS), HERE)
    trainer.train_block(0, 0)
    first, parts = trainer.gains[0], (trainer.plan, trainer.base)
    again = distributed.train_shard(trainer.shard(0, 1), *parts, first)
    assert trainer.plan.spare[0].sync_round == 1
    expected = [distributed.train_shard(trainer.shard(0, i), *parts) for i in range(3)]
    same = in_pairs(distributed.Outcome.and_of, expected)
    assert_array_equal(same.outputs.changes.levels, first.outputs.changes.levels)
    levels = again.outputs.changes.levels, expected[1].outputs.changes.levels
    assert (levels[0][:9] != levels[1][:9]).any()


def test_gains_may_come_in_pieces(licences: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = trained(licences, SETTINGS)
    monkeypatch.setattr(distributed, "PIECE", 1)
    monkeypatch.setattr(Here, "workers", 3)
    for value, same in zip(trained(licences, SETTINGS), expected, strict=True):
        assert_array_equal(value, same)


def test_frozen_inputs_stay(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    before = inputs.copy()
    train(inputs, outputs, licences, SETTINGS, freeze_inputs=True)
    assert_array_equal(inputs, before)
    assert outputs.any()


def test_words_of_several_rows_are_trained_in_shards(licences: EncodedCorpus) -> None:
    n_words = len(licences.vocabulary)
    rows = np.stack([np.arange(n_words), n_words + np.arange(n_words) % 50], axis=1)
    row_groups = RowGroups(np.arange(0, 2 * n_words + 1, 2), rows.ravel().astype(np.int32))
    inputs, outputs = start(licences)
    inputs = np.concatenate([inputs, inputs[:50]])
    before = inputs.copy()
    log = train(inputs, outputs, licences, SETTINGS, row_groups=row_groups)
    assert log.epoch_losses[1] < log.epoch_losses[0]
    assert (inputs[n_words:] != before[n_words:]).all()


def test_threads_of_a_worker_and_shards_go_together(licences: EncodedCorpus) -> None:
    one_thread = SETTINGS.but(sync_rounds=1)  # so that a shard is several blocks
    settings = one_thread.but(threads=2, deterministic=True)
    once, again = trained(licences, settings), trained(licences, settings)
    assert_array_equal(once[0], again[0])
    assert (once[0] != trained(licences, one_thread)[0]).any()


def test_text_shorter_than_its_shards_is_trained(licences: EncodedCorpus) -> None:
    few = licences.head(300)
    assert np.isfinite(trained(few, SETTINGS.but(shards=16, sync_rounds=50))[0]).all()


@pytest.mark.parametrize("wrong", [{"shards": -1}, {"sync_rounds": 0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match=f"{next(iter(wrong))}: expected a whole number"):
        TrainingSettings.of(**wrong)
