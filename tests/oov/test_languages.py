"""The main language and the scripts of text and vectors say what may be claimed of a word."""

import pytest

from embedadapt.oov.analyze import analyze_tables
from embedadapt.report.advice import languages, next_step
from embedadapt.text.normalize import infer_normalization
from tests.oov.make import Texts, table

GERMAN = (
    "der die das und ist nicht mit von zu den im ein eine für auf dem des wird bei nach aus sich "
    "auch als werden Vertrag Frist Arbeit Steuer ."
)
GERMAN_TEXT = (
    "Die Feuerwehr ist mit der Arbeiterkammer nicht im Vertrag . Der Vertrag der Feuerwehr ist für "
    "die Arbeiterkammer eine Frist von einem Monat und nicht für den Durchschnitt . "
) * 6
GREEK = "και το να η της την του είναι από ότι δεν με για πρόεδρος χώρα . ,"
GREEK_TEXT = "Ο πύραυλος είναι από τη χώρα και δεν είναι για το κράτος . " * 6


def report_of(words, *texts):
    vectors = table(tuple(words.split()))
    return analyze_tables(Texts(texts), [(vectors, infer_normalization(vectors.vocabulary))])[0]


def causes(report):
    return {word.word: word.cause for word in report.words}


def test_german_words_of_a_german_text_are_its_own():
    report = report_of(GERMAN, GERMAN_TEXT)
    assert report.languages.corpus == report.languages.vectors == "de"
    assert causes(report)["feuerwehr"] == causes(report)["arbeiterkammer"] == "term"
    assert "foreign" not in causes(report).values()
    assert report.learnable.types == len(report.words) == 5
    assert "5 of the 5 that remain" in next_step(report)[0]


def test_the_script_of_the_vectors_is_not_foreign():
    report = report_of(GREEK, GREEK_TEXT + "το Xencor και το контракт " * 5)
    assert report.languages.corpus == "el"
    assert causes(report)["πύραυλος"] == causes(report)["κράτος"] == "term"
    assert causes(report)["xencor"] == causes(report)["контракт"] == "foreign"


def test_a_passage_in_another_language_is_foreign():
    report = report_of(GERMAN, GERMAN_TEXT + "Under this agreement the lessee shall not pay it . ")
    assert causes(report)["lessee"] == "foreign"
    assert causes(report)["feuerwehr"] == "term"


def test_a_word_beside_a_passage_in_another_script_is_not_foreign():
    passage = "Ο όρος (the shock of the new and of that culture for them) περιγράφει . "
    report = report_of(GREEK + " the of and", GREEK_TEXT + passage)
    assert causes(report)["περιγράφει"] == "term"
    assert causes(report)["culture"] == "foreign"


def test_text_in_another_language_than_the_vectors_is_told_in_one_line():
    report = report_of("the of and to in is that for it as was with be by on not .", GERMAN_TEXT)
    assert languages(report) == "The text is in German, the vectors are in English."
    assert next_step(report)[1] == ""
    assert "foreign" not in causes(report).values()


def test_what_no_rule_explains_is_not_explained_and_can_be_learned():
    report = report_of("zqx vrk", "zqx plonk vrk plonk zqx plonk vrk plonk zqx plonk")
    assert causes(report) == {"plonk": "unexplained"}
    assert report.learnable.types == 1
    assert "not recognized" in languages(report)


@pytest.mark.parametrize("word", ["những", "người", "đã"])
def test_syllables_of_vietnamese_are_no_acronyms(word):
    pytest.importorskip("py3langid")
    text = (
        "Trả lời phỏng vấn ông Lộc nói bán đất với giá không được ủy ban tỉnh phê duyệt là không "
        f"thể chấp nhận được đây là việc làm vượt cấp của ủy ban huyện {word} . "
    )
    known = " ".join(dict.fromkeys(text.lower().replace(word, "").split()))
    report = report_of(known, text * 5)
    assert report.languages.corpus == "vi"
    assert causes(report)[word] == "term"


def test_vectors_of_random_strings_are_not_to_be_adapted():
    report = report_of(
        "xq7 zzkw p0vb wjjf qxx kkv", "The tenant shall pay the rent of the lease. " * 20
    )
    assert next_step(report) == (
        "The vectors have no word of this text, so `adapt` has nothing to start from. Look at "
        "the words of the vectors:",
        "embedadapt inspect VECTORS",
    )


def test_acronyms_in_another_script_are_no_foreign_words():
    report = report_of(GREEK, GREEK_TEXT + "το NATO και το Xencor και 한국 " * 5)
    assert causes(report)["nato"] == "acronym"
    assert causes(report)["xencor"] == causes(report)["한국"] == "foreign"


def test_the_script_of_a_text_is_not_foreign_to_vectors_in_another():
    report = report_of("the of and to in is that for it as was with be by on not .", GREEK_TEXT)
    assert languages(report) == "The text is in Greek, the vectors are in English."
    assert "foreign" not in causes(report).values()


def test_names_are_told_in_a_text_in_capitals_though_the_vectors_have_many_scripts():
    several = "the of and to in is that for it was with не это και από हिंदी कानून 合同 법률 قانون ."
    text = "It was the tenant and Xencor in the matter of that lease with Xencor . "
    report = report_of(several, text * 9)
    assert causes(report)["xencor"] == "name"
    assert next(c.title for c in report.causes if c.key == "term") == "Words of the domain"


def test_a_text_of_keys_is_in_the_language_of_their_words():
    keys = tuple(f"{word}_NOUN" for word in GERMAN.split())
    text = " ".join(f"{word}_NOUN," for word in GERMAN.split()) + " Feuerwehr_NOUN"
    vectors = table(keys)
    rules = infer_normalization(vectors.vocabulary)
    (report,) = analyze_tables(Texts((text,)), [(vectors, rules)])
    assert report.languages.corpus == report.languages.vectors == "de"
