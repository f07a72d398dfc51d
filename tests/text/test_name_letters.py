from collections import Counter
from math import log

import numpy as np
import pytest
from numpy.testing import assert_allclose

from embedadapt.text import name_letters
from embedadapt.text.name_letters import KEPT, LONGEST, NameLetters
from embedadapt.text.name_lists import NameLists

NAMES = [a + b for a in ("ber", "hei", "stral", "mün") for b in ("lin", "delberg", "sund", "chen")]
WORDS = [a + b for a in ("lauf", "sprech", "hand", "frei") for b in ("ung", "heit", "lich", "en")]


def ngrams(word):
    marked = f"\x02{word}\x03"
    return [marked[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(marked) - n + 1)]


def naive_means(names, words, asked):
    """The mean log ratio of n-grams, with dictionaries instead of hashed cells."""
    counted = [[w for i, w in enumerate(sorted(own)) if i % KEPT] for own in (names, words)]
    counts = [Counter(ngram for word in own for ngram in ngrams(word)) for own in counted]
    ratios = [
        [
            log((counts[0][n] + 0.5) / (len(counted[0]) + 1))
            - log((counts[1][n] + 0.5) / (len(counted[1]) + 1))
            for n in ngrams(word)
        ]
        for word in asked
    ]
    return [sum(own) / len(own) for own in ratios]


def test_scores_are_those_of_a_slow_twin_on_a_line():
    asked = [*NAMES, *WORDS, "berung", "x", "Handelberg"]
    found = NameLetters(NAMES, WORDS, None).log_ratios(asked)
    means = naive_means(NAMES, WORDS, [word.lower() for word in asked])
    slope, at = np.polyfit(means, found, 1)
    assert slope > 0
    assert_allclose(found, slope * np.array(means) + at, rtol=1e-9, atol=1e-9)


def test_what_was_kept_from_the_counts_says_what_a_score_is_worth():
    letters = NameLetters(NAMES, WORDS, None)
    kept = [sorted(own)[::KEPT] for own in (NAMES, WORDS)]
    names, words = map(letters.log_ratios, kept)
    assert names.mean() == pytest.approx(-words.mean())  # 0 is in the middle of both
    spread = (names.var() * len(names) + words.var() * len(words)) / (len(names) + len(words))
    assert names.mean() - words.mean() == pytest.approx(spread)  # as of a log ratio of two normals


def test_particles_are_no_part_of_a_korean_name():
    letters = NameLetters(NAMES, WORDS, "ko")
    forms = letters.log_ratios(["berlin", "berlin에서", "berlin의", "berlinx"]).tolist()
    assert forms[0] == forms[1] == forms[2] != forms[3]


def test_short_lists_teach_nothing(monkeypatch):
    name_letters.name_letters.cache_clear()
    lists = NameLists(frozenset(NAMES), frozenset(WORDS))
    monkeypatch.setattr(name_letters, "name_lists", lambda _: lists)
    assert name_letters.name_letters("de") is None
    monkeypatch.setattr(name_letters, "FEWEST", 10)
    name_letters.name_letters.cache_clear()
    found = name_letters.name_letters("de")
    assert found is not None
    assert found.log_ratios(["Strallin"])[0] > 0 > found.log_ratios(["Laufheit"])[0]
    name_letters.name_letters.cache_clear()
