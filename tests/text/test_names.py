import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.text import names
from embedadapt.text.names import NameLooks, known_by_capitals
from tests import naive

COUNTS = {"Berne": 9, "Arnold": 8, "payable": 7, "taxable": 6, "Paris": 5, "liable": 4, "at": 99}
SMALL = {"payable": 7, "taxable": 5, "liable": 4, "at": 99, "Paris": 1}
ASKED = ("usable", "Bernold", "Ypsilk", "bananabanana", "\U0001d4d0b", "a\ud800", "a")


@pytest.fixture
def looks(monkeypatch):
    monkeypatch.setattr(names, "FEWEST_NAMES", 2)
    return NameLooks(SMALL, COUNTS, ASKED)


def test_words_teach_by_their_capitals():
    assert known_by_capitals(SMALL, COUNTS) == (
        ["Berne", "Arnold"],  # Paris stands in small letters too often, and at is too short
        ["payable", "taxable", "liable"],
    )


def test_a_word_looks_like_those_whose_letters_it_shares(looks):
    assert looks.commonness("usable") > 0.5
    assert looks.commonness("Bernold") < 0
    assert looks.commonness("Ypsilk") == pytest.approx(0.0, abs=0.4)


def test_too_few_names_teach_nothing():
    assert NameLooks(SMALL, COUNTS, ASKED).commonness("usable") == 0.0


NAMES, OTHERS = ["Berne", "Arnold", "Ebner"], ["payable", "taxable", "a\ud800a", "nanana"]


@given(st.lists(st.text("aAbé\U0001d4d0<>", min_size=1)))
def test_looks_are_those_of_ngrams_counted_by_hand(words):
    asked = [*dict.fromkeys([*words, *ASKED])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "FEWEST_NAMES", 2)
        patch.setattr(names, "known_by_capitals", lambda *_: (NAMES, OTHERS))
        looks = NameLooks({}, {}, asked)
    for word in asked:
        assert looks.commonness(word) == pytest.approx(naive.commonness(word, NAMES, OTHERS))
