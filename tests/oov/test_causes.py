import pytest

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.causes import CURES, ResidualCauses, Sighting, Waterfall, setting_of, written
from tests.oov.make import LOWER, report

OFTEN = " the lessor" * 50


def causes_of(text: str) -> dict[str, str]:
    return {word.word: word.cause for word in report(text + OFTEN).words}


@pytest.mark.parametrize(
    ("text", "word", "cause"),
    [
        ("see https://www.sec.gov/x?y", "https://www.sec.gov/x?y", "address"),
        ("write to a.b@firm.com", "a.b@firm.com", "address"),
        ("at spinrecords.com", "spinrecords.com", "address"),
        ("Rule 24b under", "24b", "code"),
        ("The SFJ and SFJ", "sfj", "acronym"),
        ("two MHCs here", "mhcs", "acronym"),
        ("SpinCo data, SpinCo", "spinco", "name"),
        ("Xencor or XENCOR", "xencor", "name"),
        ("Xencor by " + "Xencor " * 30 + "xencor", "xencor", "name"),
        ("INDEMNITEES of Indemnitees, indemnitees", "indemnitees", "term"),
        ("this ofthis slip", "ofthis", "term"),
    ],
)
def test_residual_causes(text, word, cause):
    assert causes_of(text)[word] == cause


@pytest.mark.parametrize(
    ("text", "cause"), [("§", "symbol"), ("•", "symbol"), ("xxxxxx", "symbol"), ("7.77", "number")]
)
def test_marks_are_causes_but_no_words(text, cause):
    found = report(text + OFTEN)
    assert [each.key for each in found.causes] == [cause]
    assert found.causes[0].left_tokens == 1
    assert found.words == ()


def test_a_word_that_many_parties_capitalise_is_no_name():
    spread = {"witnesseth": Sighting(capitalised=45, n_documents=45)}
    assert ResidualCauses(spread, n_documents=510).of("witnesseth") == "term"
    rare = {"witnesseth": Sighting(capitalised=45, n_documents=10)}
    assert ResidualCauses(rare, n_documents=510).of("witnesseth") == "name"


def test_digits_are_a_cure_where_the_table_writes_them_so():
    waterfall = Waterfall(Normalization(digits="zero"), Vocabulary(["00", "000"]))
    assert waterfall.cure("77") == "digits"
    assert waterfall.cure("1234") is None
    assert Waterfall(Normalization(), Vocabulary(["00"])).cure("77") is None


def test_settings_are_named_as_they_are_spelled():
    spelled = [setting_of(kind, LOWER) for kind in CURES]
    assert spelled == [
        "",
        "case=lower",
        "apostrophe=straight, elision=split",
        "hyphen=split",
        "",
        "unicode=NFC",
    ]


def test_written_without_the_word_in_it_is_the_token():
    assert written("n°", "numéro") == "n°"
