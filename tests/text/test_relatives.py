from itertools import product

import pytest

from embedadapt.text import relatives as rules
from embedadapt.text.relatives import Relatives

ENGLISH = {"organization", "honor", "cancellable", "licensable", "cœur", "coworker", "judgement"}
FRENCH = {"étendue", "précédent", "règlement", "dirigé", "confère", "percevrait", "salarié"}


def relatives(known, language, *corpus):
    return Relatives(set(known), dict.fromkeys([*known, *corpus], 1), language)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("organisation", "organization"),
        ("honour", "honor"),
        ("cancelable", "cancellable"),
        ("licenseable", "licensable"),
        ("judgment", "judgement"),
        ("coeur", "cœur"),
        ("co-worker", "coworker"),
        ("lessor", None),
    ],
)
def test_spellings_of_english(word, known):
    assert relatives(ENGLISH, "en", word).variant(word) == known


@pytest.mark.parametrize(
    ("word", "known"),
    [("etendue", "étendue"), ("réglement", "règlement"), ("précèdent", None), ("dirige", None)],
)
def test_an_accent_in_the_stem_is_spelling_in_the_ending_it_is_another_form(word, known):
    assert relatives(FRENCH, "fr", word).variant(word) == known


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("licensors", "licensor"),
        ("hotfixes", "hotfix"),
        ("retries", "retry"),
        ("adjudging", "adjudged"),
        ("subletting", "sublet"),
        ("arrear", "arrears"),
        ("secondees", None),  # of `secondee`, not of `second`
        ("lessee", None),
    ],
)
def test_forms_of_english(word, known):
    table = {"licensor", "hotfix", "retry", "adjudged", "sublet", "arrears", "second", "lesse"}
    assert relatives(table, "en", word).inflected(word) == known


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("conféreraient", "confère"),
        ("percevra", "percevrait"),
        ("salariées", "salarié"),
        ("dirigeaient", "dirigé"),
        ("sectorielle", "sectoriel"),
        ("finaux", "final"),
        ("règlementaire", None),
    ],
)
def test_forms_of_french(word, known):
    table = {*FRENCH, "sectoriel", "final"}
    assert relatives(table, "fr", word).inflected(word) == known


def test_of_several_relatives_the_commonest_of_the_corpus_is_named():
    known = {"dénoncer", "dénoncé", "dénonce"}
    assert Relatives(known, {"dénoncé": 9, "dénonce": 8}, "fr").inflected("dénoncent") == "dénoncé"


def test_capitals_may_lack_any_accent():
    found = Relatives({"données"}, {"données": 1, "donnees": 1}, "fr")
    assert found.variant("donnees") is None
    assert found.variant("donnees", capitals=True) == "données"


def test_of_relatives_as_common_the_choice_is_the_same_in_every_process():
    known = {"excuse", "excuser", "excusé"}
    assert relatives(known, "fr").inflected("excusant") == "excusé"


@pytest.mark.parametrize(
    ("word", "n_uses", "n_known", "known"),
    [
        ("avenant", 960, 30, None),  # a word of its own
        ("avenant", 150, 30, None),
        ("avenant", 149, 30, "avenir"),
        ("avenant", 9, 0, "avenir"),  # too seldom to tell
        ("avenants", 290, 30, None),
        ("sceaux", 390, 15, "sceau"),  # number is regular, however frequent
    ],
)
def test_what_is_used_far_oftener_than_a_verb_is_no_form_of_it(word, n_uses, n_known, known):
    counts = {"avenir": n_known, "sceau": n_known, word: n_uses}
    assert Relatives({"avenir", "sceau"}, counts, "fr").inflected(word) == known


def test_every_word_that_a_rule_of_english_changes_is_tried() -> None:
    """The rules are looked up by the endings of words, one of which each of them needs."""
    stems = ("cis", "ciz", "colour", "color", "analys", "analyz", "travel", "travell", "notic")
    stems += ("notice", "judg", "judge", "defenc", "defens", "licen", "dg", "œcolog", "oecolog")
    endings = "e ed er es ers d s ing ation ations able ability ably ful less ment ments or our ly"
    found = relatives(["x"], "en")
    for word in map("".join, product(stems, ["", *endings.split()], ["", "s", "ing", "able"])):
        changed = {rule.sub(other, word) for rule, other in rules._BRITISH}
        assert changed - {word} <= set(found._respelled(word)), word
