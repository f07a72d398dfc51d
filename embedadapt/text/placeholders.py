"""What tables write in place of numbers, addresses and users: `<num>`, `_URL_`, `@USER`, `-LRB-`.

A placeholder is recognized by its name in the table, what it stands for by the look of a token.
Hashtags are written as those of GloVe's tweets: `<hashtag>`, then the words of the tag.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

Meaning = Literal["number", "url", "email", "user", "hashtag"]

_NAMES: Mapping[str, Meaning] = {
    **dict.fromkeys(("num", "number", "numbers", "digit", "digits", "numeric"), "number"),
    **dict.fromkeys(("url", "urls", "link", "http", "httpurl", "weblink"), "url"),
    **dict.fromkeys(("email", "mail", "e-mail"), "email"),
    **dict.fromkeys(("user", "username", "mention", "usr"), "user"),
    "hashtag": "hashtag",
}
_BRACKETS: Mapping[str, tuple[str, ...]] = {
    "(": ("-LRB-", "-lrb-"),
    ")": ("-RRB-", "-rrb-"),
    "[": ("-LSB-", "-lsb-", "-LRB-", "-lrb-"),
    "]": ("-RSB-", "-rsb-", "-RRB-", "-rrb-"),
    "{": ("-LCB-", "-lcb-"),
    "}": ("-RCB-", "-rcb-"),
}
"""As Penn Treebank writes them."""
_MARKED = re.compile(r"<([A-Za-z-]{2,12})>|\[([A-Z]{2,12})\]|_{1,2}([A-Z]{2,12})_{1,2}|@(USER)")
BARE = ("HTTPURL",)
"""Placeholders without marks around them, as of BERTweet."""
_LOOKS: Mapping[Meaning, re.Pattern[str]] = {
    "number": re.compile(r"[-+]?[0-9]++(?>(?:[.,:/-][0-9]++)*)"),
    "url": re.compile(r"(?:https?://|www\.)\S++"),
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}"),
    "user": re.compile(r"@\w{1,64}"),
    "hashtag": re.compile(r"#\w{1,64}"),
}
IN_TEXT: Mapping[Meaning, str] = {"user": r"(?<!\w)@\w{1,64}", "hashtag": r"(?<!\w)#\w{1,64}"}
"""What has marks that would else be cut off."""


class Placeholders:
    """The placeholders of a table, and the tokens that they stand for.

    >>> found = Placeholders({"<user>": 0, "<hashtag>": 1, "-LRB-": 2})
    >>> found.words("@ann"), found.words("#FairRent"), found.words("("), found.words("rent")
    (('<user>',), ('<hashtag>', 'FairRent'), ('-LRB-',), ())
    """

    def __init__(self, known: Collection[str]) -> None:
        self.by_meaning = dict(reversed([*placeholders_of(known)]))
        self._brackets = {
            bracket: name
            for bracket, names in _BRACKETS.items()
            for name in reversed(names)
            if name in known and bracket not in known
        }

    def __bool__(self) -> bool:
        return bool(self.by_meaning or self._brackets)

    @property
    def in_text(self) -> list[str]:
        """Regular expressions of the tokens that have to be kept whole."""
        return [look for meaning, look in IN_TEXT.items() if meaning in self.by_meaning]

    def words(self, token: str) -> tuple[str, ...]:
        """The placeholder of a token, and for a hashtag its text; () for any other token."""
        if token in self._brackets:
            return (self._brackets[token],)
        for meaning, name in self.by_meaning.items():
            if _LOOKS[meaning].fullmatch(token):
                return (name, token[1:]) if meaning == "hashtag" else (name,)
        return ()


def placeholders_of(words: Iterable[str]) -> Iterator[tuple[Meaning, str]]:
    """Each placeholder among some words, and what it stands for.

    >>> [*placeholders_of(("_URL_", "<unk>", "[NUM]", "<number>"))]
    [('url', '_URL_'), ('number', '[NUM]'), ('number', '<number>')]
    """
    for word in words:
        if word[:1] not in "<[_@H" or not word:
            continue
        found = _MARKED.fullmatch(word)
        name = next(filter(None, found.groups())) if found else word if word in BARE else ""
        meaning = _NAMES.get(name.lower())
        if meaning:
            yield meaning, word
