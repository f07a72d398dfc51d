import numpy as np
import pytest

from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.keys import describe_keys, infer_keys
from embedadapt.text.normalize import (
    Normalizer,
    infer_normalization,
    normalization_for,
    normalization_in,
)

WORDS = "the of to and a in coffee coffee_pot tea license"


def read(keys: list[str], *tokens: str) -> list[str]:
    table = Vocabulary(keys)
    return Normalizer(infer_normalization(table), table).sentence(tokens)


@pytest.mark.parametrize("prefix", ["/c/en/", "ENTITY/", "DBPEDIA_ID/", "en:", "▁", "Ġ"])
def test_a_prefix_is_undone(prefix: str) -> None:
    keys = [prefix + word for word in WORDS.split()]
    assert infer_keys(keys) == (prefix, "", "")
    assert read(keys, "The", "LICENSE", "kettle") == [f"{prefix}the", f"{prefix}license", "kettle"]
    assert read(keys, "Coffee", "pot") == [f"{prefix}coffee_pot"]
    assert read(keys, *keys) == keys


def test_word_ends_are_undone() -> None:
    keys = ["the</w>", "of</w>", "lic", "ense</w>"]
    assert read(keys, "The", "of", "lic") == ["the</w>", "of</w>", "lic"]


@pytest.mark.parametrize(
    "tag",
    [
        *("_NOUN", "|NOUN", "/NN", ".n.01", "::noun", "__VERB", "#n#1", "-n", "#1", "(noun)"),
        *("%1:13:00::", "%5:00:00:big:00", "_bn:00008364n", ".noun.01", "^NN", "~NN", "_2"),
    ],
)
def test_a_tag_is_undone(tag: str) -> None:
    keys = [word + tag for word in ("the", "of", "to", "run", "tea")]
    assert read(keys, "Run", "the") == [f"run{tag}", f"the{tag}"]


def test_of_several_tags_the_first_is_used() -> None:
    keys = ["run_VERB", "run_NOUN", "the_DET", "tea_NOUN"]
    table = Vocabulary(keys)
    rules = infer_normalization(table)
    assert Normalizer(rules, table).words("run") == ("run_VERB",)
    style = describe_keys(keys, rules)
    assert style is not None
    assert (style.text, style.n_doubled) == ("carry tags (_NOUN 50 %, _VERB 25 %, _DET 25 %)", 1)


def test_of_several_tags_with_counts_the_commonest_is_used() -> None:
    table = Vocabulary(["run_NOUN", "run_VERB", "tea_NOUN"], np.array([2, 9, 30]))
    assert Normalizer(infer_normalization(table), table).words("Run") == ("run_VERB",)


LANGUAGES = {
    "en": "the of and to in that is contract lease rent",
    "de": "der die und das ist nicht vertrag mieter miete rat",
    "fr": "le la les et de des est pas contrat bail",
}


@pytest.mark.parametrize("style", ["/c/{}/", "{}:"])
def test_of_keys_in_several_languages_those_of_the_text_are_looked_up(style: str) -> None:
    keys = [
        style.format(code) + word for code, words in LANGUAGES.items() for word in words.split()
    ]
    outline = VectorsOutline(Vocabulary([*keys, style.format("en") + "rat"]), 2)
    for code, words in LANGUAGES.items():
        rules = normalization_for(outline, ["zork " + words] * 3)
        assert rules.prefix == style.format(code)
        assert normalization_in(outline, lambda code=code: code) == rules
        word = words.split()[-1]
        assert Normalizer(rules, outline.vocabulary).words(word.upper()) == (rules.prefix + word,)
    assert normalization_for(outline, ["zork"]).prefix == style.format("en")
    assert normalization_in(outline, lambda: "nb").prefix == style.format("en")
    style_of_keys = describe_keys(keys, normalization_for(outline, [LANGUAGES["de"]]))
    assert style_of_keys is not None
    assert style.format("en") in style_of_keys.text and style_of_keys.n_doubled == 0


def test_keys_of_one_language_need_no_text() -> None:
    outline = VectorsOutline(Vocabulary([f"/c/en/{word}" for word in WORDS.split()]), 2)
    assert normalization_for(outline, iter(())) == infer_normalization(outline.vocabulary)


def test_ordinary_keys_have_nothing_around_them() -> None:
    for keys in (WORDS.split(), ["FCC", "U.S.", "I"], ["New_York", "Times_Square"], []):
        assert infer_keys(keys) == ("", "", "")
        assert describe_keys(keys, infer_normalization(Vocabulary(keys))) is None


def test_a_table_in_capitals_is_read_in_capitals() -> None:
    keys = WORDS.upper().split()
    assert infer_normalization(Vocabulary(keys)).case == "upper"
    assert read(keys, "the", "License", "TEA", "kettle") == ["THE", "LICENSE", "TEA", "KETTLE"]


def test_keys_of_two_conventions_are_all_undone():
    words = ("the", "rent", "lease", "tenant")
    keys = Vocabulary([f"/c/en/{word}" for word in words[:2]] + [f"{w}_NOUN" for w in words[2:]])
    rules = infer_normalization(keys)
    assert (rules.prefix, rules.tags) == ("/c/en/", "_")
    normalizer = Normalizer(rules, keys)
    assert [normalizer.words(word)[0] for word in words] == list(keys.words)
    style = describe_keys(keys.words, rules)
    assert style.text == "begin with /c/en/ or carry tags (_NOUN 100 %)"
    both = Vocabulary([f"{w}|NOUN" for w in words] + [f"{w}_VERB" for w in words[:3]])
    assert infer_normalization(both).tags == "_|"
    assert Normalizer(infer_normalization(both), both).words("rent") == ("rent|NOUN",)


@pytest.mark.parametrize(
    ("before", "behind"),
    [('"', '"'), ("b'", "'"), ("en_", ""), ("en:", ""), ("", "@en"), ("", "\u200b")],
)
def test_what_most_keys_begin_and_end_with_is_undone(before: str, behind: str) -> None:
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    keys = [before + word + behind for word in words]
    rules = infer_normalization(Vocabulary(keys))
    assert (rules.prefix, rules.suffix, rules.tags) == (before, behind, "")
    assert Normalizer(rules, Vocabulary(keys)).words("worda") == (keys[0],)


def test_vowel_signs_and_accents_of_most_words_are_nothing_around_them() -> None:
    for mark in ("ा", "\u0301"):
        assert infer_keys([letter + "e" + mark for letter in "abcdefghijklmnopqrstuvwxyz"]) == (
            "", "", "",
        )  # fmt: skip


def test_keys_in_full_width_are_found() -> None:
    keys = ["ｔｈｅ", "ｒｅｎｔ", "ｌｅａｓｅ"]
    assert read(keys, "the", "Rent", "kettle") == ["ｔｈｅ", "ｒｅｎｔ", "kettle"]


def test_tags_may_be_in_small_letters() -> None:
    assert infer_keys(["run_verb", "run_noun", "tea_noun", "the_det"]) == ("", "", "_")
