import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from embedadapt.evaluation.result import (
    Estimate,
    EvaluationResult,
    HeldOutLoss,
    HeldOutText,
    VectorsEvaluation,
)
from embedadapt.evaluation.verdict import reach_verdict
from tests.evaluation.make import result_of


def result(changes: Mapping[str, Estimate]) -> EvaluationResult:
    """A result whose tables have these changes of loss to a base at 3 nats."""
    tables = (
        VectorsEvaluation(
            name=name,
            dim=2,
            n_words=5,
            held_out=HeldOutLoss(Estimate(3 + c.value, 3 + c.low, 3 + c.high), c),
            neighbor_overlap=None,
            moved=(),
            new_words=(),
        )
        for name, c in changes.items()
    )
    return result_of(*tables)


def test_a_gain_within_the_doubt_is_no_help() -> None:
    unsure = result({"a": Estimate(-0.1, -0.3, 0.05), "b": Estimate(0.2, 0.1, 0.3)})
    assert not unsure.helped and unsure.best_on_domain is unsure["a"]
    sure = result({"a": Estimate(-0.1, -0.3, 0.05), "b": Estimate(-0.2, -0.3, -0.1)})
    assert sure.helped and sure.best_on_domain is sure["b"]
    assert not result({}).helped and result({}).best_on_domain is None


def test_a_baseline_is_never_the_best_nor_advised() -> None:
    both = result({"ours": Estimate(-0.1, -0.2, -0.05), "baseline": Estimate(-1, -1.1, -0.9)})
    ours, baseline = both.vectors
    both = replace(both, vectors=(replace(baseline, is_baseline=True), ours))
    assert both.best_on_domain is ours and reach_verdict(both).table == "ours"
    alone = replace(both, vectors=both.vectors[:1])
    assert not alone.helped and reach_verdict(alone).decision == "leave"


@pytest.mark.parametrize(
    ("low", "high", "excludes"),
    [(-2, -1, True), (-1, 1, False), (1, 2, True), (0, 1, False), (-1, 0, False)],
)
def test_an_interval_excludes_zero_or_not(low: float, high: float, excludes: bool) -> None:
    assert Estimate(0.5, low, high).excludes_zero is excludes


def test_the_json_holds_the_derived_figures() -> None:
    written = json.loads(json.dumps(result({"a": Estimate(-1, -2, -0.5)}).to_dict()))
    assert written["format"] == 5
    assert written["helped"] is True
    assert written["text"]["repeated_share"] == 0.25
    assert written["vectors"][0]["held_out"]["change"] == {"value": -1, "low": -2, "high": -0.5}
    assert HeldOutText(1, 0, 0, 0, 0, 0, 0).repeated_share == 0
