from dataclasses import replace

from embedadapt.oov.comparison import ALIKE, OOVComparison
from tests.oov.make import report


def compared(*figures: tuple[int, int]) -> OOVComparison:
    """Of tables with so many unknown tokens of 10,000, and so many dimensions."""
    one = report("the lessor")
    return OOVComparison(
        tuple(
            replace(
                one,
                normalized=replace(one.normalized, unknown_tokens=unknown, n_tokens=10_000),
                vectors=replace(one.vectors, dim=dim),
            )
            for unknown, dim in figures
        )
    )


def test_the_table_that_knows_most_is_best():
    found = compared((300, 300), (20, 50), (900, 50))
    assert found.best is found.reports[1]
    assert found.alike == (found.reports[1],)


def test_of_tables_that_cover_the_text_alike_the_wider_one_is_best():
    within, beyond = 20 + int(10_000 * ALIKE), 21 + int(10_000 * ALIKE)
    found = compared((20, 50), (within, 300), (beyond, 1000))
    assert found.best is found.reports[1]
    assert found.to_dict()["alike"] == [0, 1]


def test_of_equal_tables_the_first_is_best():
    assert compared((20, 50), (20, 50)).to_dict()["best"] == 0


def test_words_only_one_table_lacks():
    both, one = report("the Indemnitor pays"), report("the pays")
    found = OOVComparison((both, one))
    assert [word.word for word in found.only_unknown_to(both)] == ["indemnitor"]
    assert found.only_unknown_to(one) == []
