import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.core.errors import MissingExtraError
from embedadapt.text.segment import MaximumMatch, SegmentedCorpus, cutter, spaceless, with_spaces

THAI = {
    "ความ",
    "เป็น",
    "ไทย",
    "ที่",
    "มี",
    "ศาสนา",
    "และ",
    "สัญญา",
    "ศาล",
    "กฎหมาย",
    "ใน",
    "การ",
    "ของ",
    "ผู้",
}


@given(st.text("กขฃคabcิ่", max_size=20), st.sets(st.text("กขฃคิ่", min_size=1, max_size=4)))
def test_nothing_is_lost_by_cutting(run: str, known: set[str]) -> None:
    words = list(MaximumMatch(known)(run))
    assert "".join(words) == run
    assert with_spaces(run, MaximumMatch(known)).replace(" ", "") == run


def test_fewest_letters_are_left_unknown() -> None:
    cut = MaximumMatch({"ab", "abc", "cd", "d"})
    assert list(cut("abcd")) == ["ab", "cd"] or list(cut("abcd")) == ["abc", "d"]
    assert list(cut("abxcd")) == ["ab", "x", "cd"]
    assert list(MaximumMatch(THAI)("สัญญาของผู้มีศาสนาและกฎหมายไทย")) == [
        "สัญญา", "ของ", "ผู้", "มี", "ศาสนา", "และ", "กฎหมาย", "ไทย",
    ]  # fmt: skip


def test_text_without_spaces_is_known_by_the_words_inside_its_pieces() -> None:
    found = spaceless({"สัญญาของผู้มีศาสนาและกฎหมายไทย": 4, "ศาลในไทยมีกฎหมายและสัญญา": 3}, THAI)
    assert found is not None
    assert found.words_inside == 7.5
    assert spaceless({"สัญญาใจ": 1, "ศาลา": 2, "บ้าน": 1}, THAI) is None
    assert spaceless({}, THAI) is None


def test_documents_get_spaces() -> None:
    corpus = SegmentedCorpus([Document("a", "ศาลมีสัญญา. Lease of ไทย")], cutter("words", THAI))
    assert [document.text for document in corpus] == ["ศาล มี สัญญา . Lease of ไทย"]


def test_a_library_that_is_not_there_is_named() -> None:
    try:
        import jieba  # noqa: F401
    except ImportError:
        with pytest.raises(MissingExtraError, match="segmenters"):
            cutter("jieba", ())


def test_frequent_numbers_and_long_runs_of_unknown_letters_do_not_hide_missing_spaces() -> None:
    numbers = {str(number): 9 for number in range(300)}
    found = spaceless(numbers | {"ศาลฉฌฎซมีกฎหมายญฎฐฑฒณดตถทธนบปผฝ": 2}, THAI)
    assert found is not None
    assert found.words_inside == 3
    assert spaceless({"ศาลฉฌฎฐฑฒณ": 2}, THAI) is None
    assert spaceless({"lessor": 2, "lessee": 2, "สัญญาของผู้มีศาสนาและกฎหมายไทย": 1}, THAI) is None
