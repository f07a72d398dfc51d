"""How words are written in a text."""

from __future__ import annotations


def written(token: str, word: str) -> str:
    """The part of `token` that was read as `word`: `l’Acheteur` has `Acheteur` for `acheteur`.

    >>> written("l’Acheteur", "acheteur"), written("Lessor", "lessor")
    ('Acheteur', 'Lessor')
    """
    start = token.lower().find(word.lower())
    return token[start : start + len(word)] if start >= 0 else token
