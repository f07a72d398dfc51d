from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.core.normalization import Apostrophe, Case, Digits, Normalization, Splitting
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors
from embedadapt.text.normalize import Normalizer, infer_normalization
from embedadapt.text.tokenize import APOSTROPHES
from tests.text.golden_cases import cases, golden

CORPORA = Path(__file__).parents[2] / "corpora"
TABLES = golden("tables.json")

choices = {"case": Case, "digits": Digits, "apostrophe": Apostrophe, "elision": Splitting}
normalizations = st.builds(
    Normalization,
    **{name: st.sampled_from(get_args(values)) for name, values in choices.items()},
    hyphen=st.sampled_from(get_args(Splitting)),
    phrases=st.booleans(),
    unicode=st.sampled_from(["keep", "NFC"]),
)
tokens = st.text(st.sampled_from("abnstldqu'’-/_·ABÉéßİΣσ12#.\u0301\u2010"), min_size=1, max_size=8)
pieces = st.sampled_from(["l'", "l’", "'s", "’s", "n't", "qu'", "'", "-", "##", "00"])
tables = st.lists(tokens | pieces, unique=True).map(Vocabulary)


@pytest.mark.parametrize("name", TABLES)
def test_conventions_are_read_from_the_words(name: str) -> None:
    inferred = infer_normalization(Vocabulary(TABLES[name]["words"]))
    assert inferred == Normalization.from_dict(TABLES[name]["normalization"])


def test_the_conventions_of_the_shipped_glove_table() -> None:
    vectors = load_vectors(CORPORA / "pretrained/glove.6B.50d.60k.safetensors")
    assert infer_normalization(vectors.vocabulary) == Normalization(
        case="lower", apostrophe="straight", elision="split", hyphen="split", unicode="NFC"
    )


@pytest.mark.parametrize("case", cases("words.json"))
def test_golden(case: dict[str, object]) -> None:
    table = Vocabulary(TABLES[case["table"]]["words"])
    normalizer = Normalizer(infer_normalization(table), table)
    assert list(normalizer.words(case["token"])) == case["words"]


@given(tokens | st.text(min_size=1), normalizations, tables)
@example("l'l'l'a", Normalization(elision="split"), Vocabulary([]))
@example("N'T", Normalization(case="lower", elision="split"), Vocabulary([]))
@example("l''", Normalization(elision="split"), Vocabulary(["l'"]))
@example("İ'S", Normalization(case="fallback", elision="split"), Vocabulary(["i̇"]))
def test_a_token_gives_words_and_each_word_itself(
    token: str, normalization: Normalization, table: Vocabulary
) -> None:
    normalizer = Normalizer(normalization, table)
    words = normalizer.words(token)
    assert words
    assert all(words)
    assert [normalizer.words(word) for word in words] == [(word,) for word in words]


@given(st.lists(tokens), normalizations, tables)
def test_what_was_asked_before_changes_nothing(
    asked: list[str], normalization: Normalization, table: Vocabulary
) -> None:
    remembering = Normalizer(normalization, table)
    for token in [*asked, *asked]:
        assert remembering.words(token) == Normalizer(normalization, table).words(token)


@given(tables)
def test_under_the_defaults_every_token_comes_back_unchanged(table: Vocabulary) -> None:
    normalizer = Normalizer(Normalization(), table)
    for token in [*table.words, "L’Acheteur", "non-exclusive", "don't", "2008"]:
        assert normalizer.words(token) == (token,)


@given(normalizations, tables)
def test_a_known_word_is_found(normalization: Normalization, table: Vocabulary) -> None:
    """Itself, or the same word as the conventions write it."""
    normalizer = Normalizer(normalization, table)
    for token in table.words:
        (word,) = normalizer.words(token)
        assert word in table


def test_a_long_token_of_elisions_is_no_trouble() -> None:
    normalizer = Normalizer(Normalization(elision="split"), Vocabulary([]))
    assert len(normalizer.words("l'" * 99 + "a")) == 100
    assert len(normalizer.words("l'" * 100_000 + "a")) == 1, "above LONGEST_ELIDED one piece"


def test_phrases_are_the_longest_the_table_knows() -> None:
    table = Vocabulary(TABLES["google"]["words"])
    normalizer = Normalizer(infer_normalization(table), table)
    sentence = ["in", "New", "York", "Times", ",", "New", "York", "force", "majeure", "New"]
    assert normalizer.sentence(sentence) == [
        *["in", "New_York_Times", ",", "New_York", "force_majeure", "New"]
    ]


@given(
    st.lists(st.sampled_from(["a", "b", "c"])), st.sets(st.sampled_from(["a_b", "b_c_a", "c_c"]))
)
def test_phrases_lose_no_word(sentence: list[str], phrases: set[str]) -> None:
    table = Vocabulary(["a", "b", "c", *sorted(phrases)])
    joined = Normalizer(Normalization(phrases=True), table).sentence(sentence)
    assert "_".join(joined).split("_") == (sentence or [""])
    assert all(word in table for word in joined)


def test_a_large_table_is_judged_by_its_frequent_words_and_a_sample_of_the_rest() -> None:
    rare = [f"Name{i}" for i in range(30_000)]
    frequent = [f"word{i}" for i in range(20_000)]
    assert infer_normalization(Vocabulary([*frequent, *rare])).case == "fallback"
    assert infer_normalization(Vocabulary([*frequent, "Name"])).case == "lower"


@pytest.mark.parametrize("mark", APOSTROPHES)
def test_every_apostrophe_is_written_as_the_table_does(mark: str) -> None:
    """U+02BC is a letter to Python."""
    table = Vocabulary(["d'", "un", "aujourd'hui"])
    normalizer = Normalizer(infer_normalization(table), table)
    assert normalizer.words(f"d{mark}un") == ("d'", "un")
    assert normalizer.words(f"aujourd{mark}hui") == ("aujourd'hui",)


@given(tables, normalizations, st.lists(tokens | pieces))
def test_what_the_table_holds_as_it_is_written_is_known_when_it_is_read(
    table: Vocabulary, normalization: Normalization, text: list[str]
) -> None:
    """So that no text has more unknown pieces when it is read than as it is written."""
    normalizer = Normalizer(normalization, table)
    for piece in " ".join(text).split():
        if piece in table:
            assert normalizer.tokens(piece) == [piece]
            assert all(word in table for word in normalizer.sentence([piece]))


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("<user>, said", ["<user>", ",", "said"]),
        ("([MASK]).", ["(", "[MASK]", ")", "."]),
        ("see _URL_!", ["see", "_URL_", "!"]),
        ("<USER> <num>", ["<", "USER", ">", "<", "num", ">"]),
        (":) fine:)", [":)", "fine", ":", ")"]),
        ("རྡོ་རྗེ་ རྗེ་", ["རྡོ་རྗེ་", "རྗེ", "་"]),
    ],
)
def test_keys_and_special_tokens_stay_whole(text: str, cut: list[str]) -> None:
    table = Vocabulary(["<user>", "[MASK]", "_URL_", ":)", "said", "རྡོ་རྗེ་"])
    assert Normalizer(Normalization(), table).tokens(text) == cut
