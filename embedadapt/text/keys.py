"""What a table's keys have around their words: a prefix, an ending, a tag of part of speech.

ConceptNet Numberbatch writes `/c/en/coffee`, Wikipedia2Vec `ENTITY/Coffee`, sentencepiece
`▁coffee`, byte-level BPE `Ġcoffee`, BPE `coffee</w>`, tagged tables `coffee_NOUN` or `coffee|NOUN`,
tables of senses `coffee.n.01`, careless exports `"coffee"` or `coffee` and a zero-width space. Such
keys are recognized by what most of them have in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary

MOST_KEYS = 0.5
"""Share of the keys from which a prefix or tags are a table's convention."""
MARKED_KEYS = 0.2
"""Likewise of the marks of subword tables, where pieces inside words have none."""
SAMPLED = 2_000
"""Keys looked at, evenly from all."""
FEWEST_FRAMED = 20
"""Keys from which what they have in common, whatever it is, is no accident."""
MOST_TAGS = 60
"""Different tags that a table can have: Penn Treebank has 45."""
SUBWORD_MARKS = ("▁", "Ġ")
WORD_END = "</w>"

_PREFIX = re.compile(r"/?(?>(?:[A-Za-z_]{1,20}+[/:])+)(?=[^/:])")
_TAG = re.compile(
    r"(?<=.)(?:([_|/#])([A-Z]{1,6}\$?|(?:noun|verb|adj|adv|adp|aux|pron|propn|det|num|part|intj"
    r"|cconj|sconj|punct|sym|conj|prep))|(\.)([nvars]\.\d\d))$"
)
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
    words = words[:: max(1, len(words) // SAMPLED)]
    for mark in SUBWORD_MARKS:
        if _is_share(sum(word.startswith(mark) for word in words), words, MARKED_KEYS):
            return mark, "", ""
    if _is_share(sum(word.endswith(WORD_END) for word in words), words, MARKED_KEYS):
        return "", WORD_END, ""
    prefixes = Counter(found[0] for word in words if (found := _PREFIX.match(word)))
    prefix, n_prefixed = prefixes.most_common(1)[0] if prefixes else ("", 0)
    if n_prefixed < 2 or not _is_share(n_prefixed, words, MARKED_KEYS):
        prefix = ""
    words_alone = [word.removeprefix(prefix) for word in words]
    tags = "".join(_separators(words_alone))
    pairs = zip(words, words_alone, strict=True)
    n_styled = sum(word != alone or _is_tagged(alone, tags) for word, alone in pairs)
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
    """
    found = _TAG.search(word)
    return (found[1] or found[3], found[2] or found[4]) if found else ("", "")


def has_keys(normalization: Normalization) -> bool:
    """Whether a table's keys have something around their words."""
    return bool(normalization.prefix or normalization.suffix or normalization.tags)


def without_keys(normalization: Normalization) -> Normalization:
    """The other conventions."""
    return replace(normalization, prefix="", suffix="", tags="")


def bare_vocabulary(vocabulary: Vocabulary, normalization: Normalization) -> Vocabulary:
    """The words of the keys, row by row. Of several keys of one word the first, which is the
    commonest in most tables, has it; the others stay as they are.

    >>> table = Vocabulary(["run_VERB", "run_NOUN", "the_DET", "<s>"])
    >>> bare_vocabulary(table, Normalization(tags="_")).words
    ('run', 'run_NOUN', 'the', '<s>')
    """
    taken = set(vocabulary.words)
    words: list[str] = []
    for key in vocabulary.words:
        word = bare(key, normalization)
        if word != key and word and word not in taken:
            taken.add(word)
            words.append(word)
        else:
            words.append(key)
    return Vocabulary(words, vocabulary.counts)


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
    n_doubled = len(words) - len({bare(word, normalization) for word in words})
    styles = []
    if normalization.prefix:
        styles.append(f"begin with {normalization.prefix}")
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
