"""What tables write in place of numbers, addresses, users, hashtags and brackets."""

import pytest

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.causes import Waterfall
from embedadapt.text.normalize import Normalizer, infer_normalization

WORDS = ("the", "rent", "fair", "climate", "change", "is", "due", ",", "to", "a")


def words(text: str, *keys: str) -> list[str]:
    table = Vocabulary([*WORDS, *keys])
    normalizer = Normalizer(infer_normalization(table), table)
    return normalizer.sentence(normalizer.tokens(text))


TWEETS = ("<user>", "<url>", "<number>", "<hashtag>")
CASES = {
    "@ann, the rent is 1,200": ["<user>", ",", "the", "rent", "is", "<number>"],
    "https://t.co/x?y=1 www.a.com/b": ["<url>", "<url>"],
    "(@ann) a@ann": ["(", "<user>", ")", "a", "@", "ann"],
    "#FairRent": ["<hashtag>", "fair", "rent"],
    "#ClimateChange2024!": ["<hashtag>", "climate", "change", "<number>", "!"],
    "#rent #Zork": ["<hashtag>", "rent", "<hashtag>", "zork"],
    "x12 12b": ["x12", "12b"],
}


@pytest.mark.parametrize("text", CASES)
def test_placeholders_stand_for_what_they_name(text: str) -> None:
    assert words(text, *TWEETS) == CASES[text]


def test_a_table_without_placeholders_reads_as_before() -> None:
    assert words("@ann 12 #rent") == ["@", "ann", "12", "#", "rent"]
    assert not infer_normalization(Vocabulary([*WORDS, "<unk>", "<s>", "[MASK]"])).placeholders


OTHERS = {
    "_NUM_": ("12", "_NUM_"),
    "[URL]": ("http://a.org/b", "[URL]"),
    "HTTPURL": ("http://a.org/b", "HTTPURL"),
    "@USER": ("@ann", "@USER"),
    "<email>": ("ann@a.org", "<email>"),
    "-LRB-": ("(", "-LRB-"),
    "-rsb-": ("]", "-rsb-"),
}


@pytest.mark.parametrize("key", OTHERS)
def test_placeholders_of_other_tables(key: str) -> None:
    token, word = OTHERS[key]
    assert words(token, key) == [word]


def test_what_the_table_holds_is_no_placeholder() -> None:
    assert words("( 12", "(", "-LRB-", "12", "<num>") == ["(", "12"]


def test_digits_may_be_the_letter_d() -> None:
    digits = ("DD", "DDD", "DDDD", "DD.DD", "D,DDD")
    assert words("12 1999 1,200", *digits) == ["DD", "DDDD", "D,DDD"]
    assert infer_normalization(Vocabulary([*WORDS, "DVD", "D", "DD"])).digits == "keep"


def test_placeholders_are_a_cause_with_its_fix() -> None:
    table = Vocabulary([*WORDS, "<user>", "<num>"])
    waterfall = Waterfall(infer_normalization(table), table)
    assert [waterfall.fix(piece) for piece in ("@ann", "1,200,", "zork")] == [
        "placeholder",
        "placeholder",
        None,
    ]


def test_identifiers_of_code_are_their_words() -> None:
    assert words("fairRent fair_rent fairRentDue fairZork SpinCo theA") == [
        *("fair", "rent", "fair", "rent", "fair", "rent", "due"),
        *("fairzork", "spinco", "thea"),
    ]
    assert words("fairRent", "fairRent") == ["fairRent"]


def test_looking_up_twice_changes_nothing() -> None:
    table = Vocabulary([*WORDS, *TWEETS, "DD"])
    normalizer = Normalizer(infer_normalization(table), table)
    for token in ("@ann", "#FairZork", "#fair_rent", "12", "fairRent", "(", "a@b.org"):
        once = normalizer.words(token)
        assert tuple(normalizer.sentence(once)) == once


def test_subscripts_of_formulas_are_digits() -> None:
    assert words("H₂O CO₂", "h2o") == ["h2o", "co2"]
    assert words("CO₂", "CO₂") == ["CO₂"]
    assert Normalizer(Normalization(), Vocabulary(["x"])).words("H₂O") == ("H₂O",)


def test_superscripts_are_digits_where_the_vectors_write_them_so() -> None:
    assert words("m² Ca²⁺ km³ x²", "m2") == ["m2", "ca²", "⁺", "km³", "x²"]
    assert words("m²", "m²", "m2") == ["m²"]


def test_lithuanian_dots_below_accents_are_dropped() -> None:
    assert words("lai̇̃kas", "laĩkas") == ["laĩkas"]


def test_hashtags_are_split_without_a_placeholder_too() -> None:
    assert words("#FairRent, #fair_rent #FairZork #rent # FairRent") == [
        *("#", "fair", "rent", ",", "#", "fair", "rent", "#", "fairzork", "#", "rent"),
        *("#", "fairrent"),
    ]
    assert words("#FairRent", "FairRent") == ["#", "FairRent"]
