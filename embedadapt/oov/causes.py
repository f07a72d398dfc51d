"""Why a word has no vector: the fixes in the order they are tried, and names for what they leave.

A piece of text between white space that the table does not hold is read again and again, each time
with one more of the table's conventions applied, and is booked to the first reading under which
every word in it is known. So each piece is booked once, and a fix is credited only with what the
ones before it could not do. Pieces that no reading saves are booked to a residual cause by their
first unknown word (residuals.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from embedadapt.core.normalization import Normalization
from embedadapt.core.types import Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.evidence import Origin
from embedadapt.oov.looks import is_address
from embedadapt.oov.residuals import ResidualCauses
from embedadapt.text.identifiers import is_identifier
from embedadapt.text.keys import has_keys, without_keys
from embedadapt.text.name_lists import LANGUAGES, PACKAGES
from embedadapt.text.normalize import Normalizer
from embedadapt.text.tokenize import chunk_tokens

if TYPE_CHECKING:
    from embedadapt.text.chunks import Cut
    from embedadapt.text.growing import Lists, Strings

MANY = 2_000
"""Pieces from which compiled loops read them: to load these takes as long as fewer do."""


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
    Kind("case", "Capital letters", "look up in the case of the vectors", ("case",)),
    Kind(
        "apostrophe",
        "Apostrophes and elisions",
        "write and split them as in the vectors",
        ("apostrophe", "elision"),
    ),
    Kind("hyphen", "Hyphenated compounds", "look up the parts", ("hyphen",)),
    Kind("identifier", "Identifiers and hashtags", "look up the parts", ("hyphen",)),
    Kind("digits", "Digits", "write them as in the vectors", ("digits",)),
    Kind("unicode", "Forms of letters", "write them in one form", ("unicode",)),
    Kind("turkish", "Dotted and dotless i", "İ as i, I as ı", ("turkish_i",)),
    Kind(
        "chinese",
        "Traditional or simplified characters",
        "look up in the form of the vectors",
        ("chinese",),
    ),
    Kind(
        "placeholder",
        "Numbers, addresses and users",
        "write the placeholders of the vectors",
        ("placeholders",),
    ),
)
"""Tried in this order, each on top of those before: the commonest convention first, so that a later
fix is credited only with what it alone adds. Identifiers are taken apart by the same setting as
compounds, and told from them by their look."""

BEFORE_HYPHEN = frozenset(("punctuation", "keys", "case", "apostrophe"))

RESIDUALS = (
    Kind("symbol", "Symbols and redactions", "remove them"),
    Kind("number", "Numbers and section marks", "remove them, or use one token"),
    Kind("address", "Web and e-mail addresses", "ignore them"),
    Kind("formula", "Chemical formulas", "adapt"),
    Kind("code", "Letters mixed with digits", "ignore them"),
    Kind("class_name", "Names of classes in code", "write the parts apart"),
    Kind(
        "other_form",
        "Characters of the other form of Chinese",
        "install the extra `chinese`, which looks them up",
    ),
    Kind("foreign", "Foreign words", "ignore them"),
    Kind("variant", "Other spellings of known words", "write them as in the vectors"),
    Kind("acronym", "Acronyms", "adapt, or write them out"),
    Kind("broken", "Words broken in two", "join the parts"),
    Kind("typing", "Typing errors", "correct them"),
    Kind("joined", "Words run together", "write them apart"),
    Kind("debris", "Debris of scanning", "scan again, or ignore them"),
    Kind("name", "Names and defined terms", "adapt, or ignore them"),
    Kind("inflection", "Other forms of known words", "adapt, or look up the known form"),
    Kind("term", "Words of the domain", "adapt"),
    Kind("unexplained", "Not explained", "adapt"),
)
"""What no convention fixes, in the order a word is tried against them."""

OR_NAMES = "Words of the domain, and names"
UNTOLD_NAMES = f"{OR_NAMES} (install the extra `names` to tell them apart)"
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
        self._readings = readings
        self._words: dict[str, tuple[str, ...]] = {}
        self._reads = [(key, cache(partial(_knows, reading))) for key, reading in readings]

    def fix(self, piece: str) -> str | None:
        """Key of the first fix that makes every word of `piece` known, None where none does."""
        tokens = self._full.chunk_tokens(piece)
        fix = next((key for key, reads in self._reads if all(map(reads, tokens))), None)
        return self._by_look(piece, fix)

    def fixes(self, pieces: Sequence[str], cut: Cut | None = None) -> list[str | None]:
        """The same for each of some pieces, all different. cut: these, where they are cut."""
        if len(pieces) < MANY:
            return list(map(self.fix, pieces))
        from embedadapt.text.chunks import Cut, Lexicon
        from embedadapt.text.growing import Lists

        cut = cut or Cut.of(pieces, self._full)
        lexicon, tokens_of = cut.lexicon, cut.tokens_of
        known_by = np.zeros(len(lexicon.tokens), np.int64)  # a bit for each reading that knows it
        for number, (_, reading) in enumerate(self._readings):
            read = lexicon if reading is self._full else Lexicon(reading, lexicon.tokens)
            known = read.are_known().astype(np.int64)
            known_by |= _all_of(known, read.words_of, 1) << number
        bits = _all_of(known_by, tokens_of, (1 << len(self._readings)) - 1)
        first = np.log2(np.maximum(bits & -bits, 1)).astype(np.int64).tolist()
        left = np.flatnonzero(bits == 0)
        words_of = Lists()
        words_of.extend_through(tokens_of, lexicon.words_of)
        words = _texts_of(words_of, left, lexicon.words)
        self._words.update(zip([pieces[i] for i in left.tolist()], words, strict=True))
        keys = [key for key, _ in self._readings]
        fixes = [keys[n] if any_ else None for n, any_ in zip(first, bits > 0, strict=True)]
        return [
            self._by_look(piece, fix) if fix == "hyphen" or "#" in piece else fix
            for piece, fix in zip(pieces, fixes, strict=True)
        ]

    def _by_look(self, piece: str, fix: str | None) -> str | None:
        """The fix of a piece, which for an identifier differs from that for a compound. What
        follows a # is cut in every reading, so that an earlier fix can make it known."""
        if fix == "hyphen":
            return "identifier" if is_identifier(piece) else fix
        cut = "#" in piece and fix in BEFORE_HYPHEN and chunk_tokens(piece)
        return "identifier" if cut and len(cut) < len(self._full.chunk_tokens(piece)) else fix

    def words(self, piece: str) -> tuple[str, ...]:
        """The words of `piece` with every fix applied."""
        return self._words.get(piece) or tuple(
            word for token in self._full.chunk_tokens(piece) for word in self._full.words(token)
        )

    def unknown_word(self, piece: str) -> str | None:
        """The first word of `piece` that no fix makes known."""
        return next((word for word in self.words(piece) if word not in self._index), None)


def _knows(reading: Normalizer, token: str) -> bool:
    return all(map(reading.knows, reading.words(token)))


def _texts_of(lists: Lists, numbers: Longs1d, strings: Strings) -> Iterator[tuple[str, ...]]:
    """The strings of some of the lists."""
    items, ends = lists.arrays
    texts = strings.since(0)
    for first, last in zip(ends[numbers].tolist(), ends[numbers + 1].tolist(), strict=True):
        yield tuple(texts[item] for item in items[first:last].tolist())


def _all_of(bits: Longs1d, lists: Lists, start: int) -> Longs1d:
    """(n_lists,): the bits that all numbers of a list have, those of `start` for an empty one."""
    items, ends = lists.arrays
    starts, n_items = ends[:-1], np.diff(ends)
    found = np.full(len(n_items), start, np.int64)
    if len(items):
        found[n_items > 0] = np.bitwise_and.reduceat(bits[items], starts[n_items > 0])
    return found


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

    >>> title_of(KINDS["term"], Origin("ko", "ko", frozenset(["HANGUL"])))[:30]
    'Words of the domain, and names'
    """
    if kind.key != "term" or origin.marks_names:
        return kind.title
    is_told_by_extra = origin.language in LANGUAGES and not all(map(find_spec, PACKAGES))
    return UNTOLD_NAMES if is_told_by_extra else OR_NAMES


def setting_of(kind: Kind, normalization: Normalization) -> str:
    """The settings that work the fix, as `case=lower`; "" for a fix that needs none."""
    chosen = ((name, getattr(normalization, name)) for name in kind.settings)
    return ", ".join(
        f"{name}={value}" for name, value in chosen if value not in ("keep", False, "")
    )


def book(
    pieces: Iterable[str],
    waterfall: Waterfall,
    residuals: ResidualCauses,
    cut: Cut | None = None,
) -> Iterator[tuple[str, str]]:
    """Each piece with the key of its one cause. cut: the pieces, where they are cut."""
    pieces = list(pieces)
    for piece, fix in zip(pieces, waterfall.fixes(pieces, cut), strict=True):
        key = fix
        if key is None:
            word = waterfall.unknown_word(piece)
            key = "address" if is_address(piece) else residuals.of(word or piece)
        yield piece, key


def is_fixed(key: str) -> bool:
    """True for the causes that a convention fixes."""
    return any(kind.key == key for kind in FIXES)
