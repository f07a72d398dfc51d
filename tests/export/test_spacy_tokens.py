"""spaCy's tokenizer beside a table's words: what it cuts, and what the added rules change."""

from collections import Counter
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from embedadapt.core.corpus import Document
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.spacy_tokens import (
    TokenLookup,
    count_tokens,
    cut_marks,
    is_word,
    keep_whole,
    phrase_forms,
    same_rules,
    whole_tokens,
    words_cut_apart,
)
from embedadapt.text.readers import open_corpus

CORPORA = Path(__file__).parents[2] / "corpora"
SPLIT = Normalization("lower", hyphen="split", apostrophe="straight", elision="split")


def tokens(nlp: Language, text: str) -> list[str]:
    return [token.text for token in nlp(text)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("lessor", "lessor"),
        ("LESSOR", "lessor"),
        ("Inc.", "inc"),
        ("/s/", "s"),
        ("-le", "le"),
        ("l.c.", "l.c."),
        ("L’", "l'"),
        ("’S", "'s"),
        ("landlord", None),
        ("Inc.-lessor", None),
        ("lessor's", None),
        ("--", "--"),
        ("...", None),
    ],
)
def test_a_token_is_one_word_of_the_table_or_none(text: str, word: str | None) -> None:
    table = Vocabulary(["lessor", "inc", "s", "le", "l.c.", "l'", "'s", "--"])
    assert TokenLookup(table, SPLIT).word(text) == word


def test_a_token_of_several_words_has_them_all() -> None:
    lookup = TokenLookup(Vocabulary(["product", "s", "force_majeure"]), Normalization("lower"))
    assert lookup.words("Product(s") == ("product", "s")
    assert lookup.words("(") == ("(",)
    joined = TokenLookup(Vocabulary(["force_majeure"]), Normalization("lower", phrases=True))
    assert joined.word("Force Majeure") == "force_majeure"


@pytest.mark.parametrize(
    ("lang", "folder", "phrases"),
    [
        ("en", "en/licences", ()),
        ("en", "en/licences", ("of the",)),
        ("fr", "fr/conventions_collectives", ()),
        ("fr", "fr/conventions_collectives", ("de la",)),
    ],
)
def test_tokens_are_those_of_whole_documents(
    lang: str, folder: str, phrases: tuple[str, ...]
) -> None:
    corpus = open_corpus(sorted((CORPORA / folder).glob("*.txt"))[:2])
    nlp = spacy.blank(lang)
    cut_marks(nlp, SPLIT)
    keep_whole(nlp, phrases)
    expected = Counter(
        token.text for document in corpus for token in nlp(document.text) if is_word(token.text)
    )
    assert count_tokens(nlp, corpus) == expected
    assert all(expected[phrase] > 1 for phrase in phrases)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_text_that_is_not_utf8_is_counted(lang: str) -> None:
    [token] = count_tokens(spacy.blank(lang), [Document("one", "a \ud800")])
    assert token == "a"


def test_a_corpus_of_one_endless_line_is_read() -> None:
    """spaCy's pipelines refuse a text of more than a million characters."""
    text = "the lessor " * 100_000
    counts = count_tokens(spacy.blank("en"), [Document("endless", text)])
    assert counts == {"the": 100_000, "lessor": 100_000}


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Product(s)", "Product ( s )"),
        ("en", "2(a)(ii)", "2 ( a ) ( ii )"),
        ("en", "/s/", "/ s /"),
        ("en", "3/30/2016", "3 / 30 / 2016"),
        ("en", "non- exclusive", "non - exclusive"),
        ("en", "S-3", "S - 3"),
        ("en", "L.420-1", "L . 420 - 1"),
        ("en", "www.gnu.org/licenses/gpl-3.0.html", "www.gnu.org/licenses/gpl-3.0.html"),
        ("en", "U.S. Inc. 3.5 1,000", "U.S. Inc. 3.5 1,000"),
        ("en", "don't :-)", "do n't :-)"),
        ("fr", "-le", "- le"),
        ("fr", "sous-sol", "sous-sol"),
        ("fr", "II.-Dans", "II .- Dans"),
    ],
)
def test_marks_are_cut_off_words(lang: str, text: str, expected: str) -> None:
    nlp = spacy.blank(lang)
    cut_marks(nlp, SPLIT)
    assert " ".join(tokens(nlp, text)) == expected


def test_compounds_stay_where_the_conventions_keep_them() -> None:
    nlp, own = spacy.blank("en"), spacy.blank("en")
    cut_marks(nlp, Normalization("lower"))
    for text in ("3/30/2016", "S-3", "/s/", "non-"):
        assert tokens(nlp, text) == tokens(own, text)
    assert tokens(nlp, "Product(s)") == ["Product", "(", "s", ")"]


def test_a_tokenizer_that_is_not_spacys_is_left_alone() -> None:
    nlp = spacy.blank("zh")  # cuts into characters, without rules
    cut_marks(nlp, SPLIT)
    keep_whole(nlp, ["甲方 乙方"])
    assert whole_tokens(nlp) == []
    assert tokens(same_rules(spacy.blank("zh"), nlp), "甲方") == ["甲", "方"]
    assert count_tokens(nlp, [Document("one", "甲方 甲")]) == {"甲": 2, "方": 1}


def test_phrases_are_one_token_where_single_spaces_are_between() -> None:
    nlp = spacy.blank("en")
    keep_whole(nlp, phrase_forms("force_majeure"))
    text = 'A "force majeure" (FORCE MAJEURE); Force Majeure, force  majeure.'
    found = tokens(nlp, text)
    assert [one for one in found if "orce" in one.lower()] == [
        "force majeure",
        "FORCE MAJEURE",
        "Force Majeure",
        "force",
    ]
    assert nlp(text).text == text
    assert tokens(spacy.blank("en").from_bytes(nlp.to_bytes()), text) == found


@pytest.mark.parametrize("word", ["lessor", "_", "a__b", "_a", "two words_x"])
def test_what_is_not_joined_is_no_phrase(word: str) -> None:
    assert phrase_forms(word) == ()


def test_an_elided_phrase_is_written_without_a_space() -> None:
    assert phrase_forms("l'_accord_d'_entreprise")[0] == "l'accord d'entreprise"
    assert phrase_forms("lessor_'s")[0] == "lessor's"


def test_words_cut_apart_are_those_that_lose_their_vector() -> None:
    own, nlp = spacy.blank("fr"), spacy.blank("fr")
    cut_marks(nlp, SPLIT)
    known = {"ci-dessus", "là-dessus", "là", "dessus", "1/2", "1", "2", "l'", "(", "sous-sol"}
    assert set(words_cut_apart(nlp, own, known, known)) == {"ci-dessus", "1/2"}
