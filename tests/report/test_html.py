import base64
import gzip
import hashlib
import re
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from embedadapt.core.corpus import UnreadFiles
from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import UnknownWord
from embedadapt.report import page_words
from embedadapt.report.html import render_comparison, render_oov
from embedadapt.report.page_documents import axis_top, documents_of
from embedadapt.report.page_words import listed_words
from tests.oov.make import WORDS, report, sense_shift

TEXT = "The Indemnitor shall pay Xencor, the lessor's indemnitor."

HOSTILE = " ".join(
    [
        '<script>alert(1)</script> </script><img/src=x/onerror=alert(1)> "onmouseover="x()',
        "&amp;lt; {{7*7}} {%raw%} ]]> <!-- --> <svg/onload=x> \u202eevil \x00nul \ud800lone",
    ]
)


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the page's text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.text_of: dict[str | None, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data
        last = self.elements[-1][1].get("class") if self.elements else None
        self.text_of.setdefault(last, data)


def test_hostile_text_stays_text():
    hostile, plain = (
        Elements(render_oov(report(text))) for text in (HOSTILE, "the seller owes Xencor § 7")
    )
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in plain.elements}
    names = {name for _, attributes in hostile.elements for name in attributes}
    assert names <= {name for _, attributes in plain.elements for name in attributes}
    assert sum(tag == "script" for tag, _ in hostile.elements) == 1
    assert "</script><img" in hostile.text.replace(" ", "")
    assert "{{7*7}}" in hostile.text


def test_the_page_can_always_be_written():
    page = render_oov(report(HOSTILE))
    page.encode("utf-8")
    assert not {"\x00", "\u202e"} & set(page)


def test_the_policy_allows_exactly_its_own_script_and_style():
    page = render_oov(report("the Indemnitor"))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    policy = policy.replace("&#39;", "'").replace("&#43;", "+")
    assert policy.startswith("default-src 'none';")
    for tag in ("script", "style"):
        inline = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_nothing_is_fetched():
    page = Elements(render_oov(report("the Indemnitor at http://www.sec.gov")))
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object"}
        assert not {"src", "srcset", "data"} & set(attributes)
        assert attributes.get("href", "#").startswith("#")


def test_figures_words_and_contexts_are_there():
    page = Elements(render_oov(report("the INDEMNITOR shall pay the lessor's indemnitor"))).text
    assert "42.9\u00a0% of the tokens have no vector as written" in page
    assert "3 of 7" in page
    assert "the INDEMNITOR shall pay the lessor's indemnitor" in page
    assert "apostrophe=straight, elision=split" in page


def test_rows_name_documents_within_their_common_folder():
    found = report("the Indemnitor", "an indemnitor")
    names = ["/home/me/texts/a/1.txt", "/home/me/texts/b/1.txt"]
    documents = [replace(d, name=name) for d, name in zip(found.documents, names, strict=True)]
    page = render_oov(replace(found, documents=tuple(documents)))
    assert '<bdi dir="auto">a/1.txt</bdi>' in page
    assert "/home/me" not in page


def test_no_folder_of_the_makers_disk_is_named():
    found = report("the Indemnitor", "an indemnitor")
    documents = [
        replace(document, name=name)
        for document, name in zip(found.documents, ("/home/me/1.txt", "/data/2.txt"), strict=True)
    ]
    words = [
        replace(word, context=word.context and replace(word.context, document="/home/me/1.txt"))
        for word in found.words
    ]
    vectors = replace(found.vectors, path="/home/me/vectors/tiny.txt")
    found = replace(found, vectors=vectors, documents=tuple(documents), words=tuple(words))
    other = replace(found, vectors=replace(vectors, path="/home/me/vectors/other.txt"))
    for page in (render_oov(found), render_comparison(OOVComparison((found, other)))):
        assert "/home" not in page and "/data" not in page
        assert "tiny.txt" in page and ">1.txt</cite>" in page


def test_heights_of_documents_compare_on_one_axis():
    found = report("the lessor shall pay", "the lessor shall pay")
    rates = ((95, 70), (7, 5))
    documents = tuple(
        replace(document, raw_tokens=100, raw_unknown=raw, n_tokens=100, unknown_tokens=left)
        for document, (raw, left) in zip(found.documents, rates, strict=True)
    )
    top = axis_top([found, replace(found, documents=documents)])
    strip = documents_of(replace(found, documents=documents), top)["strip"]
    assert strip["ticks"] == ["100 %", "50 %", "0 %"]
    assert [strip[key] for key in ("raw", "left")] == [
        "M0 100V5h1V93h1V100z",
        "M0 100V30h1V95h1V100z",
    ]
    small = documents_of(replace(found, documents=documents[1:] * 2), 0.1)["strip"]
    assert small["ticks"][0] == "10 %" and small["raw"].startswith("M0 100V30h1")


def test_one_document_is_told_and_not_drawn():
    page = render_oov(report("the lessor shall indemnify"))
    assert "The corpus is one document: 25.0 % of its tokens are unknown raw" in page
    assert '<svg class="strip"' not in page


@pytest.mark.parametrize(
    ("text", "language"),
    [("Le preneur et les bailleurs sont tenus de payer dans le mois", "fr"), ("kira bedeli", "")],
)
def test_the_language_of_quoted_text_is_marked_where_it_is_clear(text, language):
    page = Elements(render_oov(report(text)))
    assert ("html", {"lang": "en", "dir": "ltr"}) in page.elements
    quotes = [attributes for tag, attributes in page.elements if tag == "q"]
    assert quotes and all(each == {"lang": language, "dir": "auto"} for each in quotes)
    words = [a for tag, a in page.elements if tag == "bdi" and "lang" in a]
    assert words and {each["lang"] for each in words} == {language}


def test_a_text_without_unknown_words_says_so():
    page = Elements(render_oov(report("the lessor shall pay"))).text
    assert "Every word of this text has a vector, so the list is empty." in page


@pytest.mark.parametrize("text", ["the lessor shall pay", "The Lessor.", "§"])
def test_reports_with_little_to_say_render(text):
    assert "OOV report" in render_oov(report(text))


def test_causes_are_shares_of_what_they_are_causes_of():
    page = Elements(render_oov(report("THE LESSOR SHALL PAY THE LESSOR SHALL PAY Xencor here 7.")))
    text = " ".join(page.text.split())
    assert "These causes explain 72.7 % of the 11 tokens that are unknown raw." in text
    assert (
        "These causes explain the other 27.3 %. The shares are relative to the 3 tokens that are "
        "unknown after normalization." in text
    )
    assert text.count("33.3 %") == 2 * 3  # in the bar and beside it
    widths = [float(a["width"]) for tag, a in page.elements if a.get("height") == "10"]
    assert widths == pytest.approx([727.27, 1000 / 3, 1000 / 3, 1000 / 3], abs=0.01)


def test_every_total_is_explained():
    text = " ".join(
        Elements(render_oov(report("the Indemnitor the § 7 7 indemnitor"))).text.split()
    )
    assert "5 of 7" in text  # tokens, raw
    assert "3 of 4 (75.0 %)" in text  # types, normalised
    assert (
        "After normalization, 3 different words are unknown. 2 of them are numbers and symbols "
        "and not listed." in text
    )
    assert "1 words" not in text
    assert "a type is a distinct word" in text


def test_small_causes_are_listed_whole_and_large_ones_up_to_a_limit_that_is_said():
    large = [UnknownWord(f"t{i}", 9, 1, "term", False) for i in range(30)]
    small = [UnknownWord(f"s{i}", 2, 1, "typing", False) for i in range(4)]
    middle = [UnknownWord(f"m{i}", 2, 1, "name", False) for i in range(9)]
    listed = listed_words([*large, *middle, *small], 20)
    assert [word.word for word in listed] == [
        *(f"t{i}" for i in range(8)), *(f"m{i}" for i in range(8)), *(f"s{i}" for i in range(4)),
    ]  # fmt: skip
    assert listed_words(small, 4) == small


def test_the_page_says_how_many_words_of_a_cause_it_lists(monkeypatch):
    monkeypatch.setattr(page_words, "WORDS_LISTED", 6)
    monkeypatch.setattr(page_words, "ROWS", 2)
    text = "the whatsoever, " * 300 + "the whatseover, some other words here and there are unknown"
    page = Elements(render_oov(report(text, words=("whatsoever", *WORDS))))
    said = " ".join(page.text.split())
    assert "9 different words are unknown. The list has 6 of the 9: all words" in said
    assert "Words of the domain (5 of 8)" in said
    assert "Typing errors (1)" in said
    (further,) = [i for i, (_, a) in enumerate(page.elements) if a.get("class") == "further"]
    assert b"whatseover\t1\t1\t" in gzip.decompress(b64decode(page.text_of["further"]))
    assert "hidden" in page.elements[further][1]


def test_files_that_were_not_read_are_named():
    unread = (UnreadFiles(".doc", 2, "<old>.doc"), UnreadFiles(".png", 1, "scan.png"))
    found = replace(report(TEXT), unread=unread)
    line = "3 files were not read: 2 .doc (<old>.doc, …), 1 .png (scan.png)."
    assert line in Elements(render_oov(found)).text
    assert line in Elements(render_comparison(OOVComparison((found, replace(found))))).text
    assert "not read" not in Elements(render_oov(report(TEXT))).text
    assert found.to_dict()["unread"][1] == {"suffix": ".png", "n_files": 1, "example": "scan.png"}


@pytest.mark.parametrize("n_tables", [1, 4])
def test_a_large_report_stays_small(n_tables):
    words = [f"{a}{b}{c}ing" for a in "bcdfghjklm" for b in range(10) for c in range(25)]
    documents = [f"the {word} " + "shall pay indemnification " * 30 for word in words]
    found = report(*documents)
    several = OOVComparison(tuple(replace(found) for _ in range(n_tables)))
    page = render_oov(found) if several.single else render_comparison(several)
    assert 200_000 < len(page.encode()) < 1_000_000


def test_tables_stand_side_by_side():
    two = (report(TEXT), report(TEXT, words=(*WORDS, "indemnitor")))
    page = Elements(render_comparison(OOVComparison(two))).text
    assert "Recommended: tiny.txt. It lacks 9.1\u00a0% of the tokens of this text" in page
    assert "1 word that only these vectors lack" in page
    assert page.count("The words that matter") == 2


def test_sense_shifts_are_named_with_what_they_are_near_to_and_a_line():
    found = report(TEXT)
    page = Elements(render_oov(found, [sense_shift(), sense_shift("vest")])).text
    assert page.count("election, leader") == 2
    assert "each vest hereto shall pay" in page
    assert "too few known words" in render_oov(found, [])
    assert "Known words" not in render_oov(found)
    two = OOVComparison((found, report(TEXT, words=(*WORDS, "indemnitor"))))
    assert render_comparison(two, [sense_shift()]).count("election, leader") == 1
    alone = replace(sense_shift(), specificity=None, neighbor_specificity=None)
    assert "only by how far they moved" in render_oov(found, [alone])
    assert "only by how far they moved" not in page
