"""Other ways in which Unicode writes the letters of a word, by the standard library's tables.

A letter may be one character or several (`é`, Hangul, the nukta of Hindi), have forms for its place
(Arabic presentation forms, ligatures, the long s, the final sigma), for its width (fullwidth Latin,
halfwidth kana), or lack its accent in capitals (Greek); and a word may hold marks that only shape
it (tatweel, joiners), or that the vectors drop (accents, points of Arabic and Hebrew, stress).
Compatibility decompositions undo forms and widths of letters, as UAX #15 defines them, and the
subscripts of formulas; superscripts, which mean something, stay, unless the vectors write them on
the line (`m²` as `m2`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain, islice

TATWEEL = "\u0640"
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
"""Digits of formulas, which most texts write on the line: `H₂O` as `H2O`."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
_FORMS = ("<initial>", "<medial>", "<final>", "<isolated>", "<compat>")
_WIDTHS = ("<wide>", "<narrow>")
_DOTTED = "i\u0307"
"""What `str.lower` makes of İ."""
_DOT = "\u0307"
_DOTTED_LETTER = re.compile("([ijįIJĮ])\u0307([\u0300\u0301\u0303]?)")
"""Lithuanian keeps the dot of i and j below an accent, in dictionaries."""
_FINAL_SIGMA, _SIGMA = "ς", "σ"
_WIDE = re.compile("[Ａ-Ｚａ-ｚ]")
_UMLAUT = "\u0308"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
FEWEST_WORDS = 1_000
"""Words of a table that has none with an accent, from which it is known to drop it."""
_PERSIAN = str.maketrans("يكى", "یکی")
_ARABIC = str.maketrans("یک", "يك")
_WITH_HAMZA = "أإآٱىة"
_PLAIN_ALEF = str.maketrans(_WITH_HAMZA, "ااااي\u0647")
_REPLACED = {
    "ß": "s",
    "ς": "σ\n",
    **dict(zip("يىكیک", "ییکيك", strict=True)),
    **dict.fromkeys("\u200c\u200d", ""),
}
"""Letters that `LetterForms` replaces, accents aside, and what is then in words, one a line."""
TURKISH_SHARE = 0.01
"""Share of words with ı from which capital I is its capital: .17 in Turkish, none in others."""
SAMPLED = 20_000


def standard_letters(token: str) -> str:
    """A token with forms and widths of letters undone, composed, without tatweel; never empty.

    >>> standard_letters("ﬁle Ｒｅｎｔ ſo م\u0640ن x²")
    'file Rent so من x²'
    """
    if token.isascii():
        return token
    return unicodedata.normalize("NFC", "".join(map(_standard, token))) or token


@cache
def _standard(character: str) -> str:
    if character == TATWEEL:
        return ""
    if character in SUBSCRIPTS:
        return unicodedata.normalize("NFKC", character)
    form = unicodedata.decomposition(character).partition(" ")[0]
    if form in _WIDTHS or (form in _FORMS and character.isalpha()):
        return unicodedata.normalize("NFKC", character)
    return character


def small_letters(token: str, *, turkish: bool = False) -> str:
    """A token in small letters; in Turkish, I becomes ı and İ becomes i.

    >>> small_letters("ISPARTA", turkish=True), small_letters("İZMİR"), small_letters("ΟΔΟΣ")
    ('ısparta', 'izmir', 'οδος')
    """
    if turkish:
        token = token.replace("I", "ı").replace("İ", "i")
    small = token.lower()
    return small if small.isascii() else small.replace(_DOTTED, "i")


def writes_dotless_i(words: Sequence[str]) -> bool:
    """Whether words are Turkish or Azeri by their ı.

    >>> writes_dotless_i(("kadın", "ve", "bir")), writes_dotless_i(("woman", "and"))
    (True, False)
    """
    sample = words[:SAMPLED]
    n_dotless = sum("ı" in word for word in sample)
    return n_dotless > TURKISH_SHARE * len(sample)


def are_wide(words: Sequence[str]) -> bool:
    """Whether words have Latin letters in full width as a rule.

    >>> are_wide(("ｔｈｅ", "ｒｅｎｔ", "of")), are_wide(("the", "ＮＴＴ"))
    (True, False)
    """
    sample = words[:SAMPLED:20] if len(words) > SAMPLED else words
    n_wide = sum(bool(_WIDE.search(word)) for word in sample if not word.isascii())
    return 2 * n_wide > len(sample)


def may_replace(letter: str) -> bool:
    """Whether the words of some table are found by other words with this letter.

    >>> [letter for letter in "éeςσяй" if may_replace(letter)]
    ['é', 'ς', 'й']
    """
    if letter in _REPLACED or letter in _WITH_HAMZA:
        return True
    return bool(_marks_of(letter))


@cache
def _marks_of(letter: str) -> str:
    """A mark itself, or the marks that a letter is composed with."""
    return "".join(filter(unicodedata.combining, unicodedata.normalize("NFD", letter)))


class LetterForms:
    """Finds the word of a table that an unknown one writes in other letters.

    known: the words of the table. lines: these in UTF-8, a line feed behind each.

    >>> forms = LetterForms({"οδός": 0, "straße": 1})
    >>> forms.known("οδος", capitals=True), forms.known("οδος")
    ('οδός', None)
    """

    def __init__(self, known: Mapping[str, int], lines: bytes | None = None) -> None:
        self._known = known
        self._known_lines = lines

    def known(self, word: str, *, capitals: bool = False) -> str | None:
        """The word of the table; None for none. word: in the table's case. capitals: whether the
        text has it in capitals only, which lack accents in Greek, and ß in German."""
        found = (other for other in self._others(word) if other in self._known)
        other = next(found, None) or self._odd.get(standard_letters(word))
        if other is None and capitals:
            other = self._in_capitals.get(_without_accents(word.replace(_FINAL_SIGMA, _SIGMA)))
        return other

    def standard_spellings(self) -> Iterator[str]:
        """What `known` finds words of the table by that are in other than standard letters."""
        return chain(self._odd, self._in_capitals)

    def may_be_written_otherwise(self, letters: Iterable[str]) -> Iterator[str]:
        """Those of some letters for which `known` may find an unknown word that has them, beside
        the words of `odd_words`. A ς is at the end of it."""
        marks = self._marks if len(self._known) >= FEWEST_WORDS else None
        replaced = []
        for letter in letters:
            is_alef = letter in _WITH_HAMZA and not self._writes_hamza
            if is_alef or (marks is not None and not marks.issuperset(_marks_of(letter))):
                yield letter
            elif letter in _REPLACED:
                replaced.append(letter)
        # Whether some word of the table may be one in which `_others` replaced the letter.
        lines = self._lines if replaced else b""
        yield from (letter for letter in replaced if _REPLACED[letter].encode() in lines)

    @property
    def _lines(self) -> bytes:
        if self._known_lines is not None:
            return self._known_lines
        return "\n".join((*self._known, "")).encode("utf-8", "surrogatepass")

    def odd_words(self) -> Iterator[str]:
        """The standard letters of the words that the table has in others."""
        return iter(self._odd)

    def _others(self, word: str) -> Iterator[str]:
        yield standard_letters(word)
        yield word.translate(_SUPERSCRIPTS)
        if "ß" in word:
            yield word.replace("ß", "ss")
        if _DOT in word:
            yield _DOTTED_LETTER.sub(r"\1\2", word)
        if _FINAL_SIGMA in word:
            yield word.replace(_FINAL_SIGMA, _SIGMA)
        for form in dict.fromkeys(self._in_other_spellings(word)):
            yield form
            yield from self._without_marks(form)

    def _in_other_spellings(self, word: str) -> Iterator[str]:
        """The word itself, without joiners, and with the letters of Persian or of Arabic."""
        for form in (word, word.translate(JOINERS)):
            yield from (form, form.translate(_PERSIAN), form.translate(_ARABIC))
            if not self._writes_hamza:
                yield form.translate(_PLAIN_ALEF)

    def _without_marks(self, word: str) -> Iterator[str]:
        """The word without the accents, points and stress marks that the table never writes; before
        that, ä as ae, where it writes no umlauts."""
        if len(self._known) < FEWEST_WORDS:
            return
        if _UMLAUT not in self._marks and (written := word.translate(_UMLAUTS)) != word:
            yield written
        parts = unicodedata.normalize("NFD", word)
        kept = "".join(c for c in parts if c in self._marks or not unicodedata.combining(c))
        if kept != parts:
            yield unicodedata.normalize("NFC", kept)

    @cached_property
    def _marks(self) -> frozenset[str]:
        """The combining marks in the words of the table, the accents of letters among them."""
        step = max(1, len(self._known) // SAMPLED)
        sample = chain(islice(self._known, SAMPLED), islice(self._known, 0, None, step))
        words = (word for word in sample if not word.isascii())
        parts = set(chain.from_iterable(unicodedata.normalize("NFD", word) for word in words))
        return frozenset(filter(unicodedata.combining, parts))

    @cached_property
    def _beyond_ascii(self) -> list[str]:
        return [word for word in self._known if not word.isascii()]

    @cached_property
    def _writes_hamza(self) -> bool:
        return any("أ" in word for word in self._beyond_ascii)

    @cached_property
    def _odd(self) -> dict[str, str]:
        """The words that the table itself writes in other than standard letters, by these; the
        first one of each."""
        odd = (word for word in self._beyond_ascii if not _is_standard(word))
        return {standard_letters(word): word for word in reversed([*odd])}

    @cached_property
    def _in_capitals(self) -> dict[str, str]:
        """Words with Greek letters or ß as their capitals in small letters read; the first one of
        each."""
        marked = filter(_loses_marks, self._beyond_ascii)
        return {
            _without_accents(word.replace(_FINAL_SIGMA, _SIGMA)): word
            for word in reversed([*marked])
        }


def _is_standard(word: str) -> bool:
    if word.isascii():
        return True
    return unicodedata.is_normalized("NFKC", word) and TATWEEL not in word


def _loses_marks(word: str) -> bool:
    return "ß" in word or any("\u0370" <= letter <= "\u03ff" for letter in word)


def _without_accents(word: str) -> str:
    """In Greek, and with ss for ß."""
    if "ß" in word:
        return word.replace("ß", "ss")
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
