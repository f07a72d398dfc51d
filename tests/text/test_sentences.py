from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.text.sentences import sentences
from tests.text.golden_cases import cases

CORPORA = Path(__file__).parents[2] / "corpora"


@pytest.mark.parametrize("case", cases("sentences.json"))
def test_golden(case: dict[str, object]) -> None:
    assert list(sentences(case["text"])) == case["sentences"]


@given(st.text(st.sampled_from("aB 1.!?…»”)\n\r\f(«-;\u00ad\u2028")) | st.text())
def test_sentences_are_the_text_but_for_breaks(text: str) -> None:
    found = list(sentences(text))
    assert all(sentence == " ".join(sentence.split()) != "" for sentence in found)
    squeezed = "".join(text.split()).replace("\u00ad", "")
    assert "".join("".join(found).split()).replace("\u00ad", "") == squeezed


def test_a_wrapped_licence_is_unwrapped() -> None:
    text = (CORPORA / "en/licences/gpl-2.0.txt").read_text("utf-8")
    found = list(sentences(text))
    assert (
        "The precise terms and conditions for copying, distribution and modification follow."
        in found
    )
    assert any(
        s.startswith("Activities other than copying") and s.endswith("outside its scope.")
        for s in found
    )


def test_the_same_words_wrapped_at_any_width_give_the_same_sentences() -> None:
    text = (CORPORA / "en/licences/epl-1.0.txt").read_text("utf-8")
    paragraphs = [line.strip() for line in text.split("\n") if len(line) > 200]
    whole = list(sentences("\n\n".join(paragraphs)))
    for width in (50, 72, 120):
        wrapped = "\n\n".join("\n".join(wrap(p, width)) for p in paragraphs)
        assert list(sentences(wrapped)) == whole


def wrap(paragraph: str, width: int) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def test_a_paragraph_a_line_stays_so() -> None:
    text = min((CORPORA / "fr/conventions_collectives").glob("*.txt")).read_text("utf-8")
    starts = {sentence.split()[0] for sentence in sentences(text)}
    assert {line.split()[0] for line in text.split("\n") if line.strip()} <= starts
