import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels import _simd as simd
from embedadapt.kernels.sgns import ONE, sigmoid
from tests import naive

EVERY = simd.slots(16)


@njit
def sigmoids(numbers: np.ndarray) -> None:
    for i in range(0, len(numbers), 16):
        simd.store_at(numbers, i, sigmoid(simd.load_at(numbers, i), EVERY))


@njit
def first_sigmoids(numbers: np.ndarray, count: tuple[int, ...]) -> None:
    simd.store_at(numbers, 0, sigmoid(simd.load_at(numbers, 0), count))


@njit
def join(numbers: np.ndarray, results: np.ndarray) -> None:
    group, other = simd.load_rows(numbers, (0, 1), 0, ONE), simd.load_rows(numbers, (2,), 0, ONE)
    simd.store_rows(results, (0, 1, 2), 0, simd.join(group, other))


@njit
def add_scaled(matrix: np.ndarray, rows: tuple[int, ...], scales: np.ndarray) -> None:
    vector = simd.fill(np.float32(3), ONE)
    simd.add_scaled_to_rows(matrix, rows, 1, simd.spread(scales, 0, rows), vector)


@njit
def lane_sums(numbers: np.ndarray, count: tuple[int, ...], sums: np.ndarray) -> None:
    group = simd.load_rows(numbers, count, 0, ONE)
    simd.store_at(sums, 0, simd.totals(group))


@njit
def arithmetic(a: np.ndarray, b: np.ndarray, results: np.ndarray) -> None:
    x, y = simd.load_at(a, 0), simd.load_at(b, 0)
    simd.store_rows(results, (0,), 0, x + y)
    simd.store_rows(results, (1,), 0, x - y)
    simd.store_rows(results, (2,), 0, x * y)
    simd.store_rows(results, (3,), 0, x / y)
    simd.store_rows(results, (4,), 0, simd.fma(x, y, simd.fill(np.float32(2), ONE)))
    simd.store_rows(results, (5,), 0, simd.clamp(x, np.float32(1)))


@njit
def add_twice(matrix: np.ndarray, rows: tuple[int, ...]) -> None:
    simd.add_to_rows(matrix, rows, 1, simd.fill(np.float32(1), rows))


def test_sigmoid_is_right_to_a_millionth() -> None:
    x = np.linspace(-40, 40, 16 * 1000, dtype=np.float32)
    y = x.copy()
    sigmoids(y)
    assert_allclose(y, naive.sigmoid(x.astype(np.float64)), atol=1e-6)


@pytest.mark.parametrize("n", [1, 6, 8, 9, 16])
def test_the_first_sigmoids_are_right_whatever_their_number(n: int) -> None:
    x = np.linspace(-9, 9, 16, dtype=np.float32)
    y = x.copy()
    first_sigmoids(y, simd.slots(n))
    assert_allclose(y[:n], naive.sigmoid(x[:n].astype(np.float64)), atol=1e-6)


def test_joined_groups_have_the_vectors_of_both() -> None:
    numbers = np.arange(48, dtype=np.float32).reshape(3, 16)
    results = np.zeros_like(numbers)
    join(numbers, results)
    assert_array_equal(results, numbers)


def test_a_row_that_occurs_twice_receives_both_products() -> None:
    matrix = np.zeros((3, 32), np.float32)
    add_scaled(matrix, (2, 0, 2, 2), np.float32([1, 2, 4, 8]))
    assert_array_equal(matrix[:, 16:], np.repeat(np.float32([[6], [0], [3 + 12 + 24]]), 16, axis=1))
    assert not matrix[:, :16].any()


def test_sigmoid_passes_nan_on_and_bears_infinity() -> None:
    x = np.zeros(16, np.float32)
    x[:3] = np.nan, np.inf, -np.inf
    sigmoids(x)
    assert np.isnan(x[0])
    assert_allclose(x[1:], [1, 0] + [0.5] * 13, atol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 3, 6, 8, 9, 16, 18])
def test_every_vector_is_summed_into_its_own_lane(n: int) -> None:
    numbers = np.random.default_rng(n).integers(-99, 99, (n, 16)).astype(np.float32)
    sums = np.zeros(32, np.float32)
    lane_sums(numbers, simd.slots(n), sums)
    assert_array_equal(sums[:n], numbers.sum(axis=1))


def test_arithmetic_is_element_by_element() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 16)).astype(np.float32)
    results = np.zeros((6, 16), np.float32)
    arithmetic(a, b, results)
    expected = [a + b, a - b, a * b, a / b, a * b + 2, np.clip(a, -1, 1)]
    assert_allclose(results, expected, rtol=1e-6)


def test_a_row_named_twice_receives_both() -> None:
    matrix = np.zeros((3, 32), np.float32)
    add_twice(matrix, (2, 0, 2))
    assert_array_equal(matrix[:, 16:], np.tile([[1], [0], [2]], 16))
    assert not matrix[:, :16].any()


@pytest.mark.parametrize("shape", [(1, 16), (7, 48), (1000, 112)])
def test_matrices_begin_at_a_cache_line(shape: tuple[int, int]) -> None:
    matrix = simd.aligned_zeros(*shape)
    assert matrix.shape == shape
    assert matrix.ctypes.data % 64 == 0
    assert matrix.flags.c_contiguous
