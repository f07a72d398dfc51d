"""XML, TEI in particular: the text of its elements, a line for each that holds no other text."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from embedadapt.core.errors import CorpusError

if TYPE_CHECKING:
    from xml.etree import ElementTree

TOKENS = frozenset(("w", "pc", "tok", "token"))
"""Elements of one word each, as in TEI: spaces are between them, not line breaks."""
LEFT_OUT = frozenset(("teiHeader", "script", "style"))
"""Elements about the text."""
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31}+);")
_OWN = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))


def xml_text(data: bytes, where: str) -> str:
    """The text in the order of the document; comments and attributes hold none.

    An element in the middle of a text (`<hi>`) breaks no line, one between others (`<p>`) does.
    Entities of HTML are read without their definition.

    Raises CorpusError for what is not well-formed, or expands to more than a file may.
    """
    root = _parsed(data, where)
    lines = (" ".join(line.split()) for line in "".join(_parts(root)).split("\n"))
    return "\n".join(filter(None, lines))


def _parsed(data: bytes, where: str) -> ElementTree.Element:
    from xml.etree import ElementTree

    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        problem = str(error)
    try:
        if "undefined entity" in problem:
            return ElementTree.fromstring(_ENTITY.sub(_as_number, data))
    except ElementTree.ParseError as error:
        problem = str(error)
    raise CorpusError(where, expected="well-formed XML", found=problem)


def _as_number(entity: re.Match[bytes]) -> bytes:
    codepoint = html.entities.name2codepoint.get(entity[1].decode())
    return entity[0] if entity[1] in _OWN or codepoint is None else b"&#%d;" % codepoint


def _parts(root: ElementTree.Element) -> Iterator[str]:
    """The texts, with line breaks around elements that are not in the middle of one."""
    pending: list[ElementTree.Element | str] = [root]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
            continue
        if not isinstance(one.tag, str) or _name(one) in LEFT_OUT:
            continue
        children = [*one]
        tails = [child.tail or "" for child in children]
        within = any(text.strip() for text in (one.text or "", *tails))
        following: list[ElementTree.Element | str] = [(one.text or "").replace("\n", " ")]
        for child, tail in zip(children, tails, strict=True):
            mark = "" if within else " " if _name(child) in TOKENS else "\n"
            following += [mark, child, mark, tail.replace("\n", " ")]
        pending += reversed(following)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
