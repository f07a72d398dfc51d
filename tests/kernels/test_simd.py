import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels import _simd as simd
from embedadapt.kernels.sgns import ONE, TWO, sigmoid
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
def spread_and_clear(
    numbers: np.ndarray, targets: tuple[int, ...], count: tuple[int, ...], results: np.ndarray
) -> None:
    group = simd.clear_equal(simd.load_at(numbers, 0), targets, count)
    simd.store_rows(results, targets, 0, simd.spread_lanes(group, targets))


@njit
def products_and_sums(a: np.ndarray, b: np.ndarray, results: np.ndarray) -> None:
    x, y = simd.load_rows(a, (0, 1), 0, ONE), simd.load_rows(b, (0, 1, 2, 3), 0, ONE)
    twos = simd.fill(np.float32(2), (0, 1, 2, 3))
    simd.store_rows(results, (0, 1, 2, 3), 0, simd.add_products(twos, x, y))
    simd.store_rows(results, (4, 5), 0, simd.weighted_sums(y, y, TWO))


@njit
def add_products_to_rows(matrix: np.ndarray, rows: tuple[int, ...]) -> None:
    """The vectors are 3, 6 for two rows each, the factors 1, 1, 2, 2; block 1."""
    numbers = np.empty((6, 16), np.float32)
    for i, number in enumerate((1, 1, 2, 2, 3, 6)):
        numbers[i] = number
    factors, vectors = simd.load_rows(numbers, (0, 1, 2, 3), 0, ONE), (4, 5)
    simd.add_scaled_to_rows(matrix, rows, 1, factors, simd.load_rows(numbers, vectors, 0, ONE))


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


def test_lanes_are_spread_and_those_of_the_first_number_of_a_run_cleared() -> None:
    results, numbers = np.zeros((5, 16), np.float32), np.arange(1, 17, dtype=np.float32)
    spread_and_clear(numbers, (3, 1, 4, 2, 0), ONE, results)
    assert_array_equal(results[:, 0], [5, 2, 4, 1, 3])
    assert_array_equal(results, np.repeat(results[:, :1], 16, axis=1))
    spread_and_clear(numbers, (3, 3, 4), ONE, results)
    assert_array_equal(results[[3, 4], 0], [0, 3])
    spread_and_clear(numbers, (1, 1, 2, 2), TWO, results)
    assert_array_equal(results[[1, 2], 0], [0, 0])
    spread_and_clear(numbers, (1, 2, 3, 1), TWO, results)
    assert_array_equal(results[[1, 2, 3], 0], [4, 2, 3])


def test_products_and_sums_of_runs() -> None:
    """Two vectors a, each beside two vectors b."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 16)), rng.normal(size=(4, 16))
    results = np.zeros((6, 16), np.float32)
    products_and_sums(a.astype(np.float32), b.astype(np.float32), results)
    assert_allclose(results[:4], 2 + a[[0, 0, 1, 1]] * b, rtol=1e-5)
    assert_allclose(results[4:], [b[0] ** 2 + b[1] ** 2, b[2] ** 2 + b[3] ** 2], rtol=1e-5)


def test_a_row_that_occurs_twice_receives_both_products() -> None:
    matrix = np.zeros((3, 32), np.float32)
    add_products_to_rows(matrix, (2, 0, 2, 2))
    assert_array_equal(matrix[:, 16:], np.repeat(np.float32([[3], [0], [3 + 12 + 12]]), 16, axis=1))
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
