"""Which unknown words of a corpus can be learned from it."""

from __future__ import annotations

from embedadapt.text.formulas import is_certain

LEARNED_FROM = 5
"""Uses from which an unknown word is learned by default, as gensim's and fastText's `min_count`."""
HELD_OUT, SEED = 0.1, 1
"""Share of the text that is kept from training by default, and the seed of its draw."""
LONGEST_NEW_WORD = 40
"""Characters. Beyond it stand URLs, hashes and words that lost their spaces."""


def learnable(word: str) -> bool:
    """True for what can be a word of the domain: letters, and nothing of a number or an address; or
    a chemical formula.

    >>> [learnable(word) for word in ("lessor", "force_majeure", "l'", "12b", "§", "a@b.com")]
    [True, True, True, False, False, False]
    >>> [learnable(word) for word in ("H2O", "caco3", "b15")]
    [True, True, False]
    """
    if len(word) > LONGEST_NEW_WORD or any(character in "@/\\:<>" for character in word):
        return False
    if any(map(str.isdigit, word)):
        return is_certain(word)
    return any(map(str.isalpha, word))
