"""What a page adds to its text: running headers and footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter

PAGE_BREAK = "\f"
EDGE = 3
"""Lines looked at from the top and from the bottom of a page."""
REPEATED = 0.5
"""Share of the pages from which a line at an edge is a header or footer."""
FEWEST_PAGES = 3

_PAGE_NUMBER = re.compile(
    r"\s*+(?:-\s*+\d{1,4}\s*+-|<PAGE>(?:\s*+\d{1,4})?"
    r"|(?:page|p\.)\s*+\d{1,4}(?:\s*+(?:/|of|sur|de)\s*+\d{1,4})?"
    r"|\d{1,4}\s*+(?:/|of|sur)\s*+\d{1,4})\s*+",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\W*+(?:\d{1,4}|[ivxlc]{1,6})\W*+")
_DIGITS = re.compile(r"\d++")


def without_furniture(text: str) -> tuple[str, int]:
    """`text` without page numbers and running lines, its pages joined; and how many lines went.

    Page numbers that say so (`- 12 -`, `Page 3 of 10`) go wherever they are a line. Where form
    feeds tell pages, so do bare numbers at a page's edge, and lines that stand at the edge of half
    of the pages, whatever their digits.

    >>> without_furniture("ACME LEASE 1\\nThe rent is due\\n1\\fACME LEASE 2\\non Monday.\\n2\\f"
    ...                   "ACME LEASE 3\\nSigned.\\n3")
    ('The rent is due\\non Monday.\\nSigned.', 6)
    """
    pages = [page.splitlines() for page in text.split(PAGE_BREAK)]
    running = _running_lines(pages)
    kept: list[str] = []
    for page in pages:
        edges = _edges(page) if len(pages) > 1 else set()
        kept += (
            line
            for number, line in enumerate(page)
            if not _PAGE_NUMBER.fullmatch(line)
            and not (number in edges and (_BARE_NUMBER.fullmatch(line) or _shape(line) in running))
        )
    n_dropped = sum(map(len, pages)) - len(kept)
    return ("\n".join(kept), n_dropped) if n_dropped or len(pages) > 1 else (text, 0)


def _running_lines(pages: list[list[str]]) -> set[str]:
    """The shapes of headers and footers."""
    if len(pages) < FEWEST_PAGES:
        return set()
    shapes = Counter(shape for page in pages for shape in {_shape(page[n]) for n in _edges(page)})
    return {shape for shape, count in shapes.items() if count >= REPEATED * len(pages)}


def _edges(page: list[str]) -> set[int]:
    """Numbers of the first and last lines that are not blank."""
    filled = [number for number, line in enumerate(page) if line.strip()]
    return {*filled[:EDGE], *filled[-EDGE:]}


def _shape(line: str) -> str:
    """A line whatever its digits and spaces."""
    return _DIGITS.sub("0", " ".join(line.split()))
