import re
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.text.tokenize import chunk_tokens, combining_marks, token_pattern, tokenize
from tests.text.golden_cases import cases

INVISIBLE = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
RULES = "._-*=~#+'`–—"
texts = st.text(st.sampled_from("aéÉβ1 9.,:;'’-–/&_·@#°n§(«»\u00a0\u0301\u00ad\u200d\n" + "lqu"))


@pytest.mark.parametrize("case", cases("tokens.json"))
def test_golden(case: dict[str, object]) -> None:
    assert tokenize(case["text"]) == case["tokens"]


def without_long_runs(text: str) -> str:
    kept = ""
    for char in text:
        if char not in RULES or kept[-3:] != 3 * char:
            kept += char
    return kept


@given(texts | st.text())
@example("e\u0301")
@example("a......b")
@example(".a@b.c .\u0300\u0300\u0300")
def test_nothing_visible_is_lost(text: str) -> None:
    visible = "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
    joined = "".join(c for c in "".join(tokenize(text)) if unicodedata.category(c) != "Cf")
    assert without_long_runs(joined) == without_long_runs(visible)


@given(texts, texts)
def test_white_space_always_separates(one: str, other: str) -> None:
    assert tokenize(f"{one} {other}") == tokenize(one) + tokenize(other)


@given(texts)
def test_no_token_is_empty_or_holds_what_is_not_seen(text: str) -> None:
    for token in tokenize(text):
        assert token
        assert not any(c.isspace() or c in INVISIBLE for c in token)


def test_every_combining_mark_stays_with_its_letter() -> None:
    marks = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)).startswith("M")]
    assert [mark for mark in marks if tokenize(f"a{mark}b") != [f"a{mark}b"]] == []


@pytest.mark.parametrize("piece", ["a.", "a-", "a@", "-_", ".-", "1,", "l'", "www."])
def test_a_long_chunk_takes_no_quadratic_time(piece: str) -> None:
    assert tokenize(20_000 * piece)


parts = st.text(st.sampled_from("aéÉβ1qulnNº²中w"), min_size=1)
joints = st.sampled_from("'’ʼ`-‐‑/&_·°.,:@")


@given(parts, st.lists(st.tuples(joints, parts).map("".join)))
@example("n", ["°1"])
@example("a", ["-b", "’s"])
def test_a_chunk_has_the_tokens_of_the_pattern_whichever_way_it_takes(
    first: str, others: list[str]
) -> None:
    chunk = "".join([first, *others])
    assert list(chunk_tokens(chunk)) == token_pattern().findall(chunk)


def test_every_combining_mark_is_known() -> None:
    marks = re.compile(f"[{combining_marks()}]")
    every = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] == "M"]
    found = [c for c in map(chr, range(sys.maxunicode + 1)) if marks.match(c)]
    assert found == sorted([*every, "\u200c", "\u200d"])
