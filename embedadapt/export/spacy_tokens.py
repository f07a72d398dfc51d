"""spaCy's tokens as words of the vectors, and rules for spaCy's tokenizer.

spaCy cuts text differently from `text.tokenize`. It keeps the period of `Inc.`, `Mr.` and of
initials, and by its own rules `Product(s`, `/s/` and `3/30/2016` are one token, while `ci-dessus`
is three. The rules added here are affixes and special cases of its tokenizer: they are saved with
the pipeline, and spaCy loads them without embedadapt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from embedadapt.core.corpus import Corpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.forms import capitalized
from embedadapt.text.normalize import Normalizer
from embedadapt.text.tokenize import APOSTROPHES, HYPHENS, tokenize

if TYPE_CHECKING:
    from spacy.language import Language

_ELIDED = re.compile(r"(?<=['’]) | (?=['’])")
_HYPHEN, _SIGN = f"[{HYPHENS}]", r"[^\W_]"
_INNER_MARKS = (r"[()\[\]{}]", r"(?<=[^\W\d_])\.(?=[0-9])")
_COMPOUND_MARKS = (
    (rf"[{HYPHENS}/]+(?={_SIGN})",),
    (rf"(?<={_SIGN})[{HYPHENS}/]+",),
    (
        rf"(?<={_SIGN})/(?={_SIGN})",
        rf"(?<=[0-9]){_HYPHEN}(?={_SIGN})",
        rf"(?<={_SIGN}){_HYPHEN}(?=[0-9])",
        rf"\.{_HYPHEN}(?={_SIGN})",
    ),
)
"""Regular expressions for spaCy: prefixes, suffixes, infixes."""


def cut_by(lang: str) -> dict[str, Any]:
    """What a pipeline's configuration says of its tokenizer: for Chinese, words cut by jieba, since
    spaCy's default cuts every character alone, for which vectors of words have none.

    >>> cut_by("zh")["tokenizer"]["segmenter"], cut_by("th")
    ('jieba', {})
    """
    if lang != "zh":
        return {}
    return {"tokenizer": {"@tokenizers": "spacy.zh.ChineseTokenizer", "segmenter": "jieba"}}


class TokenLookup:
    """Finds words of a vocabulary, under its conventions, for tokens cut by spaCy."""

    def __init__(self, vocabulary: Vocabulary, normalization: Normalization) -> None:
        self._known = vocabulary.index
        self._normalizer = Normalizer(normalization, vocabulary)

    def word(self, text: str) -> str | None:
        """The word of a token; None if it is no word, or several.

        >>> lookup = TokenLookup(Vocabulary(["inc", "the"]), Normalization(case="lower"))
        >>> [lookup.word(text) for text in ("Inc.", "INC", "/inc/", "incorporated", "the/inc")]
        ['inc', 'inc', 'inc', None, None]
        """
        if text in self._known:
            return text
        words = self.words(text)
        return words[0] if len(words) == 1 and words[0] in self._known else None

    def words(self, text: str) -> tuple[str, ...]:
        """The words of a token, known or not, at least one."""
        whole = self._normalizer.words(text)
        if all(word in self._known for word in whole):
            return whole
        pieces = self._normalizer.sentence(tokenize(text))
        return tuple(filter(is_word, pieces)) or whole


def is_word(text: str) -> bool:
    """Whether a token holds a letter or a digit.

    >>> is_word("12(b"), is_word("--")
    (True, False)
    """
    return any(map(str.isalnum, text))


def count_tokens(nlp: Language, corpus: Corpus) -> Counter[str]:
    """Tokens of a corpus with a letter or a digit, as the pipeline's tokenizer cuts it.

    The string store of the pipeline grows by every distinct token.
    """
    counts: Counter[str] = Counter()
    if not _cuts_at_white_space(nlp):
        for document in corpus:
            counts.update(token.text for token in nlp.tokenizer(_utf8(document.text)))
    else:
        chunks: Counter[str] = Counter()
        for document in corpus:
            chunks.update(document.text.split())
        for chunk, count in chunks.items():
            for token in nlp.tokenizer(_utf8(chunk)):
                counts[token.text] += count
    return Counter({text: count for text, count in counts.items() if is_word(text)})


def _utf8(text: str) -> str:
    """The text with `?` for lone surrogates, which spaCy does not take."""
    return text.encode("utf-8", "replace").decode()


def _cuts_at_white_space(nlp: Language) -> bool:
    """Whether no token depends on text beyond the white space around it."""
    from spacy.tokenizer import Tokenizer

    return type(nlp.tokenizer) is Tokenizer and not any(map(_has_inner_space, special_cases(nlp)))


def _has_inner_space(text: str) -> bool:
    return len(text.split()) > 1


def whole_tokens(nlp: Language) -> list[str]:
    """Words that spaCy's rules for the language do not split: `Inc.`, `Mr.`, `a.m.`; sorted."""
    from spacy.attrs import ORTH

    texts = {piece[ORTH] for pieces in special_cases(nlp).values() for piece in pieces}
    return sorted(filter(is_word, texts))


def special_cases(nlp: Language) -> Mapping[str, Any]:
    """Texts that the tokenizer cuts by special rules; none where it has no such rules."""
    return getattr(nlp.tokenizer, "rules", None) or {}


def cut_marks(nlp: Language, normalization: Normalization) -> None:
    """Make the tokenizer split marks from words where the conventions look words up alone.

    It then splits off brackets (`Product(s)`), the period of `L.420-1` and, where compounds are
    split, `/` and hyphens beside digits or at an end (`/s/`, `3/30/2016`, `non-`). Between letters,
    spaCy's own rules for hyphens remain. A tokenizer that is not spaCy's, as for Japanese, is not
    changed.
    """
    from spacy.tokenizer import Tokenizer
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

    if not isinstance(nlp.tokenizer, Tokenizer):
        return
    rules = nlp.Defaults
    splits = normalization.hyphen == "split"
    prefixes, suffixes, infixes = _COMPOUND_MARKS if splits else ((), (), ())
    nlp.tokenizer.prefix_search = compile_prefix_regex([*(rules.prefixes or ()), *prefixes]).search
    nlp.tokenizer.suffix_search = compile_suffix_regex([*(rules.suffixes or ()), *suffixes]).search
    nlp.tokenizer.infix_finditer = compile_infix_regex(
        [*(rules.infixes or ()), *_INNER_MARKS, *infixes]
    ).finditer


def keep_whole(nlp: Language, texts: Iterable[str]) -> None:
    """Make the tokenizer keep each of these texts in one token, wherever it occurs.

    A text may contain single spaces; it becomes one token where single spaces separate its words.
    """
    from spacy.attrs import ORTH
    from spacy.tokenizer import Tokenizer

    if isinstance(nlp.tokenizer, Tokenizer):
        for text in texts:
            if text not in special_cases(nlp):
                nlp.tokenizer.add_special_case(text, [{ORTH: text}])


def words_cut_apart(
    nlp: Language, own: Language, words: Iterable[str], known: Container[str]
) -> Iterator[str]:
    """Words that the tokenizer of `nlp` splits and should not.

    Some of their pieces are not `known`, or the tokenizer of `own` does not split them. The string
    stores of both pipelines grow.
    """
    for word in words:
        if word.isalnum() or len(word.split()) != 1 or word[-1] in APOSTROPHES:
            continue
        pieces = [token.text for token in nlp.tokenizer(word)]
        is_lost = any(piece not in known for piece in pieces if is_word(piece))
        if len(pieces) > 1 and (is_lost or len(own.tokenizer(word)) == 1):
            yield word


def same_rules(nlp: Language, other: Language) -> Language:
    """`nlp` with the tokenizer rules of `other`, a pipeline of the same language."""
    from spacy.tokenizer import Tokenizer

    if isinstance(nlp.tokenizer, Tokenizer) and isinstance(other.tokenizer, Tokenizer):
        nlp.tokenizer.from_bytes(other.tokenizer.to_bytes(exclude=["vocab"]))
    return nlp


def is_phrase(word: str) -> bool:
    """Whether a word is several words joined by `_`.

    >>> [is_phrase(word) for word in ("force_majeure", "majeure", "_", "a__b")]
    [True, False, False, False]
    """
    words = word.split("_")
    return len(words) > 1 and all(words) and word.split() == [word]


def phrase_forms(phrase: str) -> tuple[str, ...]:
    """The texts of a phrase joined by `_`; none for other words.

    >>> phrase_forms("force_majeure")
    ('force majeure', 'Force majeure', 'Force Majeure', 'FORCE MAJEURE')
    """
    if not is_phrase(phrase):
        return ()
    words = phrase.split("_")
    capitals = [capitalized(word) for word in words]
    written = (words, [capitals[0], *words[1:]], capitals, [word.upper() for word in words])
    return tuple(dict.fromkeys(_ELIDED.sub("", " ".join(each)) for each in written))
