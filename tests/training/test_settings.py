import math
from dataclasses import replace

import pytest

from embedadapt.core.errors import SettingsError
from embedadapt.training.settings import TrainingSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", -1),
        ("window", 0),
        ("negative", 0),
        ("threads", 0),
        ("subsample", 1.0),
        ("subsample", -0.1),
        ("learning_rate", 0.0),
        ("learning_rate", math.nan),
        ("min_learning_rate", 0.5),
        ("ns_exponent", math.inf),
        ("model", "glove"),
        ("mode", "quick"),
        ("seed", -1),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, found {value!r}"):
        replace(TrainingSettings(), **{name: value})


def test_the_rate_falls_in_a_straight_line() -> None:
    settings = TrainingSettings(learning_rate=0.3, min_learning_rate=0.1)
    assert [settings.rate_at(share) for share in (0, 0.5, 1)] == pytest.approx([0.3, 0.2, 0.1])
