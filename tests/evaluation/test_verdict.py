from dataclasses import replace

import pytest

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.judge import JUDGE
from embedadapt.evaluation.result import (
    INDUCED,
    Estimate,
    EvaluationResult,
    HeldOutLoss,
    VectorsEvaluation,
)
from embedadapt.evaluation.verdict import Verdict, reach_verdict
from embedadapt.report.verdict import told
from tests.evaluation.make import result_of

NOTHING = Estimate(0.0, 0.0, 0.0)
BETTER, WORSE = Estimate(-0.2, -0.3, -0.1), Estimate(0.0, -0.1, 0.1)


def table(name: str, change: Estimate, new: Estimate | None, kept: float) -> VectorsEvaluation:
    return VectorsEvaluation(
        name=name,
        dim=2,
        n_words=4,
        held_out=HeldOutLoss(Estimate(3 + change.value, 2.9, 3.1), change, new),
        neighbor_overlap=Estimate(kept, kept, kept),
        moved=(),
        new_words=(),
    )


GAINING = result_of(
    table(INDUCED, NOTHING, BETTER, 1.0),
    table("concat 0.25", BETTER, BETTER, 0.9),
    table("add 0.5", replace(BETTER, value=-0.25), BETTER, 0.6),
)


def test_the_gentlest_table_that_gains_is_advised() -> None:
    verdict = reach_verdict(GAINING)
    assert verdict == Verdict("adapt", "gain", "concat 0.25")
    assert told(verdict, GAINING) == (
        "Adapt with concat 0.25: the held-out loss changes by -0.200 nats per pair; general words "
        "keep 90 % of their neighbors. add 0.5 gains most: held-out loss -0.250, general words "
        "keep 60 %."
    )


def test_training_that_adds_nothing_to_first_vectors_is_not_advised() -> None:
    same = result_of(table(INDUCED, NOTHING, BETTER, 1.0), table("add 0.5", WORSE, BETTER, 0.6))
    assert reach_verdict(same) == Verdict("induce", "induced gain", INDUCED)
    assert "Induce only" in told(reach_verdict(same), same)


def test_no_gain_beyond_doubt_is_no_gain() -> None:
    none = result_of(table(INDUCED, NOTHING, WORSE, 1.0), table("add 0.5", WORSE, WORSE, 0.6))
    assert reach_verdict(none) == Verdict("leave", "no gain", "base")


@pytest.mark.parametrize(
    ("doubted", "reason", "words"),
    [
        (replace(GAINING, base_loss=None), "no text", "no held-out text"),
        (replace(GAINING, familiarity=0.03), "other language", "only 3 % of this text"),
        (replace(GAINING, order_gain=Estimate(0.01, -0.1, 0.1)), "no order", "+0.010 nats"),
        (
            replace(GAINING, text=replace(GAINING.text, n_tokens=200)),
            "little text",
            "200 held-out tokens",
        ),
    ],
)
def test_a_text_in_doubt_is_said_no_to_whatever_it_gained(
    doubted: EvaluationResult, reason: str, words: str
) -> None:
    verdict = reach_verdict(doubted)
    assert (verdict.decision, verdict.reason, verdict.vectors) == ("leave", reason, "base")
    assert told(verdict, doubted).startswith("Do not adapt: ")
    assert words in told(verdict, doubted)


def test_the_thresholds_are_the_judges() -> None:
    strict = replace(GAINING, judge=replace(JUDGE, fewest_tokens=6_000))
    assert reach_verdict(strict).reason == "little text"
    assert "at least 6,000 are needed" in told(reach_verdict(strict), strict)
    assert reach_verdict(replace(strict, judge=JUDGE)).decision == "adapt"


def test_a_table_in_no_order_is_not_doubted_for_it() -> None:
    assert reach_verdict(replace(GAINING, familiarity=None)).decision == "adapt"


def test_vectors_within_a_budget_are_advised_before_others() -> None:
    gaining = table("add budget 0.92", BETTER, BETTER, 0.92)
    within = replace(gaining, budget=0.92, layout="add", scale=BySpecificity(1.5))
    plain = table("add 1", replace(BETTER, value=-0.5), BETTER, 0.3)
    assert reach_verdict(result_of(plain, within)).vectors == "add budget 0.92"
    lost = replace(within, held_out=HeldOutLoss(Estimate(3, 2.9, 3.1), WORSE, None))
    assert reach_verdict(result_of(plain, lost)).decision == "leave"


def test_a_gain_that_shuffled_text_has_too_is_none() -> None:
    small = Estimate(-JUDGE.least_gain / 2, -JUDGE.least_gain, -JUDGE.least_gain / 4)
    assert reach_verdict(result_of(table("add 1", small, None, 0.9))).reason == "no gain"


def test_text_as_general_as_the_vectors_is_not_worth_adapting_to() -> None:
    general = replace(GAINING, domain_share=JUDGE.least_domain_share / 2)
    verdict = reach_verdict(general)
    assert verdict == Verdict("leave", "nothing specific", "base")
    assert "not specific to a domain: only 2.5 % of its tokens" in told(verdict, general)
