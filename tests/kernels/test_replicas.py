import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels.replicas import merge_replicas
from tests import naive

RNG = np.random.default_rng(0)


def matrices(n: int) -> list[np.ndarray]:
    return [RNG.normal(size=(9, 32)).astype(np.float32) for _ in range(n)]


@pytest.mark.parametrize("n_replicas", [1, 2, 5])
@pytest.mark.parametrize("n_hot", [0, 4, 9])
def test_gains_are_merged_as_by_the_twin(n_replicas: int, n_hot: int) -> None:
    merged, *replicas = matrices(1 + n_replicas)
    replicas[0][3] = merged[3]  # no gain
    expected = naive.merged_replicas(merged, replicas, n_hot)
    for first, last in ((0, 5), (5, 9)):
        merge_replicas(merged, tuple(replicas), n_hot, first, last)
    assert_allclose(merged, expected, rtol=1e-4, atol=1e-5)
    for replica in replicas:
        assert_array_equal(replica, merged)


def test_gains_that_agree_count_once_and_others_in_full() -> None:
    merged = np.zeros((2, 16), np.float32)
    one, other = np.zeros_like(merged), np.zeros_like(merged)
    one[0, 0] = other[0, 0] = 1
    one[1, 0] = other[1, 5] = 1
    merge_replicas(merged, (one, other), 2, 0, 2)
    assert merged[0].tolist() == [1, *[0] * 15]
    assert merged[1].tolist() == [1, 0, 0, 0, 0, 1, *[0] * 10]


def test_rows_outside_are_left_alone() -> None:
    merged, replica = matrices(2)
    before = merged.copy()
    merge_replicas(merged, (replica,), 0, 2, 5)
    assert_array_equal(merged[[0, 1, 5, 6, 7, 8]], before[[0, 1, 5, 6, 7, 8]])
    assert (merged[2:5] != before[2:5]).any()
