"""The verdict as sentences, and the command that follows from it."""

from dataclasses import replace

import pytest

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.result import Estimate, HeldOutLoss, VectorsEvaluation
from embedadapt.evaluation.verdict import Verdict, reach_verdict
from embedadapt.report.scores import judged_figures
from embedadapt.report.verdict import next_step, told
from tests.report.make import evaluation

WHOLE = evaluation().vectors[0]
GENTLE = replace(
    WHOLE,
    name="add budget 0.92",
    held_out=HeldOutLoss(Estimate(2.9, 2.8, 3), Estimate(-0.1, -0.2, -0.05)),
    scale=BySpecificity(1.5),
    budget=0.92,
    neighbor_overlap=Estimate(0.92, 0.91, 0.93),
)
WIDE = replace(GENTLE, name="concat budget 0.92", layout="concat")


def judged(*vectors: VectorsEvaluation) -> tuple[str, str]:
    """What is said, and the command that follows."""
    result = replace(evaluation(), vectors=vectors)
    verdict = reach_verdict(result)
    paths = {"vectors": "my glove.txt", "adapter": "out/legal.adapter", "lang": "en"}
    return told(verdict, result), next_step(verdict, result, **paths)[1]


def test_both_sides_are_named_and_plain_training_by_its_name() -> None:
    assert judged(GENTLE, WHOLE)[0] == (
        "Adapt with add budget 0.92: the held-out loss changes by -0.100 nats per pair; general "
        "words keep 92 % of their neighbors, domain words 20 %. add 1 (plain continued "
        "training) gains most: held-out loss -0.200, general words keep 60 %, domain words 20 %."
    )


@pytest.mark.parametrize(
    ("vectors", "options"),
    [
        (GENTLE, ""),
        (WIDE, " --layout concat"),
        (WHOLE, " --scale 1"),
        (replace(GENTLE, budget=0.8), " --budget 0.8"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_next_command_makes_the_vectors_advised(
    vectors: VectorsEvaluation, options: str
) -> None:
    assert judged(vectors)[1] == (
        f"embedadapt export 'my glove.txt' --adapter out/legal.adapter{options}"
        " --lang en -o en_legal"
    )


def test_induced_words_are_kept_by_options_of_today() -> None:
    new = HeldOutLoss(Estimate(3, 3, 3), Estimate(0, 0, 0), Estimate(-1, -2, -0.5))
    induced = replace(WHOLE, name="induced", layout=None, scale=None, held_out=new)
    said, command = judged(induced)
    assert "loss of their neighbors -1.000 nats per pair" in said
    assert "--epochs 0 --dimensions 0 -o out/legal.adapter" in command


def test_nothing_is_to_be_typed_where_the_base_is_left() -> None:
    assert next_step(Verdict("leave", "no gain", "base"), evaluation()) == ("", "")


def test_what_a_card_shows_is_of_the_vectors_advised() -> None:
    result = replace(evaluation(), vectors=(GENTLE, WHOLE))
    assert judged_figures(reach_verdict(result), result) == {
        "vectors": "add budget 0.92",
        "note": "adapted: add at scale by specificity from 1.50",
        "held_out_loss_change": [-0.1, -0.2, -0.05],
        "general_overlap": [0.92, 0.91, 0.93],
        "domain_overlap": [0.2, 0.15, 0.25],
    }
    assert judged_figures(Verdict("leave", "no gain", "base"), result) == {}
