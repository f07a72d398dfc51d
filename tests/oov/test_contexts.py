import re

from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.oov.contexts import AFTER, BEFORE, find_contexts, first_places, line_around
from tests.oov.make import Texts


def test_the_line_is_the_sentence():
    text = "Some heading\n\nFirst ends here.  The lessor\n  shall indemnify\nthe lessee. Next."
    start = text.index("indemnify")
    line = line_around(Document("a", text), start, start + 9)
    assert line.parts == ("The lessor shall ", "indemnify", " the lessee.")


def test_abbreviations_and_section_numbers_do_not_end_it():
    text = "Under Art. L. 420-1 and No. 5 of Foo Inc. the indemnitor pays 1.5 times."
    start = text.index("indemnitor")
    assert line_around(Document("a", text), start, start + 10).text == text


def test_long_lines_are_cut_at_words():
    text = "before " * 100 + "indemnitor" + " after" * 100
    start = text.index("indemnitor")
    before, word, after = line_around(Document("a", text), start, start + 10).parts
    assert word == "indemnitor"
    assert before.startswith("… before ") and len(before) <= BEFORE + 2
    assert after.endswith(" after …") and len(after) <= AFTER + 2


@given(st.text(), st.text(min_size=1), st.text())
def test_the_place_of_the_word_is_right(before, word, after):
    line = line_around(Document("a", before + word + after), len(before), len(before) + len(word))
    assert line.text[line.start : line.end] == " ".join(word.split())
    assert "\n" not in line.text


def test_prose_is_preferred_to_a_heading_and_the_whole_word_to_a_part():
    corpus = Texts(("INDEMNITORS\n\nINDEMNITOR", "the indemnitor pays"))
    lines = find_contexts(corpus, {n: {"indemnitor": ["INDEMNITOR", "indemnitor"]} for n in (0, 1)})
    assert lines["indemnitor"].parts == ("the ", "indemnitor", " pays")
    heading = find_contexts(corpus, {0: {"indemnitor": ["INDEMNITOR"]}})["indemnitor"]
    assert heading.text == "INDEMNITOR"


def test_a_word_is_preferred_to_a_part_of_one():
    [text, only_part] = [
        "Its performance under this. The RMA number is needed.",
        "Its performance.",
    ]
    places = {0: {"rma": ("rma", "RMA")}}
    assert find_contexts(Texts((text,)), places)["rma"].text == "The RMA number is needed."
    assert find_contexts(Texts((only_part,)), places)["rma"].parts[1] == "rma"


@given(
    st.lists(st.sampled_from(["rma", "RMA", "x", "_", "-", " ", "'", "é", "§"])).map("".join),
    st.sets(st.sampled_from(["rma", "RMA", "x-rma", "'x", "é", "§", "rma x", "x_", "-"])),
)
@example("x-rmax", {"x-rma"})
def test_first_places_are_those_that_searching_for_each_finds(text, forms):
    found = {form: re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) for form in forms}
    expected = {form: match.start() for form, match in found.items() if match}
    assert first_places(text, forms) == expected


def test_a_form_within_words_again_and_again_is_found_too():
    text = "a" * 3_000 + "b" + " xa" * 3_000 + " a b"
    assert first_places(text, {"a", "b"}) == {"a": 12_002, "b": 12_004}
