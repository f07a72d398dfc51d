"""The compiled rules for chunks and tokens are those of the Normalizer, one string at a time."""

from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import get_args, get_type_hints
from unicodedata import normalize

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import beside, count
from embedadapt.kernels import tokens as cutting
from embedadapt.kernels import words as spelling
from embedadapt.text.broken_words import unwrapped
from embedadapt.text.chunks import Chunks, Lexicon
from embedadapt.text.growing import Lists, Strings, encoded, joined
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import rejoined

WORDS = [
    *[
        "the",
        "The",
        "of",
        "lessor",
        "Lessee",
        "PARTY",
        "sub",
        "licensee",
        "non-exclusive",
        "and/or",
    ],
    *[
        "'s",
        "’s",
        "n't",
        "l'",
        "L’",
        "qu'",
        "aujourd'hui",
        "don't",
        "o’clock",
        "'",
        "’",
        "acheteur",
    ],
    *["café", "Évian", "straße", "strasse", "ﬁle", "οδός", "ısparta", "izmir", "ross", "wit·ness"],
    *["u.s.", "a.k.a.", "1,000.50", "00", "0-0", "###", "#", "$", "(", "...", "http://a.b", "x/y"],
]
TABLES = [
    Vocabulary([]),
    Vocabulary(WORDS),
    Vocabulary([*WORDS, "<user>", "[MASK]", "_URL_", "ﬁn’s"]),
    Vocabulary([f"/c/en/{word}" for word in WORDS]),
    Vocabulary([*WORDS, "<number>", "@USER", "<hashtag>", "-LRB-"]),
    Vocabulary(["cafe", "the", "lessor", "l'", "eleve", *(f"w{n}" for n in range(1_000))]),
]
PARTS = [
    *WORDS,
    *["@", "a@b.c"],
    *["LESSOR", "Acheteur", "ÉVIAN", "SS", "ROSS", "I", "İ", "ÿ", "Ÿ", "ß", "CAFÉ", "T", "t", "n"],
    *"aZ1é_-'’ʼ`´.,;:!?()[]{}\"“”«»&/@%°º§·…‐–—#*+=~\\|<>",
    *["lessorParty", "#TheLessor", "#", "@the", "theWord", "toThe", "theNON", "élève"],
    *["www.", "http://", "://", ".com", ".DE", ".info", "L.", "U.S.", "n°", "e\u0301", "\u200d"],
    *[
        "\xad",
        "\u200b",
        "\u0661",
        "²",
        "中",
        "한국",
        "ни",
        "Σ",
        "\U0001f600",
        "\ud800",
        "\x00",
        "ſ",
    ],
]
chunks = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join)
NFD, NFKC = partial(normalize, "NFD"), partial(normalize, "NFKC")
hints = get_type_hints(Normalization)
settings = {
    field.name: st.booleans() if hints[field.name] is bool else st.sampled_from(get_args(hint))
    for field in fields(Normalization)
    if field.name not in ("phrases", "prefix", "suffix", "tags")
    for hint in [hints[field.name]]
}
rules = st.builds(Normalization, **settings)


def learned(texts: list[str], normalizer: Normalizer) -> list[tuple[list[str], list[str]]]:
    """The tokens and words of each string without white space."""
    lexicon = Lexicon(normalizer)
    chunks = Chunks(lexicon)
    found = chunks.find(*joined(list(map(encoded, texts))), distinct=False)
    chunks.learn()
    tokens, words = lexicon.tokens.since(0), lexicon.words.since(0)
    return [
        (
            [tokens[i] for i in listed(chunks.tokens_of, chunk)],
            [words[i] for i in listed(chunks.words_of, chunk)],
        )
        for chunk in found.ids[: len(texts)].tolist()
    ]


def listed(lists, number: int) -> list[int]:
    items, ends = lists.arrays
    return items[ends[number] : ends[number + 1]].tolist()


def test_chunks_are_learned_alike_till_kernels_are_compiled(monkeypatch, tmp_path: Path) -> None:
    texts = [*PARTS, "a-lessor's", "U.S.", "l’acheteur", "x://y.com", "1,000.5)", "sub-lessee"]
    normalizer = Normalizer(Normalization("lower"), TABLES[1])
    by_kernels = learned(texts, normalizer)
    monkeypatch.setattr(beside, "is_compiled", lambda _: False)
    monkeypatch.setattr(cutting, "cut_strings", None)
    monkeypatch.setattr(spelling, "find_words", None)
    with beside.sharing(tmp_path, lambda: True):
        assert learned(texts, normalizer) == by_kernels


def find_in_order(chunks: Chunks, *texts: str) -> list[int]:
    found = chunks.find(*joined(list(map(encoded, texts))), distinct=True)
    return found.ids[: found.ends[-1]].tolist()


def test_a_count_goes_on_where_a_row_is_full() -> None:
    chunks = Chunks(Lexicon(Normalizer(Normalization(), Vocabulary(["a"]))))
    assert find_in_order(chunks, "a b a", "b a a") == [0, 1, 1, 0]
    assert chunks.strings.counts()[:2].tolist() == [4, 2]
    rows = chunks.strings.arrays.rows
    (row,) = np.flatnonzero((rows[:, count.WHICH] & count.LOW_HALF == 0) & (rows[:, 0] > 0))
    rows[row, count.SEEN] += count.FULL - 2 * count.ONE_MORE
    n = 4 + (count.FULL >> 32) - 2
    for _ in range(3):
        assert find_in_order(chunks, "a a") == [0]
        n += 2
        assert chunks.strings.counts()[:2].tolist() == [n, 2]
    assert chunks.strings.arrays.counts[0] > count.FULL >> 32


@given(st.lists(chunks, min_size=1, max_size=9), rules, st.sampled_from(TABLES))
@example(["LESSOR’S", "l’acheteur", "l’", "ROSS’S", "ﬁn's"], Normalization("lower"), TABLES[2])
@example(
    ["sub-Licensee", "Sub-x", "0-0", "sub--", "x://y", "-"], Normalization("fallback"), TABLES[1]
)
@example(["1,000.50", "(a.k.a.)", "a.k.a.", "u.s.,", "x_URL_y"], Normalization("lower"), TABLES[2])
@example(
    [f"{'a-' * 300}b", f"{'a' * 300}’s", "b" * 16, "b" * 17], Normalization("lower"), TABLES[1]
)
@example(["l’élève", "CAFÉ", "cafés", "the-élève"], Normalization("lower"), TABLES[5])
@example(["élève", "l'élève"], Normalization("lower", elision="split", unicode="NFC"), TABLES[5])
@example(
    ["#TheLessor,", "(#theLessor", "theLessor", "THELessor"],
    Normalization("lower", hyphen="split"),
    TABLES[1],
)
@example(
    ["Été", "ÉTÉ", "été"], Normalization("lower", unicode="NFC"), Vocabulary(["e\u0301te\u0301"])
)
@example(["@ann", "#TheLessor", "12", "("], Normalization("lower", placeholders=True), TABLES[4])
def test_tokens_and_words_are_those_of_the_normalizer(
    texts: list[str], rules: Normalization, table: Vocabulary
) -> None:
    texts = [part for text in texts for part in text.split()] or ["x"]
    if table is TABLES[3]:
        rules = replace(rules, prefix="/c/en/")
    normalizer = Normalizer(rules, table)
    for text, (tokens, words) in zip(texts, learned(texts, normalizer), strict=True):
        assert tokens == list(normalizer.chunk_tokens(text))
        assert words == [word for token in tokens for word in normalizer.words(token)]


ELIDED = [
    *["", "l'", "L’", "D'", "d’", "qu'", "QU’", "Jusqu'", "n'", "s’", "'", "’", "x'"],
    *["acheteur", "Acheteur", "ACHETEUR", "état", "État", "ÉTAT", "élève", "ål", "Åbo", "œuvre"],
    *["don", "licensor", "n't", "N’T", "'s", "’S", "1er", "Union", "UNION", "theWord", "ROSS"],
]
KEYS = [
    *["l'", "L'", "l’", "D’", "qu'", "QU'", "Jusqu’", "acheteur", "Acheteur", "État", "état"],
    *["l'état", "L’État", "n't", "N'T", "'s", "'S", "don't", "DON'T", "a\u030al", "e\u0301tat"],
    *["Union", "union", "l'union", "L'Union", "the", "word", "ross", "roß", "al", "’", "'"],
]


@given(
    st.lists(st.lists(st.sampled_from(ELIDED), max_size=3).map("".join), min_size=1, max_size=9),
    rules,
    st.sets(st.sampled_from(KEYS)),
    st.booleans(),
)
@example(["L’État", "l'État", "L'ÉTAT"], Normalization("fallback", elision="split"), {"État"}, True)
def test_elided_words_are_those_of_the_normalizer(
    texts: list[str], rules: Normalization, keys: set[str], has_many: bool
) -> None:
    many = [f"w{n}" for n in range(1_000 * has_many)]
    normalizer = Normalizer(rules, Vocabulary([*sorted(keys), *many]))
    texts = [text for text in texts if text] or ["x"]
    for text, (_, words) in zip(texts, learned(texts, normalizer), strict=True):
        tokens = normalizer.chunk_tokens(text)
        assert words == [word for token in tokens for word in normalizer.words(token)]


SCRIPTS = [
    *["αάβσςΣΆΑΐϊΰἀᾳΩ", "яйёЯЙґЇі\u0301Ѝ", "يكىأإآةیکءٱ\u0640\u064e\u0651\u0652", "ابحم"],
    *["कखडड़\u093c\u094dाि\u200dक़", "กุน้ำ\u0e38\u0e48\u0e33", "한국어\u1161\u11a8ㄱᄀ"],
    *["აბᲐᲑႠⴀ", "աևԱՒո", "אבּ\u05b8\u05bcשׁ", "ơƠđĐặậẶ", "ıİiIşŞçÇ", "łŁßẞſŉǆǅǄǰȺⱥÿŸKµª"],
    *["かがカﾞｶヽー", "中国我們", "क१२٣໑Ⅷⅷ", "\u0301\u0323\u0307\u0345\u1e9b", "ᏸᏰꭰꙀꙁ𐐀𐐨𝔸"],
]
SIGNS = "-'’/_.1sSnNaA"
letters = st.one_of(
    st.sampled_from(SCRIPTS).flatmap(
        lambda script: st.text(script + script[:3] + SIGNS, min_size=1, max_size=9)
    ),
    st.text("".join(SCRIPTS) + SIGNS, min_size=1, max_size=6),
)


@given(
    st.lists(letters, min_size=1, max_size=12),
    rules,
    st.lists(letters.map(str.lower) | letters | letters.map(str.title), max_size=8),
    st.booleans(),
    st.data(),
)
def test_words_of_every_script_are_those_of_the_normalizer(
    texts: list[str], rules: Normalization, keys: list[str], has_many: bool, data: st.DataObject
) -> None:
    """Keys are written otherwise in the texts: in capitals, decomposed, joined."""
    forms = [str.upper, str.title, str.lower, NFD, NFKC, "-x{}".format, "{}’s".format, str]
    for key in keys:
        texts = [*texts, data.draw(st.sampled_from(forms))(key)]
    many = [f"w{n}" for n in range(1_000 * has_many)]
    normalizer = Normalizer(rules, Vocabulary([*dict.fromkeys([*keys, *many])]))
    texts = [part for text in texts for part in text.split()] or ["x"]
    for text, (tokens, words) in zip(texts, learned(texts, normalizer), strict=True):
        assert tokens == list(normalizer.chunk_tokens(text))
        assert words == [word for token in tokens for word in normalizer.words(token)]


def test_words_in_other_letters_of_a_script_are_found() -> None:
    """Letters of Persian and Arabic, a wrong final sigma, accents that the table drops, ß, joiners,
    capitals without accents; and marks in another order."""
    known = ["کی", "ابی", "οσ", "елка", "strasse", "निम", "οδός", "กุ้", "x-ابی", "ﬁл"]
    written = [
        "كي",
        "أبی",
        "ος",
        "ёлка",
        "straße",
        "नि\u200dम",
        "ΟΔΟΣ",
        "ก\u0e49\u0e38",
        "x-أبی",
        "fiл",
    ]
    many = [f"w{n}" for n in range(1_000)]
    normalizer = Normalizer(Normalization("lower", unicode="NFC"), Vocabulary([*known, *many]))
    found = [words for _, words in learned(written, normalizer)]
    assert found == [[word] for word in known]
    assert found == [list(normalizer.words(word)) for word in written]


def test_every_letter_is_written_as_the_normalizer_writes_it() -> None:
    """Alone, at the beginning, behind another letter and before a mark."""
    codes = [*range(0x80, 0x3400), *range(0xA48D, 0xAC01), *range(0xD7A3, 0xD800)]
    found = map(chr, [*codes, *range(0xF900, 0x10000), 0x4E00, 0x9FFF, 0xA000])
    shapes = ("{}", "{}а", "x-{}'s", "а{}\u0301")
    texts = [
        shape.replace("{}", letter) for letter in found for shape in shapes if letter.isalpha()
    ]
    texts = [text for text in texts if text.split() == [text]]
    normalizer = Normalizer(Normalization("fallback", unicode="NFC"), Vocabulary(["the", "The"]))
    for tokens, words in learned(texts, normalizer):
        assert words == [word for token in tokens for word in normalizer.words(token)]


def test_letters_that_a_later_text_brings_are_looked_up_too() -> None:
    known = ["οδός", "l’été", "ёлка", *(f"w{n}" for n in range(1_000))]
    normalizer = Normalizer(Normalization("lower", unicode="NFC"), Vocabulary(known))
    lexicon = Lexicon(normalizer)
    chunks, tokens_of = Strings(), Lists()
    for text in ("The’s", "ΟΔΟΣ Ёлка", "L’ÉTÉ", "елка 木 ёлку"):
        chunks.add(text.split())
        lexicon.cut(chunks, tokens_of)
    texts, words = lexicon.tokens.since(0), lexicon.words.since(0)
    for token, text in enumerate(texts):
        found = [words[i] for i in listed(lexicon.words_of, token)]
        assert found == list(normalizer.words(text))


def test_every_character_is_cut_as_the_pattern_cuts_it() -> None:
    """Alone, inside a word, a number and an abbreviation, and behind letters that it may mark."""
    normalizer = Normalizer(Normalization("lower", unicode="NFC"), TABLES[1])
    shapes = ("{}", "a{}b", "{}{}{}{}", "1{}2", "a.{}.c", "l{}", "é{}'s", "x{}.com", "n{}")
    codes = [*range(0x700), *range(0x1E00, 0x2100), *range(0x3000, 0x3100), *range(0xFE00, 0x10000)]
    texts = [shape.replace("{}", chr(code)) for code in codes for shape in shapes]
    texts = [text for text in texts if text.split() == [text]]
    for text, (tokens, words) in zip(texts, learned(texts, normalizer), strict=True):
        assert tokens == list(normalizer.chunk_tokens(text))
        assert words == [word for token in tokens for word in normalizer.words(token)]


LINES = [
    *["a fully paid, non-", "exclusive licence of the work", "that is granted to you by", "œuvre-"],
    *[
        "inter‐",
        "The Licensor",
        "12-",
        "  and so it ends",
        "",
        " \t",
        "soft\xad",
        "ligature ﬁ",
        "é-",
    ],
    *[
        "\U0001d400-",
        "\U0001d400",
        "a-\xa0",
        "ß as it begins",
        "\u2028",
        "word- ",
        "-",
        "--",
        "ﬁn-",
    ],
    *["(a) The Licensor may", "1.2. the fee", "2.. fee", "iv) or else", "— a dash", "▪ the work"],
    *["the fee;", "a work and", "  ou", "and", "é) a licence", "(é) a licence", "٣. of digits"],
    *["1٣) fee", "c.", "-\x1f-", "œ) the\xa0work:", "•", "• Any", "xiv. Licence of the whole work"],
]
BREAKS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\n\n", "\n \n", " \n\t"]


@given(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(BREAKS)), max_size=30))
def test_words_are_joined_as_sentences_join_them(parts: list[tuple[str, str]]) -> None:
    wrapped = "that is granted to you by the owner of the\nwork and of all works\n" * len(parts)
    text = "".join(line + end for line, end in parts)
    soft = "that is granted to you by the owner of soft\xad\n1 work and\nof all works\n" * 9
    texts = [text, wrapped + text, text + wrapped, "x-\ny", soft]
    documents = [Document("d", text) for text in texts]
    raw = joined([encoded(text) for text in texts])
    (content, ends), is_joined = unwrapped(documents, *raw)
    starts = np.append(0, ends[:-1])
    for start, end, text, joins in zip(starts, ends, texts, is_joined, strict=True):
        found = content[start:end].tobytes().decode("utf-8", "surrogatepass")
        assert found.split() == rejoined(text).split()
        if joins:
            paragraphs = [line.split() for line in found.split("\n")]
            assert paragraphs == [line.split() for line in rejoined(text).split("\n")]
