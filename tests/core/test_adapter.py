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
