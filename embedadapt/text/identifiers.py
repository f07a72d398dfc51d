"""Identifiers of code and hashtags: `getUserName`, `HttpRequest`, `max_len`, `#FairRent`.

Where the first word is small, capitals inside tell an identifier from a name. Where it is not
(`HttpRequest`, `SpinCo`), the text must show whether it is code.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import filterfalse

CAMEL_CASE = re.compile(r"[a-z]{2}(?>(?:[A-Z][a-z]{2,}+)+)|[a-z]{3,}+(?>(?:[A-Z]++[a-z]*+)+)")
"""Words such as `getUserName`, `toString` and `parseURL`; not `eBay`, nor `siRNA`."""
SHORTEST_PART, SHORTEST_SHOUTED = 3, 2
"""Letters of a part behind the first: `theCo` may be a name; of one in capitals."""
CODE_SHARE, FEWEST_IDENTIFIERS = 0.01, 3
"""Share of the different pieces of a text that are unknown as written, and their number, from which
the identifiers among them make it code."""

_WORDS = re.compile(r"[A-Z]{1,20}(?![a-z])|[A-Z]?[^\W\d_A-Z]++|[0-9]++")
_ADDRESS = re.compile(r"[/@]|www\.")
_IDENTIFIER = re.compile(r"[^\W_]_[^\W_]|(?<![^\W_])[a-z]{2,}+[A-Z]")
_HASHTAG = re.compile(r"#[^\W_]")


def parts_of_identifier(text: str) -> tuple[str, ...]:
    """The words of an identifier or a hashtag by its capitals, digits and underscores.

    >>> parts_of_identifier("FairRentNYC2024"), parts_of_identifier("fair_rent")
    (('Fair', 'Rent', 'NYC', '2024'), ('fair', 'rent'))
    """
    return tuple(_WORDS.findall(text))


def parts_of_camel_case(text: str) -> tuple[str, ...]:
    """The words of an identifier in camel case; none of another word, or where some are too short.

    >>> [parts_of_camel_case(text) for text in ("getURL", "theA", "siRNA", "microCi")]
    [('get', 'URL'), (), (), ()]
    """
    parts = parts_of_identifier(text) if CAMEL_CASE.fullmatch(text) else ()
    return parts if all(map(_is_long, parts[1:])) else ()


def parts_of_class_name(text: str) -> tuple[str, ...]:
    """The words of the name of a class; none of another word.

    >>> [parts_of_class_name(text) for text in ("HttpRequest", "XMLParser", "Http", "GPUs")]
    [('Http', 'Request'), ('XML', 'Parser'), (), ()]
    """
    parts = parts_of_identifier(text) if text.isalpha() and text[:1].isupper() else ()
    return parts if len(parts) > 1 and all(map(_is_long, parts)) else ()


def _is_long(part: str) -> bool:
    return len(part) >= (SHORTEST_SHOUTED if part.isupper() else SHORTEST_PART)


def is_identifier(piece: str) -> bool:
    """Whether a piece of text has an identifier or a hashtag in it.

    >>> pieces = ("getUserName(x),", "max_len=5", "#FairRent", "non-exclusive", "SpinCo", "__")
    >>> [is_identifier(piece) for piece in pieces]
    [True, True, True, False, False, False]
    """
    return bool(_IDENTIFIER.search(piece) or _HASHTAG.search(piece))


def are_code(pieces: Collection[str]) -> bool:
    """Whether the different pieces of a text that are unknown as written are code.

    >>> are_code(["getUserName()", "max_len", "setUserName(x)", "the"]), are_code(["theAgreement"])
    (True, False)
    """
    likely = filter(_IDENTIFIER.search, filterfalse(_has_plain_case, pieces))
    found = sum(1 for _ in filterfalse(_ADDRESS.search, likely))
    return found >= max(FEWEST_IDENTIFIERS, CODE_SHARE * len(pieces))


def _has_plain_case(piece: str) -> bool:
    """Whether no identifier is in a piece, by its case and since it has no underscore."""
    return (piece.islower() or piece.istitle() or piece.isupper()) and "_" not in piece
