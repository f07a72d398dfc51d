from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation import resampling
from embedadapt.evaluation.analogies import Analogies
from embedadapt.evaluation.measures import SetMeasure, scored
from embedadapt.evaluation.resampling import Outcomes, Repeated, bootstrap_mean
from embedadapt.evaluation.result import Scores
from embedadapt.evaluation.word_pairs import WordPairs

ANGLES = np.linspace(0, 3, 40)
WORDS = ["north", *(f"w{i}" for i in range(40))]


def table(angles: np.ndarray, words: list[str] = WORDS) -> WordVectors:
    """The first word due north, each other turned away from it by its angle."""
    angles = np.array([0, *angles])[: len(words)]
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return WordVectors(Vocabulary(words), rows)


JUDGED = WordPairs(["north"] * 40, WORDS[1:], -ANGLES)
TURNED = table(np.where(np.arange(40) % 4 == 0, ANGLES[::-1], ANGLES))


def measured(sets: Mapping[str, WordPairs], tables: Mapping[str, WordVectors]) -> Scores:
    measure = SetMeasure("Word pairs", "rho", sets, seed=1)
    return measure.scores({name: measure.take(one) for name, one in tables.items()})


def test_tables_are_held_against_the_base_on_the_same_draws() -> None:
    tables = {"base": TURNED, "same": TURNED, "right": table(ANGLES)}
    scores = measured({"angles": JUDGED}, tables)
    base, same, right = (scores.vectors[name]["angles"] for name in ("base", "same", "right"))
    assert base.change is None and base.value.low < base.value.value < base.value.high
    assert same.value == base.value and same.change is not None
    assert same.change.low == same.change.value == same.change.high == 0
    assert (right.value.low, right.value.high) == pytest.approx((1, 1))
    assert right.change is not None and right.change.low > 0
    assert right.change.value == pytest.approx(1 - base.value.value)


def test_a_table_that_lacks_words_is_compared_on_what_both_know() -> None:
    tables = {"base": TURNED, "few": table(ANGLES, WORDS[:20])}
    scores = measured({"angles": JUDGED}, tables)
    few, base = (scores.vectors[name]["angles"] for name in ("few", "base"))
    assert (few.n, base.n) == (19, 40)
    both = stats.spearmanr(JUDGED.outcomes(TURNED)[:19], JUDGED.scores[:19])[0]
    assert few.change is not None and few.change.value == pytest.approx(1 - both)
    assert both != pytest.approx(base.value.value, abs=0.05)


def test_a_set_that_no_table_has_the_words_of_is_said_to_be_left_out() -> None:
    foreign = WordPairs(["a"] * 40, ["b"] * 40, ANGLES)
    alike = WordPairs(["north"] * 40, WORDS[1:], np.zeros(40))
    scores = measured({"foreign": foreign, "angles": JUDGED, "alike": alike}, {"base": TURNED})
    assert scores.columns == ("angles",)
    assert [note.split(":")[0] for note in scores.notes] == ["foreign", "alike"]


def test_a_set_that_only_a_baseline_knows_has_no_change() -> None:
    foreign = WordPairs(JUDGED.first, [f"mot{i}" for i in range(40)], JUDGED.scores)
    baseline = table(ANGLES, ["north", *foreign.second])
    scores = measured({"foreign": foreign}, {"base": TURNED, "baseline": baseline})
    assert scores.vectors["base"] == {} and scores.notes == ()
    assert scores.vectors["baseline"]["foreign"].change is None


def test_all_rows_that_a_set_names_are_looked_at() -> None:
    sets = {"pairs": WordPairs(["North"], ["unheard"], np.ones(1)), "none": Analogies([])}
    assert SetMeasure("", "", sets, seed=1).rows(TURNED).tolist() == [0, -1]


@pytest.mark.parametrize("items_at_once", [10, 70, resampling.ITEMS_AT_ONCE])
def test_resamples_are_those_of_the_mean(
    items_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resampling, "ITEMS_AT_ONCE", items_at_once)
    values = np.random.default_rng(2).normal(size=30)
    found = Outcomes(values, lambda outcomes, rows: outcomes[rows].mean(axis=1), seed=4).estimate()
    expected = bootstrap_mean(values, np.ones(30), seed=4)
    assert (found.value, found.low, found.high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )


def test_seeds_have_students_interval_and_are_compared_pair_by_pair() -> None:
    values = np.array([0.5, 0.6, 0.55, 0.7])
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    taken = {"base": {"F1": Repeated(values, 9)}}
    taken["table"] = {"F1": Repeated(values + 0.1, 9)}
    scores = scored(taken)
    assert scores["base"]["F1"].value.low == pytest.approx(low)
    assert scores["base"]["F1"].value.high == pytest.approx(high)
    change = scores["table"]["F1"].change
    assert change is not None
    assert (change.low, change.value, change.high) == pytest.approx((0.1, 0.1, 0.1))
    assert Repeated(np.array([0.5]), 1).estimate().low == 0.5, "one seed has no interval"
