"""Causes of the words that no convention fixes: by their look, by their likeness to known words,
and by what the text shows of them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from string import ascii_lowercase

from embedadapt.core.normalization import Chinese
from embedadapt.oov.expansions import may_be_acronym
from embedadapt.oov.sightings import PLACES, Sighting
from embedadapt.text.chinese import is_in_other_form
from embedadapt.text.formulas import formula_of, is_certain
from embedadapt.text.function_words import FUNCTION_WORDS
from embedadapt.text.identifiers import parts_of_class_name
from embedadapt.text.identify import scripts_of
from embedadapt.text.letters import standard_letters
from embedadapt.text.misspellings import (
    CHECKED,
    Misspelling,
    MisspellingFinder,
    PairCount,
    is_seldom,
)
from embedadapt.text.relatives import Relatives

_LAST_PART = r"(?:com|org|net|gov|edu|info|biz|fr|eu|uk|html?|aspx?|pdf|docx?|xlsx?)$"
_ADDRESS = re.compile(
    rf"""https?(?::|$)|www\. | \S@\S | ^[\w-]++(?>(?:\.(?!{_LAST_PART})[\w-]++)*)\.{_LAST_PART}""",
    re.VERBOSE | re.IGNORECASE,
)
_ROMAN = r"(?=.)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_SECTION_MARK = re.compile(rf"n[°º]|(?>{_ROMAN}(?:\.{_ROMAN})*)\.?", re.IGNORECASE)
_PARTS, _COMPOUND = re.compile(r"[-/&'’.]"), re.compile(r"[-‐‑/]")
LONGEST_ACRONYM = 6
"""Letters. Longer all-capital words are mostly headings: `INDEMNITEES`."""
LONGEST_AFFIX = 2
"""Letters of a part in capitals that makes a compound no name: `N-`, `-MB`."""
_DOTTED = re.compile(r"(?>(?:[^\W\d_]\.)+)[^\W\d_]?")
_MARKUP = re.compile(r"[^\W\d_]*+&[^\W\d_]{3,}+")
_WORDS = frozenset("aiouyàô")
"""Single letters that can be words."""
_DETERMINERS = frozenset(("the", "a", "an", "any", "each", "every", "no", "such", "this", "its"))
_COMPANY_FORMS = frozenset(("inc", "corp", "corporation", "llc", "ltd", "plc", "gmbh", "ag", "sa"))
_VOWEL = re.compile("[aeiouyàâäéèêëîïôöùûüœæ]")
VOWELED = frozenset(("en", "fr", "es", "it", "pt", "de", "nl"))
"""Languages without a word that has none of these letters, names of letters aside."""
NOUNS_CAPITALISED = frozenset(("de", "lb"))
"""Languages that write every noun with a capital, which is no sign of a name then."""
CASED = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARMENIAN"))
"""Scripts with small and capital letters."""
STRAY_SHARE = 0.05
"""Share of a name's or an acronym's running words that may be written otherwise: web addresses and
careless drafts write `xencor` too."""
SHORTEST_VARIANT = 5
"""Letters. Below, spellings by rule meet other words and acronyms."""
NAME_SPREAD = 0.02
"""Share of the documents up to which an always capitalised word counts as a name. Beyond it many
parties write it, so it is the domain's: `Incoterms`, `Witnesseth`. Measured on 510 contracts,
where company names stand in at most 5 documents and such words in 30 or more."""
COMMON_LOOKS = 0.5
"""Nats of `NameLooks.commonness` from which a capitalised word is no name. Of the words of 510
contracts that were not learnt from, 7 % of the names have as much and 59 % of the others
(scripts/golden_oov.py figures)."""
FEWEST_FORMULAS = 3
"""Different words that are formulas by their look, from which others that parse are such too."""
SPACELESS_WORDS = 3
"""Words run together, plain ones, from which a document is known to lose its spaces."""
GARBLED_WORDS, GARBLED_SHARE = 5, 0.003
"""A document is garbled where at least so many of the unknown words that it alone has are one
misspelling away from a frequent word, and where so many of its running words are unknown, in small
letters and met once. Of 510 contracts 2 are, both scanned; what nothing else explains in them is
debris."""
LOOKS = 1 << 16
"""Words whose looks are remembered."""
RARE = 2
"""Occurrences up to which a word in such documents is put down to them."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The cause of an unknown word. meant: the known word or words behind it, if any."""

    cause: str
    meant: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where words come from, which says what is foreign and whose rules hold.

    language: the main one of the corpus; None where it is not identified; then nothing is claimed
        by the rules of any. vectors: that of the vectors. scripts: those that words of the vectors
        and most of the corpus are written in. main: those of most of the corpus.
    """

    language: str | None
    vectors: str | None
    scripts: frozenset[str]
    main: frozenset[str] = frozenset()

    @property
    def marks_names(self) -> bool:
        """Whether capitals tell names: not in German, nor in a script without capitals."""
        return self.language not in NOUNS_CAPITALISED and (self.main or self.scripts) <= CASED

    @property
    def is_recognized(self) -> bool:
        """Whether sentences in the corpus's own language are known for what they are."""
        return self.language in FUNCTION_WORDS or (
            self.language is not None and self.language == self.vectors
        )


class ResidualCauses:
    """Names the cause of words that no convention fixes.

    sightings: every such word as the corpus shows it. counts: every word of the corpus. known: the
    table's words. pairs: how often two words are neighbours. places: unknown word to the first
    documents that have it. lengths: running words of each document. commonness: see `NameLooks`,
    and `NameEvidence` where capitals tell nothing. origin: of the words. is_code: whether the text
    is code. form: of Chinese, where words of the other form are not looked up in it.
    """

    def __init__(
        self,
        sightings: Mapping[str, Sighting],
        counts: Mapping[str, int],
        known: Collection[str],
        pairs: PairCount,
        places: Mapping[str, Sequence[int]],
        lengths: Sequence[int],
        commonness: Callable[[str], float],
        origin: Origin,
        *,
        is_code: bool = False,
        form: Chinese = "keep",
    ) -> None:
        self._sightings = sightings
        self._known = known
        self._is_code = is_code
        self._form_of_vectors = form
        self._counts = counts
        self._places = places
        self._lengths = lengths
        self._commonness = commonness
        self._name_documents = max(3, round(NAME_SPREAD * len(lengths)))
        self._origin = origin
        self._language = origin.language
        self._misspellings = MisspellingFinder(counts, known, pairs, self._language)
        self._relatives = Relatives(known, counts, self._language)
        self._explained = cache(self._explain)
        self._plain_misspelling = cache(self._find_misspelling)

    def of(self, word: str) -> str:
        """Key of the word's cause."""
        return self._explained(word).cause

    def meant(self, word: str) -> tuple[str, ...]:
        """The known word or words that `word` is a misspelling, a spelling or a form of; else
        none."""
        return self._explained(word).meant

    def forms(self, word: str) -> list[str]:
        """The ways `word` is written, the commonest first."""
        return [form for form, _ in self._sightings[word].forms.most_common()]

    def expansion(self, word: str) -> str | None:
        """What the text most often says that an acronym stands for."""
        said = self._sightings[word].expansions if self.of(word) == "acronym" else None
        return said.most_common(1)[0][0] if said else None

    def _explain(self, word: str) -> Explained:
        look = _by_look(word)
        if look in (None, "code") and self._is_formula(word):
            return Explained("formula")
        if look or word not in self._sightings:
            return Explained(look or "term")
        if is_in_other_form(word, self._form_of_vectors):
            return Explained("other_form")
        seen = self._sightings[word]
        if self._is_foreign(word, seen):
            return Explained("foreign")
        if self._is_code and (parts := self._class_name(seen)):
            return Explained("class_name", parts)
        variant = self._relatives.variant(word, capitals=seen.upper == seen.count)
        if variant and len(word) >= SHORTEST_VARIANT:
            return Explained("variant", (variant,))
        form = None if self._is_name(word, seen) else self._relatives.inflected(word)
        misspelling = self._misspelling(word, seen)
        mistyped = misspelling and misspelling.kind == "typing" and not seen.expansions
        if _is_acronym(word, seen) and not mistyped:
            return Explained("acronym")
        if misspelling and not (form in self._counts and misspelling.kind != "broken"):
            return Explained(misspelling.kind, misspelling.meant)
        return self._explain_no_misspelling(word, seen, form)

    def _is_formula(self, word: str) -> bool:
        """Whether a word is a chemical formula as it is mostly written: by its look, or because the
        text has others."""
        form = self._form(word)
        if form.isalpha() and form.islower():
            return False
        if is_certain(form):
            return not self._sightings[word].expansions if word in self._sightings else True
        return form != form.lower() and formula_of(form) is not None and self._is_chemical

    def _form(self, word: str) -> str:
        """How a word is mostly written, in standard letters."""
        seen = self._sightings.get(word)
        return standard_letters(seen.commonest_form) if seen and seen.forms else word

    @cached_property
    def _is_chemical(self) -> bool:
        """Whether of the words that parse as formulas, most are such by their look."""
        forms = {self._form(word) for word in self._sightings}
        with_digits = (w for w in self._counts if w[-1:].isdigit() and w not in self._sightings)
        forms.update(filter(is_certain, with_digits))
        certain = sum(map(is_certain, forms))
        others = sum(formula_of(form) is not None for form in forms) - certain
        return certain >= max(FEWEST_FORMULAS, others)

    def _class_name(self, seen: Sighting) -> tuple[str, ...]:
        """The known words of the name of a class in code; none for another word."""
        parts = parts_of_class_name(seen.commonest_form)
        words = tuple(part if part in self._known else part.lower() for part in parts)
        return words if all(part in self._known for part in words) else ()

    def _explain_no_misspelling(self, word: str, seen: Sighting, form: str | None) -> Explained:
        markup = _MARKUP.fullmatch(word) and 2 * seen.lower > seen.count  # of&nbsp;
        if markup or self._is_confined(word, seen, self._garbled):
            return Explained("debris")
        if form:
            return Explained("inflection", (form,))
        voweled = self._language in VOWELED and word.isalpha() and "LATIN" in scripts_of(word)
        if voweled and len(word) <= LONGEST_ACRONYM and not _VOWEL.search(word):
            return Explained("acronym")
        if self._is_name(word, seen):
            return Explained("name")
        if self._language in CHECKED and self._is_torn(word, seen):
            return Explained("broken")
        return Explained("term" if self._language else "unexplained")

    def _misspelling(self, word: str, seen: Sighting) -> Misspelling | None:
        misspelling = self._plain_misspelling(word)
        if misspelling is None and self._is_confined(word, seen, self._spaceless):
            return self._misspellings.run_together(word)
        return misspelling

    def _find_misspelling(self, word: str) -> Misspelling | None:
        seen = self._sightings[word]
        return self._misspellings.misspelling(word, seen.places, seen.n_documents)

    def _is_confined(self, word: str, seen: Sighting, documents: frozenset[int]) -> bool:
        """Whether a rare word stands in no other documents."""
        return seen.count <= RARE and documents.issuperset(self._places[word])

    def _is_foreign(self, word: str, seen: Sighting) -> bool:
        """Whether a word is in no script of the vectors and no acronym (`NATO` in Thai text), or
        most sentences around it are in another language, whose script it is in."""
        scripts = scripts_of(word)
        if scripts and not scripts & self._origin.scripts:
            return not (word != word.upper() and _is_acronym(word, seen))
        if not self._origin.is_recognized or (scripts and "LATIN" not in scripts):
            return False  # the other languages that function words tell are in Latin letters
        return 2 * seen.languages[self._language or ""] < seen.languages.total()

    def _is_name(self, word: str, seen: Sighting) -> bool:
        """Whether a word is written as names are. A capital proves nothing where a sentence begins
        or all is in capitals; in English, headings have them anywhere, so the letters have a say,
        and all of it where no sentence has the word inside: items of lists have capitals too. In
        German all nouns have them: there, as without capitals, letters and neighbors decide."""
        if not self._origin.marks_names and self._commonness(word) < 0:
            return True
        if self._language in NOUNS_CAPITALISED:
            return any(map(_has_inner_capital, seen.forms))
        if all(map(_has_affix_in_capitals, seen.forms)):
            return False
        proper = seen.capitalised and seen.capitalised + seen.upper > seen.initial
        inside = any(map(_has_inner_capital, seen.forms))
        if self._language == "en":
            begins_lines = not seen.upper and seen.capitalised <= seen.initial
            proper = inside or not begins_lines or self._commonness(word) < 0
        rare = seen.n_documents <= self._name_documents
        if not (rare and proper and seen.lower <= STRAY_SHARE * seen.count):
            return False
        return inside or not self._is_common(word, seen)

    def _is_common(self, word: str, seen: Sighting) -> bool:
        """Whether a word in capitals is a common noun: not where the form of a company follows, and
        else where in English a frequent word mostly stands behind an article or the like, or where
        its letters say so."""
        if any(_COMPANY_FORMS.intersection(place.behind) for place in seen.places):
            return False
        if self._language == "en" and len(seen.places) == PLACES:
            determined = sum(bool(_DETERMINERS.intersection(p.before[-1:])) for p in seen.places)
            if 2 * determined >= PLACES:
                return True
        return self._commonness(word) >= COMMON_LOOKS

    def _is_torn(self, word: str, seen: Sighting) -> bool:
        """Whether a rare word is the rest of a torn one, as `chigan` in `M chigan`: in most places
        a lone letter stands before it, and both together are a word, if need be with one lost
        letter between them. In `hepatitis B viremia` they are none."""
        if not is_seldom(seen.count, seen.n_documents):
            return False
        before = [place.before[-1] for place in seen.places if place.before]
        letters = (part for part in before if len(part) == 1 and part.isalpha())
        torn = (part for part in letters if part not in _WORDS and self._are_a_word(part, word))
        return 2 * sum(1 for _ in torn) > len(seen.places)

    def _are_a_word(self, one: str, other: str) -> bool:
        """Whether two parts are a word of the vectors, or a commoner one of the corpus, one letter
        between them being lost at most."""
        wholes = (one.lower() + lost + other for lost in ("", *ascii_lowercase))
        n_torn = self._counts.get(other, 0)
        return any(w in self._known or self._counts.get(w, 0) > n_torn for w in wholes)

    @cached_property
    def _spaceless(self) -> frozenset[int]:
        """Numbers of the documents that lose spaces between words."""
        joined: Counter[int] = Counter()
        for word in self._sightings:
            misspelling = None if _by_look(word) else self._plain_misspelling(word)
            if misspelling and misspelling.kind == "joined":
                joined[self._places[word][0]] += 1
        return frozenset(number for number, n in joined.items() if n >= SPACELESS_WORDS)

    @cached_property
    def _garbled(self) -> frozenset[int]:
        """Numbers of the documents that are garbled by scanning."""
        near: Counter[int] = Counter()
        once: Counter[int] = Counter()
        for word, seen in self._sightings.items():
            if seen.n_documents == 1 and not (_by_look(word) or self._relatives.any(word)):
                number = self._places[word][0]
                near[number] += self._misspellings.is_near_miss(word)
                once[number] += seen.lower == seen.count == 1
        return frozenset(
            number
            for number, n in near.items()
            if n >= GARBLED_WORDS and once[number] >= GARBLED_SHARE * self._lengths[number]
        )


class CapitalCauses(ResidualCauses):
    """The same for vectors in capitals. All that is known of words is given in small letters, which
    the rules are for; the words themselves are asked for in capitals."""

    def of(self, word: str) -> str:
        return super().of(word.lower())

    def meant(self, word: str) -> tuple[str, ...]:
        return tuple(map(str.upper, super().meant(word.lower())))

    def forms(self, word: str) -> list[str]:
        return super().forms(word.lower())

    def expansion(self, word: str) -> str | None:
        return super().expansion(word.lower())


def _is_acronym(word: str, seen: Sighting) -> bool:
    """Whether a word is written in capitals as a rule (where the text writes it out: mostly, and
    small letters among them are no matter: `HCVAb`), or with a stop after every letter."""
    otherwise, stray = seen.lower + seen.capitalised, STRAY_SHARE * seen.count
    if seen.expansions:
        otherwise, stray = seen.count - _count_acronyms(seen), 0.5 * seen.count
    longest = max(map(len, _PARTS.split(word)))
    return (longest <= LONGEST_ACRONYM and otherwise <= stray) or bool(_DOTTED.fullmatch(word))


def _count_acronyms(seen: Sighting) -> int:
    return sum(n for form, n in seen.forms.items() if may_be_acronym(form))


def _has_inner_capital(form: str) -> bool:
    """As company and product names have: `SpinCo`."""
    return form[1:] != form[1:].lower() and not form.isupper()


def _has_affix_in_capitals(form: str) -> bool:
    """Whether capitals are only in parts of one or two letters: `N-ethylmaleimide`,
    `apoprotein-A`."""
    parts = _COMPOUND.split(form)
    return len(parts) > 1 and all(len(part) <= LONGEST_AFFIX or part.islower() for part in parts)


def is_address(piece: str) -> bool:
    """Whether a piece of text has a web or an e-mail address in it."""
    may_be = "." in piece or "@" in piece or "http" in piece.lower()  # as few pieces are
    return may_be and bool(_ADDRESS.search(piece))


@lru_cache(LOOKS)
def _by_look(word: str) -> str | None:
    letters = word.isalpha() or any(map(str.isalpha, word))
    digits = not word.isalpha() and any(map(str.isdigit, word))
    if not letters and not digits:
        return "symbol"
    if len(word) > 2 and len(set(word)) == 1 and letters:
        return "symbol"
    if len(word) == 1 and unicodedata.name(word, "").startswith("LATIN"):
        return "symbol"
    if _SECTION_MARK.fullmatch(word):
        return "number"
    if is_address(word):
        return "address"
    if digits:
        return "code" if letters else "number"
    return None
