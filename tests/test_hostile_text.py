"""Texts and words on which time grew with the square of their length and faster: each is of a size
for which that took minutes, and is read at once."""

import pytest

from embedadapt.core.errors import FormatError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors
from embedadapt.oov.census import take_censuses
from embedadapt.oov.expansions import expansion_at
from embedadapt.oov.looks import is_address
from embedadapt.text.misspellings import MisspellingFinder, Place
from embedadapt.text.normalize import Normalizer, infer_normalization, normalization_of
from embedadapt.text.pages import without_furniture
from embedadapt.text.prepare import PreparedCorpus, PrepareSettings, rejoin_words
from embedadapt.text.sentences import sentences
from embedadapt.text.tokenize import tokenize
from tests.oov.make import LOWER, Texts, report, table

MILLION = 1_000_000


@pytest.mark.parametrize(
    "word",
    [
        "1" * 36 + "a",
        "1" * MILLION + "a",
        "#-" * MILLION,
        "a" * MILLION,
        "a" * MILLION + "\u02bc",
        "\u02bc" * 200 + "!",
        "a" + "'" * MILLION,
        "a" + "_" * MILLION,
        "a_" * MILLION,
    ],
    ids=lambda word: f"{word[:3]} x {len(word)}",
)
def test_a_word_of_a_table(word):
    words = ("the", "New_York", word)
    conventions = infer_normalization(Vocabulary(words))
    assert conventions.phrases and conventions.case == "fallback"
    normalizer = Normalizer(conventions, Vocabulary(words))
    assert normalizer.words(word) == (word,)
    assert normalizer.sentence(["New", "York", "the"] * 1000) == ["New_York", "the"] * 1000


def test_a_table_with_a_word_of_digits_is_read_by_its_conventions(tmp_path):
    path = tmp_path / "t.vec"
    path.write_text(f"2 2\nthe 1 2\n{'1' * 36}a 1 2\n")
    table = load_vectors(path)
    assert table.vocabulary.words == ("the", "1" * 36 + "a")
    assert normalization_of(table).digits == "keep"


def test_a_long_value_that_is_nearly_a_number_is_refused(tmp_path):
    path = tmp_path / "t.vec"
    path.write_text(f"2 2\nthe 1 2\nof 1 {'1' * MILLION}x\n")
    with pytest.raises(FormatError, match="line 3"):
        load_vectors(path)


@pytest.mark.parametrize(
    ("text", "n_tokens"),
    [
        ("a" * MILLION + "-", 2),
        ("a'" * MILLION + "-", 3),
        ("\u02bc" * MILLION + "!", 2),
        ("a.b" * 300_000, 600_001),
        ("www." + "." * MILLION, 2),
        ("a.fr/" + "!" * MILLION, MILLION + 2),
        ("a" * 60 + "@" + "a" * MILLION, 3),
        ("1" * MILLION + ".,", 3),
    ],
    ids=lambda given: f"{given[:5]} x {len(given)}" if isinstance(given, str) else str(given),
)
def test_a_text_is_made_tokens(text, n_tokens):
    assert len(tokenize(text)) == n_tokens


@pytest.mark.parametrize(
    ("text", "n_sentences"),
    [
        ("Article 1 " + ". " * 200_000, 1),
        ("1. " * 200_000 + "End", 100_001),
        (". ! " * 100_000 + "1.1" * 100_000, 200_001),
        ("- " * MILLION + "a.", 1),
        ("." + "\u201d" * MILLION + "a. B", 1),
        ("a-" + "\n" * MILLION + "B", 2),
        ("1." * MILLION + ") a", 1),
        ("a " * 2 * MILLION, 1),
    ],
    ids=lambda given: f"{given[:10]!r} x {len(given)}" if isinstance(given, str) else str(given),
)
def test_a_text_is_cut_into_sentences(text, n_sentences):
    assert sum(1 for _ in sentences(text)) == n_sentences


@pytest.mark.parametrize(
    "text",
    ["a" * MILLION, "a-" * MILLION, "ab-" + " " * MILLION + "c", "ab-\n" * 200_000, "ab-\r\n" * 9],
    ids=lambda text: f"{text[:4]!r} x {len(text)}",
)
def test_broken_words_are_looked_for(text):
    assert rejoin_words(text) == (text, 0)


def test_a_long_word_is_prepared():
    prepared = PreparedCorpus(Texts(("a" * MILLION + " b-\nc",)), PrepareSettings(language="en"))
    assert [document.text for document in prepared] == ["a" * MILLION + " b-c"]


@pytest.mark.parametrize("line", ["<PAGE>" + " " * MILLION + "x", "-" * MILLION + "x"])
def test_lines_that_are_nearly_page_numbers(line):
    assert without_furniture(f"{line}\fa\fb")[0] == (f"{line}\na\nb" if line[0] == "<" else "a\nb")


@pytest.mark.parametrize("piece", ["a." * MILLION + "x", "a" * MILLION, "com." * MILLION])
def test_words_that_are_nearly_addresses(piece):
    assert not is_address(piece)


def test_unknown_words_of_a_long_sentence():
    n_words = 200_000
    census = take_censuses(Texts(("1" + " xyzzy" * n_words,)), [(table(), LOWER)])[0]
    seen = census.sightings()["xyzzy"]
    assert seen.count == n_words
    assert seen.initial == 1  # a number begins no sentence


def test_an_article_again_and_again_before_what_may_be_an_acronym():
    tokens = ["(", *["la"] * 50_000]
    assert {expansion_at(tokens, at) for at in range(len(tokens))} == {None}


def test_misspellings_are_looked_for_in_long_words():
    long = "ab" * (MILLION // 2)
    counts = {
        "the": 9000,
        "provisions": 700,
        long: 700,
        long + "c": 1,
        "the" + long: 1,
        "theprovisions": 1,
    }
    finder = MisspellingFinder(counts, {"the", "provisions", long}, lambda *_: 650)
    place = Place(("with",), ("of",))
    assert finder.misspelling(long + "c", [place]) is None
    assert finder.misspelling("the" + long, [place]) is None
    assert finder.misspelling("theprovisions", [place]).meant == ("the", "provisions")


@pytest.mark.parametrize("word", ["l'" * 300_000, "x's" * 300_000, "don't" * 100_000 + "-don't"])
def test_apostrophes_in_a_long_word(word):
    normalizer = Normalizer(Normalization(case="lower", elision="split"), Vocabulary(["l'", "'s"]))
    assert "".join(normalizer.words(word)) == word
    assert normalizer.words("l'l'l'x's's") == ("l'", "l'", "l'", "x", "'s", "'s")


def test_a_report_on_one_word_of_many_hyphens():
    text = "-".join(f"x{number}" for number in range(100_000))
    assert report(text).raw.n_tokens == 1


def test_a_report_on_one_line_of_letters_and_spaces():
    text = "a b " * 100_000 + "x" * 100_000
    assert report(text).raw.n_tokens > 200_000
