"""Whole trainings on a GPU, beside the processor's. Needs a GPU."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import EmbedAdaptError
from embedadapt.training import gpu
from embedadapt.training.job import Job
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.loop import run
from embedadapt.training.row_groups import RowGroups
from embedadapt.training.settings import Architecture, TrainingSettings
from embedadapt.training.train import fit_outputs, train
from tests.gpu import require_gpu
from tests.training.make import start

cupy = require_gpu()
pytestmark = pytest.mark.cuda

SETTINGS = TrainingSettings.of(epochs=5, mode="fast", device="cuda")


@pytest.mark.parametrize(
    ("dim", "settings"),
    [
        (50, SETTINGS),
        (300, SETTINGS),
        (100, SETTINGS.but(mode="exact")),
        (100, SETTINGS.but(window=8, negative=10)),
        # At one rate: the processor's falls by the block, of which there are but seven.
        (100, SETTINGS.but(epochs=1, min_learning_rate=0.025)),
        (100, SETTINGS.but(subsample=0)),
    ],
)
def test_as_good_as_on_the_processor(
    licences: EncodedCorpus, dim: int, settings: TrainingSettings
) -> None:
    losses = {}
    for device in ("cpu", "cuda"):
        inputs, outputs = start(licences, dim)
        log = train(inputs, outputs, licences, settings.but(device=device))
        assert log.n_words == settings.epochs * licences.n_tokens
        assert 1 < log.epoch_losses[-1] < 4.2
        losses[device] = held_out_loss(inputs, outputs, licences, settings)
    assert abs(losses["cuda"] / losses["cpu"] - 1) < 0.01


def test_cbow_is_as_good(licences: EncodedCorpus) -> None:
    settings, losses = SETTINGS.but(architecture="cbow", epochs=10), {}
    for device in ("cpu", "cuda"):
        inputs, outputs = start(licences, 100)
        train(inputs, outputs, licences, settings.but(device=device))
        losses[device] = held_out_loss(inputs, outputs, licences, settings)
    assert abs(losses["cuda"] / losses["cpu"] - 1) < 0.01


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_words_of_several_rows_are_as_good(licences: EncodedCorpus, model: Architecture) -> None:
    """Each word has a row of its own and six of 400 that it has in common with others."""
    n_words, rng = len(licences.vocabulary), np.random.default_rng(0)
    buckets = rng.integers(n_words, n_words + 400, size=(n_words, 6))
    rows = np.column_stack([np.arange(n_words), buckets]).astype(np.int32)
    row_groups = RowGroups(np.arange(n_words + 1) * 7, rows.ravel())
    settings, losses = SETTINGS.but(architecture=model), {}
    for device in ("cpu", "cuda"):
        inputs = (rng.random((n_words + 400, 50), dtype=np.float32) - np.float32(0.5)) / 50
        outputs = np.zeros((n_words, 50), np.float32)
        train(inputs, outputs, licences, settings.but(device=device), row_groups=row_groups)
        losses[device] = held_out_loss(inputs[rows].mean(axis=1), outputs, licences, settings)
    assert abs(losses["cuda"] / losses["cpu"] - 1) < 0.01


def test_many_blocks_are_one_text(licences: EncodedCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "BLOCK_WORDS", 20_000)
    inputs, outputs = start(licences, 50)
    trainer = gpu.GpuTrainer.prepare(Job(inputs, outputs, licences, SETTINGS))
    assert trainer.n_blocks > 2
    run(trainer, SETTINGS.epochs, stage="training")
    train(inputs, outputs, licences, SETTINGS.but(device="cpu"))
    blocks, whole = (
        held_out_loss(*matrices, licences, SETTINGS)
        for matrices in (trainer.matrices(), (inputs, outputs))
    )
    assert abs(blocks / whole - 1) < 0.01


def test_the_context_matrix_is_fitted_to_inputs_left_alone(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences, 50)
    train(inputs, outputs, licences, SETTINGS.but(device="cpu"))
    before = inputs.copy()
    fits = {
        device: fit_outputs(inputs, licences, SETTINGS.but(device=device))
        for device in ("cpu", "cuda")
    }
    assert_array_equal(inputs, before)
    ours, theirs = (
        held_out_loss(inputs, fits[device], licences, SETTINGS) for device in ("cuda", "cpu")
    )
    assert abs(ours / theirs - 1) < 0.01


def test_a_table_larger_than_the_memory_is_refused_with_the_sum() -> None:
    sizes = gpu.kernel_sizes(300, SETTINGS, subwords=False)
    with pytest.raises(EmbedAdaptError, match=r"GiB: 900,000,000 \+ 900,000,000 rows of 304"):
        gpu.check_memory(cupy, sizes, 900_000_000, 900_000_000, 1_000)


def test_a_window_too_wide_for_shared_memory_is_refused() -> None:
    sizes = gpu.kernel_sizes(4_000, SETTINGS, subwords=False)
    with pytest.raises(EmbedAdaptError, match=r"shared memory.*4000 columns, window 5"):
        gpu.check_memory(cupy, sizes, 10, 10, 1_000)


def test_nan_is_noticed_and_the_matrices_stay(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    inputs[0] = np.nan
    before = inputs.copy()
    with pytest.raises(EmbedAdaptError, match="finite loss, found nan"):
        train(inputs, outputs, licences, SETTINGS)
    assert_array_equal(inputs, before)
