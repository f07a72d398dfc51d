"""Causes of the words that no convention fixes: by their look, by their likeness to known words,
and by what the text shows of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from operator import or_
from string import ascii_lowercase

from embedadapt.core.engine import Engine
from embedadapt.oov.evidence import NOUNS_CAPITALISED, Evidence, Seen, Signs, TextTraits
from embedadapt.oov.looks import (
    LONGEST_ACRONYM,
    STRAY_SHARE,
    by_look,
    has_affix_in_capitals,
    has_inner_capital,
    is_acronym,
)
from embedadapt.oov.sightings import PLACES, Sighting
from embedadapt.text.chinese import is_in_other_form
from embedadapt.text.formulas import formula_of, is_certain
from embedadapt.text.identifiers import parts_of_class_name
from embedadapt.text.identify import scripts_of
from embedadapt.text.letters import standard_letters
from embedadapt.text.misspellings import CHECKED, Misspelling, is_seldom

_MARKUP = re.compile(r"[^\W\d_]*+&[^\W\d_]{3,}+")
_WORDS = frozenset("aiouyàô")
"""Single letters that can be words."""
_DETERMINERS = frozenset(("the", "a", "an", "any", "each", "every", "no", "such", "this", "its"))
_COMPANY_FORMS = frozenset(("inc", "corp", "corporation", "llc", "ltd", "plc", "gmbh", "ag", "sa"))
_VOWEL = re.compile("[aeiouyàâäéèêëîïôöùûüœæ]")
VOWELED = frozenset(("en", "fr", "es", "it", "pt", "de", "nl"))
"""Languages without a word that has none of these letters, names of letters aside."""
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
RARE = 2
"""Occurrences up to which a word in such documents is put down to them."""
MANY, FEWEST_WORKERS = 50_000, 4
"""Words, and workers, from which workers explain them. In parts, 177,000 words take 1.9 times as
long, so that four workers need two thirds of the time (scripts/bench_cluster.py --oov)."""
PARTS_A_WORKER = 2
"""Parts of the words for each worker, since some take longer."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The cause of an unknown word. meant: the known word or words behind it, if any."""

    cause: str
    meant: tuple[str, ...] = ()


class ResidualCauses:
    """Names the cause of words that no convention fixes.

    seen: these words. traits: those of the text, where other words show them too; else those that
    these words show.
    """

    def __init__(self, seen: Seen, evidence: Evidence, traits: TextTraits | None = None) -> None:
        self._seen, self._evidence, self._traits = seen, evidence, traits
        self._sightings = seen.sightings
        self._places = seen.places
        self._commonness = seen.commonness
        self._known, self._counts = evidence.known, evidence.counts
        self._origin, self._language = evidence.origin, evidence.origin.language
        self._name_documents = max(3, round(NAME_SPREAD * len(evidence.lengths)))
        self._misspellings, self._relatives = evidence.misspellings, evidence.relatives
        self._explained: dict[str, Explained] = {}
        self._plain_misspelling = cache(self._find_misspelling)

    def explain_on(self, engine: Engine) -> None:
        """Have the workers of an engine explain all words; else each is explained when asked for.

        Words are explained twice: first by what they tell of the text, then by what all tell.
        """
        n_parts, words = PARTS_A_WORKER * engine.workers, list(self._sightings)
        if engine.workers < FEWEST_WORKERS or len(words) < MANY:
            return
        parts = [engine.share(self._seen.part(words[n::n_parts])) for n in range(n_parts)]
        evidence = engine.share(self._evidence)
        signs = engine.map_reduce(_signs_of, parts, Signs.and_of, evidence)
        self._traits = self._traits_by(signs)
        traits = engine.share(self._traits)
        self._explained = engine.map_reduce(_explanations_of, parts, or_, evidence, traits)

    def of(self, word: str) -> str:
        """Key of the word's cause."""
        return self._explanation(word).cause

    def meant(self, word: str) -> tuple[str, ...]:
        """The known word or words that `word` is a misspelling, a spelling or a form of; else
        none."""
        return self._explanation(word).meant

    def forms(self, word: str) -> list[str]:
        """The ways `word` is written, the commonest first."""
        return [form for form, _ in self._sightings[word].forms.most_common()]

    def expansion(self, word: str) -> str | None:
        """What the text most often says that an acronym stands for."""
        said = self._sightings[word].expansions if self.of(word) == "acronym" else None
        return said.most_common(1)[0][0] if said else None

    def explained(self) -> dict[str, Explained]:
        """The explanations of all words."""
        return {word: self._explanation(word) for word in self._sightings}

    def _explanation(self, word: str) -> Explained:
        found = self._explained.get(word)
        if found is None:
            found = self._explained[word] = self._explain(word)
        return found

    def _explain(self, word: str) -> Explained:
        look = by_look(word)
        if look in (None, "code") and self._is_formula(word):
            return Explained("formula")
        if look or word not in self._sightings:
            return Explained(look or "term")
        if is_in_other_form(word, self._evidence.form):
            return Explained("other_form")
        seen = self._sightings[word]
        if self._is_foreign(word, seen):
            return Explained("foreign")
        if self._evidence.is_code and (parts := self._class_name(seen)):
            return Explained("class_name", parts)
        variant = self._relatives.variant(word, capitals=seen.upper == seen.count)
        if variant and len(word) >= SHORTEST_VARIANT:
            return Explained("variant", (variant,))
        form = None if self._is_name(word, seen) else self._relatives.inflected(word)
        misspelling = self._misspelling(word, seen)
        mistyped = misspelling and misspelling.kind == "typing" and not seen.expansions
        if is_acronym(word, seen) and not mistyped:
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
            return not (word != word.upper() and is_acronym(word, seen))
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
            return any(map(has_inner_capital, seen.forms))
        if all(map(has_affix_in_capitals, seen.forms)):
            return False
        proper = seen.capitalised and seen.capitalised + seen.upper > seen.initial
        inside = any(map(has_inner_capital, seen.forms))
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

    def signs(self) -> Signs:
        """What all words tell of the text."""
        return Signs(self._joined(), *self._near_misses(), *self._formulas())

    def _traits_by(self, signs: Signs) -> TextTraits:
        return TextTraits(
            _spaceless_by(signs.joined),
            self._garbled_by(signs.near, signs.once),
            self._is_chemical_by(signs.formulas, signs.parsed),
        )

    @cached_property
    def _spaceless(self) -> frozenset[int]:
        return self._traits.spaceless if self._traits else _spaceless_by(self._joined())

    @cached_property
    def _garbled(self) -> frozenset[int]:
        return self._traits.garbled if self._traits else self._garbled_by(*self._near_misses())

    @cached_property
    def _is_chemical(self) -> bool:
        return self._traits.is_chemical if self._traits else self._is_chemical_by(*self._formulas())

    def _joined(self) -> Counter[int]:
        """See `Signs.joined`."""
        joined: Counter[int] = Counter()
        for word in self._sightings:
            misspelling = None if by_look(word) else self._plain_misspelling(word)
            if misspelling and misspelling.kind == "joined":
                joined[self._places[word][0]] += 1
        return joined

    def _near_misses(self) -> tuple[Counter[int], Counter[int]]:
        """See `Signs.near` and `Signs.once`."""
        near: Counter[int] = Counter()
        once: Counter[int] = Counter()
        for word, seen in self._sightings.items():
            if seen.n_documents == 1 and not (by_look(word) or self._relatives.any(word)):
                number = self._places[word][0]
                near[number] += self._misspellings.is_near_miss(word)
                once[number] += seen.lower == seen.count == 1
        return near, once

    def _garbled_by(self, near: Counter[int], once: Counter[int]) -> frozenset[int]:
        lengths = self._evidence.lengths
        return frozenset(
            number
            for number, n in near.items()
            if n >= GARBLED_WORDS and once[number] >= GARBLED_SHARE * lengths[number]
        )

    def _formulas(self) -> tuple[frozenset[str], frozenset[str]]:
        """See `Signs.formulas` and `Signs.parsed`."""
        forms = {
            self._form(word)
            for word, seen in self._sightings.items()
            if seen.lower < seen.count or not (word.isascii() and word.isalpha())
        }
        parsed = (form for form in forms if formula_of(form) is not None)
        return frozenset(filter(is_certain, forms)), frozenset(parsed)

    def _is_chemical_by(self, formulas: frozenset[str], parsed: frozenset[str]) -> bool:
        """Known words have a say too, such as `co2`."""
        with_digits = (w for w in self._counts if w[-1:].isdigit() and w not in self._sightings)
        known = frozenset(filter(is_certain, with_digits))
        certain = len(formulas | known)
        others = len(parsed.union(filter(formula_of, known))) - certain
        return certain >= max(FEWEST_FORMULAS, others)


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


def _spaceless_by(joined: Counter[int]) -> frozenset[int]:
    return frozenset(number for number, n in joined.items() if n >= SPACELESS_WORDS)


def _signs_of(seen: Seen, evidence: Evidence) -> Signs:
    return ResidualCauses(seen, evidence).signs()


def _explanations_of(seen: Seen, evidence: Evidence, traits: TextTraits) -> dict[str, Explained]:
    return ResidualCauses(seen, evidence, traits).explained()
