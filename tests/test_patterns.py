"""Every regular expression of the package takes time linear in any text, and matches what the
plain pattern that it stands for matches."""

import ast
import re
from itertools import product
from pathlib import Path

import pytest

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import sniffing, spacy
from embedadapt.formats.inspection import text as inspected_text
from embedadapt.formats.reading import odd_rows
from embedadapt.oov import contexts, looks, residuals
from embedadapt.text import duplicates, misspellings, normalize, pages, phrases, prepare, sentences
from embedadapt.text import tokenize as tokens
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import escapes
from embedadapt.text.tokenize import APOSTROPHES, HYPHENS, RULES, token_pattern
from tests.patterns import (
    compiled_patterns,
    faults,
    inline_calls,
    methods_of,
    n_compiled_in_functions,
)

CORPORA = Path(__file__).parents[1] / "corpora"
LETTER = r"[^\W\d_]"
DIVISION = r"(?:article|section|clause|chapter|part|schedule|exhibit|chapitre|titre|annexe)\s+"
ROMAN = r"(?=.)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
LAST_PART = "com|org|net|gov|edu|info|biz|fr|eu|uk|html?|aspx?|pdf|docx?|xlsx?"


@pytest.mark.parametrize("name", sorted(compiled_patterns()))
def test_every_pattern_of_a_module_is_linear_by_form(name):
    assert faults(compiled_patterns()[name], methods_of(name)) == []


def test_patterns_made_in_functions_are_linear_by_form():
    normalizer = Normalizer(Normalization(), Vocabulary(["a", "<num>"]))
    assert normalizer._special is not None
    made = {
        "findall": [token_pattern()],
        "fullmatch": [normalizer._common],
        "search": [
            *(normalizer._marked, normalizer._special),
            *(contexts._alone("§-rma"), escapes._alone("please")),
        ],
    }
    assert n_compiled_in_functions() == sum(map(len, made.values()))
    for method, patterns in made.items():
        assert [fault for pattern in patterns for fault in faults(pattern, {method})] == []


def test_patterns_written_in_calls_are_linear_by_form():
    for method, source in inline_calls():
        if ast.unparse(source) != "pattern":  # in text.character_kinds, over a table, not a text
            assert isinstance(source, ast.Constant)
            assert faults(re.compile(source.value), {method}) == []


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(?:a+)+", "fullmatch"),
        (r"[\d#]+(?:[.,:/-]?[\d#]+)+", "fullmatch"),
        (r"(?:a|a)*b", "match"),
        (r"\s*\n", "match"),
        (r"[0-9]+\.?[0-9]*", "fullmatch"),
        (r"a*+b", "search"),
        (r"\w++-", "findall"),
        (r"(?<=\w)\w++-", "sub"),
        (r"(?:x++y|x)*", "match"),
        (r"a(?=\s+b)", "search"),
        (r"(?:ab)*+c", "match"),
    ],
)
def test_the_check_refuses(pattern, method):
    assert faults(re.compile(pattern), {method})


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\d++(?:[.,]\d++)*", "findall"),
        (r"(?<!\w)\w++-", "search"),
        (r"_a*+b", "search"),
        (r"(?>(?:\.\w++)*)\.", "fullmatch"),
        (r"^\w++-", "search"),
        (r"a{2,60}b", "search"),
    ],
)
def test_the_check_accepts(pattern, method):
    assert faults(re.compile(pattern), {method}) == []


# fmt: off
TWINS = [
    # pattern, method, the plain pattern that it stands for, marks that texts are made of
    (duplicates._NUMBER, "sub", r"\d+(?:[.,:/-]\d+)*", "12.,-a "),
    (pages._BARE_NUMBER, "fullmatch", r"\W*(?:\d{1,4}|[ivxlc]{1,6})\W*", "1iv- "),
    (tokens._JOINED_WORD, "fullmatch",
     f"[^\\W_]+(?:[{re.escape(APOSTROPHES + HYPHENS)}/&_·][^\\W_]+)*", "a1ʼ'_-"),
    (normalize._JOINED_LETTERS, "has",
     rf"{LETTER}.*[{APOSTROPHES}].*{LETTER}|{LETTER}{{2,}}[{APOSTROPHES}]", "aʼ'’1_"),
    (normalize._NUMBER, "fullmatch", r"[\d#]+(?:[.,:/-]?[\d#]+)+", "1#.,a"),
    (normalize._PHRASE, "has", r"[^\W_]_+[^\W_]", "a_-"),
    (normalize._COMPOUND, "split", r"[-/&_·]+", "a-/_"),
    (phrases._WORD, "findall", rf"{LETTER}{{2,}}(?:-{LETTER}+)*", "ab-1 "),
    (prepare._WORD, "findall", rf"{LETTER}+(?:[-‐]{LETTER}+)*", "a-‐1 "),
    (misspellings._JOINED_AT_APOSTROPHE, "fullmatch",
     rf"({LETTER}{{3,}})['’]s?({LETTER}{{3,}})", "as'1"),
    (sentences._ITEM, "match", r"\s*(?:[-–—*•·▪]|\(?(?:[^\W\d_]|\d+(?:\.\d+)*|[ivxIVX]+)[.)])\s",
     "1vi.) ("),
    (sentences._SOFT_HYPHEN_BREAK, "sub", r"\xad\n\s*", "a\xad\n "),
    (sentences._HYPHEN_BREAK, "sub", rf"(?<={LETTER}[-‐])\n\s*(?=[a-zß-öø-ÿœ])", "aA-\n "),
    (sentences._SENTENCE_END, "sub", r"[.!?…](?:\s?[”’»]|[\"')\]])*\s+", ".!”) a"),
    (sentences._LAST_WORD, "sub", r"['’]?[\w.]*\w$", "a.'-"),
    (sentences._INITIALS, "fullmatch", rf"(?:{LETTER}\.)*{LETTER}", "aB.1"),
    (sentences._NUMBER, "match", r"[§\d]|[A-Z]\.|[IVXLC]+\b", "1IV. a_"),
    (looks._ADDRESS, "sub",
     rf"(?i:https?(?::|$)|www\.|\S@\S|^[\w-]+(?:\.[\w-]+)*\.(?:{LAST_PART})$)", "fr.-a@"),
    (looks._SECTION_MARK, "fullmatch", rf"(?i:n[°º]|{ROMAN}(?:\.{ROMAN})*\.?)", "ivxcm."),
    (looks._DOTTED, "fullmatch", rf"(?:{LETTER}\.)+{LETTER}?", "aB.1"),
    (residuals._MARKUP, "fullmatch", rf"{LETTER}*&{LETTER}{{3,}}", "ab&1"),
    (contexts._SENTENCE_END, "sub",
     rf"\n\s*\n|(?<={LETTER}{{3}}[.!?;]){contexts._ABBREVIATIONS}\s+(?=[^\Wa-z_])", "aA.\n "),
    (odd_rows.NUMBER, "fullmatch", rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", "1.+-e"),
    (inspected_text.DECIMAL_COMMA, "fullmatch", rb"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?", "1,-e"),
    (spacy.PACKAGE_NAME, "fullmatch", r"[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)+", "a1_-."),
    (spacy.PIPELINE_NAME, "fullmatch", r"([a-z]{2,3}_[a-z]+_[a-z]+)_(sm|md|lg|trf)", "asm_"),
    (sniffing.HEADER, "match", rb"[0-9]+ [0-9]+ ?\r?(\n|\Z)", "1 \r\n"),
    (sniffing.FLORET_HEADER, "match",
     rb"[0-9]+ [0-9]+ [0-9]+ [0-9]+ [1-4] [0-9]+ [^ \n]+ [^ \n]+\r?\n0 ", "1 \r\n0<"),
]
# fmt: on


@pytest.mark.parametrize("case", range(len(TWINS)))
def test_it_matches_what_the_plain_pattern_does(case):
    pattern, method, plain, marks = TWINS[case]
    twin = re.compile(plain)
    is_bytes = isinstance(plain, bytes)
    longest = 7 if len(marks) <= 4 else 6 if len(marks) <= 5 else 5
    texts = ["".join(text) for n in range(longest + 1) for text in product(marks, repeat=n)]
    if pattern is sniffing.FLORET_HEADER:
        texts = [f"1 1 1 1 1 1 < {text}" for text in texts]
    if pattern is spacy.PIPELINE_NAME:
        texts = [f"{text}_sm" for text in texts]
    if pattern is looks._ADDRESS:
        texts = [*texts, *(f"{text}.FR" for text in texts), "www.a", "https:", "https", "http"]
    found = [text for text in texts if _said(pattern, method, text.encode() if is_bytes else text)]
    assert found
    for text in texts:
        given = text.encode() if is_bytes else text
        assert _said(pattern, method, given) == _said(twin, method, given), text


def _said(pattern, method, text):
    if method == "has":
        return bool(pattern.search(text))
    if method == "sub":
        return [found.span() for found in pattern.finditer(text)]
    if method in ("match", "fullmatch"):
        found = getattr(pattern, method)(text)
        return found and found.span()
    return getattr(pattern, method)(text)


PAGE_NUMBER = re.compile(
    r"\s*(?:-\s*\d{1,4}\s*-|<PAGE>(?:\s*\d{1,4})?"
    r"|(?:page|p\.)\s*\d{1,4}(?:\s*(?:/|of|sur|de)\s*\d{1,4})?"
    r"|\d{1,4}\s*(?:/|of|sur)\s*\d{1,4})\s*",
    re.IGNORECASE,
)


def test_page_numbers_are_those_of_the_plain_pattern():
    parts = ("-", "<page>", "Page", "p.", "12", "12345", " ", "  ", "of", "/", "de", "x")
    found = 0
    for line in ("".join(some) for n in range(5) for some in product(parts, repeat=n)):
        assert bool(pages._PAGE_NUMBER.fullmatch(line)) == bool(PAGE_NUMBER.fullmatch(line)), line
        found += bool(PAGE_NUMBER.fullmatch(line))
    assert found > 100


BARE_NUMBER = re.compile(rf"\W*(?i:{DIVISION})?(?:\w|[A-Z]?\d+(?:[.-]\d+)*|[ivxIVX]+)\W*")


def test_bare_numbers_are_those_of_the_plain_pattern():
    """Wherever a stretch begins and at every full stop, in the order that sentences end in."""
    parts = ("Article ", "part", "I", "v", "A", "1", "12", ".", ".", "-", " ", "! ", "(", "²")
    found = 0
    for text in ("".join(some) for n in range(5) for some in product(parts, repeat=n)):
        numbers = sentences._Numbers(text)
        start = 0
        for stop in (place for place, mark in enumerate(text) if mark in ".!"):
            if text[stop] == "!":
                start = stop + 1
                continue
            plain = bool(BARE_NUMBER.fullmatch(text, start, stop))
            assert numbers.fill(start, stop) == plain, (text, start, stop)
            found += plain
    assert found > 1000


BROKEN_WORD = re.compile(rf"({LETTER}{{2,}})(?:[-‐]|\xad)[^\S\n]*\r?\n[^\S\n]*([a-zß-öø-ÿœ]+)")


def plainly_rejoined(text, whole):
    def joined(broken):
        word = broken[1] + broken[2]
        return word if word.lower() in whole else broken[0]

    return BROKEN_WORD.sub(joined, text)


def test_broken_words_are_those_of_the_plain_pattern():
    found = 0
    whole = {"aa", "aaa", "aaaa", "āa", "aāa", "āāa", "aāaa"}
    known = " ".join(sorted(whole)) + ". "
    for text in ("".join(some) for n in range(9) for some in product("aā-\n", repeat=n)):
        plain = plainly_rejoined(known + text, whole | set(prepare._WORD.findall(text)))
        assert prepare.rejoin_words(known + text)[0] == plain, text
        found += plain != known + text
    assert found > 500


def plain_tokens():
    """The pattern of all tokens as it reads without possessive quantifiers."""
    marks = tokens.combining_marks()
    word = f"(?:[^\\W_][{marks}]*)+"
    joint = f"[{re.escape(APOSTROPHES + HYPHENS)}/&_·]|(?<=\\d)[.,:](?=\\d)"
    label = r"[^\W_][\w-]{0,62}"
    address = r"[^\s<>\"«»“”]"
    ends = tokens._TOP_LEVEL
    return re.compile(
        "|".join(
            [
                rf"(?:https?://|www\.){address}*{address[:-1]}'’.,;:!?)\]}}]",
                r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
                rf"(?i:{label}(?:\.{label}){{0,4}}\.(?:{ends}))(?![\w-])(?:/{address}*[\w/])?",
                rf"[^\W\d_](?:\.[^\W\d_])+(?![\w{marks}])\.?",
                rf"(?<![{APOSTROPHES}])(?i:{tokens._ELISIONS})['’](?=\s|$|[«\"“(\[])",
                r"[nN][°º](?![^\W\d])",
                f"{word}(?:(?:{joint}){word})*",
                "|".join(f"{re.escape(mark)}{{2,}}" for mark in RULES),
                rf"\S[{marks}]*",
            ]
        )
    )


def test_tokens_are_those_of_the_plain_pattern():
    plain, parts = plain_tokens(), ("www.", "a", "fr", ".", "/", "@", "'", "-", "1", "\u0301", "«")
    for text in ("".join(some) for n in range(5) for some in product(parts, repeat=n)):
        assert token_pattern().findall(text) == plain.findall(text), text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_corpora_read_as_by_the_plain_patterns(language):
    plain = plain_tokens()
    scanning = [twin for twin in TWINS if twin[1] in ("sub", "findall", "split")]
    files = sorted((CORPORA / language).rglob("*.txt"))[:10]
    assert files
    for text in (file.read_text() for file in files):
        assert token_pattern().findall(text) == plain.findall(text)
        for pattern, method, source, _ in scanning:
            assert _said(pattern, method, text) == _said(re.compile(source), method, text)
        for line in text.splitlines():
            assert bool(pages._PAGE_NUMBER.fullmatch(line)) == bool(PAGE_NUMBER.fullmatch(line))
