import io
from dataclasses import replace

import pytest
from rich.console import Console

from embedadapt.evaluation.result import Estimate, EvaluationResult
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
        "60 (55…65)",
        "20 (15…25)",
        "40 (35…45)",
        "add 1 is plain continued training.",
        "%: neighbor overlap@10.",
        "0.400 ±0.020 ▼",
        "0.700 ±0.020 ▲",
        "n: 300.",
        "simlex999: not measured.",
        "party x1,234",
        f"{NEW} x20",
        "Adapt with add 1 (plain continued training)",
    ):
        assert expected in text, expected
    naive = next(line.split() for line in text.splitlines() if line.startswith("naive"))
    assert naive == ["naive", "8", "n/a", "n/a", "n/a"]


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


def test_the_names_and_widest_figures_of_adapted_vectors_fit_80_columns() -> None:
    one = evaluation().vectors[0]
    widest = replace(
        one,
        name="concat budget 0.92",
        dim=1024,
        neighbor_overlap=Estimate(0.996, 0.989, 1),
        domain_overlap=Estimate(0.996, 0.989, 1),
    )
    rows = shown(replace(evaluation(), vectors=(widest,))).splitlines()
    [legend] = [row for row in rows if row.startswith("change:")]
    assert len(legend) <= 80 and legend.endswith("overlap@10.")
    assert "concat budget 0.92   1024  -0.200 (-0.240…-0.150)  100 (99…100)  100 (99…100)" in rows


def test_where_no_general_shares_are_known_it_says_so_and_what_to_do() -> None:
    one = replace(evaluation().vectors[0], domain_overlap=None, shared_overlap=None)
    text = " ".join(shown(replace(evaluation(), vectors=(one,), by_specificity=False)).split())
    assert "frequent %" in text and "domain %" not in text
    assert "all words get the same scale" in text and "adapt --general TEXT" in text
    assert "frequent words keep 60 % of their neighbors" in text


def test_a_result_without_figures_is_shown_too() -> None:
    assert "Do not adapt" in shown(replace(evaluation(helped=False), scores=(), base_loss=None))
