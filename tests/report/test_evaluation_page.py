import json
import re
from dataclasses import replace

import pytest

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.result import Estimate
from embedadapt.report.evaluation_page import render_evaluation
from tests.report.make import HOSTILE, NEW, SCALES, WORDS, evaluation, space
from tests.report.test_html import Elements


def rendered(result=None, words=None) -> str:
    return render_evaluation(
        result or evaluation(), words or space(), table="glove.txt", adapter="legal.adapter"
    )


def test_the_scores_are_those_of_the_terminal():
    text = " ".join(Elements(rendered()).text.split())
    assert "general words keep 60 % of their neighbors" in text
    assert (
        "Adapt with add 1 (plain continued training), which gains most: the held-out loss changes "
        "by -0.200 nats per pair; general words keep 60 % of their neighbors, domain words 20 %."
        in text
    )
    assert "60 % 55 to 65" in text and "20 % 15 to 25" in text
    assert "0.400 ±0.020 ▼below the base beyond chance" in text
    assert "0.700 ±0.020 ▲above the base beyond chance" in text
    assert "simlex999: not measured." in text
    assert "naive baseline" in text


def test_new_words_and_shared_words_have_a_table_of_their_own() -> None:
    one = evaluation().vectors[0]
    assert one.held_out is not None
    loss = replace(one.held_out, new_words=Estimate(-2, -2.1, -1.9))
    one = replace(one, shared_overlap=Estimate(0.08, 0.06, 0.1), held_out=loss)
    text = " ".join(Elements(rendered(replace(evaluation(), vectors=(one,)))).text.split())
    assert "VectorsNew words: change nats per pairShared words keep add 1" in text
    assert "-2.000 -2.100 to -1.9008 % 6 to 10" in text
    alone = replace(evaluation().vectors[0], shared_overlap=None)
    assert 'id="apart"' not in rendered(replace(evaluation(), vectors=(alone,)))


def test_it_says_whether_new_words_are_an_island() -> None:
    text = " ".join(Elements(rendered()).text.split())
    own, known = space().new_near_new, space().new_near_known
    assert own == 0, "the one new word of the map has known neighbors only"
    assert known is not None and 0 < known < 0.5
    assert "In the whole space, 0 % of the nearest neighbors of new words are new words;" in text
    assert f"for known words, the share is {100 * known:.0f} %" in text
    assert "In the whole space" not in rendered(words=replace(space(), new_near_new=None))


def test_without_general_shares_one_column_is_left_and_the_way_out_is_named() -> None:
    one = replace(evaluation().vectors[0], domain_overlap=None, shared_overlap=None)
    result = replace(evaluation(), vectors=(one,), by_specificity=False)
    text = " ".join(Elements(rendered(result)).text.split())
    assert "Frequent words keep" in text and "Domain words keep" not in text
    assert "adapt --general TEXT" in text and "frequent words keep 60 %" in text


def test_the_slider_is_a_share_where_each_word_has_its_own_scale() -> None:
    assert "<label>Scale <input" in rendered()
    one = replace(
        evaluation(name="add budget 0.92").vectors[0], scale=BySpecificity(1.5), budget=0.92
    )
    page = rendered(replace(evaluation(), vectors=(one,)))
    assert "<label>Share of the adapter <input" in page and '"byWord":true' in page


def test_the_axis_of_changes_names_its_zero() -> None:
    texts = [a for tag, a in Elements(rendered()).elements if tag == "text"]
    zero = next(a["x"] for tag, a in Elements(rendered()).elements if a.get("class") == "zero")
    ticks = ["1%", f"{float(zero) / 10:.4g}%"]
    assert [one["x"] for one in texts] == 2 * ticks, "in the column, and below the change on phones"


@pytest.mark.parametrize(
    "term",
    ["Base", "Induced", "Layout", "Scale, budget", "Keep (overlap)", "Shared words", "Baseline"],
)
def test_its_terms_are_defined_on_it(term: str) -> None:
    assert f"<dt>{term}</dt><dd>" in rendered()


def test_a_verdict_against_it_is_the_headline():
    assert "<h1>Do not adapt these vectors</h1>" in rendered(evaluation(helped=False))


def test_the_map_is_there_as_data_on_whole_units():
    page = rendered()
    data = json.loads(re.search(r'application/json" id="data">(.*?)</script>', page)[1])
    assert tuple(data["scales"]) == SCALES
    assert data["names"][data["chosen"]] == "party"
    n = len(WORDS) + 1
    assert [len(row) for row in data["at"]] == [2 * n] * 3
    assert min(map(min, data["at"][1:])) >= 0 and max(map(max, data["at"])) <= 1000
    party, rent = (2 * data["names"].index(word) for word in ("party", "rent"))
    lease = 2 * data["names"].index("lease")
    assert data["at"][0][party : party + 2] == data["at"][0][rent : rent + 2]
    assert data["at"][2][party : party + 2] == data["at"][2][lease : lease + 2]
    nearest = data["near"][2][party // 2]
    assert data["names"][nearest[0]] == "lease" and nearest[1] == 100
    assert data["near"][0][data["names"].index(NEW)] == []


def test_it_shows_the_words_of_the_table_that_is_recommended():
    """Of two that gain, the one within a budget; the other moved words further."""
    gentle = evaluation(name="concat 0.25").vectors[0]
    moved = replace(gentle.moved[0], word="rent", n_documents=31)
    overlap = Estimate(0.9, 0.85, 0.95)
    gentle = replace(gentle, moved=(moved,), neighbor_overlap=overlap, budget=0.9, scale=0.25)
    result = replace(evaluation(), vectors=(evaluation().vectors[0], gentle))
    page = rendered(result, space(opens_at=0.25))
    text = " ".join(Elements(page).text.split())
    assert "changed most in concat 0.25 (the recommended vectors)" in text
    assert "rent1,23431" in text
    data = json.loads(re.search(r'application/json" id="data">(.*?)</script>', page)[1])
    assert (data["opensAt"], data["names"][data["chosen"]]) == (1, "rent")
    assert 'value="1" list="steps"' in page
    assert "the recommended vectors" not in Elements(rendered(evaluation(helped=False))).text


def test_a_table_that_moved_no_word_says_so():
    still = replace(evaluation(name="concat 0.25").vectors[0], moved=())
    text = " ".join(Elements(rendered(replace(evaluation(), vectors=(still,)))).text.split())
    assert "No word moved: in concat 0.25 (the recommended vectors), less than" in text


def test_hostile_words_stay_words():
    hostile = Elements(rendered(evaluation(name=HOSTILE), space(HOSTILE + "new")))
    plain = Elements(rendered())
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in plain.elements}
    assert sum(tag == "script" for tag, _ in hostile.elements) == 2
    assert "\u202e" not in hostile.text


def test_it_is_self_contained_and_always_the_same():
    page = rendered()
    assert page == rendered()
    for tag, attributes in Elements(page).elements:
        assert tag not in {"link", "img", "iframe", "object"}
        assert not {"src", "srcset"} & set(attributes)
        assert attributes.get("href", "#").startswith("#")
        assert "style" not in attributes and not any(name.startswith("on") for name in attributes)


@pytest.mark.parametrize("part", ["vectors", "scores"])
def test_results_with_little_to_say_render(part):
    assert "Adaptation" in rendered(replace(evaluation(), **{part: ()}, base_loss=None))
