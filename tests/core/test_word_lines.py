from pathlib import Path

import pytest

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.core.word_lines import word_lines
from embedadapt.formats import scan_vectors

ROWS = {
    "plain": ["the 1 2", "été 3 4"],
    "blank": ["the 1 2", "", "of 3 4"],
    "with a space": ["the 1 2", "New York 3 4"],
    "repeated": ["the 1 2", "of 3 4", "the 5 6"],
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_lines_of_a_file_that_is_scanned_are_those_of_its_words(
    rows: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    vocabulary = scan_vectors(path).vocabulary
    assert word_lines(vocabulary) == word_lines(Vocabulary(vocabulary.words))
    assert word_lines(vocabulary).decode() == "".join(f"{word}\n" for word in vocabulary.words)


def test_a_lone_surrogate_has_its_code() -> None:
    lines = word_lines(Vocabulary(["a\ud800", "b"]))
    assert lines.decode("utf-8", "surrogatepass") == "a\ud800\nb\n"
