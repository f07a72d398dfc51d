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
STRAY_SHARE = 0.05
"""Share of a name's or an acronym's running words that may be written otherwise: web addresses and
careless drafts write `xencor` too."""
NAME_SPREAD = 0.02
"""Share of the documents up to which an always capitalised word counts as a name. Beyond it many
parties write it, so it is the domain's: `Incoterms`, `Witnesseth`. Measured on 510 contracts,
where company names stand in at most 5 documents and such words in 30 or more."""


class ResidualCauses:
    """Names the cause of words that no convention cures, by their look and by how they are written.

    sightings: every such word with the ways it is written.
    """

    def __init__(self, sightings: Mapping[str, Sighting], n_documents: int) -> None:
        self._sightings = sightings
        self._name_documents = max(3, round(NAME_SPREAD * n_documents))
        self._remembered: dict[str, str] = {}

    def of(self, word: str) -> str:
        """Key of the word's cause."""
        if word not in self._remembered:
            self._remembered[word] = _by_look(word) or self._by_writing(word)
        return self._remembered[word]

    def forms(self, word: str) -> list[str]:
        """The ways `word` is written, the commonest first."""
        return [form for form, _ in self._sightings[word].forms.most_common()]

    def _by_writing(self, word: str) -> str:
        seen = self._sightings[word]
        stray = STRAY_SHARE * seen.count
        if len(word) <= LONGEST_ACRONYM and seen.lower + seen.capitalised <= stray:
            return "acronym"
        if seen.lower <= stray and seen.n_documents <= self._name_documents:
            return "name"
        return "term"


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
