import random
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from embedadapt.formats import load_vectors
from embedadapt.text import identify
from embedadapt.text.function_words import function_words
from embedadapt.text.identify import (
    language_name,
    language_of,
    language_of_vectors,
    scripts_of,
    scripts_of_vectors,
)


def words_of(language: str) -> Counter[str]:
    """Of the sentences that spaCy ships as examples of a language."""
    sentences = import_module(f"spacy.lang.{language}.examples").sentences
    return Counter(" ".join(sentences).split())


@pytest.mark.parametrize("language", ["en", "fr", "el", "ko", "ja", "he", "hy", "ta", "te", "ml"])
def test_function_words_and_scripts_tell_a_language(language):
    assert language_of(words_of(language)) == language


@pytest.mark.parametrize(
    "language",
    [
        "es",
        "it",
        "pt",
        "nl",
        "ca",
        "cs",
        "da",
        "fi",
        "hu",
        "id",
        "nb",
        "pl",
        "ro",
        "ru",
        "sv",
        "uk",
    ],
)
def test_the_library_tells_others(language):
    pytest.importorskip("py3langid")
    assert language_of(words_of(language)) == language


def test_random_strings_and_no_words_are_in_no_language():
    rng = random.Random(1)
    strings = ("".join(rng.choices("abcdefghijklmnop", k=6)) for _ in range(3000))
    assert language_of(dict.fromkeys(strings, 1)) is None
    assert language_of({}) is None
    assert language_of({"12": 3, "§": 4}) is None


def test_few_words_are_told_by_function_words_alone():
    assert language_of({"the": 5, "of": 4, "la": 2}) == "en"
    assert language_of({"le": 5, "et": 4, "dans": 4, "the": 2}) == "fr"
    assert language_of({"lessor": 5, "licensee": 2}) is None


def test_vectors_are_told_by_their_first_words():
    assert language_of_vectors(("der", "die", "und", "ist", "nicht", ",", "Vertrag")) == "de"
    assert language_of_vectors(()) is None


def test_scripts_are_those_of_the_letters():
    assert scripts_of("Ｌｅｓｓｏｒ") == scripts_of("Lessor") == {"LATIN"}
    assert scripts_of("東京タワー") == {"HAN", "KANA"}
    assert scripts_of("5µ") == scripts_of("1ª%".replace("ª", "")) == frozenset()
    assert scripts_of_vectors(["και"] * 1000 + ["NATO"]) == {"GREEK"}
    assert scripts_of_vectors(()) == frozenset()


def test_languages_have_names():
    assert language_name("el") == "Greek"
    assert language_name("grc") == "Ancient Greek"
    assert language_name("xx-none") == "xx-none"


def test_english_vectors_in_order_need_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """py3langid takes longer to load than a small report."""

    def asked(_: object) -> None:
        raise AssertionError("py3langid was asked")

    path = Path(__file__).parents[2] / "corpora/pretrained/glove.6B.50d.60k.safetensors"
    words = load_vectors(path).vocabulary.words[:5000]
    monkeypatch.setattr(identify, "_by_library", asked)
    assert language_of_vectors(words) == "en"
    with pytest.raises(AssertionError, match="was asked"):
        language_of_vectors(sorted(words))


def test_vectors_of_several_languages_are_in_none():
    lists = [sorted(function_words(name)) for name in ("en", "de", "fr")]
    assert (
        language_of_vectors([word for words in zip(*lists, strict=False) for word in words]) is None
    )
    assert language_of_vectors(["the", "это", "and", "не", "of", "как"] * 20) is None


def test_the_first_words_of_sorted_vectors_do_not_tell_their_language():
    latin = [
        f"a{number:03}".translate(str.maketrans("0123456789", "abcdefghij"))
        for number in range(1200)
    ]
    greek = [
        f"και{letter}{other}"
        for letter in "αβγδεζηθικλμνξοπρστυφχψω"
        for other in "αβγδεζηθικλμνξοπρστυφχψω"
    ] * 4
    assert language_of_vectors(sorted(latin + greek)) != "en"
