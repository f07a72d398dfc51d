import numpy as np
import pytest
from numpy.testing import assert_allclose

from embedadapt.training.lengths import FITTED_LENGTH, at_fitted_length, median_length, to_length

ROWS = np.array([[3, 4], [0, 0], [0, 8], [6, 8]], np.float32)


def test_the_median_is_of_the_rows_that_are_not_zero() -> None:
    assert median_length(ROWS) == 8
    assert median_length(np.zeros((2, 2), np.float32)) == 1


@pytest.mark.parametrize("scale", [1e-3, 1, 100])
def test_a_tables_own_scale_is_no_matter(scale: float) -> None:
    assert_allclose(at_fitted_length(np.float32(scale) * ROWS), ROWS * FITTED_LENGTH / 8, rtol=1e-6)


def test_zeros_stay_zeros() -> None:
    assert not at_fitted_length(np.zeros((2, 2), np.float32)).any()
    assert_allclose(to_length(ROWS, 10), [[6, 8], [0, 0], [0, 10], [6, 8]])
