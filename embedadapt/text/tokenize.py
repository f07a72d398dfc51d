"""Text to raw tokens, alike for English and French.

A token never crosses white space (NBSP and the narrow NBSP included), so `tokenize` is a function
of white-space chunks and remembers the frequent ones. Inside a chunk:

- letters, digits and combining marks make words; apostrophes, hyphens, `/`, `&`, `_` and the
  middle dot *between* them join (`l’acheteur`, `non-exclusive`, `and/or`, `salarié·e·s`), as do
  `.`, `,` and `:` between two digits (`1,000.50`, `10:30`);
- `U.S.`, `e.g.`, `S.A.R.L.` stay whole, and so do URLs, host names and e-mail addresses;
- an elided word cut off from its noun keeps its apostrophe (`l' «`);
- `L.420-1` is `L`, `.`, `420-1`, the same as the official `L. 420-1`;
- `n°` is one token; a run of one rule character (`...`, `____`, `***`) is one, cut to three;
  every other mark stands alone, `%` and `§` too.

Soft hyphens and invisible marks (zero-width space, BOM, direction marks) are dropped; the joiners
that Persian or Hindi spelling needs stay. Which of a token's spellings a table knows is the
business of `embedadapt.text.normalize`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain

APOSTROPHES = "'’ʼ‘´`＇"
HYPHENS = "-‐‑"

CACHED_CHUNKS = 1 << 16
"""Chunks remembered: with the next bound, at most some 20 MB."""
CACHED_CHUNK_LENGTH = 60
"""Text with a longer chunk in it (a URL, base64) is not remembered."""

INVISIBLE = dict.fromkeys(
    [0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
RULES = "._-*=~#+'`–—"
LONGEST_RUN = 3
_ELISIONS = "[cdjlmnst]|(?:jus|lors|puis|quoi|quel|pres)?qu"
_JOINED_WORD = re.compile(f"[^\\W_]++(?>(?:[{re.escape(APOSTROPHES + HYPHENS)}/&_·][^\\W_]++)*)")
"""A string that is one token in any place, recognized without the whole pattern."""
_TOP_LEVEL = "com|net|org|edu|gov|info|eu|fr|uk|de|io"


def tokenize(text: str) -> list[str]:
    """Raw tokens of `text`, as written.

    >>> tokenize("L’acheteur paie 12.5% (art. L.420-1) aujourd'hui.")
    ['L’acheteur', 'paie', '12.5', '%', '(', 'art', '.', 'L', '.', '420-1', ')', "aujourd'hui", '.']
    """
    chunks = text.split()
    long = max(map(len, chunks), default=0) > CACHED_CHUNK_LENGTH
    return list(chain.from_iterable(map(chunk_tokens if long else _remembered_tokens, chunks)))


def chunk_tokens(chunk: str) -> tuple[str, ...]:
    """Tokens of a string without white space."""
    if chunk.isalnum() or _JOINED_WORD.fullmatch(chunk):
        return (chunk,)
    visible = chunk if chunk.isascii() else chunk.translate(INVISIBLE)
    return tuple(map(_without_long_run, token_pattern().findall(visible)))


_remembered_tokens = lru_cache(CACHED_CHUNKS)(chunk_tokens)


def _without_long_run(token: str) -> str:
    """`___` for every longer blank to fill in: their lengths carry nothing."""
    is_run = token[0] in RULES and token == token[0] * len(token)
    return token[:LONGEST_RUN] if is_run else token


@cache
def token_pattern() -> re.Pattern[str]:
    """Alternatives in order of precedence. What is unbounded in them is never given back, so no
    input is quadratic."""
    marks = combining_marks()
    word = f"[^\\W_](?:[^\\W_]++|[{marks}]++)*"
    joint = f"[{re.escape(APOSTROPHES + HYPHENS)}/&_·]|(?<=\\d)[.,:](?=\\d)"
    label = r"[^\W_][\w-]{0,62}"
    address = r"[^\s<>\"«»“”]"
    closing = r"'’.,;:!?)\]}"
    url = rf"(?:https?://|www\.)(?>(?:[{closing}]*+{address[:-1]}{closing}])+)"
    email = r"[\w.+-]{1,64}@[\w-]{1,63}(?>(?:\.[\w-]{1,63})+)"
    path = rf"/(?>(?:{address[:-1]}\w/]*+[\w/])+)"
    host = rf"(?i:{label}(?:\.{label}){{0,4}}\.(?:{_TOP_LEVEL}))(?![\w-])(?:{path})?"
    dotted = rf"[^\W\d_](?>(?:\.[^\W\d_](?![\w{marks}]))+)\.?"
    elided = rf"(?<![{APOSTROPHES}])(?i:{_ELISIONS})['’](?=\s|$|[«\"“(\[])"
    number_sign = r"[nN][°º](?![^\W\d])"
    rule = "|".join(f"{re.escape(mark)}{{2,}}+" for mark in RULES)
    words = f"(?>{word}(?:(?:{joint}){word})*)"
    anything = rf"\S[{marks}]*+"
    return re.compile(
        "|".join([url, email, host, dotted, elided, number_sign, words, rule, anything])
    )


@cache
def combining_marks() -> str:
    """Every combining mark and the zero-width joiners, as ranges for a character class.

    The standard `re` has no `\\p{M}`. Walks the blocks that may hold marks, once: Han, Hangul and
    Tangut, between them, have none.
    """
    codes = mark_codes()
    starts = [c for c, before in zip(codes, [-1, *codes], strict=False) if c != before + 1]
    ends = [c for c, after in zip(codes, [*codes[1:], -1], strict=True) if c != after - 1]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


@cache
def mark_codes() -> list[int]:
    """The code points of `combining_marks`, ascending."""
    blocks = ((0x300, 0x3400), (0xA000, 0xAC00), (0xF900, 0x17000), (0x18D00, 0x20000))
    planes = chain.from_iterable(range(*block) for block in (*blocks, (0xE0100, 0xE01F0)))
    codes = [c for c in planes if unicodedata.category(chr(c)).startswith("M")]
    return sorted([*codes, 0x200C, 0x200D])
