"""A piece of text that vectors hold as it stands is known after normalization too, whatever style
their keys have: counted over pieces between white space, of which one with any unknown word is
unknown, no corpus has more unknown after normalization than as it stands."""

import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.causes import Waterfall
from embedadapt.text.keys import bare_vocabulary, has_keys, without_keys
from embedadapt.text.normalize import Normalizer, normalization_for
from tests.oov.make import Texts

WORDS = (
    *("the", "of", "and", "rent", "Rent", "lease", "user", "name", "get", "max", "len", "http"),
    *("request", "don't", "l’acheteur", "non-exclusive", "force_majeure", "U.S.", "a.k.a.", "so"),
    *("h2o", "CO₂", "CaCO3", "m²", "été", "straße", "ﬁle", "ısparta", "国会", "法院", "សាល", "སྒྲ"),
    *(
        "12",
        "00",
        "0.5",
        ":)",
        "...",
        "#",
        "&",
        "AT&T",
        "x/y",
        "<user>",
        "[MASK]",
        "_URL_",
        "-LRB-",
    ),
    *("getUserName", "max_len", "#FairRent", "@ann", "a@b.org", "http://a.b/c_d", "e\u0301t", "İ"),
)
TAGS = ("noun", "verb", "adj")


def tagged(form: str, tags: tuple[str, ...] = TAGS) -> Callable[[int, str], str]:
    return lambda place, word: form.format(word, tags[place % len(tags)])


def around(form: str) -> Callable[[int, str], str]:
    return lambda _, word: form.format(word)


STYLES: dict[str, Callable[[int, str], str]] = {
    "plain": around("{}"),
    "prefix": around("/c/en/{}"),
    "languages": tagged("/c/{1}/{0}", ("en", "de", "fr")),
    "entities": around("ENTITY/{}"),
    "pieces": around("▁{}"),
    "word ends": around("{}</w>"),
    "quoted": around('"{}"'),
    "language behind": around("{}@en"),
    "tags": tagged("{}_{}", ("NOUN", "VERB", "ADJ")),
    "colons": tagged("{}::{}"),
    "hyphens": tagged("{}-{}", ("n", "v", "j")),
    "brackets": tagged("{}({})"),
    "senses": tagged("{}#{}#1", ("n", "v", "a")),
    "WordNet": tagged("{}%{}::", ("1:13:00", "2:38:00", "5:00:01")),
    "NLTK": tagged("{}.{}.01", ("n", "v", "s")),
    "numbers": tagged("{}_{}", ("1", "2", "3")),
    "both": lambda place, word: f"/c/en/{word}" if place % 2 else f"{word}_NOUN",
    "capitals": lambda _, word: word.upper(),
    "small": lambda _, word: word.lower(),
    "decomposed": lambda _, word: unicodedata.normalize("NFD", word),
    "wide": lambda _, word: word.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)}),
    "zeros": lambda _, word: "".join("0" if c.isdigit() else c for c in word),
    "letters for digits": lambda place, word: word if place % 3 else "D" * (1 + place),
}


def keys_in(style: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(STYLES[style](place, word) for place, word in enumerate(WORDS)))


MARKS = ("", "", ",", ".", "(", ")", "'s", "’", "#", "_", "-", "::", "%", "/c/en/", "\xad", "&amp;")
parts = st.sampled_from(
    [*WORDS, *(word.upper() for word in WORDS), "zork", "HttpRequest", "H2O", "國會", *MARKS]
)


def pieces_of(style: str) -> st.SearchStrategy[str]:
    own = st.sampled_from(keys_in(style))
    joined = st.lists(parts | own, min_size=1, max_size=3).map("".join)
    found = (own | joined | st.text(max_size=4)).map(lambda text: "".join(text.split()))
    return found.filter(bool)


@pytest.mark.parametrize("style", STYLES)
def test_no_more_is_unknown_after_normalization(style: str) -> None:
    keys = Vocabulary(keys_in(style))
    outline = VectorsOutline(keys, 2)

    @cache
    def readings(rules: Normalization) -> tuple[Normalizer, Normalizer, Waterfall]:
        words = bare_vocabulary(keys, rules) if has_keys(rules) else keys
        as_reported = Normalizer(without_keys(rules), words)
        return Normalizer(rules, keys), as_reported, Waterfall(rules, keys, words)

    @settings(max_examples=max(1, settings.default.max_examples // 4))
    @given(st.lists(pieces_of(style), min_size=1, max_size=8))
    def check(pieces: list[str]) -> None:
        rules = normalization_for(outline, [" ".join(pieces)])
        as_adapted, as_reported, waterfall = readings(rules)
        for piece in pieces:
            known = _is_known(as_adapted, piece)
            assert known or piece not in keys
            # What the report calls known, adapt knows.
            assert known == _is_known(as_reported, piece)
            if piece not in keys:
                assert known == (waterfall.fix(piece) is not None)

    check()


def _is_known(normalizer: Normalizer, piece: str) -> bool:
    tokens = normalizer.chunk_tokens(piece)
    return all(normalizer.knows(word) for token in tokens for word in normalizer.words(token))


@settings(max_examples=12)
@given(st.sampled_from([*STYLES]), st.data())
def test_reports_count_no_more_unknown_pieces_than_as_they_stand(
    style: str, data: st.DataObject
) -> None:
    pieces = data.draw(st.lists(pieces_of(style), min_size=1, max_size=8))
    outline = VectorsOutline(Vocabulary(keys_in(style)), 2)
    rules = normalization_for(outline, [" ".join(pieces)])
    (found,) = analyze_tables(Texts((" ".join(pieces),)), [(outline, rules)])
    assert found.raw.unknown_tokens == sum(piece not in keys_in(style) for piece in pieces)
    left = sum(cause.tokens for cause in found.causes if not cause.fixed)
    normalizer = Normalizer(rules, outline.vocabulary)
    assert left == sum(not _is_known(normalizer, piece) for piece in pieces)
    assert left <= found.raw.unknown_tokens
