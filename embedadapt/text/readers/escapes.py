r"""Characters that a text has written out, as web pages, JSON and programs write them: `&amp;`,
`&#8217;`, `\u2019`, `\n`."""

from __future__ import annotations

import html
import re
from collections.abc import Set

_CODE_UNITS = re.compile(r"\\u[0-9A-Fa-f]{4}(?:\\u[0-9A-Fa-f]{4})?")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}+|#[xX][0-9A-Fa-f]{1,6}+|[A-Za-z][A-Za-z0-9]{1,31}+);")
_COMMAND = re.compile(r"\\([A-Za-z])([^\W\d_]*+)")
"""A backslash and what it escapes, or the name of a command: `\\n`, `\\nabla`, `\\Users`."""
_SIGN = re.compile(r"\\([\"'/])")
_LETTERS = re.compile(r"[^\W\d_]++")
_WORD = re.compile(r"(?<!\\)\b[^\W\d_]++")
_SPACE = re.compile(r"\s")
_BREAKS = {"n": "\n", "r": "\n", "t": "\t"}
MOST_SIGNS = 100
"""Times that & is looked for by itself until a text is searched for references."""
FEW_WORDS, AT_ONCE = 12, 1 << 20
"""Words up to which each is looked for by itself, and characters whose words are found at once."""
LONGEST = 50
"""Letters of a word that is looked for by itself."""
ESCAPED_SHARE = 0.8
"""Share of a text's backslashes before letters that must be able to stand for line breaks and tabs,
to be taken for them: in LaTeX and in paths of Windows, few could."""


def without_references(text: str) -> str:
    """A text with the characters that HTML's references in it stand for; those that are written out
    twice too.

    >>> without_references("AT&amp;T&#x2019;s &amp;nbsp;R&D; &unheard;")
    'AT&T’s \\xa0R&D; &unheard;'
    """
    for _ in range(2):
        if not _has_reference(text):
            break
        text = _REFERENCE.sub(lambda found: html.unescape(found[0]), text)
    return text


def _has_reference(text: str) -> bool:
    """Whether a reference is in a text: at one of the first signs, which are found the fastest, or
    behind them."""
    place = -1
    for _ in range(MOST_SIGNS):
        place = text.find("&", place + 1)
        if place < 0 or _REFERENCE.match(text, place):
            return place >= 0
    return _REFERENCE.search(text, place) is not None


def without_code_units(text: str) -> str:
    r"""A text with the characters that `\u2019` and the like stand for.

    >>> without_code_units("it\\u2019s \\ud83d\\ude00")
    'it’s 😀'
    """
    is_escaped = "\\" in text and "\\u" in text  # one character is found faster than two
    return _CODE_UNITS.sub(_character, text) if is_escaped else text


def _character(escapes: re.Match[str]) -> str:
    """One character or two; those beyond U+FFFF are two escapes, one alone becomes U+FFFD."""
    units = b"".join(int(code, 16).to_bytes(2, "little") for code in escapes[0].split("\\u")[1:])
    return units.decode("utf-16-le", "replace")


def without_line_breaks_written_out(text: str) -> str:
    r"""A text with line breaks and tabs for `\n`, `\r` and `\t`, where most backslashes before
    letters can stand for these: no small letter follows, or a word of the text does.

    >>> without_line_breaks_written_out(r"Dear tenant,\nplease pay the \"rent\".\n\nIf you please,")
    'Dear tenant,\nplease pay the "rent".\n\nIf you please,'
    >>> without_line_breaks_written_out(r"C:\new\table, \nabla f")
    'C:\\new\\table, \\nabla f'
    """
    if "\\n" not in text and "\\t" not in text and "\\r" not in text:
        return text
    commands = [*_COMMAND.finditer(text)]
    likely = [command for command in commands if command[1] in _BREAKS]
    if len(likely) < ESCAPED_SHARE * len(commands):
        return text
    rests = [command[0][1:] for command in likely if command[2][:1].islower()]
    asked = {word.lower() for rest in rests for word in (rest, rest[1:])}
    words = _words_among(text, {*filter(_LETTERS.fullmatch, asked)})
    n_breaks = sum(_is_break(command, words) for command in likely)
    if not n_breaks or n_breaks < ESCAPED_SHARE * len(commands):
        return text

    def undone(command: re.Match[str]) -> str:
        return _BREAKS[command[1]] + command[2] if _is_break(command, words) else command[0]

    return _SIGN.sub(r"\1", _COMMAND.sub(undone, text))


def _words_among(text: str, words: set[str]) -> set[str]:
    """Those of some words of small letters that a text has, in whatever letters.

    A few are looked for one by one. For many, the words of some text are found at once, which
    takes no more memory for a text of one line than for others.
    """
    small = text.lower()
    if len(words) <= FEW_WORDS and max(map(len, words), default=0) <= LONGEST:
        return {word for word in words if word in small and _alone(word).search(small)}
    found: set[str] = set()
    start = 0
    while start < len(small) and len(found) < len(words):
        space = _SPACE.search(small, start + AT_ONCE)
        end = space.end() if space else len(small)
        found |= words.intersection(_WORD.findall(small, start, end))
        start = end
    return found


def _alone(word: str) -> re.Pattern[str]:
    """What finds a word as `_WORD` finds words, by its first letters, which is faster."""
    return re.compile(rf"{word}(?<![\w\\]{word})(?![^\W\d_])")


def _is_break(command: re.Match[str], words: Set[str]) -> bool:
    """Whether a backslash and letters can be a line break or a tab and a word."""
    letter, rest = command[1], command[2]
    if letter not in _BREAKS or not rest[:1].islower():
        return letter in _BREAKS
    return rest.lower() in words and (letter + rest).lower() not in words


def plain_text(text: str) -> str:
    r"""A file of plain text with what is written out undone.

    >>> plain_text(r"The tenant&#8217;s rent.\nIt\u2019s due &amp; paid.")
    'The tenant’s rent.\nIt’s due & paid.'
    """
    text = without_references(text)
    return without_line_breaks_written_out(without_code_units(text)) if "\\" in text else text
