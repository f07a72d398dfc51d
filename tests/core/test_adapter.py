from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.adapter import Adapter, apply_adapter
from embedadapt.core.errors import AdapterError, SettingsError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

BASE = WordVectors(
    Vocabulary(["the", "lease", "cat"]), np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)
)
ADAPTER = Adapter(
    vocabulary=Vocabulary(["lease", "lessor", "the"], np.array([4, 3, 2])),
    base_rows=np.array([1, -1, 0], dtype=np.int32),
    starts=np.array([[5, 5]], dtype=np.float32),
    difference=np.array([[1, 0], [0, 2], [4, 0]], dtype=np.float32),
    columns=np.array([[8], [4], [0]], dtype=np.float32),
    forms={"LESSOR": 1},
    normalization=Normalization(case="lower"),
    base_fingerprint=BASE.fingerprint,
)


def test_blend_moves_the_domains_rows_by_strength() -> None:
    table = apply_adapter(BASE, ADAPTER, layout="blend", strength=0.5)
    assert table.vocabulary.words == ("the", "lease", "cat", "lessor")
    assert_allclose(table.matrix, [[3, 0], [0.5, 1], [1, 1], [5, 7]])


def test_extend_leaves_the_base_and_adds_columns() -> None:
    table = apply_adapter(BASE, ADAPTER, strength=0.25)
    assert_allclose(table.matrix, [[1, 0, 0], [0, 1, 2], [1, 1, 0], [5, 7, 1]])


def test_strength_zero_is_the_base_and_new_words_are_trained_at_any() -> None:
    table = apply_adapter(BASE, ADAPTER, layout="blend", strength=0)
    assert_array_equal(table.matrix[:3], BASE.matrix)
    assert_array_equal(table["lessor"], [5, 7])


def test_another_table_is_refused_by_name() -> None:
    other = WordVectors(BASE.vocabulary, BASE.matrix + np.float32(1))
    with pytest.raises(AdapterError, match=r"expected its base table .* found another table"):
        apply_adapter(other, ADAPTER)


def test_extend_needs_columns() -> None:
    with pytest.raises(AdapterError, match="domain columns"):
        apply_adapter(BASE, replace(ADAPTER, columns=np.zeros((3, 0), np.float32)))


@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf"), 9e99])
def test_a_strength_outside_its_range_is_refused(strength: float) -> None:
    with pytest.raises(SettingsError, match="strength"):
        apply_adapter(BASE, ADAPTER, strength=strength)


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(SettingsError, match="extend or blend"):
        apply_adapter(BASE, ADAPTER, layout="sum")  # type: ignore[arg-type]


def test_parts_must_agree() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        replace(ADAPTER, columns=np.zeros((2, 1), np.float32))
    with pytest.raises(ValueError, match="for 1 new words"):
        replace(ADAPTER, starts=np.zeros((2, 2), np.float32))
