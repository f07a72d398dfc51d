from collections import Counter

import numpy as np
import pytest

from embedadapt.oov.name_evidence import NameEvidence, _View
from embedadapt.oov.sightings import Sighting
from embedadapt.text.misspellings import Place

LATIN = frozenset(("LATIN",))


class Letters:
    """Says what it is told of words, and nothing of others."""

    def __init__(self, **told):
        self.told = told

    def log_ratios(self, words):
        return np.array([self.told.get(word, 0.0) for word in words])


def seen(*places, lower=0, capitalised=1):
    places = [Place((before,) if before else (), (behind,)) for before, behind in places]
    return Sighting(lower=lower, capitalised=capitalised, forms=Counter(), places=places)


def evidence(letters, sightings, *, capitals=True):
    return NameEvidence(letters, sightings, LATIN, capitals=capitals)


def a_text():
    """Ten names behind a title, forty nouns behind an article, and one of each that the letters
    say nothing of."""
    names = {f"Name{i}": seen(("Herr", "sagt")) for i in range(10)}
    nouns = {f"Noun{i}": seen(("die", "ist")) for i in range(40)}
    told = dict.fromkeys(names, 6.0) | dict.fromkeys(nouns, -6.0)
    both = {"Xa": seen(("Herr", "sagt")), "Xb": seen(("die", "ist"))}
    return Letters(**told), names | nouns | both


def test_neighbors_of_names_tell_names():
    found = evidence(*a_text())
    assert found.commonness("Name1") < found.commonness("Xa") < 0
    assert found.commonness("Noun1") > found.commonness("Xb") > 0


def test_words_in_small_letters_are_no_names_where_names_have_capitals():
    letters, sightings = a_text()
    sightings["Name1"].lower = 1
    assert evidence(letters, sightings).commonness("Name1") == 0.0
    assert evidence(letters, sightings, capitals=False).commonness("Name1") < 0


def test_words_in_another_script_and_words_not_seen_are_not_judged():
    letters, sightings = a_text()
    found = evidence(letters, sightings | {"Омск": seen(("Herr", "sagt"))})
    assert found.commonness("Омск") == found.commonness("unseen") == 0.0
    assert evidence(letters, {}).commonness("Name1") == 0.0


def test_rare_neighbors_speak_by_what_they_look_like():
    names = {f"Name{i}": seen((f"First{i}", "sagt")) for i in range(20)}
    nouns = {f"Noun{i}": seen((f"small{i}", "sagt")) for i in range(60)}
    told = {w: 6.0 for i in range(21) for w in (f"Name{i}", f"First{i}")} | dict.fromkeys(nouns, -6)
    told["Name20"] = 0.0
    both = {"Name20": seen(("First20", "sagt")), "Xb": seen(("small", "sagt"))}
    found = evidence(Letters(**told), names | nouns | both)
    assert found.commonness("Name20") < 0 < found.commonness("Xb")


def test_a_sign_speaks_by_what_all_others_show():
    """Two words with one sign, a third with another: by hand."""
    view = _View(np.array([0, 1, 2]), np.array([0, 0, 1]), 3)
    chances = np.array([0.9, 0.1, 0.5])
    share = 0.5
    first = np.log((0.1 + 10 * share) / (0.9 + 10 * share))
    second = np.log((0.9 + 10 * share) / (0.1 + 10 * share))
    assert view.log_ratios(chances) == pytest.approx([first, second, 0.0])
