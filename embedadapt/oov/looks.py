"""What a word is by its look alone: an address, a number, a code, an acronym."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from embedadapt.oov.expansions import may_be_acronym
from embedadapt.oov.sightings import Sighting

_LAST_PART = r"(?:com|org|net|gov|edu|info|biz|fr|eu|uk|html?|aspx?|pdf|docx?|xlsx?)$"
_ADDRESS = re.compile(
    rf"""https?(?::|$)|www\. | \S@\S | ^[\w-]++(?>(?:\.(?!{_LAST_PART})[\w-]++)*)\.{_LAST_PART}""",
    re.VERBOSE | re.IGNORECASE,
)
_ROMAN = r"(?=.)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_SECTION_MARK = re.compile(rf"n[°º]|(?>{_ROMAN}(?:\.{_ROMAN})*)\.?", re.IGNORECASE)
_PARTS, _COMPOUND = re.compile(r"[-/&'’.]"), re.compile(r"[-‐‑/]")
_DOTTED = re.compile(r"(?>(?:[^\W\d_]\.)+)[^\W\d_]?")
LONGEST_ACRONYM = 6
"""Letters. Longer all-capital words are mostly headings: `INDEMNITEES`."""
LONGEST_AFFIX = 2
"""Letters of a part in capitals that makes a compound no name: `N-`, `-MB`."""
STRAY_SHARE = 0.05
"""Share of a name's or an acronym's running words that may be written otherwise: web addresses and
careless drafts write `xencor` too."""
REMEMBERED = 1 << 16
"""Words whose looks are remembered."""


def is_address(piece: str) -> bool:
    """Whether a piece of text has a web or an e-mail address in it."""
    may_be = "." in piece or "@" in piece or "http" in piece.lower()  # as few pieces are
    return may_be and bool(_ADDRESS.search(piece))


@lru_cache(REMEMBERED)
def by_look(word: str) -> str | None:
    """Key of the cause that a word's look gives; None where it gives none.

    >>> [by_look(word) for word in ("§", "xxii", "spinrecords.com", "24b", "lessor")]
    ['symbol', 'number', 'address', 'code', None]
    """
    letters = word.isalpha() or any(map(str.isalpha, word))
    digits = not word.isalpha() and any(map(str.isdigit, word))
    if not letters and not digits:
        return "symbol"
    if len(word) > 2 and len(set(word)) == 1 and letters:
        return "symbol"
    if len(word) == 1 and unicodedata.name(word, "").startswith("LATIN"):
        return "symbol"
    if _SECTION_MARK.fullmatch(word):
        return "number"
    if is_address(word):
        return "address"
    if digits:
        return "code" if letters else "number"
    return None


def is_acronym(word: str, seen: Sighting) -> bool:
    """Whether a word is written in capitals as a rule (where the text writes it out: mostly, and
    small letters among them are no matter: `HCVAb`), or with a stop after every letter."""
    otherwise, stray = seen.lower + seen.capitalised, STRAY_SHARE * seen.count
    if seen.expansions:
        otherwise, stray = seen.count - _count_acronyms(seen), 0.5 * seen.count
    longest = max(map(len, _PARTS.split(word)))
    return (longest <= LONGEST_ACRONYM and otherwise <= stray) or bool(_DOTTED.fullmatch(word))


def _count_acronyms(seen: Sighting) -> int:
    return sum(n for form, n in seen.forms.items() if may_be_acronym(form))


def has_inner_capital(form: str) -> bool:
    """As company and product names have: `SpinCo`."""
    return form[1:] != form[1:].lower() and not form.isupper()


def has_affix_in_capitals(form: str) -> bool:
    """Whether capitals are only in parts of one or two letters: `N-ethylmaleimide`,
    `apoprotein-A`."""
    parts = _COMPOUND.split(form)
    return len(parts) > 1 and all(len(part) <= LONGEST_AFFIX or part.islower() for part in parts)
