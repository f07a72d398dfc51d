import io

import pytest
from rich.console import Console

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.result import Estimate
from embedadapt.evaluation.scale import ScaleCost
from embedadapt.report.terminal.export import show_scale


@pytest.mark.parametrize(
    ("scale", "words"), [(BySpecificity(1.5), "general"), (0.25, "frequent")], ids=str
)
def test_whose_neighbors_are_kept_is_said_with_its_interval(
    scale: float | BySpecificity, words: str
) -> None:
    stream = io.StringIO()
    cost = ScaleCost("add", scale, Estimate(0.922, 0.913, 0.93), 0.5)
    show_scale(cost, Console(file=stream, width=80))
    text = " ".join(stream.getvalue().split())
    assert f"{words.capitalize()} words keep 92.2 % of their neighbors (91.3 to 93.0)" in text
    assert ("adapt --general TEXT" in text) == (words == "frequent")
