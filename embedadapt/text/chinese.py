"""Traditional and simplified Chinese: which one words are written in, and one as the other.

Which one is told by the character sets of the standard library: GB 2312 has the simplified
characters, Big5 the traditional ones. OpenCC writes one as the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Literal, TypeAlias

from embedadapt.core.normalization import Chinese

Form: TypeAlias = Literal["simplified", "traditional"]
Convert: TypeAlias = Callable[[str], Sequence[str]]

SAMPLED = 20_000
"""Words looked at."""
LEAST_SHARE, CLEARER = 0.05, 4
"""Share of the words in Chinese characters that have one of one form only, and how many times as
many there must be as of the other. Both forms share two thirds of the common characters."""
KANA_SHARE = 0.05
"""Share of words with kana from which words are Japanese, which has forms of its own."""
FIRST_HAN, LAST_HAN = "\u3400", "\u9fff"
_CONFIGURATIONS = {"simplified": ("t2s",), "traditional": ("s2t", "s2tw", "s2hk")}
"""OpenCC's; Taiwan and Hong Kong write some characters in ways of their own."""


def form_of(words: Iterable[str]) -> Chinese:
    """The form of Chinese that words are written in; "keep" for none, or both.

    >>> form_of(("国会", "合同", "法院")), form_of(("國會", "合同", "法院")), form_of(("the",))
    ('simplified', 'traditional', 'keep')
    """
    n_words, n_kana = 0, 0
    n_of = {"simplified": 0, "traditional": 0}
    for word in words:
        if word.isascii():
            continue
        if not has_han(word):
            n_kana += any("\u3041" <= character <= "\u30ff" for character in word)
            continue
        n_words += 1
        for form in _forms_in(word):
            n_of[form] += 1
    if not n_words or n_kana > KANA_SHARE * (n_words + n_kana):
        return "keep"
    for form, other in (("simplified", "traditional"), ("traditional", "simplified")):
        if n_of[form] >= max(LEAST_SHARE * n_words, CLEARER * n_of[other]):
            return "simplified" if form == "simplified" else "traditional"
    return "keep"


def has_han(word: str) -> bool:
    """Whether a word has Chinese characters."""
    return not word.isascii() and any(FIRST_HAN <= mark <= LAST_HAN for mark in word)


def is_in_other_form(word: str, form: Chinese) -> bool:
    """Whether a word has characters of the other form, and none of this one.

    >>> [is_in_other_form(word, "simplified") for word in ("國會", "国会", "法院", "the")]
    [True, False, False, False]
    """
    found = _forms_in(word)
    return form != "keep" and bool(found) and form not in found


def _forms_in(word: str) -> frozenset[str]:
    return frozenset(form for mark in word if mark >= FIRST_HAN and (form := _form(mark)))


@cache
def _form(character: str) -> str:
    """The form of Chinese that alone has a character; "" for both, or for what is no Chinese."""
    if not FIRST_HAN <= character <= LAST_HAN:
        return ""
    simplified, traditional = _is_in(character, "gb2312"), _is_in(character, "big5")
    if simplified == traditional:
        return ""
    return "simplified" if simplified else "traditional"


def _is_in(character: str, encoding: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False


@cache
def converter(form: Chinese) -> Convert | None:
    """What writes a word in a form of Chinese, in the likeliest ways first; None where nothing does
    (OpenCC is in the extra chinese)."""
    if form == "keep":
        return None
    try:
        from opencc import OpenCC
    except ImportError:
        return None
    ways = [OpenCC(name).convert for name in _CONFIGURATIONS[form]]

    def convert(word: str) -> Sequence[str]:
        return list(dict.fromkeys(way(word) for way in ways)) if has_han(word) else ()

    return convert
