"""One line of text around a word, to show how the corpus uses it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from math import inf
from typing import NamedTuple, TypeAlias

from embedadapt.core.corpus import Context, Corpus, Document
from embedadapt.core.engine import HERE, Engine
from embedadapt.oov.word_runs import RUN, find_runs

REACH = 400
"""Characters looked at on either side before the line is cut to its sentence."""
NEAR = 140
"""Characters before a word that are searched first for the beginning of its sentence."""
BEFORE, AFTER = 70, 90
"""Characters shown on either side of the word."""

FEW_FORMS = 50
"""Forms up to which each is searched for by itself: some milliseconds for a megabyte."""
MOST_PARTS = 1_000
"""Times that a form may be met as a part of words until text is searched word by word."""

_NEAR_WORD = re.compile(r"\S{6}")
"""What is longer than what `_SENTENCE_END` looks back at."""
_ABBREVIATIONS = "".join(f"(?<!{word}[.])" for word in ("Art", "Inc", "Ltd", "Sec", "Exh", "Mrs"))
_SENTENCE_END = re.compile(
    rf"\n(?>(?:[^\S\n]*+\n)+)|(?<=[^\W\d_]{{3}}[.!?;]){_ABBREVIATIONS}\s++(?=[^\Wa-z_])"
)


Places: TypeAlias = Mapping[int, Mapping[str, Collection[str]]]
"""The number of a document -> words to look for in it -> the ways each is written."""


class _Part(NamedTuple):
    """Some documents, and what to look for in them, by their numbers there."""

    documents: Iterable[Document]
    places: Places


_Lines: TypeAlias = dict[str, tuple[float, Context]]
"""The most telling line for each word, and how telling it is."""


def find_contexts(
    corpus: Corpus, places: Places, *, parts: Sequence[int] = (), engine: Engine = HERE
) -> dict[str, Context]:
    """The most telling line for each word; of equally telling ones, the first.

    engine: what reads the corpus. parts: the number of documents in each part of it that the engine
    makes; not needed for a single one. A part is read up to the last of its documents with a word.
    """
    ends: list[float] = list(accumulate(parts)) or [inf]
    numbered = zip(engine.split(corpus), [0, *ends], ends, strict=False)
    asked = [
        _Part(part, {number - int(first): places[number] for number in inside})
        for part, first, end in numbered
        if (inside := [number for number in places if first <= number < end])
    ]
    if not asked:
        return {}
    best = engine.map_reduce(_best_lines, asked, _better_lines)
    return {word: line for word, (_, line) in best.items()}


def _best_lines(part: _Part) -> _Lines:
    best: _Lines = {}
    last = max(part.places)
    for number, document in enumerate(part.documents):
        if number > last:
            break
        for word, line in _lines(document, part.places.get(number, {})):
            score = _telling(line)
            if word not in best or score > best[word][0]:
                best[word] = (score, line)
    return best


def _better_lines(some: _Lines, others: _Lines) -> _Lines:
    """Those of two parts, the other one following."""
    better = {
        word: line for word, line in others.items() if word not in some or line[0] > some[word][0]
    }
    return some | better


def _lines(
    document: Document, wanted: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, Context]]:
    """Each word with a line for the first place of each of its forms in the document, of forms that
    are whole words there if any are."""
    text = document.text
    whole = first_places(text, {form for forms in wanted.values() for form in forms})
    for word, forms in wanted.items():
        places = [(whole[form], form) for form in forms if form in whole]
        for start, form in places or [(text.find(form), form) for form in forms]:
            if start >= 0:
                yield word, line_around(document, start, start + len(form))


def first_places(text: str, forms: Collection[str]) -> dict[str, int]:
    """Where each form first stands as a whole word, of those that do: one walk through the text
    for all, which may be megabytes.

    >>> first_places("Its performance: RMA.", {"RMA", "form"})
    {'RMA': 17}
    """
    if len(forms) > FEW_FORMS:
        return _first_places_of_many(text, forms)
    places = {}
    left = []
    for form in forms:
        place = _first_place(text, form)
        if place is None:
            left.append(form)
        elif place >= 0:
            places[form] = place
    return places | _first_places_of_many(text, left) if left else places


def _first_place(text: str, form: str) -> int | None:
    """Where a form first stands as a whole word, -1 for nowhere; None where it begins or ends
    within words again and again."""
    place = -1
    for _ in range(MOST_PARTS):
        place = text.find(form, place + 1)
        if place < 0:
            return -1
        end = place + len(form)
        if not (RUN.match(text, end) or (place and RUN.match(text, place - 1))):
            return place
    return None


def _first_places_of_many(text: str, forms: Collection[str]) -> dict[str, int]:
    beginning: defaultdict[str, list[str]] = defaultdict(list)
    places: dict[str, int] = {}
    for form in forms:
        if letters := RUN.match(form):
            beginning[letters[0]].append(form)
        elif found := _alone(form).search(text):
            places[form] = found.start()
    for start in find_runs(text, beginning):
        run = RUN.match(text, start)
        assert run is not None
        left = [form for form in beginning[run[0]] if not _stands_at(start, text, form)]
        if len(left) < len(beginning[run[0]]):
            places |= {form: start for form in beginning[run[0]] if form not in left}
            beginning[run[0]] = left
            if not left:
                del beginning[run[0]]
    return places


def _alone(form: str) -> re.Pattern[str]:
    """What finds a form as a whole word: by its first character first, which is the fastest."""
    form = re.escape(form)
    return re.compile(rf"{form}(?<!\w{form})(?!\w)")


def _stands_at(start: int, text: str, form: str) -> bool:
    """Whether a form is a whole word at `start`, where a run of word characters begins."""
    return text.startswith(form, start) and not RUN.match(text, start + len(form))


def line_around(document: Document, start: int, end: int) -> Context:
    """The sentence around `text[start:end]` on one line, cut to what is near the word.

    >>> text = "First one ends.  The lessor\\nshall indemnify the lessee. Next one."
    >>> line = line_around(Document("lease.txt", text), 34, 43)
    >>> line.text, line.parts[1]
    ('The lessor shall indemnify the lessee.', 'indemnify')
    """
    text = document.text
    before = _sentence_before(text, start)
    after = _SENTENCE_END.split(text[end : end + REACH], 1)[0]
    left = _cut_left(" ".join(before.split()) + (" " if before[-1:].isspace() else ""))
    left = left if left.strip() else ""
    right = _cut_right((" " if after[:1].isspace() else "") + " ".join(after.split()))
    word = " ".join(text[start:end].split())
    return Context(document.name, left + word + right, len(left), len(left) + len(word))


def _sentence_before(text: str, start: int) -> str:
    """The part before `start` of the sentence there, or of it so much that the rest is not shown.

    What is near is looked at first, from a word on: where that shows no end, and more than is
    shown, what is before it does not matter; neither does it where an end is behind that word.
    """
    near = max(0, start - NEAR)
    if word := _NEAR_WORD.search(text, near, start):
        found = _SENTENCE_END.split(text[word.start() : start])
        if len(found) > 1 or len(" ".join(found[0].split())) > BEFORE + 1:
            return found[-1]
    return _SENTENCE_END.split(text[max(0, start - REACH) : start])[-1]


def _cut_left(text: str) -> str:
    if len(text) <= BEFORE:
        return text
    kept = text[len(text) - BEFORE :]
    return "… " + (kept.partition(" ")[2] or kept)


def _cut_right(text: str) -> str:
    if len(text) <= AFTER:
        return text
    kept = text[:AFTER]
    return (kept.rpartition(" ")[0] or kept) + " …"


def _telling(line: Context) -> float:
    """Running prose tells more than a heading or a row of a table: the number of letters in lower
    case, to which a full line's worth counts."""
    return sum(character.islower() for character in line.text)
