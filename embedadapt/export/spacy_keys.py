"""Which token texts of spaCy have a vector, and in which row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.forms import (
    CaseForms,
    apostrophe_forms,
    every_case_form,
    initials,
    is_text,
)
from embedadapt.export.spacy_tokens import TokenLookup, whole_tokens
from embedadapt.text.keys import bare_vocabulary, has_keys
from embedadapt.text.letters import are_wide, standard_letters
from embedadapt.text.normalize import normalization_of

if TYPE_CHECKING:
    from spacy.language import Language

NUMBERS = 10_000
"""Where vectors write digits as zeros or `#`, the numbers below this one have keys of their own."""
BRACKETS = "()[]{}"
"""What vectors may have a placeholder for, `-LRB-`."""


@dataclass(frozen=True)
class Keys:
    """The keys of a pipeline's vectors.

    rows: every text that has a vector, to its row. Words come first, so that no form takes a word's
    key. n_words: words that have a key of their own. n_zero: words left out because their vector is
    zero. n_unwritable: words and forms left out because they are not valid Unicode.
    """

    rows: Mapping[str, int]
    n_words: int
    n_zero: int
    n_unwritable: int

    @property
    def n_surface_forms(self) -> int:
        """Keys that share the row of a word."""
        return len(self.rows) - self.n_words

    def is_of(self, form: str, word: str) -> bool:
        """Whether a text has the vector of a word."""
        return form in self.rows and self.rows[form] == self.rows[word]


def find_keys(
    vectors: WordVectors, nlp: Language, forms: Mapping[str, str], case_forms: CaseForms
) -> Keys:
    """The keys of `vectors` in a pipeline of the language of `nlp`; see `write_pipeline`."""
    words = vectors.vocabulary.words
    filled = vectors.norms > 0
    rows = {word: row for row, word in enumerate(words) if filled[row] and is_text(word)}
    n_unwritable = sum(not is_text(word) for word in words)
    keys = Keys(rows, len(rows), int((~filled).sum()), n_unwritable)
    return with_spellings(keys, vectors, _spellings(vectors, nlp, forms, case_forms, tuple(rows)))


def with_spellings(keys: Keys, vectors: WordVectors, spellings: Iterable[tuple[str, str]]) -> Keys:
    """Add keys from (form, word) pairs: the first pair of a form counts; words keep theirs."""
    rows = dict(keys.rows)
    own = vectors.vocabulary.index
    unwritable = set()
    for form, word in spellings:
        if not is_text(form):
            unwritable.add(form)
        elif form not in own and word in rows:
            rows.setdefault(form, rows[word])
    return replace(keys, rows=rows, n_unwritable=keys.n_unwritable + len(unwritable - own.keys()))


def spellings_among(vectors: WordVectors, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(text, word) for each token of spaCy that is one word by the conventions."""
    lookup = TokenLookup(vectors.vocabulary, normalization_of(vectors))
    for text in texts:
        word = lookup.word(text) if is_text(text) else None
        if word is not None:
            yield text, word


def _spellings(
    vectors: WordVectors,
    nlp: Language,
    forms: Mapping[str, str],
    case_forms: CaseForms,
    words: tuple[str, ...],
) -> Iterator[tuple[str, str]]:
    """(form, word), most certain first."""
    normalization = normalization_of(vectors)
    yield from sorted(forms.items())
    if key_of := _keys_by_words(vectors.vocabulary, normalization):
        cased = every_case_form([*key_of], normalization) if case_forms == "all" else ()
        yield from key_of.items()
        yield from ((form, key_of[word]) for form, word in cased)
    yield from apostrophe_forms(words)
    if case_forms == "all":
        yield from every_case_form(words, normalization)
        yield from initials(words)
        yield from spellings_among(vectors, whole_tokens(nlp))
        if normalization.placeholders:
            yield from spellings_among(vectors, BRACKETS)
        if normalization.digits != "keep":
            yield from spellings_among(vectors, map(str, range(NUMBERS)))


def _keys_by_words(vocabulary: Vocabulary, normalization: Normalization) -> dict[str, str]:
    """Words as texts write them, to keys that have something around them or are in full width; none
    where keys are as words are written."""
    words = vocabulary.words
    if has_keys(normalization):
        words = bare_vocabulary(vocabulary, normalization).words
    if normalization.unicode != "keep" and are_wide(words):
        words = tuple(map(standard_letters, words))
    return {} if words is vocabulary.words else dict(zip(words, vocabulary.words, strict=True))
