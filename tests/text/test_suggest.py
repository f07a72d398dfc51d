import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.suggest import edits, suggest
from tests import naive


def table(*words: str, zeros: tuple[str, ...] = ()) -> WordVectors:
    rows = np.ones((len(words), 2), np.float32)
    rows[[words.index(word) for word in zeros]] = 0
    return WordVectors(Vocabulary(words), rows)


words = st.text("abcé", max_size=7)


@given(words, st.lists(words, max_size=6))
def test_edits_are_those_of_the_obvious_recursion(word: str, others: list[str]) -> None:
    assert edits(word, others).tolist() == [naive.edits(word, other) for other in others]


def test_the_nearest_come_first_then_the_most_frequent() -> None:
    known = table("lesson", "lessee", "lessors", "lessor", "lease", "assessor")
    assert suggest("lessro", known) == ("lessor", "lesson", "lessee")
    assert suggest("lessro", known, n=1) == ("lessor",)
    assert suggest("LESSRO", known)[0] == "lessor"
    assert suggest("lessorr", table("Lessor"))[0] == "Lessor"


def test_short_words_are_one_edit_away_and_long_ones_keep_their_first_letter() -> None:
    known = table("ten", "then", "on", "license", "absence")
    assert suggest("teh", known) == ("ten",)
    assert suggest("lisence", known) == ("license",)
    assert suggest("icense", known) == ("license",)
    assert suggest("xq", known) == () and suggest("xqzzyx", known) == ()


def test_only_words_with_letters_and_a_vector_are_suggested() -> None:
    known = table("lessor", "lesson", "1997", "lessof", zeros=("lessor",))
    assert suggest("lessox", known) == ("lesson", "lessof")
    assert suggest("1998", known) == ()
    assert suggest("lessof", known) == ("lesson",), "not the word itself"
