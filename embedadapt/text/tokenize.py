"""Text to sentences to raw tokens, alike for English and French.

A token never crosses white space (NBSP and the narrow NBSP included), so `tokenize` is a function
of white-space chunks and remembers the frequent ones. Inside a chunk:

- letters, digits and combining marks make words; apostrophes, hyphens, `/`, `&`, `_` and the
  middle dot *between* them join (`l’acheteur`, `non-exclusive`, `and/or`, `salarié·e·s`), as do
  `.`, `,` and `:` between two digits (`1,000.50`, `10:30`);
- `U.S.`, `e.g.`, `S.A.R.L.` stay whole, and so do URLs, host names and e-mail addresses;
- an elided word cut off from its noun keeps its apostrophe (`l' «`);
- `L.420-1` is `L`, `.`, `420-1`, the same as the official `L. 420-1`;
- `n°` is one token; runs of one rule character (`...`, `____`, `***`) are one; every other mark
  stands alone, `%` and `§` too.

Soft hyphens and invisible marks (zero-width space, BOM, direction marks) are dropped; the joiners
that Persian or Hindi spelling needs stay. Which of a token's spellings a table knows is the
business of `embedadapt.text.normalize`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain

APOSTROPHES = "'’ʼ‘´`＇"
HYPHENS = "-‐‑"

CACHED_CHUNKS = 1 << 16
CACHED_CHUNK_LENGTH = 60
"""Chunks remembered, and the longest text whose chunks are: a bound on memory, about 20 MB."""

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_ELISIONS = "[cdjlmnstCDJLMNST]|(?:[jJ]us|[lL]ors|[pP]uis|[qQ]uoi|[qQ]uel|[pP]res)?(?:qu|Qu|QU)"
_TOP_LEVEL = "com|net|org|edu|gov|info|eu|fr|uk|de|io"


def tokenize(text: str) -> list[str]:
    """Raw tokens of `text`, as written.

    >>> tokenize("L’acheteur paie 12.5% (art. L.420-1) aujourd'hui.")
    ['L’acheteur', 'paie', '12.5', '%', '(', 'art', '.', 'L', '.', '420-1', ')', "aujourd'hui", '.']
    """
    chunks = text.translate(_INVISIBLE).split() if not text.isascii() else text.split()
    if max(map(len, chunks), default=0) > CACHED_CHUNK_LENGTH:
        return list(chain.from_iterable(map(_tokens, chunks)))
    return list(chain.from_iterable(map(_remembered_tokens, chunks)))


def _tokens(chunk: str) -> tuple[str, ...]:
    """Tokens of a string without white space."""
    return tuple(_token_pattern().findall(chunk))


_remembered_tokens = lru_cache(CACHED_CHUNKS)(_tokens)


@cache
def _token_pattern() -> re.Pattern[str]:
    marks = _combining_marks()
    letter = f"[^\\W_][{marks}]*"
    inner = f"[{re.escape(APOSTROPHES + HYPHENS)}/&_·]|(?<=\\d)[.,:](?=\\d)"
    host = rf"[^\W_][\w-]*(?:\.[\w-]+)*\.(?:{_TOP_LEVEL})(?![\w-])"
    rules = "|".join(f"{re.escape(rule)}{{2,}}" for rule in "._-*=~#+'`–—")
    return re.compile(
        "|".join(
            [
                r"(?:https?://|www\.)[^\s<>\"«»“”]*[^\s<>\"«»“”'’.,;:!?)\]}]",
                r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
                rf"(?i:{host})(?:/[^\s<>\"«»“”]*[\w/])?",
                rf"[^\W\d_](?:\.[^\W\d_])+(?![\w{marks}])\.?",
                rf"(?<![{APOSTROPHES}])(?:{_ELISIONS})['’](?=$|[«\"“(\[])",
                r"[nN][°º](?!\w)",
                rf"(?:{letter})+(?:(?:{inner})(?:{letter})+)*",
                rules,
                rf"\S[{marks}]*",
            ]
        )
    )


@cache
def _combining_marks() -> str:
    """Every combining mark and the zero-width joiners, as ranges for a character class.

    The standard `re` has no `\\p{M}`. Walks the planes that hold marks once: 15 ms.
    """
    planes = chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0))
    codes = [c for c in planes if unicodedata.category(chr(c)).startswith("M")]
    codes += [0x200C, 0x200D]
    starts = [c for c, before in zip(codes, [-1, *codes], strict=False) if c != before + 1]
    ends = [c for c, after in zip(codes, [*codes[1:], -1], strict=True) if c != after - 1]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


def sentences(text: str) -> Iterator[str]:
    """Training units: the sentences of each paragraph, white space inside them made single."""
    for paragraph in re.split(r"\n\s*\n", text):
        yield " ".join(paragraph.split())
