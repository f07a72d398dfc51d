from dataclasses import replace

import numpy as np
import pytest

from embedadapt.core.adapter import check_fits
from embedadapt.core.errors import AdapterError
from embedadapt.core.vectors import WordVectors
from tests.core.make import ADAPTER, BASE


def test_parts_must_agree() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        replace(ADAPTER, dimensions=np.zeros((2, 1), np.float32))
    with pytest.raises(ValueError, match="for 1 new words"):
        replace(ADAPTER, starts=np.zeros((2, 2), np.float32))


def test_another_table_is_refused_by_name() -> None:
    other = WordVectors(BASE.vocabulary, BASE.matrix + np.float32(1))
    known = replace(ADAPTER, provenance={"base": "glove.txt"})
    with pytest.raises(AdapterError, match=r"base glove.txt \(2 dim.* found other vectors \(2"):
        check_fits(other, known)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([2, -1, 1], "lease"),
        ([1, -1, 1], "the"),
        ([1, -1, 3], "the"),
        ([1, 0, 0], "lessor"),
        ([-1, -1, 0], "lease"),
    ],
    ids=["shifted", "repeated", "beyond the base", "of a new word", "missing"],
)
def test_each_word_has_the_row_that_its_base_gives_it(rows: list[int], word: str) -> None:
    n_new = rows.count(-1)
    edited = replace(
        ADAPTER,
        base_rows=np.array(rows, dtype=np.int32),
        starts=np.zeros((n_new, 2), dtype=np.float32),
    )
    check_fits(BASE, ADAPTER)
    with pytest.raises(AdapterError, match=f"the row that the base gives '{word}'"):
        check_fits(BASE, edited)
