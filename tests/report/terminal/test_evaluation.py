import io
from dataclasses import replace

import pytest
from rich.console import Console

from embedadapt.evaluation.result import EvaluationResult
from embedadapt.report.terminal.evaluation import show_evaluation
from tests.report.make import HOSTILE, NEW, evaluation


def shown(result: EvaluationResult, *, width: int = 80) -> str:
    stream = io.StringIO()
    show_evaluation(result, Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def test_every_table_has_its_row_in_every_kind_of_figure() -> None:
    text = shown(evaluation())
    for expected in (
        "-0.200 (-0.240…-0.150)",
        "60 % (55 %…65 %)",
        "0.400 ±0.020 ▼",
        "0.700 ±0.020 ▲",
        "n: 300.",
        "simlex999: not measured.",
        "party x1,234",
        f"{NEW} x20",
        "Adapt with add 1",
    ):
        assert expected in text, expected
    assert [line.split()[0] for line in text.splitlines() if "n/a" in line] == ["naive"]


def test_what_differs_in_size_is_said_by_set() -> None:
    result = evaluation()
    scores = result.scores[0]
    fewer = {name: replace(score, n=250) for name, score in scores.vectors["add 1"].items()}
    fewer["MEN"] = replace(fewer["MEN"], n=300)
    tables = {**scores.vectors, "add 1": fewer}
    text = shown(replace(result, scores=(replace(scores, vectors=tables),)))
    assert "n: MEN 300, legal 250 to 300." in text


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_the_width_and_hostile_names_do_nothing(width: int) -> None:
    text = shown(evaluation(name=HOSTILE), width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "\u202e" not in text


def test_a_result_without_figures_is_shown_too() -> None:
    assert "Do not adapt" in shown(replace(evaluation(helped=False), scores=(), base_loss=None))
