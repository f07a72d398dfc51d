"""Unknown words that are misspellings by the pen, the scanner or the line break, and what was
meant.

A short distance between two spellings proves little: `notional` is no misspelling for `national`.
So a word is only taken for a misspelling where the corpus itself speaks for it: what was meant
stands there many times as often, and beside the same neighbours. And a word that several documents
use, or that one uses again and again, is no accident.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import takewhile
from math import inf
from typing import Literal, NamedTuple, TypeAlias

from embedadapt.text.function_words import function_words

MisspellingKind = Literal["broken", "joined", "typing"]
PairCount: TypeAlias = Callable[[str, str], int]
"""How often one word directly follows another in the corpus: `pairs("the", "lessor")`."""

CHECKED = frozenset(("en", "fr"))
"""Languages of which it is known what words begin and end with, and what ends other forms of them.
In any other one a word is a misspelling of none: what is one letter off may be its plural."""
FEWEST_MEANT = 10
"""Occurrences from which a word can have been meant."""
OFTENER = {"broken": 3, "joined": 10, "typing": 20}
"""How many times as often as the misspelling, by its kind, what was meant must stand in the
corpus."""
SHORTEST_JOINED = 5
FEWEST_PAIRS = 2
"""Times as often as the misspelling, for words that are hardly a part of others."""
OFTENER_IF_SHORT = 30
"""Times as often as the misspelling, for two words that compounds are often made of: `leadtime`."""
_PREFIXES = """
    sur par pour entre sous contre avant après non in under over out for with per off down here
    there where herein therein wherein
"""
PREFIXES = frozenset(_PREFIXES.split())
SUFFIXES = frozenset(["or", "er", "al", "en", "up", "out", "off", "down", "over"])
"""What words begin and end with that is a word too: `surprime`, `hereunder`, `addressor`."""
SHORTEST_TYPED, SHORTEST_PART = 6, 4
"""Letters of a word mistyped, where below one letter makes too many words of one (`lessor`,
`lesson`), and of the words run together, those without content aside."""
LONGEST_MISSPELLING = 100
"""Letters of a word run together or mistyped, which is compared at each of them."""
LONG, OFTENER_IF_LONG, OFTENER_IF_FITTING = 9, 100, 300
"""Letters and ratio from which a typing error is plain, and the ratio for one that fits its place,
which a longer word need not have."""
DIFFERENT_ENDING = 3
"""Letters in which forms of one word may end differently."""
MOST_DOCUMENTS, MOST_USES = 3, 5
"""Documents that have a misspelling, and uses of it, at most. Of medical abstracts, Wikipedia and
agreements, 120 of 123 misspellings that are found as typing errors are within both, and 44 of 54
real words that are taken for such when they are hidden from GloVe; of words run together, by
documents alone, 22 of 22 and 45 of 49 (scripts/misspelling_spread.py)."""
USUAL_SHARE = 0.002
"""Of the running words. What is as frequent stands beside anything: as a neighbour it proves
little."""
NOTHING: frozenset[str] = frozenset()
"""What most words are one edit away from: one for all of them."""
HYPHENS = frozenset("-‐‑\xad")
_HYPHEN = re.compile("[-‐‑\xad]")
_JOINED_AT_APOSTROPHE = re.compile(r"([^\W\d_]{3,}+)['’]s?([^\W\d_]{3,}+)")


@dataclass(frozen=True)
class Misspelling:
    """What a word was meant to be.

    kind:
        "broken": a part of the word meant (`riod` of `pe- riod`), "joined": two words that lost
        their space (`theprovisions`), "typing": one letter wrong, missing, too many or two swapped.
    meant: the one known word, or the two.
    """

    kind: MisspellingKind
    meant: tuple[str, ...]


class Place(NamedTuple):
    """Where a word stands: up to two words before it and behind it, in the text's order."""

    before: tuple[str, ...]
    behind: tuple[str, ...]


def is_seldom(count: int, n_documents: int) -> bool:
    """Whether a word has so few uses, in so few documents, that they may be accidents."""
    return count <= MOST_USES and n_documents <= MOST_DOCUMENTS


class MisspellingFinder:
    """Tells misspellings among the words of a corpus.

    counts: every word of the corpus, known or not, to its occurrences. known: the table's words.
    pairs: see PairCount. language: that of the corpus; None where it is not told.

    >>> counts = {"the": 9000, "provisions": 700, "theprovisions": 2}
    >>> finder = MisspellingFinder(counts, {"the", "provisions"}, lambda one, other: 650)
    >>> finder.misspelling("theprovisions", [Place(("with",), ("of",))]).meant
    ('the', 'provisions')
    """

    def __init__(
        self,
        counts: Mapping[str, int],
        known: Container[str],
        pairs: PairCount,
        language: str | None = "en",
    ) -> None:
        self._is_checked = language in CHECKED
        self._counts = counts
        self._known = {word: n for word, n in counts.items() if word in known}
        self._pairs = pairs
        usual = USUAL_SHARE * sum(counts.values())
        self._usual = frozenset(word for word, n in counts.items() if n >= usual)
        self._empty = function_words(language)
        self._one_off = cache(self._find_one_off)

    def misspelling(
        self, word: str, places: Sequence[Place], n_documents: int = 1
    ) -> Misspelling | None:
        """What `word` was meant to be, from some of the places where it stands and the number of
        documents that have it; None where it can well be meant as it is.

        A typing error has few uses, and two words have lost their space in few documents unless
        their place says so. What a line's end breaks is broken in any number of documents.
        """
        if not self._is_checked:
            return None
        rare = n_documents <= MOST_DOCUMENTS
        if whole := self._whole(word, places):
            return Misspelling("broken", (whole,))
        seldom = is_seldom(self._counts.get(word, 0), n_documents)
        if seldom and (typed := self._typed(word, places)):
            return Misspelling("typing", (typed,))
        two = self._two_at_apostrophe(word) or self._two(word, places)
        if two and (rare or "'" in word or self._fits(*two, places)):
            return Misspelling("joined", two)
        return None

    def run_together(self, word: str) -> Misspelling | None:
        """The two frequent words that `word` is made of, if any: all that is asked for in a text
        known to lose its spaces."""
        if not self._is_checked:
            return None
        likely = (
            cut
            for cut in self._cuts(word)
            if all(self._known[part] >= FEWEST_MEANT for part in cut)
            and all(len(part) >= SHORTEST_PART or part in self._empty for part in cut)
            and not (cut[0] in PREFIXES or cut[1] in SUFFIXES)
        )
        commonest = max(
            likely,
            key=lambda cut: (self._pairs(*cut), min(self._known[part] for part in cut)),
            default=None,
        )
        return commonest and Misspelling("joined", commonest)

    def is_near_miss(self, word: str) -> bool:
        """Whether `word` is one edit away from a frequent word, wherever it stands."""
        return self._is_checked and len(word) >= SHORTEST_TYPED and bool(self._one_off(word))

    def _whole(self, word: str, places: Sequence[Place]) -> str | None:
        """The word that `word` is a broken part of, in most places."""
        found = [whole for place in places for whole in set(self._joins(word, place))]
        if not found:  # as for most words
            return None
        wholes = Counter(found)
        most = (whole for whole, n_places in wholes.items() if 2 * n_places > len(places))
        return max(most, key=lambda whole: (wholes[whole], self._known[whole], whole), default=None)

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
        known = filter(self._known.__contains__, wholes)
        return (whole for whole in known if whole != word and self._meant(whole, word, "broken"))

    def _two_at_apostrophe(self, word: str) -> tuple[str, str] | None:
        """The frequent words of `company'sresponsibility`."""
        found = _JOINED_AT_APOSTROPHE.fullmatch(word)
        if found and min(self._known.get(part, 0) for part in found.groups()) >= FEWEST_MEANT:
            return found[1], found[2]
        return None

    def _two(self, word: str, places: Sequence[Place]) -> tuple[str, str] | None:
        """The two known words that `word` is made of, the likeliest pair of them."""
        if len(word) < SHORTEST_JOINED:
            return None
        likely = (
            cut
            for cut in self._cuts(word)
            if self._pairs(*cut) >= self._fewest_pairs(*cut, self._counts[word], places)
        )
        return max(likely, key=lambda cut: self._pairs(*cut), default=None)

    def _cuts(self, word: str) -> Iterator[tuple[str, str]]:
        """Every two known words that `word` is made of, of two letters at least."""
        last = len(word) - 1 if len(word) <= LONGEST_MISSPELLING else 0
        for cut in range(2, last):
            if word[cut:] in self._known and word[:cut] in self._known:
                yield word[:cut], word[cut:]

    def _fewest_pairs(self, one: str, other: str, count: int, places: Sequence[Place]) -> float:
        """How often two words must be neighbours where `count` times they lack the space.

        Often, since compounds are made of words too: `nonrenewal`, `setoff`, `leadtime`. Seldom
        where one is no part of words; as often as they lack the space where they fit between their
        neighbours as well.
        """
        short, long = sorted((len(one), len(other)))
        usual = bool({one, other} & self._usual)
        if other in SUFFIXES:
            return inf
        if one not in PREFIXES and long >= SHORTEST_PART:
            empty = bool({one, other} & self._empty)
            if empty and self._fits(one, other, places):
                return count
            if usual and short >= 3 and long >= 5:
                return FEWEST_PAIRS * count
        if usual or short >= SHORTEST_TYPED:
            return max(FEWEST_MEANT, OFTENER["joined"] * count)
        return OFTENER_IF_SHORT * max(1, count) if short >= SHORTEST_PART else inf

    def _fits(self, first: str, last: str, places: Sequence[Place]) -> bool:
        """Whether in every place what stands before is known before `first`, and what stands behind
        behind `last`; marks on both sides tell nothing."""
        return bool(places) and all(
            before
            and behind
            and (before[-1].isalpha() or behind[0].isalpha())
            and self._pairs(before[-1], first) > 0
            and self._pairs(last, behind[0]) > 0
            for before, behind in places
        )

    def _typed(self, word: str, places: Sequence[Place]) -> str | None:
        if len(word) < SHORTEST_TYPED:
            return None
        return max(
            (
                meant
                for meant in self._one_off(word)
                if self._meant(meant, word, "typing") and self._was_meant(meant, word, places)
            ),
            key=lambda meant: (self._known[meant], meant),
            default=None,
        )

    def _was_meant(self, meant: str, word: str, places: Sequence[Place]) -> bool:
        """Whether the places, or its mere frequency, say that `meant` was meant."""
        clear = len(word) > LONG or self._is_oftener(OFTENER_IF_FITTING, meant, word)
        if clear and not _is_other_form(word, meant) and self._fits(meant, meant, places):
            return True
        if word[0] != meant[0]:
            return True
        likely = self._is_plain(word, meant) or self._stands_alike(meant, places)
        return likely and not self._begins_others(word, meant)

    def _find_one_off(self, word: str) -> frozenset[str]:
        """The frequent words one edit away; their first letter the same: it is hardly ever wrong.

        Two spellings are one edit apart where they meet with at most one letter left out of each,
        at one place or, swapped, at neighbouring ones.
        """
        found = set(self._shortened.get(word, ()))
        if word[0] == "l" and "i" + word[1:] in self._known:
            return frozenset(["i" + word[1:]])  # scanned: `lndemnitees`
        for cut, shorter in _shortened(word):
            if shorter in self._known:
                found.add(shorter)
            for other in self._shortened.get(shorter, ()):
                if len(other) == len(word) and _differ_at(word, other, cut):
                    found.add(other)
        return frozenset(m for m in found if m[0] == word[0] and m != word) if found else NOTHING

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
        return (
            len(word) >= LONG
            and (len(word) != len(meant) or sorted(word) == sorted(meant))
            and not _is_other_form(word, meant)
            and self._is_oftener(OFTENER_IF_LONG, meant, word)
        )

    def _is_oftener(self, times: int, meant: str, word: str) -> bool:
        return self._known[meant] >= times * self._counts[word]

    def _stands_alike(self, meant: str, places: Sequence[Place]) -> bool:
        """Whether `meant` is known beside the neighbours of the misspelling: on one side in every
        place, and beside one that is not usual anywhere."""
        telling = False
        for before, behind in places:
            fits_before = bool(before) and self._pairs(before[-1], meant) > 0
            fits_behind = bool(behind) and self._pairs(meant, behind[0]) > 0
            if not (fits_before or fits_behind):
                return False
            telling |= fits_before and before[-1] not in self._usual
            telling |= fits_behind and behind[0] not in self._usual
        return telling

    def _meant(self, meant: str, word: str, kind: MisspellingKind) -> bool:
        """Whether `meant` is frequent enough to have been meant by `word`."""
        n = self._known.get(meant, 0)
        return n >= FEWEST_MEANT and n >= OFTENER[kind] * self._counts[word]

    def _begins_others(self, word: str, meant: str) -> bool:
        """Whether other words of the corpus begin as the misspelling does, what is wrong included:
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
    """With each letter but the first left out, and where it stood; none of too long a word."""
    last = len(word) if len(word) <= LONGEST_MISSPELLING else 0
    return ((cut, word[:cut] + word[cut + 1 :]) for cut in range(1, last))


def _is_other_form(word: str, meant: str) -> bool:
    """Whether two words differ at the end as forms of one word do: `addresser`, `addressed`."""
    swapped = sorted(word) == sorted(meant)
    return not (swapped or word[-2:] == meant[-2:] or word == meant[:-1])


def _differ_at(word: str, other: str, cut: int) -> bool:
    """Whether two words of a length are the same but for the letter at `cut`, or for two
    neighbours swapped."""
    different = [i for i, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
    if len(different) == 2:
        first, second = different
        return (second, word[first], word[second]) == (first + 1, other[second], other[first])
    return different == [cut]
