"""Documents to training units: paragraphs unwrapped, then cut after sentence ends.

A training window should not be cut by a line break that only exists because the page was 72
columns wide. So paragraphs come first: blank lines end them, and in a document whose lines are
hard-wrapped, a line as full as the next word allowed goes on in the next. The splitter after them
is a simple one for legal text: it would rather leave two sentences together than cut
`Art. L. 420-1` or `Foo Inc. v. Bar` in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from embedadapt.kernels.traits import (
    ABBREVIATION,
    ABBREVIATIONS,
    AFTER_NAME,
    AFTER_NAMES,
    BEFORE_NUMBER,
    BEFORE_NUMBERS,
    CONJUNCTION,
    CONTINUED_LINES,
    DIVISION,
    FULL_LINES,
    FULL_STOP,
    FULL_WIDTH,
    ITEM,
    ITEM_MAY_FOLLOW,
    NUMBER,
    NUMBER_FIRST,
    ONLY_CLOSING,
    ONLY_OPENING,
    OTHER_STOP,
    RAGGED,
    SHORT_ITEM,
    STARTS_SMALL,
    THEN_BEGINNING,
    THEN_NUMBER,
    THEN_SMALL,
    WINDOW,
    WORDLESS,
)

LONGEST_SENTENCE = 1_000
"""Words. Text without sentence ends (text8 is one line of 17 million words) is cut there, so that
parts of it can be held out."""

_ITEM = re.compile(r"\s*+(?:[-–—*•·▪]|\(?(?:[^\W\d_]|\d++(?>(?:\.\d++)*)|[ivxIVX]++)[.)])\s")
_CONJUNCTIONS = ("and", "or", "et", "ou")
_ITEM_MAY_FOLLOW = (".", ";", ":", ",", *(f" {word}" for word in _CONJUNCTIONS))
_SOFT_HYPHEN_BREAK = re.compile(r"\xad\n\s*+")
_HYPHEN_BREAK = re.compile(r"(?<=[^\W\d_][-‐])\n\s*+(?=[a-zß-öø-ÿœ])")

_ITEM_MARK = re.compile(_ITEM.pattern.removeprefix(r"\s*+").removesuffix(r"\s"))
_SENTENCE_END = re.compile(r"[.!?…][”’»\"')\]]*+(?>(?:\s[”’»][”’»\"')\]]*+(?=\s))*)\s++")
_STOP = re.compile(r"[.!?…][”’»\"')\]]*+\Z")
_QUOTE = re.compile(r"[”’»][”’»\"')\]]*+")
_OPENING = "\"'“‘«([ "
_DIVISION = "article|section|clause|chapter|part|schedule|exhibit|chapitre|titre|annexe"
_DIVISION_NAME = re.compile(_DIVISION, re.IGNORECASE)
_BARE_NUMBER = re.compile(rf"(?i:(?:{_DIVISION})\s++)?([A-Z]?\d++(?>(?:[.-]\d++)*)|[ivxIVX]++|\w)")
_IN_WORD = re.compile(r"\w")
_FIRST_WORD = re.compile(r"[^\W\d_]++")
_LAST_WORD = re.compile(r"(?:['’]|(?<![\w.]))[\w.]++(?<=\w)$")
_INITIALS = re.compile(r"(?>(?:[^\W\d_]\.)*)[^\W\d_]")
_NUMBER = re.compile(r"[§\d]|[A-Z]\.|[IVXLC]++\b")

# fmt: off
_BEGINNINGS = {
    "Any", "Each", "He", "If", "In", "It", "No", "She", "The", "These", "They", "This", "We", "You",
    "Ce", "Cette", "Elle", "Il", "Ils", "La", "Le", "Les", "Si", "Un", "Une",
}
# fmt: on


def sentences(text: str) -> Iterator[str]:
    """The sentences of `text` in order, none empty, white space inside them made single.

    >>> list(sentences("The fee is due. See Art. L. 420-1 of the Code.\\nRepealed"))
    ['The fee is due.', 'See Art. L. 420-1 of the Code.', 'Repealed']
    """
    for paragraph in _paragraphs(text):
        yield from _split(paragraph)


def rejoined(text: str) -> str:
    """`text` with the words joined that hard-wrapped lines break, as `sentences` joins them.

    >>> wrapped = "a fully paid, irrevocable, non-\\nexclusive licence\\nthat is granted to you"
    >>> rejoined(wrapped).split()[4:6]
    ['non-exclusive', 'licence']
    """
    if not _wrap_width([line.rstrip() for line in text.splitlines()]):
        return text
    return "\n".join(_paragraphs(text))


def _paragraphs(text: str) -> Iterator[str]:
    """Each paragraph as one line."""
    lines = [line.rstrip() for line in text.splitlines()]
    width = _wrap_width(lines)
    paragraph: list[str] = []
    for line, following in pairwise([*lines, ""]):
        if not line:
            continue
        paragraph.append(line)
        if not (width and following and _goes_on(line, following, width)):
            yield _unwrapped(paragraph)
            paragraph = []


def _wrap_width(lines: Sequence[str]) -> int:
    """The column at which the document's lines are wrapped; 0 where they are not.

    Looks at lines that the next one continues: titles and last lines are short in any document.
    """
    n_lines = sum(map(bool, lines))
    lengths = sorted(
        len(line) for line, following in pairwise(lines) if line and _starts_small(following)
    )
    if not lengths or len(lengths) < CONTINUED_LINES * n_lines:
        return 0
    width = lengths[int(FULL_WIDTH * (len(lengths) - 1))]
    n_full = sum(length >= width - RAGGED for length in lengths)
    return width if n_full >= FULL_LINES * len(lengths) else 0


def _starts_small(line: str) -> bool:
    return line.lstrip()[:1].islower()


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether the break between two adjacent lines of a wrapped document is only a wrap."""
    if _ITEM.match(following) and line.endswith(_ITEM_MAY_FOLLOW):
        return False
    if _starts_small(following):
        return True
    first_word = following.split(maxsplit=1)[0]
    return len(line) + 1 + len(first_word) > width - RAGGED


def _unwrapped(lines: Sequence[str]) -> str:
    """Join lines into one, and runs of white space into one space.

    A soft hyphen at a line's end joins. A hyphen joins and stays (`non-` + `exclusive`): in legal
    text real compounds break there more often than syllables do.
    """
    text = "\n".join(lines)
    if len(lines) > 1:
        text = _HYPHEN_BREAK.sub("", _SOFT_HYPHEN_BREAK.sub("", text))
    return " ".join(text.split())


def _split(paragraph: str) -> Iterator[str]:
    start = 0
    numbers = _Numbers(paragraph)
    for end in _SENTENCE_END.finditer(paragraph):
        if _ends_sentence(paragraph, start, end, numbers):
            yield paragraph[start : end.end()].rstrip()
            start = end.end()
    yield paragraph[start:]


class _Numbers:
    """Tells the stretches of a paragraph that are nothing but a number or a letter, a division's
    name before it aside. Asked for later and later ones, it reads the paragraph once."""

    def __init__(self, paragraph: str) -> None:
        self._paragraph = paragraph
        self._marks = (0, -1)
        self._first_word = -1
        self._number = (0, 0)

    def fill(self, start: int, stop: int) -> bool:
        """Whether one is all that `paragraph[start:stop]` holds, marks aside; a full stop is at
        `stop`."""
        first = self._next_word(start)
        if first != self._first_word:
            self._first_word = first
            found = _BARE_NUMBER.match(self._paragraph, first)
            self._number = (found.start(1), self._next_word(found.end())) if found else (0, 0)
        return self._number[0] < stop <= self._number[1]

    def _next_word(self, place: int) -> int:
        """Where the first letter or digit from `place` on is."""
        if not self._marks[0] <= place <= self._marks[1]:
            found = _IN_WORD.search(self._paragraph, place)
            self._marks = place, found.start() if found else len(self._paragraph)
        return self._marks[1]


def _ends_sentence(paragraph: str, start: int, end: re.Match[str], numbers: _Numbers) -> bool:
    """Whether the mark `end` ends the sentence begun at `start`: not before a small letter
    (unless it is an item's, `(a)`), not after an abbreviation, not between an item's number and its
    text."""
    following = _following(paragraph, end.end())
    if not following:
        return False
    if following[0].islower() and not _ITEM.match(paragraph[end.end() : end.end() + WINDOW]):
        return False
    if paragraph[end.start()] != ".":
        return True
    if numbers.fill(start, end.start()):
        return False
    before = paragraph[max(start, end.start() - WINDOW) : end.start()]
    word = _last_word(before[before.rfind(" ") + 1 :])
    kind = _kind_of_abbreviation(word) if word else None
    if kind == AFTER_NAME:
        return _is_beginning(following)
    return not (kind == ABBREVIATION or (kind == BEFORE_NUMBER and _NUMBER.match(following)))


def _following(paragraph: str, start: int) -> str:
    """What comes next, without the marks that open it: the beginning of a word, or "" if no word is
    near."""
    place = start
    while place < start + WINDOW:
        chunk = paragraph[place : place + WINDOW].partition(" ")[0]
        if following := chunk.lstrip(_OPENING):
            return following
        place += len(chunk) + 1
    return ""


def _is_beginning(following: str) -> bool:
    first = _FIRST_WORD.match(following)
    return bool(first and first.group() in _BEGINNINGS)


def _last_word(before: str) -> str:
    """The word at the end of a string without white space; "" for none."""
    found = _LAST_WORD.search(before)
    return found.group() if found else ""


def _kind_of_abbreviation(word: str) -> int | None:
    """Whether the full stop after `word` belongs to it: ABBREVIATION for an initial and `U.S.`,
    AFTER_NAME for `Inc.`, BEFORE_NUMBER for `No.` or `Art.`, which is one only if a number follows
    (`Art. L. 420-1`)."""
    is_initial = _INITIALS.fullmatch(word) is not None  # not the s of lessor’s
    word = word.lstrip("'’").lower()
    if word in AFTER_NAMES:
        return AFTER_NAME
    if is_initial or word in ABBREVIATIONS:
        return ABBREVIATION
    return BEFORE_NUMBER if word in BEFORE_NUMBERS else None


def traits_of(chunk: str) -> int:
    """What is to be known of a string without white space to end sentences before and after it: the
    traits of kernels.sentences, which determines them itself for most chunks.

    >>> from embedadapt.kernels import sentences as kernels
    >>> traits_of("Inc.") == kernels.AFTER_NAME | kernels.FULL_STOP | kernels.ITEM_MAY_FOLLOW
    True
    """
    traits = STARTS_SMALL if chunk[0].islower() else 0
    if _ITEM_MARK.fullmatch(chunk):
        traits |= ITEM | SHORT_ITEM if len(chunk) < WINDOW else ITEM
    if chunk.endswith(_ITEM_MAY_FOLLOW):
        traits |= ITEM_MAY_FOLLOW
    if chunk in _CONJUNCTIONS:
        traits |= CONJUNCTION
    if _QUOTE.fullmatch(chunk):
        traits |= ONLY_CLOSING
    return traits | _beginning(chunk[:WINDOW]) | _contents(chunk) | _ending(chunk)


def _beginning(window: str) -> int:
    following = window.lstrip(_OPENING)
    if not following:
        return ONLY_OPENING
    traits = THEN_SMALL if following[0].islower() else 0
    traits |= THEN_BEGINNING if _is_beginning(following) else 0
    return traits | (THEN_NUMBER if _NUMBER.match(following) else 0)


def _contents(chunk: str) -> int:
    first = _IN_WORD.search(chunk)
    if not first:
        return WORDLESS
    start = first.start()
    if _DIVISION_NAME.fullmatch(chunk, start):
        return DIVISION
    number = _BARE_NUMBER.match(chunk, start)
    if not number or _IN_WORD.search(chunk, number.end()):
        return 0
    return NUMBER | (0 if start else NUMBER_FIRST)


def _ending(chunk: str) -> int:
    stop = _STOP.search(chunk)
    if not stop:
        return 0
    if stop[0][0] != ".":
        return OTHER_STOP
    word = _last_word(chunk[max(0, stop.start() - WINDOW) : stop.start()])
    return FULL_STOP | ((_kind_of_abbreviation(word) or 0) if word else 0)
