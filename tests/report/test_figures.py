from hypothesis import given
from hypothesis import strategies as st

from embedadapt.report.figures import percent, printable, shorten


@given(st.integers(1, 10**12), st.data())
def test_some_is_never_none_and_not_quite_all_never_all(whole, data):
    part = data.draw(st.integers(0, whole))
    text = percent(part, whole)
    assert (text == "0 %") == (part == 0)
    assert (text == "100 %") == (part == whole)


def test_the_brink_of_all_and_nothing():
    shares = [percent(part, 100_000) for part in (1, 9, 10, 999, 1000, 99_900, 99_901, 99_999)]
    expected = ["<0.01 %", "<0.01 %", "0.01 %", "1.00 %", "1.0 %", "99.9 %", ">99.9 %", ">99.9 %"]
    assert shares == expected


@given(st.text())
def test_printable_is_one_harmless_line(text):
    shown = printable(text)
    assert len(shown) <= len(text)
    assert all(
        character.isprintable() or character in "\u00a0\u202f\u200c\u200d" for character in shown
    )
    shown.encode("utf-8")


@given(st.text(), st.integers(3, 20))
def test_shortened_text_fits_and_keeps_its_ends(text, width):
    short = shorten(text, width)
    assert len(short) <= width
    assert short == text or (short[0] == text[0] and short[-1] == text[-1])


def test_marks_that_words_have_anyway_are_no_replacement_characters():
    assert printable("\u200f- co\xadop \u202bדייר\u202c") == "- coop דייר"
    assert printable("می\u200cشود") == "می\u200cشود"
    assert printable("\u202eevil\u202d") == "\ufffdevil\ufffd"
