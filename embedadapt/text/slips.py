"""Unknown words that are slips of the pen, the scanner or the line break, and what was meant.

A short distance between two spellings proves little: `notional` is no slip for `national`. So a
word is only taken for a slip where the corpus itself speaks for it: what was meant stands there
many times as often, and beside the same neighbours.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, takewhile
from math import inf
from typing import Literal, NamedTuple, TypeAlias

SlipKind = Literal["broken", "joined", "typing"]
PairCount: TypeAlias = Callable[[str, str], int]
"""How often one word directly follows another in the corpus: `pairs("the", "lessor")`."""

FEWEST_MEANT = 10
"""Occurrences from which a word can have been meant."""
OFTENER = {"broken": 3, "joined": 10, "typing": 20}
"""How many times as often as the slip, by its kind, what was meant must stand in the corpus."""
SHORTEST_JOINED = 5
FEWEST_PAIRS = 2
"""Times as often as the slip, for words that are hardly a part of others."""
_PREFIXES = "sur par pour entre sous contre avant après non under over out for with per off down"
PREFIXES = frozenset(_PREFIXES.split())
SUFFIXES = frozenset(("or", "er", "al", "en"))
"""What words begin and end with that is a word too: `surprime`, `addressor`."""
SHORTEST_TYPED = 6
"""Letters. Below, one letter makes too many words of one: `lessor`, `lesson`."""
LONG, OFTENER_IF_LONG = 9, 100
"""Letters and ratio from which a typing error is plain."""
DIFFERENT_ENDING = 3
"""Letters in which forms of one word may end differently."""
USUAL_SHARE = 0.002
"""Of the running words. What is as frequent stands beside anything: as a neighbour it proves
little."""
HYPHENS = frozenset("-‐‑\xad")
_HYPHEN = re.compile("[-‐‑\xad]")


@dataclass(frozen=True)
class Slip:
    """What a word was meant to be.

    kind:
        "broken": a part of the word meant (`riod` of `pe- riod`), "joined": two words that lost
        their space (`theprovisions`), "typing": one letter wrong, missing, too many or two swapped.
    meant: the one known word, or the two.
    """

    kind: SlipKind
    meant: tuple[str, ...]


class Place(NamedTuple):
    """Where a word stands: up to two words before it and behind it, in the text's order."""

    before: tuple[str, ...]
    behind: tuple[str, ...]


class SlipFinder:
    """Tells slips among the words of a corpus.

    counts: every word of the corpus, known or not, to its occurrences. known: the table's words.
    pairs: see PairCount.

    >>> counts = {"the": 9000, "provisions": 700, "theprovisions": 2}
    >>> finder = SlipFinder(counts, {"the", "provisions"}, lambda one, other: 650)
    >>> finder.slip("theprovisions", [Place(("with",), ("of",))]).meant
    ('the', 'provisions')
    """

    def __init__(self, counts: Mapping[str, int], known: Container[str], pairs: PairCount) -> None:
        self._counts = counts
        self._known = {word: n for word, n in counts.items() if word in known}
        self._pairs = pairs
        usual = USUAL_SHARE * sum(counts.values())
        self._usual = frozenset(word for word, n in counts.items() if n >= usual)

    def slip(self, word: str, places: Sequence[Place]) -> Slip | None:
        """What `word` was meant to be, from some of the places where it stands; None where it can
        well be meant as it is."""
        if whole := self._whole(word, places):
            return Slip("broken", (whole,))
        if typed := self._typed(word, places):
            return Slip("typing", (typed,))
        if two := self._two(word):
            return Slip("joined", two)
        return None

    def is_near_miss(self, word: str) -> bool:
        """Whether `word` is one slip away from a frequent word, wherever it stands."""
        return len(word) >= SHORTEST_TYPED and bool(self._one_off(word))

    def _whole(self, word: str, places: Sequence[Place]) -> str | None:
        """The word that `word` is a broken part of, in most places."""
        wholes = Counter(chain.from_iterable(set(self._joins(word, place)) for place in places))
        for whole, n_places in wholes.most_common(1):
            if 2 * n_places > len(places):
                return whole
        return None

    def _joins(self, word: str, place: Place) -> Iterator[str]:
        """What becomes of `word` with its neighbours, or of its own halves (`journa-lières`), where
        that is a frequent word."""
        before = [part for part in place.before if part not in HYPHENS]
        behind = [part for part in place.behind if part not in HYPHENS]
        wholes = [part + word for part in ("".join(before), *before[-1:])]
        wholes += [word + part for part in ("".join(behind), *behind[:1])]
        wholes += ["".join((*before[-1:], word, *behind[:1]))]
        if _HYPHEN.search(word) and not self._known.keys() & set(_HYPHEN.split(word)):
            wholes.append(_HYPHEN.sub("", word))
        return (whole for whole in wholes if whole != word and self._meant(whole, word, "broken"))

    def _two(self, word: str) -> tuple[str, str] | None:
        """The two known words that `word` is made of, the likeliest pair of them."""
        if len(word) < SHORTEST_JOINED:
            return None
        cuts = ((word[:cut], word[cut:]) for cut in range(2, len(word) - 1))
        likely = (
            cut
            for cut in cuts
            if self._known.keys() >= set(cut)
            and self._pairs(*cut) >= self._fewest_pairs(*cut, self._counts[word])
        )
        return max(likely, key=lambda cut: self._pairs(*cut), default=None)

    def _fewest_pairs(self, one: str, other: str, count: int) -> float:
        """How often two words must be neighbours where `count` times they lack the space.

        Both long, or one of them usual: `nonrenewal` and `setoff` are words. Few times will do
        where neither can be a part of words: `underperform`, `addressor`.
        """
        short, long = sorted((len(one), len(other)))
        usual = bool({one, other} & self._usual)
        if other in SUFFIXES or not (usual or short >= SHORTEST_TYPED):
            return inf
        if usual and short >= 3 and long >= 5 and one not in PREFIXES:
            return FEWEST_PAIRS * count
        return max(FEWEST_MEANT, OFTENER["joined"] * count)

    def _typed(self, word: str, places: Sequence[Place]) -> str | None:
        if len(word) < SHORTEST_TYPED:
            return None
        return max(
            (
                meant
                for meant in self._one_off(word)
                if self._meant(meant, word, "typing")
                and (self._is_plain(word, meant) or self._stands_alike(meant, places))
                and not self._begins_others(word, meant)
            ),
            key=lambda meant: (self._known[meant], meant),
            default=None,
        )

    def _one_off(self, word: str) -> set[str]:
        """The frequent words one slip away; their first letter the same: it is hardly ever wrong.

        Two spellings are one slip apart where they meet with at most one letter left out of each,
        at one place or, swapped, at neighbouring ones.
        """
        found = set(self._shortened.get(word, ()))
        for cut, shorter in _shortened(word):
            found.update((shorter,) if shorter in self._known else ())
            found.update(
                other
                for other in self._shortened.get(shorter, ())
                if len(other) == len(word) and _differ_at(word, other, cut)
            )
        return {meant for meant in found if meant[0] == word[0] and meant != word}

    @cached_property
    def _shortened(self) -> dict[str, list[str]]:
        """Frequent words by what is left of them without one letter."""
        shortened: defaultdict[str, list[str]] = defaultdict(list)
        for word, n in self._known.items():
            if n >= OFTENER["typing"] and len(word) >= SHORTEST_TYPED:
                for _, shorter in _shortened(word):
                    shortened[shorter].append(word)
        return dict(shortened)

    def _is_plain(self, word: str, meant: str) -> bool:
        """Whether a word is so long, and what was meant so frequent, that its place need not be
        looked at: where letters are swapped, or where one is too many or too few, but not at the
        end, as in forms of one word. Another letter makes other words: `infirmation`.
        """
        ending = word[-DIFFERENT_ENDING:] == meant[-DIFFERENT_ENDING:]
        return (
            len(word) >= LONG
            and (sorted(word) == sorted(meant) or (ending and len(word) != len(meant)))
            and self._known[meant] >= OFTENER_IF_LONG * self._counts[word]
        )

    def _stands_alike(self, meant: str, places: Sequence[Place]) -> bool:
        """Whether `meant` is known beside the neighbours of the slip: on one side in every place,
        and beside one that is not usual anywhere."""
        telling = False
        for before, behind in places:
            fits_before = bool(before) and self._pairs(before[-1], meant) > 0
            fits_behind = bool(behind) and self._pairs(meant, behind[0]) > 0
            if not (fits_before or fits_behind):
                return False
            telling |= fits_before and before[-1] not in self._usual
            telling |= fits_behind and behind[0] not in self._usual
        return telling

    def _meant(self, meant: str, word: str, kind: SlipKind) -> bool:
        """Whether `meant` is frequent enough to have been meant by `word`."""
        least = max(FEWEST_MEANT, OFTENER[kind] * self._counts[word])
        return self._known.get(meant, 0) >= least

    def _begins_others(self, word: str, meant: str) -> bool:
        """Whether other words of the corpus begin as the slip does, what is wrong included:
        `concertés` is meant as it is where `concertation` stands."""
        pairs = zip(word, meant, strict=False)
        wrong = next((i for i, (one, other) in enumerate(pairs) if one != other), len(meant))
        wrong += len(word) != len(meant)  # what is wrong shows in the next letter
        begin = word[: max(wrong + 1, len(word) - DIFFERENT_ENDING, SHORTEST_TYPED - 1)]
        first = bisect_left(self._sorted, begin)
        alike = takewhile(lambda other: other.startswith(begin), self._sorted[first : first + 9])
        return any(other not in (word, meant) for other in alike)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._counts)


def _shortened(word: str) -> Iterator[tuple[int, str]]:
    return ((cut, word[:cut] + word[cut + 1 :]) for cut in range(1, len(word)))


def _differ_at(word: str, other: str, cut: int) -> bool:
    """Whether two words of a length are the same but for the letter at `cut`, or for two
    neighbours swapped."""
    different = [i for i, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
    if len(different) == 2:
        first, second = different
        return (second, word[first], word[second]) == (first + 1, other[second], other[first])
    return different == [cut]
