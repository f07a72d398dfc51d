"""What a text says an acronym stands for: `Non-Disclosure Agreement ("NDA")`.

After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text" (PSB 2003): the letters of the acronym are found from right to left in the words
before or in its brackets, the first at the beginning of a word.
"""

from __future__ import annotations

from collections.abc import Sequence

_QUOTES = frozenset("\"'“”‘’«»„")
_INTRODUCING = frozenset(("the", "a", "an", "le", "la", "les", "l’", "l'", "ci-après"))
_ACCENTED, _PLAIN = "àâäçéèêëîïôöùûü", "aaaceeeeiioouuu"
_UNACCENTED = str.maketrans(_ACCENTED, _PLAIN)
SHORTEST, LONGEST = 2, 10
"""Letters of an acronym."""
MOST_BETWEEN = 10
"""Quotes and articles between a bracket and its acronym."""


def may_be_acronym(token: str) -> bool:
    """Whether a token has so many capitals as acronyms have.

    >>> [may_be_acronym(token) for token in ("NDA", "cDNAs", "HCVAb", "SpinCo", "eBay", "II")]
    [True, True, True, False, False, True]
    """
    if token.islower() or token[:2].isupper() or token[1:].islower():
        return token[:2].isupper()
    n_capitals = sum(map(str.isupper, token))
    return n_capitals > 1 and 2 * n_capitals >= len(token)


def expansion_at(tokens: Sequence[str], at: int) -> str | None:
    """What `tokens[at]` stands for by what is beside it; None where the text does not say.

    >>> tokens = 'a Non-Disclosure Agreement ( the " NDA " ) between'.split()
    >>> expansion_at(tokens, 6)
    'Non-Disclosure Agreement'
    >>> expansion_at("NDA ( Non-Disclosure Agreement )".split(), 0)
    'Non-Disclosure Agreement'
    """
    acronym = tokens[at][:-1] if tokens[at].endswith("s") else tokens[at]
    letters = [mark for mark in acronym.lower() if mark.isalnum()]
    if not SHORTEST <= len(letters) <= LONGEST:
        return None
    most = min(len(letters) + 5, 2 * len(letters))
    bracket = _bracket_before(tokens, at)
    if bracket:
        return _matching(tokens[max(0, bracket - most) : bracket], letters)
    if tokens[at + 1 : at + 2] == ["("] and ")" in tokens[at + 2 : at + most + 3]:
        inside = tokens[at + 2 : tokens.index(")", at + 2)]
        found = _matching(inside, letters)
        return found if found == " ".join(_bare(inside)) else None
    return None


def _bracket_before(tokens: Sequence[str], at: int) -> int:
    """Where the bracket opens in which the token stands first, quotes and an article aside; else
    0."""
    place, last = at - 1, max(0, at - 1 - MOST_BETWEEN)
    while place > last and (tokens[place] in _QUOTES or tokens[place].lower() in _INTRODUCING):
        place -= 1
    return place if place > 0 and tokens[place] == "(" else 0


def _bare(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token not in _QUOTES]


def _matching(tokens: Sequence[str], letters: Sequence[str]) -> str | None:
    """The last of `tokens` in which the letters stand in their order, the first of them beginning
    a word."""
    text = " ".join(_bare(tokens))
    plain = text.lower().translate(_UNACCENTED)
    at = len(text)
    for number, letter in reversed(list(enumerate(letters))):
        at = plain.rfind(letter, 0, at)
        while number == 0 and at > 0 and plain[at - 1].isalnum():
            at = plain.rfind(letter, 0, at)
        if at < 0:
            return None
    expansion = text[text.rfind(" ", 0, at) + 1 :]
    itself = "".join(letters) in plain[-len(expansion) :]
    return None if itself or "(" in expansion or len(expansion) < len(letters) + 3 else expansion
