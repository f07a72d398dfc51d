"""The words that hold sentences together, by language: without content, they tell the language.

The English and the French list are nearly whole, the others hold the commonest words only. Further
languages have the lists of stop words that come with spaCy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": """
            a an the this that these those such any all each every either neither both some no
            none other another same own and or nor but if unless until while whereas although
            though because since when where whether than as so of to in on at by for from with
            without within into onto upon under over above below between among through throughout
            during before after against about per via up out off down not 's n't ' it its he she
            they we you i him her them us me his their our your my who whom whose which what is
            are was were be been being am has have had having do does did done will would shall
            should may might can could must there here then thus only also more most less least
            very too however therefore further hereby herein hereof hereto hereunder thereof
            therein thereto thereunder
        """,
        "fr": """
            le la les l' un une des du de d' au aux à en dans par pour sur sous avec sans entre
            vers chez contre depuis pendant selon et ou ni mais donc or car que qu' qui quoi dont
            où si s' lorsque lorsqu' quand comme puisque ce cet cette ces c' celui celle ceux
            celles il elle ils elles on nous vous je j' tu me m' te t' se lui leur leurs eux y son
            sa ses mon ma mes ton ta tes notre nos votre vos est sont était étaient être été a ont
            avait avaient avoir eu ait soit soient sera seront serait seraient peut peuvent pas ne
            n' plus moins très aussi ainsi tout toute tous toutes autre autres même mêmes tel telle
            tels telles chaque quelque quelques aucun aucune dès lors afin après avant jusqu'
            jusque
        """,
        "de": """
            der die das den dem des ein eine einer eines einem und oder ist sind war wird werden
            von zu zum zur mit auf für im bei nach aus nicht sich als auch
        """,
        "es": """
            el la los las un una de del al y o que en por para con sin es son se su sus no como
            lo más este esta
        """,
        "it": """
            il lo la i gli le un una di del della dei delle degli al alla e o che in per con da
            dal dalla non si è sono come nel nella
        """,
        "nl": """
            de het een van en of in op te is zijn dat die met voor aan bij door niet als naar tot
            om uit
        """,
        "pt": """
            o a os as um uma de do da dos das ao e ou que em no na por para com sem é são se não
            como mais pelo pela
        """,
    }.items()
}


WHOLE = frozenset(("en", "fr"))
"""Languages whose list above is nearly whole."""


@cache
def function_words(language: str | None) -> frozenset[str]:
    """The function words of a language; none where no list of them is known.

    >>> "the" in function_words("en"), "και" in function_words("el"), function_words(None)
    (True, True, frozenset())
    """
    own = FUNCTION_WORDS.get(language or "", frozenset())
    if language is None or language in WHOLE:
        return own
    try:
        stop_words = import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    except ImportError:
        return own
    return own | frozenset(stop_words)


@cache
def languages_of_words(beside: str | None) -> Mapping[str, list[str]]:
    """Map each function word to the languages that have it: those above, and `beside` if given."""
    lists = {**FUNCTION_WORDS, **({beside: function_words(beside)} if beside else {})}
    return {
        word: [name for name, own in lists.items() if word in own]
        for word in frozenset().union(*lists.values())
        if len(word) > 1  # not the items of a list: (a), (e)
    }


def likeliest_language(words: Iterable[str], least: int = 2, main: str | None = None) -> str | None:
    """The language with the most different function words among `words`; None where two have as
    many, or none `least`.

    main: a language beside those that have a list here, which the words are likely to be in.

    >>> likeliest_language("die Kommanditgesellschaft auf Aktien".lower().split())
    'de'
    """
    counts = dict.fromkeys(FUNCTION_WORDS, 0) | ({main: 0} if main else {})
    languages = languages_of_words(main)
    for word in languages.keys() & set(words):
        for name in languages[word]:
            counts[name] += 1
    best, second = sorted(counts.values(), reverse=True)[:2]
    return max(counts, key=counts.__getitem__) if best >= max(least, second + 1) else None
