"""Results as a notebook shows them: short, escaped, and without measuring anything."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.verdict import Verdict
from embedadapt.oov.comparison import OOVComparison
from embedadapt.report.notebook import view
from embedadapt.workflows.neighbors import find_neighbors
from tests.core.make import ADAPTER, BASE
from tests.oov.make import report
from tests.report.make import HOSTILE, evaluation, space

LARGEST = 8_000
MANY = " ".join(f"word{'a' * (i % 7)}{chr(97 + i % 26)}x" for i in range(3000))


class Cells(HTMLParser):
    """The texts between tags, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.tags.add(tag)

    def handle_data(self, data):
        self.texts.append(data.strip())


def shown(value: object) -> list[str]:
    html = value._repr_html_()
    assert len(html) < LARGEST
    cells = Cells()
    cells.feed(html)
    own = {"div", "p", "b", "br", "small", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert cells.tags <= own
    return [text for text in cells.texts if text]


def test_a_report_shows_readings_causes_and_words():
    texts = shown(report('The "Indemnitor", shall\npay', "the lessor"))
    assert texts[0] == "OOV report: tiny.txt (13 words, 3 dimensions)"
    assert {"raw", "normalized", "Capital letters", "indemnitor"} <= set(texts)


def test_a_long_report_is_short_in_a_notebook():
    long = report(*[f"{MANY} The lessor {i}" for i in range(40)])
    assert len(long.words) > 50
    shown(long)
    assert len(repr(long)) < 200 and "tiny.txt" in repr(long)


def test_two_reports_side_by_side():
    one = report("the indemnitor pays")
    comparison = OOVComparison((one, replace(one, vectors=replace(one.vectors, path="b.txt"))))
    texts = shown(comparison)
    assert {"tiny.txt", "b.txt", "Unknown tokens"} <= set(texts)
    assert len(repr(comparison)) < 400


def test_an_evaluation_shows_the_verdict_the_scores_and_the_words_that_moved():
    result = evaluation()
    texts = shown(result)
    assert any(text.startswith("Adapt with add 1") for text in texts)
    assert {"-0.200 (-0.240 to -0.150)", "60 %", "party", "sublessor"} <= set(texts)
    assert repr(result) == "EvaluationResult(add 1 -0.200, naive)"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict("adapt", "gain", "add 1"), "Adapt with add 1."),
        (Verdict("induce", "induced gain", "induced"), "Induce only"),
        (Verdict("leave", "no order", "base"), "Do not adapt: no order."),
    ],
)
def test_a_verdict(verdict, said):
    assert shown(verdict)[1].startswith(said)


def test_an_adapter_shows_its_new_words_and_its_verdict():
    scores = {"verdict": Verdict("adapt", "gain", "add 1").to_dict()}
    texts = shown(replace(ADAPTER, scores=scores))
    assert texts[0].startswith("Adapter of vectors (2 dimensions, ")
    assert "New words, by keyness: lessor." in texts
    assert "Verdict: add 1 (gain)." in texts
    assert not any("New words" in text for text in shown(without_new_words()))


def without_new_words():
    known = ADAPTER.vocabulary.select([0, 2])
    return replace(
        ADAPTER,
        vocabulary=known,
        base_rows=ADAPTER.base_rows[[0, 2]],
        starts=ADAPTER.starts[:0],
        delta=ADAPTER.delta[[0, 2]],
        dimensions=ADAPTER.dimensions[[0, 2]],
        surface_forms={},
    )


def test_neighbors_and_a_map():
    found = find_neighbors(BASE, ["lease", "leese"], topn=1)
    texts = shown(found)
    assert {"lease", "cat 0.71", "no vector; did you mean lease?"} <= set(texts)
    many = find_neighbors(BASE, [f"x{i}" for i in range(500)])
    assert any("more queries" in text for text in shown(many))
    assert shown(space())[0] == "Map of words" and len(repr(space())) < 100


def test_no_vector_is_compared_for_a_view(monkeypatch):
    monkeypatch.delattr(WordVectors, "norms")
    monkeypatch.delattr(WordVectors, "fingerprint")
    for value in (evaluation(), ADAPTER, report("the indemnitor")):
        shown(value)


def test_hostile_words_stay_text():
    assert HOSTILE.startswith("</script>")
    result = evaluation(name=HOSTILE)
    assert "<b onclick" not in result._repr_html_() and "\u202e" not in result._repr_html_()


def test_what_has_no_view_is_an_error():
    with pytest.raises(TypeError, match="no view of int"):
        view(1)


def test_a_report_is_saved_as_its_page(tmp_path: Path):
    one = report("the indemnitor pays")
    one.save_html(tmp_path / "one.html")
    OOVComparison((one, report("the indemnitor pays"))).save_html(str(tmp_path / "two.html"))
    evaluation().save_html(tmp_path / "three.html", space(), vectors="glove.txt")
    pages = {"one": "OOV report", "two": "OOV comparison", "three": "glove.txt"}
    for name, said in pages.items():
        page = (tmp_path / f"{name}.html").read_text("utf-8")
        assert page.startswith("<!doctype html>") and said in page
