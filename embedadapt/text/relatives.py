"""Known words that an unknown one is another spelling of, or another form of.

By rules of English and of French, for which a table's word must stand: they need no corpus, but
they know only what is regular. Verbs are compared by their endings, accents in the stem aside
(`conféreraient` and `confère` share `confer`). Forms of other languages are words of one stem by
the rules of Snowball (Porter 2001, https://snowballstem.org), where it has any.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import chain, islice

from embedadapt.text.identify import language_name

_LIGATURES = (("œ", "oe"), ("æ", "ae"))
_BRITISH = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"is(?=(?:e[drs]?|ing|ation|ations|able)$)", "iz"),
        (r"iz(?=(?:e[drs]?|ing|ation|ations|able)$)", "is"),
        (r"our(?=(?:s|ed|ing|able|ably|er|ers|ful|less)?$)", "or"),
        (r"or(?=(?:s|ed|ing|able|ably|er|ers|ful|less)?$)", "our"),
        (r"ys(?=(?:e[drs]?|ing)$)", "yz"),
        (r"yz(?=(?:e[drs]?|ing)$)", "ys"),
        (r"(?<=[aeiou])([lpt])\1(?=(?:ed|ing|er|ers|able|ment|ments)$)", r"\1"),
        (r"(?<=[aeiou])([lpt])(?=(?:ed|ing|er|ers|able|ment|ments)$)", r"\1\1"),
        (r"(?<=[cs])e(?=(?:able|ability|ment|ments)$)", ""),
        (r"(?<=[gk])e(?=(?:able|ment|ments)$)", ""),
        (r"(?<=dg)(?=ment)", "e"),
        (r"(?<=[lscv])(?=able$)", "e"),
        (r"(?<=en)c(?=e[sd]?$|ing$)", "s"),
        (r"(?<=en)s(?=e[sd]?$|ing$)", "c"),
    )
)
"""What British and American spelling, or two usages of either, write differently."""

# fmt: off
_BRITISH_ENDINGS = (
    "e", "ed", "er", "es", "ers", "ing", "ation", "ations", "ability", "ably", "ful", "less",
    "ment", "ments", "or", "ors", "our", "ours",
)
# fmt: on
"""Of every word that one of these rules changes, but for those with `dgment`."""

_LAST_E = re.compile(r"([eéè])([^\Waeéèiouy]{1,2})\Z")

ACCENTED = frozenset(("en", "fr", "es", "it", "pt", "ca", "gl"))
"""Languages in which accents are spelling, and careless text leaves them out. Elsewhere letters
with marks are letters of their own, or tones."""
STEMMED = 30_000
"""Words of a table, its first, whose stems are compared beside those of the corpus."""

LONGEST_ENDING, SHORTEST_STEM = 9, 4
OWN_WORD, OFTEN = 5, 10
"""Times as often as a known word, and uses, from which a word is not named as another form of that
verb: about half of such words in French law are none (`avenant` is no form of `avenir`)."""
# fmt: off
_FRENCH_VERBS = (
    "e es ent ons ez er é ée és ées ant ante ants antes",  # present, participles
    "ais ait ions iez aient a ai as âmes âtes èrent ât asse assent",  # past
    "era erai eras erons erez eront erais erait erions eriez eraient",  # future
    "ir is it i ie ies issons issez issent isse issant issante issants issantes",
    "issait issais issaient ira irai iras irons irez iront irais irait irions iriez iraient",
    "re t u ue us ues ra rai ras rons rez ront rais rait rions riez raient",
)
_FRENCH_ENDINGS = frozenset(" ".join(_FRENCH_VERBS).split())
"""Of verbs. Two words of one stem and two of these endings are forms of one verb, or nearly."""
_FRENCH_NOUNS = (
    ("s", ""), ("x", ""), ("e", ""), ("es", ""), ("es", "s"), ("aux", "al"), ("ale", "al"),
    ("ales", "al"), ("euse", "eur"), ("euses", "eur"), ("trice", "teur"), ("trices", "teur"),
    ("eurs", "eur"), ("ive", "if"), ("ives", "if"), ("euse", "eux"), ("euses", "eux"),
    ("nne", "n"), ("nnes", "n"), ("lle", "l"), ("lles", "l"), ("ère", "er"), ("ères", "er"),
    ("tte", "t"), ("ttes", "t"), ("que", "c"), ("ques", "c"), ("aux", "au"),
)
"""Endings of gender and number, with the one they stand for."""
_ENGLISH_ENDINGS = (
    ("s", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"),
    ("ing", "ed"), ("ed", "ing"), ("ings", "ing"), ("", "s"), ("y", "ies"),
)
# fmt: on
_BEFORE_ES = ("sse", "xe", "ze", "che", "she", "oe")


class Relatives:
    """Finds the known relatives of unknown words.

    known: the words of a table. counts: those of a corpus: of several relatives the commonest there
    is named, and accents are compared with its words only. language: that of the corpus; without
    one (None), or without rules for it, no word is another form of one.

    >>> relatives = Relatives({"organization", "sublet"}, {"the": 9}, "en")
    >>> relatives.variant("organisation"), relatives.inflected("subletting")
    ('organization', 'sublet')
    """

    def __init__(
        self, known: Collection[str], counts: Mapping[str, int], language: str | None
    ) -> None:
        self._known = known
        self._counts = counts
        self._language = language

    def variant(self, word: str, *, capitals: bool = False) -> str | None:
        """The known word that `word` spells in another way; only ever in capitals, which may lack
        any accent."""
        return self._commonest(word, [*self._respelled(word), *self._accented(word, capitals)])

    def inflected(self, word: str) -> str | None:
        """The known word that `word` is another form of: number, gender, tense, person."""
        if self._language == "en":
            return self._commonest(word, _english_forms(word))
        if self._language != "fr":
            return self._commonest(word, self._of_one_stem(word))
        n_uses = self._counts.get(word, 0)
        least = n_uses // OWN_WORD + 1 if n_uses >= OFTEN else 0
        verbs = filter(self._known.__contains__, _french_verbs(word))
        common = (form for form in verbs if self._counts.get(form, 0) >= least)
        return self._commonest(word, (*_french_nouns(word), *common))

    def any(self, word: str) -> bool:
        """Whether `word` has any of both."""
        return bool(self.variant(word) or self.inflected(word))

    def _commonest(self, word: str, relatives: Iterable[str]) -> str | None:
        known = [other for other in relatives if other != word and other in self._known]
        if len(known) < 2:  # as most have
            return known[0] if known else None
        return max(known, key=lambda other: (self._counts.get(other, 0), other))

    def _respelled(self, word: str) -> Iterator[str]:
        if self._language in ("en", "fr"):
            for one, other in _LIGATURES:
                if one in word or other in word:
                    yield word.replace(one, other)
                    yield word.replace(other, one)
        if "-" in word:
            yield word.replace("-", "")
        if self._language == "en" and (word.endswith(_BRITISH_ENDINGS) or "dgment" in word):
            yield from (rule.sub(other, word) for rule, other in _BRITISH)

    def _accented(self, word: str, capitals: bool) -> list[str]:
        """Words of the corpus that differ in accents, except in capitals those of the ending left
        alone: there they make another form (`dirige`, `dirigé`)."""
        if self._language not in ACCENTED:
            return []
        alike = -3 if word.isascii() else -5
        others = self._folded.get(_fold(word), [])
        return [other for other in others if capitals or other[alike:] == word[alike:]]

    @cached_property
    def _folded(self) -> dict[str, list[str]]:
        """Words of the corpus without their accents, to the ways they are written."""
        folds = {word: _fold(word) for word in self._counts if not word.isascii()}
        plain = {*folds.values()}
        folded: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            if len(word) >= SHORTEST_STEM and (fold := folds.get(word, word)) in plain:
                folded[fold].append(word)
        return {plain: words for plain, words in folded.items() if len(words) > 1}

    def _of_one_stem(self, word: str) -> Iterable[str]:
        """The known words with the stem of `word`, itself another word than its stem."""
        stem = _stemmer(self._language)
        return self._by_stem.get(stem(word), ()) if stem else ()

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        """The known words of the corpus, and the first of the table, by their stems."""
        stem = _stemmer(self._language)
        assert stem is not None
        by_stem: defaultdict[str, list[str]] = defaultdict(list)
        of_corpus = (word for word in self._counts if word in self._known)
        for word in dict.fromkeys([*of_corpus, *islice(self._known, STEMMED)]):
            if len(word) >= SHORTEST_STEM and word.isalpha():
                by_stem[stem(word)].append(word)
        return by_stem


@cache
def _stemmer(language: str | None) -> Callable[[str], str] | None:
    """Snowball's function from a word to its stem; None for a language that it does not have, or
    without the package."""
    try:
        import snowballstemmer
    except ModuleNotFoundError:
        return None
    name = language_name(language).lower()
    if language is None or name not in snowballstemmer.algorithms():
        return None
    stem: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return stem


def _fold(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def _english_forms(word: str) -> Iterator[str]:
    for ending, other in _ENGLISH_ENDINGS:
        stem = word.removesuffix(ending)
        if word.endswith(ending) and len(stem) >= SHORTEST_STEM and stem.isalpha():
            yield stem + other
            if ending == "s" and stem.endswith(_BEFORE_ES):
                yield stem[:-1]
            if ending in ("ed", "ing") and stem[-1] == stem[-2]:
                yield stem[:-1]


def _french_nouns(word: str) -> Iterator[str]:
    """The forms of a noun or an adjective, by gender and number."""
    for ending, other in _FRENCH_NOUNS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM - (len(ending) > 1):
            yield word.removesuffix(ending) + other


def _french_verbs(word: str) -> Iterator[str]:
    """The forms of a verb, and whatever else has the same stem and one of the endings."""
    cuts = range(max(SHORTEST_STEM, len(word) - LONGEST_ENDING), len(word))
    stems = (stem for cut in cuts if word[cut:] in _FRENCH_ENDINGS for stem in _stems(word[:cut]))
    return chain.from_iterable(map(stem.__add__, _FRENCH_ENDINGS) for stem in stems)


def _stems(stem: str) -> Iterator[str]:
    """A verb's stem as other forms of it write it: `confèr` and `confér`, `mange` and `mang`."""
    yield stem
    if found := _LAST_E.search(stem):
        before = stem[: found.start()]
        yield from (before + vowel + found[2] for vowel in "eéè" if vowel != found[1])
    if stem.endswith("ge"):
        yield stem[:-1]
    elif stem[-1] in "gç":
        yield {"g": stem + "e", "ç": stem[:-1] + "c"}[stem[-1]]
    elif stem[-2:] in ("ll", "tt"):
        yield stem[:-1]
