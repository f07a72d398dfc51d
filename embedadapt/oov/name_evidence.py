"""Which unknown words are names where capitals do not tell: by their letters and their neighbors.

The letters of a word are the first evidence (`text.name_letters`). From the words that look like
names, this module learns which neighbors names have in this text, such as titles, and which they do
not have, such as articles; the neighbors are then evidence about all words.
Two views that teach each other are co-training (Collins & Singer 1999, "Unsupervised Models for
Named Entity Classification"), here by expectation maximization, which also finds the share of
names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from embedadapt.core.types import Doubles1d, Longs1d
from embedadapt.oov.sightings import Sighting
from embedadapt.text.identify import scripts_of
from embedadapt.text.name_letters import NameLetters

ROUNDS = 10
FIRST_SHARE, LEAST_SHARE, MOST_SHARE = 0.1, 0.01, 0.5
"""Share of names among the unknown words at first, and its limits."""
FEWEST_BESIDE = 5
"""Places from which a neighbor speaks for itself; rarer ones speak by what their letters look
like."""
LOOKS_LIKE_NAME = 2.0
"""Log ratio from which a rare neighbor looks like a name."""
DOUBT = 10.0
"""Places beside a neighbor that count as much as what all neighbors say."""
ENDING, ENDING_WEIGHT = 2, 0.5
"""Last letters of a word that speak too, and their weight: `text.name_letters` has heard them."""
LEAST_ODDS = -0.75
"""Log odds from which a word is a name. Names of a text look less like names than those of lists
do. Chosen on texts with tagged names, German GSD, Korean Kaist and Arabic ANERcorp, where from -0.5
to -1 most words are right."""
STRAY_SHARE = 0.05
"""Share of a name's running words that may be in small letters where names have capitals."""
_EDGE, _NAME_LIKE, _OTHER = range(3)
"""Neighbors by number: none, a rare word that looks like a name, another rare word."""


class NameEvidence:
    """Weighs what speaks for each unknown word to be a name.

    letters: what names look like in the language. sightings: unknown words as the text shows them.
    scripts: those of the text; words in others are not judged. capitals: whether names have them.
    """

    def __init__(
        self,
        letters: NameLetters,
        sightings: Mapping[str, Sighting],
        scripts: frozenset[str],
        *,
        capitals: bool,
    ) -> None:
        self._odds: dict[str, float] = {}
        seen = {
            word: sighting
            for word, sighting in sightings.items()
            if (found := scripts_of(word))
            and found <= scripts
            and not (capitals and sighting.lower > STRAY_SHARE * sighting.count)
        }
        if seen:
            odds = _log_odds(letters, list(seen), list(seen.values()))
            self._odds = dict(zip(seen, odds.tolist(), strict=True))

    def commonness(self, word: str) -> float:
        """How far a word is from being a name, in nats: below 0 for names, 0 where nothing is
        claimed."""
        odds = self._odds.get(word)
        return LEAST_ODDS - odds if odds is not None else 0.0


def _log_odds(letters: NameLetters, words: Sequence[str], seen: Sequence[Sighting]) -> Doubles1d:
    by_letters = letters.log_ratios(words)
    views = (
        (_beside([[place.before[-1:] for place in one.places] for one in seen], letters), 1.0),
        (_beside([[place.behind[:1] for place in one.places] for one in seen], letters), 1.0),
        (_endings(words), ENDING_WEIGHT),
    )
    odds: Doubles1d = by_letters + logit(FIRST_SHARE)
    for _ in range(ROUNDS):
        chances = expit(odds)
        share = float(np.clip(chances.mean(), LEAST_SHARE, MOST_SHARE))
        odds = by_letters + logit(share)
        for view, weight in views:
            odds += weight * view.log_ratios(chances)
    return odds


@dataclass(frozen=True, eq=False)
class _View:
    """Signs of words, several each or one.

    words, signs:
        (n,) int64: number of the word that has each sign, and of the sign.
    n_words:
        How many words there are.
    """

    words: Longs1d
    signs: Longs1d
    n_words: int

    def log_ratios(self, chances: Doubles1d) -> Doubles1d:
        """(n_words,): the log of how much likelier the signs of each word are of names than of
        others, by what all others show.

        chances: (n_words,), of each word to be a name.
        """
        own = chances[self.words]
        share = own.mean()
        others = np.bincount(self.signs)[self.signs] - 1
        names = np.bincount(self.signs, own)[self.signs] - own
        ratios = np.log(names + DOUBT * share) - np.log(others - names + DOUBT * (1 - share))
        n_signs = np.bincount(self.words, minlength=self.n_words)
        sums = np.bincount(self.words, ratios - logit(share), self.n_words)
        means: Doubles1d = sums / np.maximum(n_signs, 1)
        return means


def _beside(beside: Sequence[Sequence[Sequence[str]]], letters: NameLetters) -> _View:
    """beside: for each word, and each of its places, the neighbor or none."""
    counts = Counter(neighbor for own in beside for found in own for neighbor in found)
    rare = [word for word, n in counts.items() if n < FEWEST_BESIDE]
    often = (word for word, n in counts.items() if n >= FEWEST_BESIDE)
    alike = (letters.log_ratios(rare) > LOOKS_LIKE_NAME).tolist()
    numbers = {
        w: _NAME_LIKE if is_alike else _OTHER for w, is_alike in zip(rare, alike, strict=True)
    }
    numbers |= {word: number for number, word in enumerate(often, start=_OTHER + 1)}
    words = np.repeat(np.arange(len(beside)), [len(own) for own in beside])
    signs = [numbers[found[0]] if found else _EDGE for own in beside for found in own]
    return _View(words, np.array(signs, np.int64), len(beside))


def _endings(words: Sequence[str]) -> _View:
    numbers: dict[str, int] = {}
    signs = [numbers.setdefault(word[-ENDING:], len(numbers)) for word in words]
    return _View(np.arange(len(words)), np.array(signs, np.int64), len(words))
