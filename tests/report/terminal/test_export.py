import io
from pathlib import Path

import pytest
from rich.console import Console

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.result import Estimate
from embedadapt.evaluation.scale import ScaleCost
from embedadapt.export.spacy_pipeline import PipelineExport
from embedadapt.report.terminal.export import show_pipeline, show_scale


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


@pytest.mark.parametrize("composes", [True, False])
def test_a_pipeline_that_needs_embedadapt_says_so(composes: bool) -> None:
    stream = io.StringIO()
    written = PipelineExport(3, 0, 0, 0, composes=composes)
    show_pipeline(written, Path("en_legal"), Console(file=stream, width=80))
    text = " ".join(stream.getvalue().split())
    assert ("embedadapt must be installed" in text) == composes
