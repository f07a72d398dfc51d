"""Text in cells of tables and fields of JSON, which often comes out of a web page or a database:
character references, tags of HTML and escapes are undone."""

from __future__ import annotations

import re

from embedadapt.text.readers.escapes import without_code_units, without_references

_BLOCK = "article|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|td|th|tr|ul"
_INLINE = "a|abbr|b|big|cite|code|del|em|font|i|img|ins|mark|q|small|span|strong|sub|sup|tt|u"
_ENDING = r"(?:\s[^<>]{0,1000}+)?/?>"
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK}){_ENDING}", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_ENDING}", re.IGNORECASE)


def plain_cell(text: str) -> str:
    r"""A cell's text without markup: a line break for tags of blocks, nothing for others.

    Special tokens (`<user>`, `<s>`) are no tags of HTML, and stay.

    >>> plain_cell("It\\u2019s <b>AT&amp;T</b>&#x2019;s<br/>rent, <user>")
    'It’s AT&T’s\nrent, <user>'
    """
    text = without_references(without_code_units(text))
    if "<" in text:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    return text
