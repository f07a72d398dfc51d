import pytest

from embedadapt.text.new_words import learnable


@pytest.mark.parametrize(
    "word", ["§", "12b", "1,000", "info@firm.com", "www.x/y", "https://a", "x" * 41, "", "—"]
)
def test_what_is_not_a_word_is_not_learned(word: str) -> None:
    assert not learnable(word)


@pytest.mark.parametrize(
    "word", ["préjudice", "l'", "force_majeure", "non-solicitation", "договор"]
)
def test_words_of_any_script_are(word: str) -> None:
    assert learnable(word)
