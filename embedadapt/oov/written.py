"""How words are written in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

NEAR = 100
"""Characters after one word of a token in which the next one is looked for."""


def written(token: str, words: Iterable[str]) -> Iterator[str]:
    """For each of the words that `token` was read as, in order, the part that was read as it.

    A word that the token does not have, since it was rewritten, is written as the whole token, or
    as itself in a token of more than NEAR characters. Time is linear in the token's length.

    >>> list(written("l’Acheteur", ["l'", "acheteur"])), list(written("E-mail", ["e", "mail"]))
    (['l’Acheteur', 'Acheteur'], ['E', 'mail'])
    """
    small, at = token.lower(), 0
    for word in words:
        wanted = word.lower()
        start = small.find(wanted, at, at + len(wanted) + NEAR)
        if start < 0:
            start = small.find(wanted, 0, len(wanted) + NEAR)
        if start >= 0:
            at = start + len(wanted)
            yield token[start : start + len(word)]
        else:
            yield token if len(token) <= NEAR else word
