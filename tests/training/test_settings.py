import math

import pytest

from embedadapt.core.errors import SettingsError
from embedadapt.training.settings import ModelSettings, TrainingSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", -1),
        ("epochs", 2.5),
        ("window", 0),
        ("window", 2.5),
        ("negative", 0),
        ("threads", 0),
        ("subsample", 1.0),
        ("subsample", -0.1),
        ("learning_rate", 0.0),
        ("learning_rate", math.nan),
        ("min_learning_rate", 0.5),
        ("ns_exponent", math.inf),
        ("architecture", "glove"),
        ("mode", "quick"),
        ("seed", -1),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, found {value!r}"):
        TrainingSettings.of(**{name: value})


def test_the_rate_decreases_linearly() -> None:
    settings = ModelSettings(learning_rate=0.3, min_learning_rate=0.1)
    assert [settings.rate_at(share) for share in (0, 0.5, 1)] == pytest.approx([0.3, 0.2, 0.1])
