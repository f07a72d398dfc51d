"""What a table's keys have around their words: a prefix, an ending, a tag of part of speech.

ConceptNet Numberbatch writes `/c/en/coffee`, Wikipedia2Vec `ENTITY/Coffee`, sentencepiece
`▁coffee`, byte-level BPE `Ġcoffee`, BPE `coffee</w>`, tagged tables `coffee_NOUN` or `coffee|NOUN`,
tables of senses `coffee.n.01` or `coffee%1:13:00::`, careless exports `"coffee"` or `coffee` and a
zero-width space. Such keys are recognized by what most of them have in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary

MOST_KEYS = 0.5
"""Share of the keys from which a prefix or tags are a table's convention."""
MARKED_KEYS = 0.2
"""Likewise of the marks of subword tables, where pieces inside words have none."""
SAMPLED, MORE = 2_000, 50_000
"""Keys looked at, evenly from all, and those that are looked through for languages."""
FEWEST_FRAMED = 20
"""Keys from which what they have in common, whatever it is, is no accident."""
NAMED = 5
"""Prefixes of other languages that a description has."""
KEYS_OF_LANGUAGE = 2
"""Keys of each language, on average, at least."""
MOST_TAGS = 60
"""Different tags that a table can have: Penn Treebank has 45."""
SUBWORD_MARKS = ("▁", "Ġ")
WORD_END = "</w>"

_PREFIX = re.compile(r"/?(?>(?:[A-Za-z_]{1,20}+[/:])+)(?=[^/:])")
_NAMES = "noun|verb|adj|adv|adp|aux|pron|propn|det|num|part|intj|cconj|sconj|punct|sym|conj|prep"
_TAG = re.compile(
    rf"""(?<=.)(?:(?:__|::|[_|/\#^@~:])(?:[A-Z]{{1,6}}\$?|{_NAMES})  # run_VERB, run::verb
    | \.(?:[nvars]|{_NAMES})\.\d{{1,3}}  # run.v.01
    | [_|\#-][nvasrj](?:\#\d{{1,2}})?  # run#v#1, run-v
    | [(\[](?:[A-Z]{{1,6}}|{_NAMES})[)\]]  # run(verb)
    | %[1-5]:\d\d:\d\d:[^:\s]{{0,60}}:\d{{0,2}}  # run%2:38:00::, WordNet's sense keys
    | _bn:\d{{8}}[nvar]  # BabelNet's synsets
    | [_\#%]\d{{1,2}})$""",
    re.VERBOSE,
)
_LANGUAGE = re.compile(r"(?<![A-Za-z])[a-z]{2,3}(?=[/:]$)")
"""A code before the end of a prefix: `/c/en/`, `en:`."""
_BEFORE = re.compile(r"[A-Za-z]{0,10}+(?>[^\w\s]{1,4}|_)(?=\w)")
_BEHIND = re.compile(r"(?<=\w)(?:[^\w\s]\w{0,10}[^\w\s]?|_[a-z]{1,10})$")
"""What any key may have before and after its word: `en_`, `b'`, `@en`."""


def infer_keys(words: Sequence[str]) -> tuple[str, str, str]:
    """The prefix, the ending and the separators of the tags that keys have; "" for none. Keys may
    have a prefix and tags, or some the one and some the other.

    >>> infer_keys(["/c/en/the", "/c/en/of", "/c/en/coffee_pot"])
    ('/c/en/', '', '')
    >>> tagged = ["coffee_NOUN", "brew_VERB", "pot_NOUN"]
    >>> infer_keys(tagged), infer_keys(["▁the", "▁of", "ing"])
    (('', '', '_'), ('▁', '', ''))
    """
    words = _sample(words)
    for mark in SUBWORD_MARKS:
        if _is_share(sum(word.startswith(mark) for word in words), words, MARKED_KEYS):
            return mark, "", ""
    if _is_share(sum(word.endswith(WORD_END) for word in words), words, MARKED_KEYS):
        return "", WORD_END, ""
    prefixes = Counter(found[0] for word in words if (found := _PREFIX.match(word)))
    prefix, n_prefixed = prefixes.most_common(1)[0] if prefixes else ("", 0)
    before, code, behind = _around_language(prefix)
    codes = [_language(word, before, behind) if code else "" for word in words]
    in_any = [bool(one) and _are_languages(codes) for one in codes]
    n_prefixed = max(n_prefixed, sum(in_any))
    if n_prefixed < 2 or not _is_share(n_prefixed, words, MARKED_KEYS):
        prefix = ""
    words_alone = [word.removeprefix(prefix) for word in words]
    tags = "".join(_separators(words_alone))
    each = zip(words, words_alone, in_any, strict=True)
    n_styled = sum(word != alone or any_ or _is_tagged(alone, tags) for word, alone, any_ in each)
    return (prefix, "", tags) if _is_share(n_styled, words, MOST_KEYS) else _frame(words)


def _frame(words: Sequence[str]) -> tuple[str, str, str]:
    """What most keys begin and end with, whatever it is; nothing where there are few keys."""
    least = max(FEWEST_FRAMED, MOST_KEYS * len(words))
    before = _commonest(found[0] for word in words if (found := _BEFORE.match(word)))
    if sum(word.startswith(before) for word in words) < least:
        before = ""
    alone = [word.removeprefix(before) for word in words]
    behind = _commonest(found[0] for word in alone if (found := _BEHIND.search(word)))
    n_behind = sum(word.endswith(behind) for word in alone)
    return before, behind if n_behind >= least else "", ""


def _commonest(texts: Iterable[str]) -> str:
    """The commonest of some texts; "" for none, or where it has marks that belong to a letter."""
    text = max(Counter(texts).items(), key=lambda item: item[1], default=("", 0))[0]
    return "" if any(unicodedata.category(c).startswith("M") for c in text) else text


def _separators(words: Sequence[str]) -> Iterator[str]:
    """What separates tags from words, in keys of MARKED_KEYS of them at least."""
    tags = Counter(map(tag_of, words))
    del tags["", ""]
    for separator in sorted({separator for separator, _ in tags}):
        own = [n for (other, _), n in tags.items() if other == separator]
        many = sum(own)
        if len(own) <= MOST_TAGS and many > len(own) and _is_share(many, words, MARKED_KEYS):
            yield separator


def _is_tagged(word: str, separators: str) -> bool:
    separator, _ = tag_of(word)
    return bool(separator) and separator in separators


def tag_of(word: str) -> tuple[str, str]:
    """The separator and the tag at the end of a key; "" and "" for none.

    >>> tag_of("run_VERB"), tag_of("run.v.01"), tag_of("run")
    (('_', 'VERB'), ('.', 'v.01'), ('', ''))
    >>> tag_of("run%2:38:00::"), tag_of("run::verb"), tag_of("run#v#1")
    (('%', '2:38:00::'), (':', ':verb'), ('#', 'v#1'))
    """
    found = _TAG.search(word)
    return (found[0][0], found[0][1:]) if found else ("", "")


def has_keys(normalization: Normalization) -> bool:
    """Whether a table's keys have something around their words."""
    return bool(normalization.prefix or normalization.suffix or normalization.tags)


def without_keys(normalization: Normalization) -> Normalization:
    """The other conventions."""
    return replace(normalization, prefix="", suffix="", tags="")


class _BareVocabulary(Vocabulary):
    """The words of keys, row by row. The keys themselves are found too: a text may have them."""

    def __init__(self, words: Iterable[str], keys: Vocabulary) -> None:
        super().__init__(words, keys.counts)
        self._keys = keys

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each word, and of each key."""
        return self._keys.index | {word: row for row, word in enumerate(self.words)}


def bare_vocabulary(vocabulary: Vocabulary, normalization: Normalization) -> Vocabulary:
    """The words of the keys, row by row. Of several keys of one word the commonest by the counts
    has it, or else the first, which is the commonest in most tables; the others stay as they are.

    >>> table = Vocabulary(["run_VERB", "run_NOUN", "the_DET", "<s>"])
    >>> bare = bare_vocabulary(table, Normalization(tags="_"))
    >>> bare.words, bare.lookup(["the", "the_DET"]).tolist()
    (('run', 'run_NOUN', 'the', '<s>'), [2, 2])
    """
    taken = set(vocabulary.words)
    words = [*vocabulary.words]
    for row in _by_count(vocabulary):
        word = bare(words[row], normalization)
        if word and word not in taken:
            taken.add(word)
            words[row] = word
    return _BareVocabulary(words, vocabulary)


def _by_count(vocabulary: Vocabulary) -> Iterable[int]:
    """Rows, the commonest words first."""
    if vocabulary.counts is None:
        return range(len(vocabulary))
    return map(int, np.argsort(-vocabulary.counts, kind="stable"))


def language_prefixes(words: Sequence[str], prefix: str) -> dict[str, str]:
    """The prefixes of keys in several languages, by these; none where keys have but one.

    prefix: one of them.

    >>> language_prefixes(["/c/en/the", "/c/en/of", "/c/de/der", "/c/de/das", "/x/fr/le"], "/c/en/")
    {'de': '/c/de/', 'en': '/c/en/'}
    """
    before, code, behind = _around_language(prefix)
    codes = [_language(word, before, behind) for word in _sample(words, MORE)] if code else []
    if not _are_languages(codes):
        return {}
    return {code: before + code + behind for code in sorted({*codes}) if code}


def _are_languages(codes: Sequence[str]) -> bool:
    """Whether codes are those of several languages, and no short words: `of/IN`, `to/TO`. "" for
    keys that have none."""
    found = Counter(filter(None, codes))
    return len(found) > 1 and found.total() >= KEYS_OF_LANGUAGE * len(found)


def _around_language(prefix: str) -> tuple[str, str, str]:
    """A prefix divided at its code of a language; the code is "" where it has none."""
    found = _LANGUAGE.search(prefix)
    return (prefix[: found.start()], found[0], prefix[found.end() :]) if found else (prefix, "", "")


def _language(key: str, before: str, behind: str) -> str:
    """The code of a language between two parts of a prefix; "" where a key has none."""
    code, mark, rest = key.removeprefix(before).partition(behind)
    is_code = 2 <= len(code) <= 3 and code.isascii() and code.isalpha() and code.islower()
    return code if is_code and mark and rest and key.startswith(before) else ""


def _sample(words: Sequence[str], size: int = SAMPLED) -> Sequence[str]:
    return words[:: max(1, len(words) // size)]


def bare(key: str, normalization: Normalization) -> str:
    """The word of a key."""
    word = key.removeprefix(normalization.prefix).removesuffix(normalization.suffix)
    separator, tag = tag_of(word) if normalization.tags else ("", "")
    is_tag = separator and separator in normalization.tags
    return word.removesuffix(separator + tag) if is_tag else word


@dataclass(frozen=True)
class KeyStyle:
    """What the keys of vectors have around their words.

    Parameters
    ----------
    text : str
        A description, such as `the keys begin with /c/en/`.
    n_doubled : int
        Number of keys whose word has an earlier key.
    """

    text: str
    n_doubled: int


def describe_keys(words: Iterable[str], normalization: Normalization) -> KeyStyle | None:
    """The style of keys that have something around their words; None for others.

    >>> describe_keys(["run_VERB", "run_NOUN", "day_NOUN"], Normalization(tags="_"))
    KeyStyle(text='carry tags (_NOUN 67 %, _VERB 33 %)', n_doubled=1)
    """
    if not has_keys(normalization):
        return None
    words = list(words)
    others = language_prefixes(words, normalization.prefix)
    if others:
        words = [word for word in words if word.startswith(normalization.prefix)]
    n_doubled = len(words) - len({bare(word, normalization) for word in words})
    styles = []
    if normalization.prefix:
        also = [one for one in others.values() if one != normalization.prefix]
        more = f"{', '.join(also[:NAMED])}{', …' if len(also) > NAMED else ''}"
        beside = f" (others, in other languages, with {more})" if also else ""
        styles.append(f"begin with {normalization.prefix}{beside}")
    if normalization.suffix:
        styles.append(f"end with {normalization.suffix}")
    if normalization.tags:
        alone = [word.removeprefix(normalization.prefix) for word in words]
        styles.append(f"carry tags ({_shares(filter(_has_tag, alone))})")
    return KeyStyle(" or ".join(styles), n_doubled)


def _has_tag(word: str) -> bool:
    return tag_of(word) != ("", "")


def _shares(tagged: Iterable[str]) -> str:
    """The commonest tags with their shares of those that have any."""
    tags = Counter("".join(tag_of(word)) for word in tagged)
    shares = (f"{tag} {n / tags.total():.0%}".replace("%", " %") for tag, n in tags.most_common(3))
    return ", ".join(shares) + (", …" if len(tags) > 3 else "")


def _is_share(n: int, words: Sequence[str], share: float) -> bool:
    return n > 0 and n >= share * len(words)
