"""Why a word has no vector: the cures in the order they are tried, and names for what they leave.

A piece of text between white space that the table does not hold is read again and again, each time
with one more of the table's conventions applied, and is booked to the first reading under which
every word in it is known. So each piece is booked once, and a cure is credited only with what the
ones before it could not do. Pieces that no reading saves are booked to a residual cause by the
look of their first unknown word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.normalize import Normalizer
from embedadapt.text.tokenize import tokenize


@dataclass(frozen=True)
class Kind:
    """A cause by name.

    key: stable, for machines. title, cure: a few words each, for readers.
    settings: the `Normalization` fields that cure it; none where tokenising does, or nothing.
    """

    key: str
    title: str
    cure: str
    settings: tuple[str, ...] = ()


CURES = (
    Kind("punctuation", "Punctuation glued on", "tokenise"),
    Kind("case", "Capital letters", "look up in the table's case", ("case",)),
    Kind(
        "apostrophe",
        "Apostrophes and elisions",
        "write and split them as the table does",
        ("apostrophe", "elision"),
    ),
    Kind("hyphen", "Hyphenated compounds", "look up the parts", ("hyphen",)),
    Kind("digits", "Digits", "write them as the table does", ("digits",)),
    Kind("unicode", "Decomposed accents", "compose them", ("unicode",)),
)
"""Tried in this order, each on top of those before: the commonest convention first, so that a later
cure is credited only with what it alone adds."""

RESIDUALS = (
    Kind("symbol", "Symbols and redactions", "drop them"),
    Kind("number", "Numbers and section marks", "drop them, or one token for all"),
    Kind("address", "Web and e-mail addresses", "set them aside"),
    Kind("code", "Letters mixed with digits", "set them aside"),
    Kind("joined", "Words run together", "put the lost space back"),
    Kind("misspelt", "Slips of known words", "correct the text"),
    Kind("acronym", "Acronyms", "adapt, or write them out"),
    Kind("name", "Names and defined terms", "adapt, or set them aside"),
    Kind("term", "Words of the domain", "adapt"),
)
"""What no convention cures, in the order a word is tried against them."""

KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (*CURES, *RESIDUALS)}


class Waterfall:
    """The readings of a piece of text, from the plainest to the full normalisation.

    >>> table = Vocabulary(["the", "lessor", ",", "'s"])
    >>> waterfall = Waterfall(Normalization(case="lower", elision="split"), table)
    >>> waterfall.cure("lessor,"), waterfall.cure("Lessor,"), waterfall.cure("indemnitor")
    ('punctuation', 'case', None)
    """

    def __init__(self, normalization: Normalization, vocabulary: Vocabulary) -> None:
        self._index = vocabulary.index
        self._readings = [
            (kind.key, Normalizer(settings, vocabulary))
            for kind, settings in _growing(normalization)
        ]
        self._full = self._readings[-1][1]

    def cure(self, piece: str) -> str | None:
        """Key of the first cure that makes every word of `piece` known, None where none does."""
        tokens = tokenize(piece)
        for key, normalizer in self._readings:
            if all(word in self._index for token in tokens for word in normalizer.words(token)):
                return key
        return None

    def words(self, piece: str) -> tuple[str, ...]:
        """The words of `piece` with every cure applied."""
        return tuple(word for token in tokenize(piece) for word in self._full.words(token))

    def unknown_word(self, piece: str) -> str | None:
        """The first word of `piece` that no cure makes known."""
        return next((word for word in self.words(piece) if word not in self._index), None)


def _growing(normalization: Normalization) -> Iterator[tuple[Kind, Normalization]]:
    """Each cure with the conventions applied up to it; cures that change nothing are left out."""
    settings = Normalization()
    for kind in CURES:
        changes = {name: getattr(normalization, name) for name in kind.settings}
        grown = replace(settings, **changes)
        if not kind.settings or grown != settings:
            yield kind, grown
        settings = grown


def setting_of(kind: Kind, normalization: Normalization) -> str:
    """The settings that work the cure, as `case=lower`; "" for a cure that needs none."""
    chosen = ((name, getattr(normalization, name)) for name in kind.settings)
    return ", ".join(f"{name}={value}" for name, value in chosen if value not in ("keep", False))


@dataclass
class Sighting:
    """How an unknown word is written in the corpus: running words by shape, and documents."""

    lower: int = 0
    capitalised: int = 0
    upper: int = 0
    n_documents: int = 0
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.lower + self.capitalised + self.upper

    def add(self, form: str, count: int) -> None:
        """Book `count` running words written `form`; capitals within a word (`SpinCo`, `eBay`) or
        all through with a plural s (`MHCs`) count as capitals."""
        self.forms[form] += count
        stem = form[:-1] if form.endswith("s") and len(form) > 2 else form
        if stem.isupper() and len(stem) > 1:
            self.upper += count
        elif form != form.lower():
            self.capitalised += count
        else:
            self.lower += count


def written(token: str, word: str) -> str:
    """The part of `token` that was read as `word`: `l’Acheteur` has `Acheteur` for `acheteur`.

    >>> written("l’Acheteur", "acheteur"), written("Lessor", "lessor")
    ('Acheteur', 'Lessor')
    """
    start = token.lower().find(word.lower())
    return token[start : start + len(word)] if start >= 0 else token


_ADDRESS = re.compile(
    r"""https?:|www\. | \S@\S+\.\w | ^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|fr|eu|uk)$""",
    re.VERBOSE | re.IGNORECASE,
)
LONGEST_ACRONYM = 6
"""Letters. Longer all-capital words are mostly headings: `INDEMNITEES`."""
NAME_SPREAD = 0.02
"""Share of the documents up to which an always capitalised word counts as a name. Beyond it many
parties write it, so it is the domain's: `Incoterms`, `Witnesseth`. Measured on 510 contracts,
where company names stand in at most 5 documents and such words in 30 or more."""
DEBRIS_COUNT = 3
"""Running words up to which a word may be a slip. `assignor`, 105 times, is not `assign` + `or`."""


class ResidualCauses:
    """Names the cause of words that no convention cures, by their look and their company.

    sightings: every such word with the ways it is written.
    known_counts: the known words of the corpus and how often they occur.
    """

    def __init__(
        self, sightings: Mapping[str, Sighting], known_counts: Counter[str], n_documents: int
    ) -> None:
        self._sightings = sightings
        self._name_documents = max(3, round(NAME_SPREAD * n_documents))
        self._slips = Slips(known_counts)
        self._known_causes: dict[str, str] = {}

    def of(self, word: str) -> str:
        """Key of the word's cause."""
        if word not in self._known_causes:
            self._known_causes[word] = _by_look(word) or self._by_company(word)
        return self._known_causes[word]

    def _by_company(self, word: str) -> str:
        seen = self._sightings[word]
        rare = seen.count <= DEBRIS_COUNT
        if rare and seen.upper == 0 and self._slips.halves(word):
            return "joined"
        if rare and seen.lower and self._slips.correction(word):
            return "misspelt"
        if not seen.lower and seen.n_documents <= self._name_documents:
            short = len(word) <= LONGEST_ACRONYM and seen.upper >= 9 * seen.capitalised
            return "acronym" if short else "name"
        return "term"

    def forms(self, word: str) -> list[str]:
        """The ways `word` is written, the commonest first."""
        return [form for form, _ in self._sightings[word].forms.most_common()]

    def reading(self, word: str) -> tuple[str, ...]:
        """The words that a slip probably stands for, or the word itself."""
        key = self.of(word)
        if key == "joined":
            return self._slips.halves(word) or (word,)
        if key == "misspelt":
            return (self._slips.correction(word) or word,)
        return (word,)


def _by_look(word: str) -> str | None:
    letters = any(character.isalpha() for character in word)
    digits = any(character.isdigit() for character in word)
    if not letters and not digits:
        return "symbol"
    if len(word) > 2 and len(set(word)) == 1 and letters:
        return "symbol"
    if _ADDRESS.search(word):
        return "address"
    if digits:
        return "code" if letters else "number"
    return None


class Slips:
    """Finds the known words behind a lost space or one wrong letter.

    Only words that the corpus itself uses often are offered, so that a rare word of a large table
    does not explain away a rare word of the domain.
    """

    N_LINKS = 100
    """One half of two words run together must be among so many of the most frequent words: spaces
    are lost beside `the`, `of` and `and`, and `sublicense` must stay whole."""
    COMMON = 5
    """Occurrences the other half, or the correction, must have."""
    SHORTEST = 7
    """Letters a misspelt word must have: below it most words have a neighbour one letter away."""

    def __init__(self, known_counts: Counter[str]) -> None:
        words = Counter({w: n for w, n in known_counts.items() if len(w) > 1 and w.isalpha()})
        self._links = {word for word, _ in words.most_common(self.N_LINKS)}
        self._common = {word: n for word, n in words.items() if n >= self.COMMON}
        self._by_deletion: dict[str, list[str]] = {}
        for word in self._common:
            if len(word) >= self.SHORTEST - 1:
                for shorter in _deletions(word):
                    self._by_deletion.setdefault(shorter, []).append(word)

    def halves(self, word: str) -> tuple[str, str] | None:
        """`ofcustomer` as ("of", "customer"): two known words, one of them among the commonest."""
        best: tuple[int, str, str] | None = None
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            if self._joins(left, right) or self._joins(right, left):
                pair = (min(self._common[left], self._common[right]), left, right)
                best = max(best, pair) if best else pair
        return best[1:] if best else None

    def _joins(self, link: str, other: str) -> bool:
        return link in self._links and link in self._common and self._is_long(other)

    def _is_long(self, word: str) -> bool:
        return len(word) >= 4 and word in self._common

    def correction(self, word: str) -> str | None:
        """The commonest known word at one letter added, dropped, changed or swapped.

        None where a known word begins or ends the other: `trustors` is no slip for `trustor`.
        """
        if len(word) < self.SHORTEST or not word.isalpha():
            return None
        candidates = {
            known
            for shorter in (word, *_deletions(word))
            for known in (*self._by_deletion.get(shorter, ()), shorter)
            if known in self._common and _one_slip(word, known)
        }
        if any(_one_extends(word, known) for known in candidates):
            return None
        return max(candidates, key=lambda known: (self._common[known], known), default=None)


def _one_extends(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or long.endswith(short)


def _deletions(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _one_slip(one: str, other: str) -> bool:
    """True where one letter added, dropped, changed, or swapped with the next makes the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]


def book(
    pieces: Iterable[str], waterfall: Waterfall, residuals: ResidualCauses
) -> Iterator[tuple[str, str]]:
    """Each piece with the key of its one cause."""
    for piece in pieces:
        key = waterfall.cure(piece)
        if key is None:
            word = waterfall.unknown_word(piece)
            key = "address" if _ADDRESS.search(piece) else residuals.of(word or piece)
        yield piece, key


def is_cured(key: str) -> bool:
    """True for the causes that a convention cures."""
    return any(kind.key == key for kind in CURES)
