"""Figures and foreign strings as a reader sees them. Every report writes them through here."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import takewhile

_KEPT = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\u200c\u200d"
_DROPPED = "\xad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"
_SLASHES = ("/", "\\")
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def percent(part: int, whole: int) -> str:
    """A share that never claims more than the counts do.

    One decimal from 1 % up, two below; and where rounding would turn some into none, or nearly all
    into all, it says so instead.

    >>> [percent(part, 1000) for part in (0, 3, 294, 1000)]
    ['0 %', '0.30 %', '29.4 %', '100 %']
    >>> percent(1, 100_000), percent(99_999, 100_000), percent(0, 0)
    ('<0.01 %', '>99.9 %', 'n/a')
    """
    if not whole:
        return "n/a"
    if part == 0:
        return "0 %"
    if part == whole:
        return "100 %"
    share = 100 * part / whole
    if share > 99.9:
        return ">99.9 %"
    if share < 0.01:
        return "<0.01 %"
    return f"{share:.1f} %" if share >= 1 else f"{share:.2f} %"


def count(number: int, singular: str = "", plural: str = "") -> str:
    """A whole number with its thousands set apart, and its noun.

    >>> count(3921), count(1, "word"), count(2000, "word"), count(2, "entry", "entries")
    ('3,921', '1 word', '2,000 words', '2 entries')
    """
    if not singular:
        return f"{number:,}"
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def printable(text: str) -> str:
    """`text` on one line, with nothing in it that could steer a terminal or turn a page around.

    Control characters, invisible formatting (right-to-left overrides among them) and lone
    surrogates become U+FFFD; any white space but a no-break space becomes a space. Marks that words
    have anyway are dropped (soft hyphens, marks of direction) or kept (joiners).

    >>> printable("red\\x1b[31m\\u202eevil"), printable("two\\nlines")
    ('red�[31m�evil', 'two lines')
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in _KEPT
        else ""
        if character in _DROPPED
        else " "
        if character.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(character) in _NOT_SHOWN
        else character
        for character in text
    )


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` characters, its middle replaced by an ellipsis where it is longer:
    file names differ at both ends.

    >>> shorten("agreements/lease-2019.txt", 15), shorten("short", 15)
    ('agreeme…019.txt', 'short')
    """
    if len(text) <= width:
        return text
    head = (width - 1 + 1) // 2
    tail = width - 1 - head
    return text[:head] + "…" + text[len(text) - tail :]


def common_folder(names: Sequence[str]) -> str:
    """The folder that all names begin with, its slash included: no need to say it in every row.

    >>> common_folder(["/tables/en/glove.txt", "/tables/en/news.bin"])
    '/tables/en/'
    """
    pairs = zip(min(names), max(names), strict=False)
    shared = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return shared[: max(map(shared.rfind, _SLASHES)) + 1]


def file_name(path: str) -> str:
    """The last part of a path, since a page names no folder of the disk that it was made on.

    >>> file_name("/home/me/glove.txt"), file_name("pipelines/en_core_web_md/")
    ('glove.txt', 'en_core_web_md')
    """
    return _parts(path)[-1] if _parts(path) else ""


def document_names(names: Sequence[str], width: int = 72) -> dict[str, str]:
    """Every document's name to the one that a page shows: within the folder that all share, and,
    where the names are whole paths, no more of its end than it takes to tell the documents apart.

    >>> document_names(["/home/me/a/1.txt", "/data/b/1.txt"])
    {'/home/me/a/1.txt': 'a/1.txt', '/data/b/1.txt': 'b/1.txt'}
    """
    if not names:
        return {}
    folder = common_folder(names)
    within = {name: name.removeprefix(folder) for name in names}
    if any(_is_whole(name) for name in names):
        parts = [_parts(name) for name in within]
        depths = range(1, max(map(len, parts)) + 1)
        ends = (["/".join(each[-depth:]) for each in parts] for depth in depths)
        told_apart = next((each for each in ends if len(set(each)) == len(parts)), None)
        within = dict(zip(within, told_apart or map(file_name, within), strict=True))
    return {name: shorten(shown, width) for name, shown in within.items()}


def _is_whole(path: str) -> bool:
    """Whether a path begins at the root of a disk."""
    return path[:1] in _SLASHES or path[1:3] in (":\\", ":/")


def _parts(path: str) -> list[str]:
    return [part for part in path.replace("\\", "/").split("/") if part]
