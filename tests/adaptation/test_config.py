import json
import math

import pytest

from embedadapt.adaptation.config import AdaptationConfig, ReadingSettings
from embedadapt.core.errors import SettingsError
from embedadapt.training.settings import ModelSettings, RunSettings

CONFIG = AdaptationConfig.of(dimensions=12, subsample=0, window=7, threads=2, held_out=0.2, seed=4)

OLD = {
    "epochs": 3,
    "model": "cbow",
    "mode": "fast",
    "window": 4,
    "negative": 6,
    "ns_exponent": 0.75,
    "subsample": 0.001,
    "learning_rate": 0.025,
    "min_learning_rate": 0.0001,
    "threads": 2,
    "deterministic": False,
    "patience": 0,
    "seed": 9,
    "shards": 0,
    "sync_rounds": 20,
    "device": "cpu",
    "min_count": 5,
    "dimensions": 100,
    "dimension_epochs": 10,
    "context_epochs": 2,
    "held_out": 0.1,
    "prepare": "none",
}
"""Of an adapter of the version 0.1.0 before its settings were composed."""


def test_a_setting_goes_to_its_stage() -> None:
    assert CONFIG.model == ModelSettings(subsample=0, window=7)
    assert CONFIG.run == RunSettings(threads=2, seed=4)
    assert CONFIG.reading == ReadingSettings(held_out=0.2, seed=4)
    assert CONFIG.but(window=2).model.subsample == 0 == CONFIG.model.subsample
    assert CONFIG.but(model=ModelSettings(negative=3)).model == ModelSettings(negative=3)


def test_each_training_has_epochs_of_its_own() -> None:
    config = CONFIG.but(epochs=3, context_epochs=1, mode="exact")
    assert config.delta_training.epochs == 3
    assert config.context_training.epochs == 1
    assert config.dimension_training.epochs == 3
    assert config.but(dimension_epochs=4).dimension_training.epochs == 4
    assert config.but(epochs=0).dimension_training.epochs == 15
    assert config.dimension_training.model == ModelSettings(subsample=0, window=20, mode="fast")
    assert config.but(dimension_window=3).dimension_training.model.window == 3
    assert config.but(dimension_mode="exact").dimension_training.model.mode == "exact"
    assert config.context_training.model.mode == config.delta_training.model.mode == "exact"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", -1), ("epochs", 2.5), ("epochs", True), ("context_epochs", 1.5),
        ("context_epochs", 0), ("dimensions", -1), ("dimensions", 0.5), ("dimension_epochs", 2.5),
        ("dimension_mode", "slow"), ("patience", 1.5), ("held_out", 0.9),
        ("held_out", math.nan), ("held_out", "0.1"), ("min_count", 2.5),
        ("record", 1), ("window", 0), ("window", 2.5), ("negative", "5"), ("mode", "slow"),
        ("learning_rate", math.nan), ("subsample", None), ("threads", 1.0), ("device", "tpu"),
        ("deterministic", "yes"), ("window", 10**30), ("learning_rate", [0.1]), ("prepare", None),
        ("prepare", True), ("seed", 1.5), ("shards", -1), ("model", 3),
    ],
)  # fmt: skip
def test_a_setting_outside_its_range_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}\b"):
        AdaptationConfig.of(**{name: value})


def test_a_name_that_is_no_setting_is_refused_with_a_near_one() -> None:
    with pytest.raises(SettingsError, match=r"windwo: .*Did you mean window"):
        AdaptationConfig.of(windwo=5)
    with pytest.raises(SettingsError, match="widnow"):
        AdaptationConfig.from_dict({"model": {"widnow": 5}})


def test_settings_survive_the_form_of_an_adapter_file() -> None:
    written = json.loads(json.dumps(CONFIG.to_dict()))
    assert AdaptationConfig.from_dict(written) == CONFIG


def test_settings_of_earlier_adapters_are_read() -> None:
    config = AdaptationConfig.from_dict(OLD)
    assert config.model == ModelSettings(architecture="cbow", mode="fast", window=4, negative=6)
    assert (config.run.seed, config.reading.seed, config.run.threads) == (9, 9, 2)
    assert config.dimension_training.epochs == 10
