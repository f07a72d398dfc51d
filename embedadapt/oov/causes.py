"""Why a word has no vector: the fixes in the order they are tried, and names for what they leave.

A piece of text between white space that the table does not hold is read again and again, each time
with one more of the table's conventions applied, and is booked to the first reading under which
every word in it is known. So each piece is booked once, and a fix is credited only with what the
ones before it could not do. Pieces that no reading saves are booked to a residual cause by their
first unknown word (residuals.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.residuals import Origin, ResidualCauses, is_address
from embedadapt.text.keys import has_keys, without_keys
from embedadapt.text.normalize import Normalizer


@dataclass(frozen=True)
class Kind:
    """A cause by name.

    key: stable, for machines. title, fix: a few words each, for readers.
    settings: the `Normalization` fields that fix it; none where tokenization does, or nothing.
    """

    key: str
    title: str
    fix: str
    settings: tuple[str, ...] = ()


FIXES = (
    Kind("punctuation", "Punctuation glued on", "tokenize"),
    Kind("keys", "Keys around the words", "look up the keys", ("prefix", "suffix", "tags")),
    Kind("case", "Capital letters", "look up in the table's case", ("case",)),
    Kind(
        "apostrophe",
        "Apostrophes and elisions",
        "write and split them as the table does",
        ("apostrophe", "elision"),
    ),
    Kind("hyphen", "Hyphenated compounds", "look up the parts", ("hyphen",)),
    Kind("digits", "Digits", "write them as the table does", ("digits",)),
    Kind("unicode", "Forms of letters", "write them in one form", ("unicode",)),
    Kind("turkish", "Dotted and dotless i", "İ as i, I as ı", ("turkish_i",)),
    Kind(
        "placeholder",
        "Numbers, addresses and users",
        "write the table's placeholders",
        ("placeholders",),
    ),
)
"""Tried in this order, each on top of those before: the commonest convention first, so that a later
fix is credited only with what it alone adds."""

RESIDUALS = (
    Kind("symbol", "Symbols and redactions", "drop them"),
    Kind("number", "Numbers and section marks", "drop them, or one token for all"),
    Kind("address", "Web and e-mail addresses", "set them aside"),
    Kind("code", "Letters mixed with digits", "set them aside"),
    Kind("foreign", "Foreign words", "set them aside"),
    Kind("variant", "Other spellings of known words", "write them as the table does"),
    Kind("acronym", "Acronyms", "adapt, or write them out"),
    Kind("broken", "Words broken in two", "join the parts"),
    Kind("typing", "Typing errors", "correct them"),
    Kind("joined", "Words run together", "write them apart"),
    Kind("debris", "Debris of scanning", "scan again, or set aside"),
    Kind("name", "Names and defined terms", "adapt, or set them aside"),
    Kind("inflection", "Other forms of known words", "adapt, or look up the known form"),
    Kind("term", "Words of the domain", "adapt"),
    Kind("unexplained", "Not explained", "adapt"),
)
"""What no convention fixes, in the order a word is tried against them."""

OR_NAMES = "Words of the domain, and names"
"""What the words of the domain are called where nothing in the text tells names from them."""

KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (*FIXES, *RESIDUALS)}


class Waterfall:
    """The readings of a piece of text, from the plainest to the full normalization.

    >>> table = Vocabulary(["the", "lessor", ",", "'s"])
    >>> waterfall = Waterfall(Normalization(case="lower", elision="split"), table)
    >>> waterfall.fix("lessor,"), waterfall.fix("Lessor,"), waterfall.fix("indemnitor")
    ('punctuation', 'case', None)
    """

    def __init__(
        self,
        normalization: Normalization,
        keys: Vocabulary,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """vocabulary: the words of the keys, row by row, where these have something around them."""
        words = vocabulary or keys
        self._index = words.index
        readings = [
            (kind.key, Normalizer(without_keys(settings), words if has_keys(settings) else keys))
            for kind, settings in _growing(normalization)
        ]
        self._full = readings[-1][1]
        self._reads = [(key, cache(partial(_knows, reading))) for key, reading in readings]

    def fix(self, piece: str) -> str | None:
        """Key of the first fix that makes every word of `piece` known, None where none does."""
        tokens = self._full.chunk_tokens(piece)
        return next((key for key, reads in self._reads if all(map(reads, tokens))), None)

    def words(self, piece: str) -> tuple[str, ...]:
        """The words of `piece` with every fix applied."""
        return tuple(
            word for token in self._full.chunk_tokens(piece) for word in self._full.words(token)
        )

    def unknown_word(self, piece: str) -> str | None:
        """The first word of `piece` that no fix makes known."""
        return next((word for word in self.words(piece) if word not in self._index), None)


def _knows(reading: Normalizer, token: str) -> bool:
    return all(map(reading.knows, reading.words(token)))


def _growing(normalization: Normalization) -> Iterator[tuple[Kind, Normalization]]:
    """Each fix with the conventions applied up to it; fixes that change nothing are left out."""
    settings = Normalization()
    for kind in FIXES:
        changes = {name: getattr(normalization, name) for name in kind.settings}
        grown = replace(settings, **changes)
        if not kind.settings or grown != settings:
            yield kind, grown
        settings = grown


def title_of(kind: Kind, origin: Origin) -> str:
    """What a cause is called in a report on words of this origin.

    >>> title_of(KINDS["term"], Origin("ko", "ko", frozenset(["HANGUL"])))
    'Words of the domain, and names'
    """
    return OR_NAMES if kind.key == "term" and not origin.marks_names else kind.title


def setting_of(kind: Kind, normalization: Normalization) -> str:
    """The settings that work the fix, as `case=lower`; "" for a fix that needs none."""
    chosen = ((name, getattr(normalization, name)) for name in kind.settings)
    return ", ".join(
        f"{name}={value}" for name, value in chosen if value not in ("keep", False, "")
    )


def written(token: str, word: str) -> str:
    """The part of `token` that was read as `word`: `l’Acheteur` has `Acheteur` for `acheteur`.

    >>> written("l’Acheteur", "acheteur"), written("Lessor", "lessor")
    ('Acheteur', 'Lessor')
    """
    start = token.lower().find(word.lower())
    return token[start : start + len(word)] if start >= 0 else token


def book(
    pieces: Iterable[str], waterfall: Waterfall, residuals: ResidualCauses
) -> Iterator[tuple[str, str]]:
    """Each piece with the key of its one cause."""
    for piece in pieces:
        key = waterfall.fix(piece)
        if key is None:
            word = waterfall.unknown_word(piece)
            key = "address" if is_address(piece) else residuals.of(word or piece)
        yield piece, key


def is_fixed(key: str) -> bool:
    """True for the causes that a convention fixes."""
    return any(kind.key == key for kind in FIXES)
