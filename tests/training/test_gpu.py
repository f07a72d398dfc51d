"""What needs no GPU of training on one; the rest is in test_gpu_training."""

import importlib.util

import pytest

from embedadapt.core.errors import EmbedAdaptError, MissingExtraError, SettingsError
from embedadapt.training import gpu
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from tests.training.make import encoded, start

WITH_CUPY = importlib.util.find_spec("cupy") is not None


def no_gpu() -> bool:
    try:
        gpu.require_gpu()
    except EmbedAdaptError:
        return True
    return False


@pytest.mark.skipif(WITH_CUPY, reason="CuPy is installed")
def test_without_cupy_the_extra_is_named() -> None:
    corpus = encoded([[0, 1, 2]])
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[cuda\]'"):
        train(*start(corpus), corpus, TrainingSettings.of(device="cuda"))


@pytest.mark.skipif(not (WITH_CUPY and no_gpu()), reason="no CuPy, or a GPU for it")
def test_without_a_driver_one_line_says_so() -> None:
    with pytest.raises(EmbedAdaptError, match="an NVIDIA GPU and its driver") as caught:
        gpu.require_gpu()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("window", 16), ("negative", 31)])
def test_settings_that_a_warp_has_no_lanes_for(name: str, value: int) -> None:
    settings = TrainingSettings.of(**{name: value})
    with pytest.raises(SettingsError, match=f"{name}.*at most {value - 1} with device cuda"):
        gpu.kernel_sizes(100, settings, subwords=False)


@pytest.mark.parametrize(
    ("model", "mode", "together", "cbow"),
    [("skipgram", "fast", 10, False), ("skipgram", "exact", 1, False), ("cbow", "exact", 1, True)],
)
def test_sizes_follow_the_settings(model: str, mode: str, together: int, cbow: bool) -> None:
    settings = TrainingSettings.of(architecture=model, mode=mode, negative=7)
    sizes = gpu.kernel_sizes(50, settings, subwords=True)
    assert sizes == (56, 5, 8, together, cbow, True)


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(SettingsError, match="device: expected cpu or cuda, found 'tpu'"):
        TrainingSettings.of(device="tpu")
