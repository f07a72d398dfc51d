"""A table's writing conventions: inferred from its words, then applied to raw tokens."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain, filterfalse, islice
from operator import eq, ne
from weakref import WeakKeyDictionary

from embedadapt.core.normalization import Apostrophe, Case, Digits, Normalization, Splitting
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.core.word_lines import word_lines
from embedadapt.text.chinese import converter, form_of
from embedadapt.text.identifiers import CAMEL_CASE, parts_of_camel_case, parts_of_identifier
from embedadapt.text.identify import language_of, standard_language
from embedadapt.text.keys import (
    bare,
    bare_vocabulary,
    has_keys,
    infer_keys,
    language_prefixes,
)
from embedadapt.text.letters import (
    LetterForms,
    are_wide,
    small_letters,
    standard_letters,
    writes_dotless_i,
)
from embedadapt.text.placeholders import BARE, Placeholders
from embedadapt.text.tokenize import (
    APOSTROPHES,
    CACHED_CHUNK_LENGTH,
    CACHED_CHUNKS,
    HYPHENS,
    chunk_tokens,
    tokenize,
)

SAMPLED_ROWS = 20_000
"""Words looked at from the top of a table, and again as many evenly from the rest."""
FIRST_WORDS, FIRST_CHARACTERS = 20_000, 200_000
"""Words of a corpus, and characters of each of its documents, from which its language is told."""
CASED_SHARE = 0.01
"""Words with a capital: none in GloVe 6B, .21 and .35 in spaCy's French and English tables."""
MOSTLY_CAPITALS = 0.98
"""Share of the words with small and capital letters from which a table is in capitals."""
FEWEST_LETTER_NUMBERS = 5
"""Words of D alone, and what joins digits, from which these are a table's digits."""
PHRASE_SHARE = 0.01
"""Words joined by `_`: .001 in GloVe 6B (`formula_1`), less in spaCy's; two thirds of Google
News."""

# fmt: off
ELISIONS = frozenset({
    "c'", "d'", "j'", "l'", "m'", "n'", "s'", "t'", "qu'", "jusqu'", "lorsqu'", "puisqu'",
    "quoiqu'", "quelqu'", "presqu'", "entr'",
})
"""What French elides before a vowel."""
CLITICS = frozenset({"'s", "'re", "'ve", "'ll", "'d", "'m"})
"""What English hangs on to a word."""
PIECES = ELISIONS | CLITICS | {"n't"}
CONTRACTIONS = frozenset({
    "don't", "it's", "i'm", "I'm", "can't", "l'homme", "d'un", "d'une", "qu'il", "c'est", "n'est",
    "j'ai",
})
"""Frequent enough to be in any table that keeps such words whole."""
# fmt: on

_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_COMMON_LETTERS = "A-Za-zÀ-ÖØ-Þà-öø-ÿ"
_JOINED_LETTERS = re.compile(
    rf"^[\W\d_]*+[^\W\d_][^{APOSTROPHES}]*+[{APOSTROPHES}][\W\d_]*+[^\W\d_]"
    rf"|[^\W\d_]{{2}}[{APOSTROPHES}]"
)
_NUMBER = re.compile(r"[\d#]++(?>(?:[.,:/-][\d#]++)+)|[\d#]{2,}+")
_LETTER_NUMBER = re.compile(r"D{1,20}(?>(?:[.,:/-]D{1,20})*)")
"""A number in whose place a table has letters: `DD.DD`."""
_DIGIT = re.compile(r"[0-9]")
_PHRASE = re.compile(r"[^\W_]_++[^\W_]")
_SPECIAL = re.compile(r"<[^<>\s]{1,30}>|\[[A-Z]{2,30}\]|_{1,2}[A-Z]{2,30}_{1,2}|-[LR][RSC]B-")
"""Special tokens by their look: `<user>`, `[MASK]`, `_URL_`, `-LRB-`."""
_BEGINNING = re.compile(rb"\n([<\[_-][^\n]*+)")
"""A line that begins as these do."""
MOST_SPECIAL = 200
_COMPOUND = re.compile(r"[-/&_·]++")
HELPFUL_PART = 3
"""Characters of a known part from which a compound with unknown parts is taken apart."""
LONGEST_ELIDED, LONGEST_PHRASE = 200, 50
"""Characters of a token up to which elisions and contractions are split off, one after another, and
words of a phrase up to which it is looked for in a text."""


def normalization_of(vectors: WordVectors | VectorsOutline) -> Normalization:
    """A table's own conventions: as saved with it, else inferred from its words."""
    return vectors.normalization or infer_normalization(vectors.vocabulary)


def normalization_in(
    vectors: WordVectors | VectorsOutline, language_of_text: Callable[[], str | None]
) -> Normalization:
    """A table's own conventions for text in a language. Where keys begin with the codes of several
    languages (`/c/en/`, `/c/de/`), those of this language are looked up; else the commonest.

    language_of_text: gives the code, and is called only where it matters.

    >>> import numpy
    >>> table = Vocabulary([f"/c/en/{word}" for word in "abc"] + ["/c/de/und", "/c/de/der"])
    >>> outline = VectorsOutline(table, 2)
    >>> [normalization_in(outline, lambda: code).prefix for code in ("de", "fr")]
    ['/c/de/', '/c/en/']
    """
    rules = normalization_of(vectors)
    prefixes = _prefixes(vectors, rules)
    prefix = prefixes.get(language_of_text() or "") if prefixes else None
    return _under_prefix(vectors, rules, prefix)


def normalization_for(vectors: WordVectors | VectorsOutline, texts: Iterable[str]) -> Normalization:
    """A table's own conventions for some texts, of which the first are read if the language of
    their words matters: where it is not identified, the keys that have most of the words are taken.
    """
    rules = normalization_of(vectors)
    prefixes = _prefixes(vectors, rules)
    if not prefixes:
        return rules
    words = _first_words(texts)
    prefix = prefixes.get(language_of(words) or "")
    known = {
        one: sum(n for word, n in words.items() if one + word.lower() in vectors.vocabulary)
        for one in (rules.prefix, *prefixes.values())
    }
    return _under_prefix(vectors, rules, prefix or max(known, key=known.__getitem__))


def _prefixes(vectors: WordVectors | VectorsOutline, rules: Normalization) -> dict[str, str]:
    """The prefixes of keys by languages; none where keys are of one. rules: of the table."""
    found = language_prefixes(vectors.vocabulary.words, rules.prefix)
    return {standard_language(code): prefix for code, prefix in found.items()}


def _under_prefix(
    vectors: WordVectors | VectorsOutline, rules: Normalization, prefix: str | None
) -> Normalization:
    """The conventions of the keys that begin with a prefix; `rules`, the table's, for None."""
    if prefix in (None, rules.prefix):
        return rules
    words = (word for word in vectors.vocabulary.words if word.startswith(prefix))
    return replace(infer_normalization(Vocabulary(words)), prefix=prefix)


def _first_words(texts: Iterable[str]) -> Counter[str]:
    words: Counter[str] = Counter()
    for text in texts:
        words.update(tokenize(text[:FIRST_CHARACTERS]))
        if words.total() >= FIRST_WORDS:
            break
    return words


def infer_normalization(vocabulary: Vocabulary) -> Normalization:
    """The conventions a table was made with, from its words alone.

    Looks at a sample of rows (the most frequent come first in most tables), so that a table of
    millions takes no longer than one of 40,000 rows. An empty table gives the defaults.
    """
    words = _sample(vocabulary.words)
    if not words:
        return Normalization()
    prefix, suffix, tags = infer_keys(words)
    keys = Normalization(prefix=prefix, suffix=suffix, tags=tags)
    if has_keys(keys):
        if language_prefixes(vocabulary.words, prefix):
            words = [word for word in words if word.startswith(prefix)]
        words = [bare(word, keys) for word in words]
        vocabulary = Vocabulary(bare_vocabulary(vocabulary, keys).words)
    others = [*filterfalse(str.isalpha, words)]
    bare_names = [word for word in BARE if word in words]
    return replace(
        keys,
        case=_case(words),
        digits=_digits(words, others),
        apostrophe=_apostrophe(others),
        elision=_elision(vocabulary),
        hyphen="split",  # only unknown compounds are taken apart, and no table holds them all
        phrases=sum("_" in word and bool(_PHRASE.search(word)) for word in others)
        > PHRASE_SHARE * len(words),
        unicode="NFC",  # a table in other forms is asked for by its standard letters
        placeholders=bool(Placeholders(frozenset(others + bare_names))),
        turkish_i=writes_dotless_i(words),
        chinese=form_of(words[:SAMPLED_ROWS]),
    )


def _sample(words: Sequence[str]) -> list[str]:
    top, rest = words[:SAMPLED_ROWS], words[SAMPLED_ROWS:]
    return [*top, *rest[:: max(1, len(rest) // SAMPLED_ROWS)]]


def _case(words: Sequence[str]) -> Case:
    small, large = [*map(str.lower, words)], [*map(str.upper, words)]
    n_cased = sum(map(ne, small, large))
    if sum(map(eq, words, large)) > MOSTLY_CAPITALS * n_cased:  # numbers are equal, too
        n_large = sum(
            word == one != other for word, one, other in zip(words, large, small, strict=True)
        )
        if n_large > MOSTLY_CAPITALS * n_cased:
            return "upper"
    if sum(map(ne, words, small)) > CASED_SHARE * len(words):
        return "fallback"
    return "lower" if any(map(ne, words, large)) else "keep"


def _digits(words: Sequence[str], others: Sequence[str]) -> Digits:
    """By what numbers of two digits and more are mostly written with. others: words that are not
    of letters alone."""
    numbers = [*filter(_NUMBER.fullmatch, others)]
    n_hashes = sum("#" in word for word in numbers)
    n_zeros = sum(not set(word) - set("0.,:/-") for word in numbers)
    n_letters = 0
    if "D" in "".join(words):  # in no table of small letters
        n_letters = sum(map(bool, map(_LETTER_NUMBER.fullmatch, words)))
    if n_letters >= FEWEST_LETTER_NUMBERS and n_letters > len(numbers):
        return "letter"
    if 2 * n_hashes > len(numbers):
        return "hash"
    return "zero" if 2 * n_zeros > len(numbers) else "keep"


def _apostrophe(words: Sequence[str]) -> Apostrophe:
    """The one more words are written with. The straight one where there is none, so that the new
    words of a corpus get one spelling."""
    marked = filter(_JOINED_LETTERS.search, filterfalse(str.isalnum, words))
    found = Counter(mark for word in marked for mark in _APOSTROPHE.findall(word))
    return "typographic" if found["’"] > found["'"] else "straight"


def _elision(vocabulary: Vocabulary) -> Splitting:
    """Split unless the table holds whole contractions and none of the pieces.

    Where it holds both (spaCy's full key lists), known ones stay whole under "split" too.
    """
    whole = _holds(vocabulary, CONTRACTIONS) and not _holds(vocabulary, PIECES)
    return "keep" if whole else "split"


def _holds(vocabulary: Vocabulary, words: frozenset[str]) -> bool:
    """Whether the table has any of `words`, with either apostrophe."""
    return any(word in vocabulary or word.replace("'", "’") in vocabulary for word in words)


class Normalizer:
    """Text to raw tokens, and these to the words under which a table is asked for them.

    What stands between white space and is in the table as it is, is one token; the table's special
    tokens (`<user>`, `[MASK]`) are, wherever they stand. Everything else is cut by text.tokenize.
    A token is looked up, and the first that the table knows is taken:

    1. as the conventions write it (standard letters, apostrophe, hyphen, case, digits), then as it
       is written, then with the other apostrophe;
    2. where case falls back: in small letters, then with a capital (`FRANCE` as `France`); then in
       other letters of Unicode (text.letters);
    3. where elisions are split, in two: `l’acheteur` as `l'` and `acheteur`, `licensor's` as
       `licensor` and `'s`, `don't` as `do` and `n't`, `licensees'` as `licensees` and `'`; each
       half goes through the same steps;
    4. where hyphens are split, by the parts of a compound (joined by `-`, `/`, `&`, `_` or `·`; the
       joints themselves are no words), if all of them are known or one of three characters and
       more is: `sub-licensee` as `sub` and `licensee`, but `x-foobar` and a URL whole; and an
       identifier of code, or a hashtag, by its words, if all are known: `getUserName`.

    Where the table has placeholders, a number, an address, a user or a bracket that it does not
    know is written as these, and a hashtag as `<hashtag>` and its words (text.placeholders).

    What stays unknown comes back as the conventions write it, in small letters where case is not
    kept, so that a new word is learned under one spelling. A token gives at least one word, and
    every word gives itself: looking up twice changes nothing.

    Where keys have something around their words, known words come back as keys, new ones without.

    phrases: words joined by `_` that count as known beside those of the table, where the
    conventions join any.

    Remembers every distinct token it was asked for.
    """

    def __init__(
        self, normalization: Normalization, vocabulary: Vocabulary, phrases: Sequence[str] = ()
    ) -> None:
        self.normalization = normalization
        self._vocabulary = vocabulary
        self._phrases = tuple(phrases)
        self._key_of: Mapping[str, str] | None = None
        bare_words = vocabulary
        if has_keys(normalization):
            bare_words = bare_vocabulary(vocabulary, normalization)
            self._key_of = dict(zip(bare_words, vocabulary.words, strict=True))
            self._known = bare_words.index
        else:
            self._known = vocabulary.index
        self._longest_phrase: Mapping[str, int] = {}
        if normalization.phrases:
            if phrases:
                self._known = {**self._known, **dict.fromkeys(phrases, -1)}
            self._longest_phrase = _phrase_starts(self._known)
        self._placeholders = Placeholders(self._known if normalization.placeholders else ())
        self._is_wide = normalization.unicode != "keep" and are_wide(bare_words.words)
        plain_digits = normalization.digits == "keep" and not self._placeholders
        self._common = re.compile(f"[{_COMMON_LETTERS}{'0-9' * plain_digits}]++")
        of_table = self._known is vocabulary.index
        self._letters = _letter_forms(vocabulary) if of_table else LetterForms(self._known)
        self._marks = _rewritten_marks(normalization)
        self._marked = re.compile("|".join(map(re.escape, map(chr, self._marks))) or "(?!)")
        self._bare = cache(self._look_up)
        self._remembered = cache(self._keys_of) if self._key_of else self._bare
        self._in_form = converter(normalization.chinese)
        self._special = _special_tokens(bare_words, self._placeholders.in_text)
        self._cut_and_remembered = lru_cache(CACHED_CHUNKS)(self.chunk_tokens)

    def __reduce__(
        self,
    ) -> tuple[type[Normalizer], tuple[Normalization, Vocabulary, tuple[str, ...]]]:
        """Pickled without what it remembers."""
        return Normalizer, (self.normalization, self._vocabulary, self._phrases)

    def tokens(self, text: str) -> list[str]:
        """Raw tokens of `text`.

        >>> table = Vocabulary(["<user>", "said", "a.k.a.", "so-called"])
        >>> Normalizer(Normalization(), table).tokens("<user>: so-called, a.k.a.")
        ['<user>', ':', 'so-called', ',', 'a.k.a.']
        """
        chunks = text.split()
        long = max(map(len, chunks), default=0) > CACHED_CHUNK_LENGTH
        cut = self.chunk_tokens if long else self._cut_and_remembered
        return list(chain.from_iterable(map(cut, chunks)))

    def chunk_tokens(self, chunk: str) -> tuple[str, ...]:
        """Raw tokens of a string without white space."""
        if chunk in self._known:
            return (chunk,)
        if self._special is None or not self._special.search(chunk):
            tokens = chunk_tokens(chunk)
            return tuple(self._with_hashtags(tokens)) if "#" in tokens else tokens
        if self._special.fullmatch(chunk):
            return (chunk,)
        parts = filter(None, self._special.split(chunk))
        return tuple(chain.from_iterable(map(self.chunk_tokens, parts)))

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the table."""
        return self._vocabulary

    @property
    def has_special_tokens(self) -> bool:
        """Whether the table has any (`<user>`, `[MASK]`)."""
        return self._special is not None

    def has_odd_apostrophes(self) -> bool:
        """Whether the table writes a word with ' or ’ in other than standard letters."""
        if self.normalization.unicode == "keep":
            return False
        return any("'" in word or "’" in word for word in self._letters.standard_spellings())

    @property
    def rewrites_chinese(self) -> bool:
        """Whether an unknown word in Chinese characters is asked for in the other form of them."""
        return self._in_form is not None

    @property
    def is_wide(self) -> bool:
        """Whether the table writes Latin letters in full width."""
        return self._is_wide

    @property
    def letter_forms(self) -> LetterForms | None:
        """What finds words in other letters; None where these are kept."""
        return None if self.normalization.unicode == "keep" else self._letters

    def special_beginnings(self) -> str:
        """The first characters of the table's special tokens."""
        tokens = _SPECIAL_TOKENS[self._vocabulary]
        return "".join(sorted({token.removeprefix("\\")[0] for token in tokens}))

    def cuts_otherwise(self, chunk: str) -> bool:
        """Whether a string without white space is not cut by text.tokenize alone: it is in the
        table, or has one of its special tokens or a hashtag in it."""
        special = self._special is not None and self._special.search(chunk)
        return chunk in self._known or bool(special) or "#" in chunk

    def knows(self, word: str) -> bool:
        """Whether the table has a word, as `words` gives it."""
        return word in self._vocabulary

    def words(self, token: str) -> tuple[str, ...]:
        """The words of one raw token, at least one.

        >>> table = Vocabulary(["the", "l'", "acheteur", "lessor", "'s"])
        >>> normalizer = Normalizer(infer_normalization(table), table)
        >>> [normalizer.words(token) for token in ("L’acheteur", "LESSOR", "Foobar's")]
        [("l'", 'acheteur'), ('lessor',), ('foobar', "'s")]
        """
        return self._remembered(token)

    def sentence(self, tokens: Sequence[str]) -> list[str]:
        """The words of a sentence's tokens; where the table has phrases, the longest run of
        neighbours whose joined form it knows is one word, from the left."""
        if self._longest_phrase:
            words = self._with_phrases(tokens)
            return [self._key_of.get(word, word) for word in words] if self._key_of else [*words]
        return list(chain.from_iterable(map(self._remembered, tokens)))

    def _keys_of(self, token: str) -> tuple[str, ...]:
        """The words of a token by the keys under which the table has them."""
        assert self._key_of is not None
        return tuple(self._key_of.get(word, word) for word in self._bare(token))

    def _look_up(self, token: str) -> tuple[str, ...]:
        words: list[str] = []
        pending = [token]
        while pending:
            part = pending.pop()
            plain = self._plain(part)
            if plain is not None:
                words.append(plain)
                continue
            written = self._written(part)
            known = self._known_spelling(part, written)
            if known is None and (found := self._placeholders.words(part)):
                words.append(found[0])
                pending.extend(reversed(self._hashtag(*found[1:])))
                continue
            pieces = () if known is not None else self._pieces(part, written)
            if pieces:
                pending.extend(reversed(pieces))
            elif known is not None:
                words.append(known)
            else:
                words.append(self._new(written))
        return tuple(words)

    def _new(self, written: str) -> str:
        """How a word that the table does not know is written."""
        return written if self.normalization.case in ("keep", "upper") else self._small(written)

    def _plain(self, token: str) -> str | None:
        """The word of most tokens, quickly; None for those with more than common letters, and
        digits where they are kept."""
        if not self._common.fullmatch(token):
            return None
        case = self.normalization.case
        if case == "upper" or (token.isupper() and self._loses_letters(token)):
            return None
        plain = token.lower() if case == "lower" else token
        if plain in self._known:
            return plain
        if case == "fallback":
            plain = token.lower()
            capital = plain[:1].upper() + plain[1:]
            if capital in self._known and plain not in self._known:
                return capital
        if token in self._known or self._is_wide:
            return None
        others = not plain.isascii() or CAMEL_CASE.fullmatch(token)
        return None if others and plain not in self._known else plain

    def _loses_letters(self, token: str) -> bool:
        """Whether capitals may stand for other letters than `str.lower` gives them."""
        return (self.normalization.turkish_i and "I" in token) or "SS" in token

    def _known_spelling(self, token: str, written: str) -> str | None:
        for form in (written, token):
            if form in self._known:
                return form
        if self.normalization.case == "fallback" or _APOSTROPHE.search(written):
            for form in self._spellings(written):
                if form in self._known:
                    return form
        found = self._in_other_letters(token, written)
        return found if found or self._in_form is None else self._in_other_form(written)

    def _in_other_form(self, written: str) -> str | None:
        """The known word that is written in the other form of Chinese."""
        assert self._in_form is not None
        return next((form for form in self._in_form(written) if form in self._known), None)

    def _in_other_letters(self, token: str, written: str) -> str | None:
        """The known word that a token writes in other letters of Unicode (text.letters)."""
        rules = self.normalization
        capitals = len(token) > 1 and token.isupper()
        if rules.unicode == "keep" or (token.isascii() and not (capitals or self._is_wide)):
            return None
        if not any(map(str.isalpha, token)):
            return None
        if capitals and rules.turkish_i and (plain := token.lower()) in self._known:
            return plain
        if token.isascii() and "SS" not in token and not self._is_wide:
            return None
        forms = (written, self._small(written)) if rules.case == "fallback" else (written,)
        if capitals and rules.turkish_i:
            forms = (*forms, token.lower())
        found = (self._letters.known(form, capitals=capitals) for form in forms)
        return next(filter(None, found), None)

    def _spellings(self, written: str) -> Iterator[str]:
        """Beside `written` and the token itself, in the order they are tried."""
        yield from _other_apostrophes(written)
        if self.normalization.case == "fallback":
            small = self._small(written)
            capital = small[:1].upper() + small[1:]
            if self.normalization.turkish_i and small[:1] == "i":
                capital = "İ" + small[1:]
            yield from chain(
                (small,), _other_apostrophes(small), (capital,), _other_apostrophes(capital)
            )

    def _written(self, token: str) -> str:
        """The token under the table's conventions; written again, it stays the same."""
        rules = self.normalization
        if rules.unicode == "NFC" and not token.isascii():
            token = standard_letters(token)
        if self._marked.search(token):
            token = token.translate(self._marks)
        if rules.case == "lower":
            token = self._small(token)
        elif rules.case == "upper":
            token = token.upper()
        if rules.digits in ("zero", "letter"):
            return _DIGIT.sub("0" if rules.digits == "zero" else "D", token)
        if rules.digits == "hash" and len(_DIGIT.findall(token)) > 1:
            return _DIGIT.sub("#", token)
        return token

    def _small(self, token: str) -> str:
        small = small_letters(token, turkish=self.normalization.turkish_i)
        if self.normalization.unicode == "keep" or small.isascii():
            return small
        return unicodedata.normalize("NFC", small)

    def _pieces(self, token: str, written: str) -> tuple[str, ...]:
        """What an unknown token is taken apart into; empty where that would not help."""
        return self._elided(written) or self._compound(written) or self._identifier(token)

    def _identifier(self, token: str) -> tuple[str, ...]:
        """The words of an identifier of code, if all of them are known."""
        parts = () if self.normalization.hyphen == "keep" else parts_of_camel_case(token)
        return parts if all(map(self._is_known, parts)) else ()

    def _with_hashtags(self, tokens: Sequence[str]) -> Iterator[str]:
        """The tokens of a chunk, with the words of what follows a #."""
        before = ""
        for token in tokens:
            is_tag = before == "#" and self.normalization.hyphen == "split"
            yield from self._hashtag(token) if is_tag else (token,)
            before = token

    def _hashtag(self, *text: str) -> tuple[str, ...]:
        """The text of a hashtag: whole where it is known, or some word in it is not."""
        parts = parts_of_identifier(text[0]) if text and not self._is_known(text[0]) else ()
        known = (self._is_known(part) or self._placeholders.words(part) for part in parts)
        return parts if parts and all(known) else text

    def _elided(self, token: str) -> tuple[str, ...]:
        """The two halves of an elision or contraction; empty where there is nothing to split."""
        if len(token) > LONGEST_ELIDED or not _APOSTROPHE.search(token):
            return ()
        marked = _APOSTROPHE.sub("'", token)
        first, last = marked.find("'"), marked.rfind("'")
        if self.normalization.elision == "keep" or not marked.strip("'"):
            return ()
        if marked.lower() in PIECES:
            return ()
        if marked[-3:].lower() == "n't":
            return token[:-3], token[-3:]
        if last > 0 and marked[last:].lower() in (*CLITICS, "'"):
            return token[:last], token[last:]
        if marked[: first + 1].lower() in ELISIONS:
            return token[: first + 1], token[first + 1 :]
        return ()

    def _compound(self, token: str) -> tuple[str, ...]:
        """The parts of a compound; empty where taking it apart would not help."""
        parts = tuple(part for part in _COMPOUND.split(token) if part)
        if self.normalization.hyphen == "keep" or len(parts) < 2 or "://" in token:
            return ()
        known = [part for part in parts if self._is_known(part)]
        helps = len(known) == len(parts) or any(len(part) >= HELPFUL_PART for part in known)
        return parts if helps else ()

    def _is_known(self, part: str) -> bool:
        return part in self._known or self._known_spelling(part, self._written(part)) is not None

    def _with_phrases(self, tokens: Sequence[str]) -> Iterator[str]:
        words: list[str] = []
        written: list[str] = []  # `Times` is in New_York_Times even where it is `times` alone
        for token in tokens:
            found = self._bare(token)
            words += found
            written += (self._written(token),) if len(found) == 1 else found
        spellings = [written, words]
        if self.normalization.case == "fallback":
            spellings.append(list(map(self._small, words)))
        start = 0
        while start < len(words):
            end, phrase = self._phrase_at(start, spellings)
            yield phrase or words[start]
            start = end

    def _phrase_at(self, start: int, spellings: Sequence[Sequence[str]]) -> tuple[int, str]:
        """Where the longest known phrase from `start` ends, and that phrase; "" for none."""
        longest = max(self._longest_phrase.get(words[start], 1) for words in spellings)
        for end in range(min(len(spellings[0]), start + longest), start + 1, -1):
            for words in spellings:
                phrase = "_".join(words[start:end])
                if phrase in self._known:
                    return end, phrase
        return start + 1, ""


_SPECIAL_TOKENS: WeakKeyDictionary[Vocabulary, list[str]] = WeakKeyDictionary()
_LETTER_FORMS: WeakKeyDictionary[Vocabulary, LetterForms] = WeakKeyDictionary()


def _letter_forms(vocabulary: Vocabulary) -> LetterForms:
    """Those of a table's words, made once for all normalizers."""
    if vocabulary not in _LETTER_FORMS:
        has_keys = len(vocabulary.index) > len(vocabulary)  # beside the words of these
        lines = None if has_keys else word_lines(vocabulary)
        _LETTER_FORMS[vocabulary] = LetterForms(vocabulary.index, lines)
    return _LETTER_FORMS[vocabulary]


def _special_tokens(vocabulary: Vocabulary, others: Sequence[str]) -> re.Pattern[str] | None:
    """What finds the special tokens of a table in a text, and what placeholders stand for, in a
    group; None where there is none. others: regular expressions of the latter."""
    if vocabulary not in _SPECIAL_TOKENS:
        _SPECIAL_TOKENS[vocabulary] = _find_special_tokens(vocabulary)
    every = [*_SPECIAL_TOKENS[vocabulary], *others]
    return re.compile(f"({'|'.join(every)})") if every else None


def _find_special_tokens(vocabulary: Vocabulary) -> list[str]:
    """Regular expressions of the special tokens, the longest first."""
    lines = b"\n" + word_lines(vocabulary)
    likely = (found[1].decode("utf-8", "surrogatepass") for found in _BEGINNING.finditer(lines))
    special = (word for word in likely if _SPECIAL.fullmatch(word) and word in vocabulary)
    found = sorted(islice(special, MOST_SPECIAL), key=len, reverse=True)
    return [*map(re.escape, found)]


def _rewritten_marks(rules: Normalization) -> dict[int, str]:
    """For `str.translate`: apostrophes and hyphens as the conventions write them."""
    apostrophe = {"straight": "'", "typographic": "’"}.get(rules.apostrophe)
    marks = dict.fromkeys(APOSTROPHES, apostrophe) if apostrophe else {}
    if rules.hyphen == "split":
        marks |= dict.fromkeys(HYPHENS, "-")
    return str.maketrans({mark: written for mark, written in marks.items() if mark != written})


def _other_apostrophes(form: str) -> Iterator[str]:
    if _APOSTROPHE.search(form):
        yield _APOSTROPHE.sub("'", form)
        yield _APOSTROPHE.sub("’", form)


def _phrase_starts(words: Iterable[str]) -> dict[str, int]:
    """The first word of every phrase, to the length in words of its longest."""
    longest: dict[str, int] = {}
    for phrase in words:
        start, n_words = phrase.find("_"), phrase.count("_") + 1
        if start > 0 and n_words <= LONGEST_PHRASE:
            first = phrase[:start]
            longest[first] = max(longest.get(first, 1), n_words)
    return longest
