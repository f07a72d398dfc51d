import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.text.misspellings import Misspelling, MisspellingFinder, Place
from tests.naive import one_edit_apart

COUNTS = {
    "the": 900_000, "of": 800_000, "in": 40_000, "amount": 400, "principal": 300, "national": 500,
    "provisions": 700, "period": 600, "agreement": 5000, "incorporation": 90, "premises": 500,
    "set": 800, "off": 300, "setoff": 30, "concernés": 300, "concertation": 9,
}  # fmt: skip
PAIRS = {
    ("the", "provisions"): 650, ("the", "agreement"): 3000, ("agreement", "period"): 12,
    ("set", "off"): 60, ("the", "national"): 200, (",", "premises"): 9, ("premises", "and"): 9,
    ("salariés", "concernés"): 20, ("leased", "premises"): 9,
}  # fmt: skip
NOWHERE = [Place((), ())]


def finder(counts=None):
    counts = COUNTS | (counts or {})
    return MisspellingFinder(counts, COUNTS, lambda one, other: PAIRS.get((one, other), 0))


@pytest.mark.parametrize(
    ("word", "place", "meant"),
    [
        ("riod", Place(("pe", "-"), ("covered", "by")), "period"),
        ("incor", Place(("country", "of"), ("-", "poration")), "incorporation"),
        ("ement", Place(("agre",), ("of",)), "agreement"),
        ("reem", Place(("Ag",), ("ent",)), None),
        ("pe-riod", Place((), ()), "period"),
        ("non-period", Place((), ()), None),
    ],
)
def test_parts_of_a_broken_word(word, place, meant):
    misspelling = finder({word: 1}).misspelling(word, [place])
    assert misspelling == (meant and Misspelling("broken", (meant,)))


def test_a_word_is_broken_only_where_most_of_its_places_say_so():
    broken, whole = Place(("pe", "-"), ()), Place(("the",), ())
    assert finder({"riod": 3}).misspelling("riod", [broken, whole, whole]) is None


def test_of_several_whole_words_the_commonest_was_broken():
    counts = {"agreements": 40, "agreement": 900, "agre": 1}
    found = MisspellingFinder(counts | {"the": 999}, counts.keys() - {"agre"}, lambda *_: 0)
    place = Place((), ("ement", "s"))
    assert found.misspelling("agre", [place]) == Misspelling("broken", ("agreement",))


def test_two_words_without_their_space():
    assert finder({"theprovisions": 2}).misspelling("theprovisions", NOWHERE) == Misspelling(
        "joined", ("the", "provisions")
    )
    assert finder({"theamount": 1, "amountor": 1}).misspelling("amountor", NOWHERE) is None
    assert (
        finder().misspelling("setoff", NOWHERE) is None
    )  # 60 of `set off` are too few for 30 of it


def test_a_function_word_is_joined_where_both_words_fit_their_neighbours():
    pairs = {("pay", "the"): 9, ("the", "premises"): 1, ("premises", "and"): 4}
    counts = COUNTS | {"thepremises": 1}
    found = MisspellingFinder(counts, COUNTS, lambda one, other: pairs.get((one, other), 0))
    fitting, elsewhere = Place(("pay",), ("and",)), Place(("pay",), ("of",))
    assert found.misspelling("thepremises", [fitting]) == Misspelling("joined", ("the", "premises"))
    assert found.misspelling("thepremises", [fitting, elsewhere]) is None


def test_words_joined_at_an_apostrophe():
    meant = Misspelling("joined", ("agreement", "provisions"))
    assert finder().misspelling("agreement'sprovisions", NOWHERE) == meant
    assert finder().misspelling("agreement'sobut", NOWHERE) is None


def test_in_a_text_without_spaces_two_frequent_words_are_enough():
    assert finder().run_together("nationalpremises") == Misspelling(
        "joined", ("national", "premises")
    )
    assert finder().run_together("ofpremises") == Misspelling("joined", ("of", "premises"))
    assert finder().run_together("setperiod") is None  # `set` is short, and has content
    assert finder().run_together("concertationperiod") is None  # 9 times is too seldom


def test_a_frequent_word_that_fits_was_meant_whatever_else_begins_so():
    alike = {"preimisory": 5, "premises": 500}
    pairs = {("the", "premises"): 9, ("premises", "of"): 9}
    found = MisspellingFinder(
        COUNTS | alike | {"preimises": 1}, COUNTS, lambda *two: pairs.get(two, 0)
    )
    assert found.misspelling("preimises", [Place(("the",), ("of",))]) == Misspelling(
        "typing", ("premises",)
    )
    assert found.misspelling("preimises", [Place((",",), (".",))]) is None  # marks tell nothing


def test_a_scanned_capital_i_is_no_l():
    counts = {"incorporation": 90, "lncorporation": 1}
    found = MisspellingFinder(counts, {"incorporation"}, lambda *_: 0)
    assert found.misspelling("lncorporation", NOWHERE) == Misspelling("typing", ("incorporation",))


@pytest.mark.parametrize("word", ["permises", "premses", "premisess", "premices"])
def test_a_typing_error_stands_where_the_right_word_does(word):
    at_home, elsewhere = Place(("leased",), ("and",)), Place(("principal",), ("amount",))
    assert finder({word: 1}).misspelling(word, [at_home]) == Misspelling("typing", ("premises",))
    assert finder({word: 1}).misspelling(word, [at_home, elsewhere]) is None
    assert finder({word: 30}).misspelling(word, [at_home]) is None  # too often to be a misspelling


@pytest.mark.parametrize(
    ("word", "count", "n_documents", "kind"),
    [
        ("premisess", 5, 3, "typing"),
        ("premisess", 6, 3, None),  # too often for an accident
        ("premisess", 4, 4, None),  # in too many documents
        ("theprovisions", 20, 3, "joined"),
        ("theprovisions", 4, 4, None),
        ("agreement'sprovisions", 9, 9, "joined"),  # the apostrophe says so
        ("riod", 9, 9, "broken"),
    ],
)
def test_a_word_that_many_documents_use_is_no_misspelling(word, count, n_documents, kind):
    place = Place(("pe", "-"), ()) if word == "riod" else Place(("leased",), ("and",))
    meant = finder({word: count, "premises": 20_000}).misspelling(word, [place], n_documents)
    assert (meant and meant.kind) == kind


def test_words_that_fit_in_the_place_lost_their_space_in_any_number_of_documents():
    fitting = Place(("of",), ("and",))
    pairs = {("of", "the"): 9, ("the", "premises"): 40, ("premises", "and"): 9}
    counts = COUNTS | {"thepremises": 9}
    found = MisspellingFinder(counts, COUNTS, lambda *two: pairs.get(two, 0))
    assert found.misspelling("thepremises", [fitting], 9) == Misspelling(
        "joined", ("the", "premises")
    )
    assert found.misspelling("thepremises", [Place((), ())], 9) is None


def test_a_long_word_tells_by_itself_but_not_by_its_ending():
    nowhere = Place(("principal",), ("amount",))
    assert finder({"agremeent": 1}).misspelling("agremeent", [nowhere]) == Misspelling(
        "typing", ("agreement",)
    )
    assert finder({"agreementd": 1}).misspelling("agreementd", [nowhere]) is None
    assert (
        finder({"agrerment": 1}).misspelling("agrerment", [nowhere]) is None
    )  # may be another word


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("notional", Place(("the",), ("amount",))),  # `national` never stands before `amount`
        ("remises", Place((",",), ("and",))),  # the first letter is hardly ever wrong
        ("concertés", Place(("salariés",), ())),  # `concertation` begins so
    ],
)
def test_words_that_are_no_misspellings(word, place):
    assert finder({word: 1}).misspelling(word, [place]) is None


@given(st.text("abc", min_size=6, max_size=8), st.text("abc", min_size=6, max_size=8))
def test_one_misspelling_is_one_letter_or_two_swapped(word, meant):
    found = MisspellingFinder({meant: 50, word: 1} | {"the": 99}, {meant}, lambda *_: 1)
    misspelling = found.misspelling(word, [Place(("x",), ("y",))])
    expected = word != meant and word[0] == meant[0] and one_edit_apart(word, meant)
    assert (misspelling == Misspelling("typing", (meant,))) == expected
