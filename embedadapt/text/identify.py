"""The main language and the scripts of words: those of a corpus, or of vectors.

A script that one language is written in tells the language by itself. Else the function words of
the commonest European languages do, where they are clearly of one. Else py3langid (Lui and Baldwin,
"langid.py: An Off-the-shelf Language Identification Tool", ACL 2012) is asked, and believed where
the function words of its answer, which come with spaCy, are among the words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from heapq import nlargest
from importlib import import_module
from itertools import islice, pairwise
from typing import Protocol

from embedadapt.text.function_words import (
    FUNCTION_WORDS,
    WHOLE,
    function_words,
    languages_of_words,
)

COMMONEST = 1_000
"""Words of letters by which a language is told."""
FEWEST = 20
"""Different words from which py3langid is asked."""
CLEAR_SHARE, CLEARER = 0.25, 2
"""Share of the words that function words of English or French must be, and how many times as many
as any other language's, to tell it without py3langid."""
LEAST_FUNCTION_WORDS = 0.02
"""Least share of function words among the words, for the language that py3langid names: random
strings have a likeliest language too."""
LEAST_CONFIDENCE = 0.5
SCRIPT_SHARE = 0.01
"""Share of words from which a script is one of a table's own."""
SAMPLED = 20_000
"""Words whose scripts are looked at."""
SORTED, SORTED_SHARE = 1_000, 0.95
"""Words that are compared with the next one, and the share of them before it in the alphabet from
which words are sorted."""
SECOND_SHARE = 0.25
"""Share of the letters' scripts from which a second one is of another language."""

_OWN_LANGUAGE = {
    "GREEK": "el",
    "HANGUL": "ko",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "TIBETAN": "bo",
    "HEBREW": "he",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "SINHALA": "si",
    "HAN": "zh",
    "KANA": "ja",
}
_ALIASES = {
    "no": "nb",
    "nn": "nb",
    "wuu": "zh",
    "yue": "zh",
    "lzh": "zh",
    "grc": "el",
    "bs": "hr",
    "sh": "hr",
} | dict.fromkeys(("ary", "arz", "apc", "acm", "ars"), "ar")
_NO_LANGUAGE = frozenset(("und", "zxx"))
"""Codes of py3langid for an unknown language, and for what is in no language."""
_SCRIPTS = {
    "CJK": "HAN",
    "IDEOGRAPHIC": "HAN",
    "HIRAGANA": "KANA",
    "KATAKANA": "KANA",
    "KATAKANA-HIRAGANA": "KANA",
    "FEMININE": "LATIN",
    "MASCULINE": "LATIN",
}
"""What the first words of characters' names stand for."""
_WIDTHS = ("FULLWIDTH", "HALFWIDTH")
_NO_SCRIPT = frozenset(("MODIFIER", "MICRO", "MATHEMATICAL", "SCRIPT", "DOUBLE-STRUCK"))
_LATIN = frozenset(("LATIN",))
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def language_of(counts: Mapping[str, int]) -> str | None:
    """The main language of some words, by its ISO 639 code; None where it cannot be told.

    counts: words to how often each is used; of vectors, whose words have no counts, 1 for each of
    the first.

    >>> language_of({"the": 9, "lessor": 4, "shall": 2}), language_of({"ο": 9, "πύραυλος": 4})
    ('en', 'el')
    >>> language_of({"zqx": 1}) is None
    True
    """
    words = {
        unicodedata.normalize("NFC", word.lower()): n
        for word, n in counts.items()
        if any(map(str.isalpha, word))
    }
    commonest = dict(nlargest(COMMONEST, words.items(), key=lambda item: item[1]))
    script = _main_script(commonest)
    if script != "LATIN":
        return _OWN_LANGUAGE.get(script or "") or _by_library(commonest)
    best, share, second = _by_function_words(commonest)
    if best in WHOLE and share >= max(CLEAR_SHARE, CLEARER * second):
        return best
    if len(commonest) < FEWEST:
        return best if share > CLEARER * second else None
    return _by_library(commonest)


def _by_function_words(counts: Mapping[str, int]) -> tuple[str, float, float]:
    """The language whose function words are most of the uses, its share, and that of the next."""
    shares = {name: _share(counts, own) for name, own in FUNCTION_WORDS.items()}
    best, second = nlargest(2, shares, key=shares.__getitem__)
    return best, shares[best], shares[second]


def _share(counts: Mapping[str, int], words: frozenset[str]) -> float:
    """Of all uses, those of `words` of two letters and more."""
    uses = sum(n for word, n in counts.items() if word in words and len(word) > 1)
    return uses / sum(counts.values())


def language_of_vectors(words: Sequence[str]) -> str | None:
    """Identify the main language of a vocabulary by its first words.

    Where these are in order of frequency, their ranks stand for their counts (Zipf), as in a text;
    py3langid is not loaded then for English and French, which takes longer than a small report.

    >>> language_of_vectors(("der", "die", "und", "ist", "nicht", "Vertrag"))
    'de'
    """
    step = max(1, len(words) // COMMONEST) if _are_sorted(words) else 1
    first = (unicodedata.normalize("NFC", word) for word in words[::step][:SAMPLED])
    letters = [*islice(filter(_is_of_letters, first), COMMONEST)]
    by_rank = {word: COMMONEST // rank for rank, word in enumerate(letters, start=1)}
    if _are_of_several_languages(letters):
        return None
    if by_rank and step == 1:
        best, share, second = _by_function_words(by_rank)
        if best in WHOLE and share >= max(CLEAR_SHARE, CLEARER * second):
            return best
    return language_of(dict.fromkeys(letters, 1))


def _is_of_letters(word: str) -> bool:
    """Whether a word has letters and their marks only."""
    if word.isalpha() or word.isascii():
        return word.isalpha()
    return all(c.isalpha() or unicodedata.category(c).startswith("M") for c in word)


def _are_sorted(words: Sequence[str]) -> bool:
    """Whether words are in alphabetical order, as some tables are: the first ones tell nothing of
    the language then."""
    sample = words[:SORTED]
    n_rising = sum(one <= other for one, other in pairwise(sample))
    return n_rising >= SORTED_SHARE * (len(sample) - 1) and len(sample) >= FEWEST


def _are_of_several_languages(words: Sequence[str]) -> bool:
    """Whether many words are in a second script, or the function words of two languages are among
    them, those that only one language has."""
    scripts = Counter(script for word in words for script in scripts_of(word))
    shares = sorted((n for script, n in scripts.items() if script != "KANA"), reverse=True)
    if len(shares) > 1 and shares[1] >= SECOND_SHARE * sum(shares):
        return True
    known = frozenset(words)
    only_in = defaultdict[str, list[bool]](list)
    for word, (language, *others) in languages_of_words(None).items():
        if not others:
            only_in[language].append(word in known)
    return sum(2 * sum(own) >= len(own) for own in only_in.values()) > 1


def language_name(language: str | None) -> str:
    """A language's name in English: `German` for `de`.

    >>> language_name("de"), language_name("gl"), language_name(None)
    ('German', 'gl', 'an unidentified language')
    """
    if language is None:
        return "an unidentified language"
    try:
        (name, *_) = import_module(f"spacy.lang.{language}").__all__
    except ImportError:
        return language
    return _CAPITAL.sub(" ", name)


def scripts_of_vectors(words: Sequence[str]) -> frozenset[str]:
    """The scripts that words of vectors are written in, those of SCRIPT_SHARE of them at least.

    >>> sorted(scripts_of_vectors(("και", "το", "NATO")))
    ['GREEK', 'LATIN']
    """
    step = max(1, len(words) // SAMPLED)
    sample = [*words[:SAMPLED], *words[SAMPLED::step]]
    found = Counter(script for word in sample for script in scripts_of(word))
    least = SCRIPT_SHARE * found.total()
    return frozenset(script for script, n in found.items() if n >= least)


def main_scripts(counts: Mapping[str, int]) -> frozenset[str]:
    """The script of most letters of a text; with kana, that of Chinese characters too.

    counts: words to how often each is used.

    >>> sorted(main_scripts({"Ο": 9, "πύραυλος": 4, "NATO": 2}))
    ['GREEK']
    """
    script = _main_script(dict(nlargest(COMMONEST, counts.items(), key=lambda item: item[1])))
    if script is None:
        return frozenset()
    return frozenset((script, "HAN") if script == "KANA" else (script,))


def scripts_of(word: str) -> frozenset[str]:
    """The scripts of a word's letters, by the first words of their names in Unicode; kana are one,
    Chinese characters `HAN`.

    >>> sorted(scripts_of("радіо-FM")), scripts_of("12%")
    (['CYRILLIC', 'LATIN'], frozenset())
    """
    if word.isascii():
        return _LATIN if word.isalpha() or any(map(str.isalpha, word)) else frozenset()
    return frozenset(script for script in map(_script, word) if script)


@cache
def _script(letter: str) -> str | None:
    if not letter.isalpha():
        return None
    name = unicodedata.name(letter, "").split()
    first = next((part for part in name if part not in _WIDTHS), "")
    return None if not first or first in _NO_SCRIPT else _SCRIPTS.get(first, first)


def _main_script(counts: Mapping[str, int]) -> str | None:
    """That of most letters; kana where they are an eighth, since Japanese is written in Chinese
    characters too."""
    found: Counter[str] = Counter()
    for word, n in counts.items():
        for script in scripts_of(word):
            found[script] += n * len(word)
    if not found:
        return None
    (script, _), *_ = found.most_common(1)
    return "KANA" if script == "HAN" and 8 * found["KANA"] >= found["HAN"] else script


def _by_library(counts: Mapping[str, int]) -> str | None:
    try:
        identifier = _identifier()
    except ModuleNotFoundError:
        return None
    ranked: defaultdict[str, float] = defaultdict(float)
    for name, confidence in identifier.rank(" ".join(counts)):
        ranked[_ALIASES.get(name, name)] += float(confidence)
    language = max(ranked, key=ranked.__getitem__)
    if ranked[language] < LEAST_CONFIDENCE or language in _NO_LANGUAGE:
        return None
    own = function_words(language)
    return None if own and _share(counts, own) < LEAST_FUNCTION_WORDS else language


def standard_language(code: str) -> str:
    """The code by which a language is identified: `nb` for `no`."""
    return _ALIASES.get(code, code)


class _Identifier(Protocol):
    def rank(self, text: str) -> Iterable[tuple[str, float]]: ...


@cache
def _identifier() -> _Identifier:
    """py3langid's model, whose probabilities add up to 1. Loading it takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
