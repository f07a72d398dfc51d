import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.kernels import runs
from embedadapt.oov import contexts, word_runs
from embedadapt.oov.contexts import AFTER, BEFORE, find_contexts, first_places, line_around
from tests.naive import first_whole_words
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


_PIECES = ["lessor", "indemnifies", "Art.", "agreed.", "Next", "a", ".", ";", "é" * 9, "1.2"]


@given(st.lists(st.sampled_from([*_PIECES, " ", " ", "\n", "\n \n", "\t"]), max_size=60))
@example([*["indemnifies", " "] * 9, "agreed.", " ", *["Next", " "] * 9])
def test_what_is_far_from_a_word_is_not_looked_at_for_its_line(pieces):
    document = Document("a", "".join(pieces) + "word")
    start = len(document.text) - 4
    line = line_around(document, start, start + 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "NEAR", 0)
        assert line_around(document, start, start + 4) == line


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
    expected = first_whole_words(text, forms)
    assert first_places(text, forms) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "FEW_FORMS", -1)
        assert first_places(text, forms) == expected
        patch.setattr(word_runs, "LONG", 0)
        for block, room in ((1, 1), (4, 2), (100, 100)):
            patch.setattr(word_runs, "BLOCK", block)
            patch.setattr(word_runs, "ROOM", room)
            assert first_places(text, forms) == expected


@given(st.text(), st.sets(st.text(min_size=1)))
def test_runs_of_any_characters_are_found(text, sought):
    expected = [run.start() for run in re.finditer(r"\w++", text) if run[0] in sought]
    assert list(word_runs.find_runs(text, sought)) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_runs, "LONG", 0)
        patch.setattr(word_runs, "BLOCK", 3)
        assert list(word_runs.find_runs(text, sought)) == expected


def test_a_long_line_is_walked_through_once(monkeypatch):
    """However many words are looked for in it, each of its parts is taken once."""
    monkeypatch.setattr(word_runs, "LONG", 0)
    monkeypatch.setattr(word_runs, "BLOCK", 1_000)
    sizes = []
    find_in = runs.find_runs

    def counted(codes, *others):
        sizes.append(len(codes))
        return find_in(codes, *others)

    monkeypatch.setattr(runs, "find_runs", counted)
    forms = [f"{letter}{number}" for number in range(100) for letter in "ab"]
    text = "some words " * 20_000 + " ".join(reversed(forms[:199]))
    places = first_places(text, forms)
    assert places == first_whole_words(text, forms) and len(places) == 199
    assert sum(sizes) < 1.1 * len(text)


def test_a_run_longer_than_a_block_is_found_in_linear_time(monkeypatch):
    monkeypatch.setattr(word_runs, "LONG", 0)
    monkeypatch.setattr(word_runs, "BLOCK", 10)
    long = "a" * 100_000
    assert list(word_runs.find_runs(f"b {long} b {long}", {"b", long})) == [0, 2, 100_003, 100_005]


def test_a_form_within_words_again_and_again_is_found_too():
    text = "a" * 3_000 + "b" + " xa" * 3_000 + " a b"
    assert first_places(text, {"a", "b"}) == {"a": 12_002, "b": 12_004}
