import pytest

from embedadapt.text.pages import without_furniture

BODY = ["The rent is due", "on Monday.", "It is paid", "in cash.", "Signed", "in Paris."]
PAGES = "\f".join(
    f"ACME LEASE AGREEMENT   {n}\n\n{BODY[2 * n - 2]}\n{BODY[2 * n - 1]}\n  - {n} -\nDraft {n}/3"
    for n in (1, 2, 3)
)


def test_running_lines_and_page_numbers_go() -> None:
    text, n_lines = without_furniture(PAGES)
    assert [line for line in text.split("\n") if line] == BODY
    assert n_lines == 9


@pytest.mark.parametrize("line", ["- 12 -", "Page 3 of 10", "page 3", "<PAGE>", "3 / 10", "p. 4"])
def test_a_page_number_that_says_so_goes_anywhere(line: str) -> None:
    assert without_furniture(f"one\n{line}\ntwo") == ("one\ntwo", 1)


@pytest.mark.parametrize("line", ["12", "Section 3", "3 of them", "IV", "page three", "- a -"])
def test_other_lines_stay(line: str) -> None:
    text = f"one\n{line}\ntwo\n"
    assert without_furniture(text) == (text, 0)


def test_two_pages_are_too_few_for_a_running_line() -> None:
    assert without_furniture("Title\none\n1\fTitle\ntwo\n2") == ("Title\none\nTitle\ntwo", 2)


def test_text_in_the_middle_of_pages_may_repeat() -> None:
    page = "a\nb\nc\nthe same words\nd\ne\nf"
    text, _ = without_furniture("\f".join([page, page, page]))
    assert text.count("the same words") == 3
