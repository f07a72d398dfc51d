import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.letters import LetterForms, small_letters, standard_letters
from embedadapt.text.normalize import Normalizer, infer_normalization


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
@example("\u0640")
def test_standard_letters_stay_as_they_are(token: str) -> None:
    standard = standard_letters(token)
    assert standard_letters(standard) == standard
    assert unicodedata.is_normalized("NFC", standard)
    assert bool(standard) == bool(token)


@pytest.mark.parametrize(
    ("known", "token", "word"),
    [
        ("ve kadın ışık için ırmak", "KADIN", "kadın"),
        ("ve kadın izmir ışık için", "İZMİR", "izmir"),
        ("ve kadın ibm ışık ılık", "IBM", "ibm"),
        ("the house izmir", "İZMİR", "izmir"),
        ("και οδός του", "ΟΔΟΣ", "οδός"),
        ("και λόγος του", "ΛΟΓΟΣ", "λόγος"),
        ("και λογοσ του", "λογος", "λογοσ"),
        ("und straße die", "STRASSE", "straße"),
        ("und strasse die", "Straße", "strasse"),
        ("und straße die", "STRAẞE", "straße"),
        ("the file of", "ﬁle", "file"),
        ("the said of", "ſaid", "said"),
        ("the rent of", "Ｒｅｎｔ", "rent"),
        ("من الكتاب في", "الكتـــاب", "الكتاب"),
        ("من ﻻ في", "لا", "ﻻ"),
        ("من لا في", "ﻻ", "لا"),
        ("است کتاب می", "كتاب", "کتاب"),
        ("من كتاب في", "کتاب", "كتاب"),
        ("من اكل في", "أكل", "اكل"),
        ("است میخواهم", "می\u200cخواهم", "میخواهم"),
        ("است کتابها", "كتاب\u200cها", "کتابها"),
        ("है \u0958लम", "क\u093cलम", "\u0958लम"),
        ("है क\u093cलम", "\u0958लम", "क\u093cलम"),
        ("이 한국 을", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
        ("テレビ の", "ﾃﾚﾋﾞ", "テレビ"),
    ],
)
def test_other_ways_to_write_a_word_find_it(known: str, token: str, word: str) -> None:
    table = Vocabulary(known.split())
    assert Normalizer(infer_normalization(table), table).words(token) == (word,)


def test_what_is_in_standard_letters_is_no_other_word() -> None:
    table = Vocabulary(["οδός", "straße", "peche"])
    normalizer = Normalizer(infer_normalization(table), table)
    assert normalizer.words("οδος") == ("οδος",)
    assert normalizer.words("strasse") == ("strasse",)
    assert normalizer.words("pêche") == ("pêche",)
    assert LetterForms(table.index).known("οδος") is None


def test_capitals_of_other_languages_are_not_turkish() -> None:
    assert small_letters("DIGITAL") == "digital"
    table = Vocabulary(["digital", "the"])
    assert not infer_normalization(table).turkish_i


FILLING = [f"w{n}" for n in range(1_000)]


@pytest.mark.parametrize(
    ("known", "token", "word"),
    [
        ("the cafe", "café", "cafe"),
        ("und mueller", "Müller", "mueller"),
        ("the muller", "Müller", "muller"),
        ("город мой", "го́род", "город"),
        ("город мой", "мо́й", "мой"),
        ("كتب في", "كَتَبَ", "كتب"),
        ("الي في", "إِلَى", "الي"),
        ("שלום עולם", "שָׁלוֹם", "שלום"),
        ("viet nam", "Việt", "viet"),
    ],
)
def test_marks_that_the_table_drops_are_dropped(known: str, token: str, word: str) -> None:
    table = Vocabulary([*known.split(), *FILLING])
    assert Normalizer(infer_normalization(table), table).words(token) == (word,)


def test_marks_that_the_table_writes_stay() -> None:
    table = Vocabulary(["pêche", "peche", "où", *FILLING])
    normalizer = Normalizer(infer_normalization(table), table)
    assert normalizer.words("pèche") == ("pèche",)
    few = Vocabulary(["the", "cafe"])
    assert Normalizer(infer_normalization(few), few).words("café") == ("café",)
