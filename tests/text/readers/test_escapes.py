"""Characters that plain text has written out: references of HTML, escapes of JSON and of code."""

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import embedadapt
from embedadapt.text.readers import escapes, open_corpus
from embedadapt.text.readers.escapes import plain_text
from tests.naive import written_words
from tests.oov.make import table

WORDS = [
    "the",
    "Rent",
    "Zahlung",
    "fällig",
    "l’acheteur",
    "“due”",
    "2024",
    "AT&T",
    "x<y",
    "—",
    "😀",
]


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join), min_size=1))
def test_text_as_json_or_html_writes_it_reads_as_it_was(lines: list[str]) -> None:
    text = "\n".join([" ".join(WORDS), *lines])
    assert plain_text(json.dumps(text)[1:-1]).split() == text.split()
    written = html.escape(text).encode("ascii", "xmlcharrefreplace").decode()
    assert plain_text(written) == plain_text(html.escape(written)) == text
    assert plain_text(text) == text


KEPT = {
    "latex": r"\noindent Let \nabla f \neq 0, \tau \to \rho, \textbf{not} \text{the} rent; \not x",
    "windows": r"copy C:\new\table.txt to D:\rent\the.doc and \\server\notes, the rent, the table",
    "regex": r"re.compile(r'\d+\w*\s[\n]') and \bword\b or \name",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_other_backslashes_stay(text: str) -> None:
    assert plain_text(text) == text


def test_code_loses_no_word() -> None:
    text = 'print("hello\\nworld\\n"); world = "hello\\tTom\\r\\n"; path = "\\name"'
    found = re.findall(r"[a-zA-Z]+", plain_text(text))
    assert found == ["print", "hello", "world", "world", "hello", "Tom", "path", "name"]


def test_a_file_of_plain_text_is_read_without_them(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(r"The&nbsp;lessor&#8217;s pay,\nthe lessor shall &amp;amp; pay\u002e", "utf-8")
    (document,) = open_corpus([path])
    assert document.text == "The\xa0lessor’s pay,\nthe lessor shall & pay."
    report = embedadapt.analyze_oov(table(), path)
    assert [word.word for word in report.words] == []


_MARKS = [" ", "\\", "_", "1", ".", "\u0130", "²"]
_PARTS = st.sampled_from(["nplease", "please", "n", "É", "é", *_MARKS])
_WORDS = st.sets(st.sampled_from(["nplease", "please", "n", "é", "nn", "²"]))


@given(st.lists(_PARTS).map("".join), _WORDS)
def test_words_are_found_one_by_one_and_at_once(text: str, words: set[str]) -> None:
    expected = written_words(text, words)
    for few, at_once in ((100, 1), (-1, 1), (-1, 100)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(escapes, "FEW_WORDS", few)
            patch.setattr(escapes, "AT_ONCE", at_once)
            assert escapes._words_among(text, words) == expected
