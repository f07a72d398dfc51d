import io
from dataclasses import replace

import pytest
from rich.console import Console

from embedadapt.oov.ngrams import composed_of
from embedadapt.oov.result import NgramCounts
from embedadapt.report.html import render_oov
from embedadapt.report.terminal.elements import bar
from embedadapt.report.terminal.oov import show_oov
from tests.oov.make import report

LEASE = """THE LESSOR shall pay l’acheteur. The lessor's non-exclusive indemnitor shall pay Xencor;
the indemnitor (Xencor) shall pay under § 7."""


def shown(found, *, width=80, encoding="utf-8"):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
    show_oov(found, Console(file=stream, width=width, highlight=False))
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_everything_fits_the_width_without_colour(width):
    text = shown(report(LEASE), width=width)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= width


def test_it_tells_rates_causes_words_and_what_to_do():
    found = report(LEASE + " indemnitor" * 3)
    text = shown(found, width=100)
    for expected in (
        "raw",
        "normalized",
        "Capital letters",
        "case=lower",
        "Names and defined terms",
        "indemnitor",
        "1 document, 23 tokens",
        "embedadapt adapt VECTORS CORPUS",
    ):
        assert expected in text
    assert f"{found.raw.unknown_tokens} raw tokens are not found" in text


def test_each_share_is_of_its_own_total():
    """8 of 10 tokens are capitals, the rest unknown: 2 tokens, of one name and one term."""
    found = report("THE LESSOR SHALL PAY THE LESSOR SHALL PAY Xencor indemnitor.")
    text = shown(found)
    rows = [line.split() for line in text.splitlines()]
    assert ["Capital", "letters", "80.0", "%"] in [row[:4] for row in rows]
    assert ["Not", "a", "matter", "of", "convention", "20.0", "%"] in [row[:7] for row in rows]
    assert "Why 2 tokens remain unknown after normalization" in text
    assert ["Words", "of", "the", "domain", "50.0", "%"] in [row[:6] for row in rows]
    assert ["Names", "and", "defined", "terms", "50.0", "%"] in [row[:6] for row in rows]
    causes = {cause["key"]: cause for cause in found.to_dict()["causes"]}
    assert (causes["term"]["share"], causes["term"]["left_share"]) == (0.1, 0.5)
    assert (causes["case"]["share"], causes["case"]["left_share"]) == (0.8, 0.0)


def test_what_can_be_learned_is_counted_as_adapting_counts_it():
    often = report("the indemnitor xencor " * 5 + "sublessor " * 4 + "1998 " * 9)
    assert (often.learnable.least, often.learnable.types, often.learnable.tokens) == (5, 2, 10)
    text = " ".join(shown(often).split())
    assert "occur at least 5 times in the text that it trains on: 2 of the 4 that remain" in text
    assert "of 4 (1 number or symbol aside)" in text
    seldom = " ".join(shown(report("the indemnitor xencor " * 4)).split())
    assert "in the text that it trains on; none of the remaining words does so." in seldom
    assert "embedadapt adapt" not in seldom


def test_vectors_composed_of_what_was_never_trained_are_doubted():
    found = report("the indemnitor shall pay a tenant")
    ngrams = {"indemnitor": NgramCounts(14, 10, 9), "tenant": NgramCounts(8, 3, 0)}
    words = tuple(replace(word, ngrams=ngrams.get(word.word)) for word in found.words)
    composed = composed_of(ngrams, dict.fromkeys(ngrams, 1))
    text = " ".join(shown(replace(found, words=words, composed=composed)).split())
    assert "59.1 % of their n-grams were never trained" in text
    assert "Half or more of the n-grams are untrained for 1 word (1 token): indemnitor." in text
    page = render_oov(replace(found, words=words, composed=composed))
    assert page.count("never trained") == 2
    assert "10 of 14 n-grams never trained" in page
    assert "never trained" not in shown(found)


def test_narrow_terminals_keep_the_word_in_its_line():
    text = shown(report("the lessor shall pay the " * 9 + "indemnitor and so on" * 9), width=60)
    line = next(line for line in text.splitlines() if line.startswith("indemnitor"))
    assert line.count("indemnitor") == 2


def test_ascii_terminals_get_ascii():
    text = shown(report(LEASE), encoding="ascii")
    assert "#####" in text
    assert "█" not in text


def test_hostile_words_cannot_steer_the_terminal():
    text = shown(report("the \x1b[31mred [bold]markup[/bold] \x07bell \u202eturned a\u0000b [/]"))
    assert not {"\x1b", "\x07", "\x00", "\u202e"} & set(text)
    assert "[/]" in text


def test_pruned_and_composing_tables_say_so():
    assert "480,000 keys of these pruned vectors" in shown(report(LEASE, n_shared_keys=480_000))


def test_nothing_missing_is_said():
    assert "Every token of this text has a vector" in shown(report("the lessor shall pay"))
    fixed = " ".join(shown(report("The LESSOR shall pay.")).split())
    assert "Every word has a vector if you tokenize the text, with case=lower." in fixed


@pytest.mark.parametrize(
    ("part", "expected"), [(0, ""), (0.001, "▏"), (0.5, "██"), (0.53, "██▏"), (1, "████")]
)
def test_bars(part, expected):
    assert bar(part, 1, Console(file=io.StringIO()), width=4) == expected
