from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov import causes
from embedadapt.oov.causes import FIXES, KINDS, Waterfall, setting_of, title_of
from embedadapt.oov.evidence import Origin
from embedadapt.oov.written import written
from embedadapt.text.keys import bare_vocabulary
from tests.oov.make import LOWER, WORDS, report


def test_what_was_meant_is_told_and_recovered():
    found = report("They shallpay." + " the lessor shall pay" * 20)
    assert {word.word: word.meant for word in found.words}["shallpay"] == ("shall", "pay")
    joined = next(cause for cause in found.causes if cause.key == "joined")
    assert (joined.tokens, joined.recovered_tokens) == (1, 1)
    assert joined.examples[0].words == ("shall", "pay", ".")


def test_digits_are_a_fix_where_the_table_writes_them_so():
    waterfall = Waterfall(Normalization(digits="zero"), Vocabulary(["00", "000"]))
    assert waterfall.fix("77") == "digits"
    assert waterfall.fix("1234") is None
    assert Waterfall(Normalization(), Vocabulary(["00"])).fix("77") is None


def test_settings_are_named_as_they_are_spelled():
    spelled = [setting_of(kind, LOWER) for kind in FIXES]
    assert spelled == [
        "",
        "",
        "case=lower",
        "apostrophe=straight, elision=split",
        "hyphen=split",
        "hyphen=split",
        "",
        "unicode=NFC",
        "",
        "",
        "",
    ]


def test_keys_are_undone_before_anything_else():
    keys = Vocabulary(["the_DET", "tea_NOUN", "tea_VERB"])
    rules = Normalization(case="lower", tags="_")
    waterfall = Waterfall(rules, keys, bare_vocabulary(keys, rules))
    assert [waterfall.fix(piece) for piece in ("tea", "tea.", "Tea", "kettle")] == [
        "keys", None, "case", None,
    ]  # fmt: skip
    assert waterfall.words("Tea") == ("tea",)
    (kind,) = (kind for kind in FIXES if kind.key == "keys")
    assert setting_of(kind, rules) == "tags=_"


@pytest.mark.parametrize(
    ("token", "words", "forms"),
    [
        ("n°", ["numéro"], ["n°"]),
        ("Ab-AB-x", ["ab", "ab", "y", "x"], ["Ab", "AB", "Ab-AB-x", "x"]),
        ("Ab-x", ["x", "ab"], ["x", "Ab"]),
        ("a" * 200, ["b"], ["b"]),
    ],
)
def test_each_word_of_a_token_is_written_as_its_part_or_as_the_token(token, words, forms):
    assert list(written(token, words)) == forms


def test_identifiers_and_hashtags_are_told_from_compounds():
    known = ("get", "user", "name", "max", "len", "url", "fair", "rent", "#", *WORDS)
    waterfall = Waterfall(LOWER, Vocabulary(known))
    pieces = {
        "getUserName(),": "identifier",
        "getURL": "identifier",
        "max_len": "identifier",
        "#FairRent,": "identifier",
        "#rent": "punctuation",
        "non-exclusive": "hyphen",
        "HttpRequest": None,
        "getZork": None,
    }
    assert {piece: waterfall.fix(piece) for piece in pieces} == pieces
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(causes, "MANY", 0)
        assert waterfall.fixes([*pieces]) == [*pieces.values()]


PIECES = [
    "Lessor,",
    "theLessor",
    "#TheLessor",
    "lessor",
    "7",
    "the_DET",
    "x",
    "L’ACHETEUR",
    "non-exclusive",
    "\u200b",
    "¼",
]


@given(
    st.lists(st.sampled_from(PIECES) | st.text("aL’'-,7_ST", min_size=1), unique=True),
    st.sampled_from(
        [LOWER, Normalization(), replace(LOWER, digits="zero"), replace(LOWER, tags="_")]
    ),
)
def test_many_pieces_have_the_fixes_of_each(pieces: list[str], rules: Normalization) -> None:
    keys = Vocabulary(["the_DET", "l'", "acheteur", "lessor", ",", "0", "non", "exclusive", "a"])
    waterfall = Waterfall(rules, keys, bare_vocabulary(keys, rules))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(causes, "MANY", 0)
        assert waterfall.fixes(pieces) == list(map(waterfall.fix, pieces))


def test_the_extra_is_named_where_it_would_tell_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def title(language: str) -> str:
        return title_of(KINDS["term"], Origin(language, language, frozenset(["HANGUL"])))

    names = "Words of the domain, and names"
    monkeypatch.setattr(causes, "find_spec", lambda _: None)
    assert [title(language) for language in ("ko", "ja")] == [
        f"{names} (install the extra `names` to tell them apart)",
        names,
    ]
    monkeypatch.setattr(causes, "find_spec", lambda name: name)
    assert title("ko") == names
