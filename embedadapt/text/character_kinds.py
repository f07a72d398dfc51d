"""What characters are, in tables that the kernels look up."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from embedadapt.kernels import lines, tokens
from embedadapt.text.tokenize import APOSTROPHES, HYPHENS, INVISIBLE, RULES, combining_marks

N_CHARACTERS = 0x10000
"""Characters in a table: those that UTF-8 writes in three bytes or fewer."""


@cache
def token_kinds() -> NDArray[np.uint8]:
    """What every character may be inside a token: (N_CHARACTERS,) bits of kernels.tokens.

    Left to the pattern of text.tokenize are invisible characters, and the signs that make `n°`.
    """
    return _table(
        {
            tokens.WORD: r"[^\W_]++",
            tokens.DIGIT: r"\d++",
            tokens.MARK: f"[{combining_marks()}]++",
            tokens.JOINT: f"[{re.escape(APOSTROPHES + HYPHENS)}/&_·]",
            tokens.RULE: f"[{re.escape(RULES)}]",
            tokens.APOSTROPHE: f"[{APOSTROPHES}]",
            tokens.FOLDED: "[ıİſ\u212a]",  # re.IGNORECASE takes them for i, s and k
            tokens.LEFT: f"[°º{''.join(map(chr, INVISIBLE))}]",
        }
    )


@cache
def letters() -> NDArray[np.uint8]:
    """Which characters are letters, and which small ones: (N_CHARACTERS,) bits of kernels.lines."""
    table = _table({lines.LETTER: r"[^\W\d_]++"})
    small = np.fromiter(map(str.islower, _characters()), np.bool_, N_CHARACTERS)
    table[small] |= lines.SMALL
    return table


def _table(patterns: dict[int, str]) -> NDArray[np.uint8]:
    table = np.zeros(N_CHARACTERS, np.uint8)
    for bit, pattern in patterns.items():
        for found in re.finditer(pattern, _characters()):
            table[slice(*found.span())] |= bit
    return table


@cache
def _characters() -> str:
    return "".join(map(chr, range(N_CHARACTERS)))
