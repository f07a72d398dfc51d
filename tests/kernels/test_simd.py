import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels import _simd as simd
from embedadapt.kernels._simd import LANES, ONE
from embedadapt.kernels.sgns import sigmoid
from tests import naive

EVERY = simd.slots(LANES)


@njit
def sigmoids(numbers: np.ndarray) -> None:
    for i in range(0, len(numbers), LANES):
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
    both = simd.join(simd.fill(np.float32(3), ONE), simd.fill(np.float32(5), ONE))
    simd.add_scaled_to_rows(matrix, rows, 1, simd.spread(scales, 0, rows + rows), both)


@njit
def combine(sums: np.ndarray, weights: np.ndarray, rows: np.ndarray) -> None:
    two, six = (0, 1), (0, 1, 2, 3, 4, 5)
    spread, loaded = simd.spread(weights, 0, six + six), simd.load_rows(rows, six, 0, ONE)
    simd.store_rows(
        sums, two, 0, simd.add_combinations(simd.load_rows(sums, two, 0, ONE), spread, loaded)
    )


@njit
def add_products(matrix: np.ndarray, rows: tuple[int, ...], sums: np.ndarray) -> None:
    group = simd.load_rows(matrix, (0, 1), 0, ONE)
    got = simd.add_products_with_rows(matrix, rows, 1, group, simd.fill(np.float32(1), rows + rows))
    simd.store_at(sums, 0, got)


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
    x = np.linspace(-40, 40, LANES * 1000, dtype=np.float32)
    y = x.copy()
    sigmoids(y)
    assert_allclose(y, naive.sigmoid(x.astype(np.float64)), atol=1e-6)


@pytest.mark.parametrize("n", [1, LANES // 2, LANES // 2 + 1, LANES])
def test_the_first_sigmoids_are_right_whatever_their_number(n: int) -> None:
    x = np.linspace(-9, 9, LANES, dtype=np.float32)
    y = x.copy()
    first_sigmoids(y, simd.slots(n))
    assert_allclose(y[:n], naive.sigmoid(x[:n].astype(np.float64)), atol=1e-6)


def test_joined_groups_have_the_vectors_of_both() -> None:
    numbers = np.arange(3 * LANES, dtype=np.float32).reshape(3, LANES)
    results = np.zeros_like(numbers)
    join(numbers, results)
    assert_array_equal(results, numbers)


def test_a_row_that_occurs_twice_receives_both_products() -> None:
    """Of two vectors, 3 and 5 in every lane."""
    matrix = np.zeros((3, 2 * LANES), np.float32)
    add_scaled(matrix, (2, 0, 2), np.float32([1, 2, 4, 8, 16, 32]))
    assert_array_equal(matrix[:, LANES:], np.tile([[6 + 80], [0], [15 + 200]], LANES))
    assert not matrix[:, :LANES].any()


def test_combinations_are_sums_of_products_of_each_vector() -> None:
    rows, weights = np.random.default_rng(0).integers(-99, 99, (2, 6, LANES)).astype(np.float32)
    sums = np.ones((2, LANES), np.float32)
    combine(sums, weights.reshape(-1), rows)
    expected = 1 + weights.reshape(-1)[:12].reshape(2, 6) @ rows
    assert_array_equal(sums, expected)


def test_sigmoid_passes_nan_on_and_bears_infinity() -> None:
    x = np.zeros(LANES, np.float32)
    x[:3] = np.nan, np.inf, -np.inf
    sigmoids(x)
    assert np.isnan(x[0])
    assert_allclose(x[1:], [1, 0] + [0.5] * (LANES - 3), atol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 3, 6, 8, 9, 16, 18])
def test_every_vector_is_summed_into_its_own_lane(n: int) -> None:
    numbers = np.random.default_rng(n).integers(-99, 99, (n, LANES)).astype(np.float32)
    sums = np.zeros(32, np.float32)
    lane_sums(numbers, simd.slots(n), sums)
    assert_array_equal(sums[:n], numbers.sum(axis=1))


def test_arithmetic_is_element_by_element() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, LANES)).astype(np.float32)
    results = np.zeros((6, LANES), np.float32)
    arithmetic(a, b, results)
    expected = [a + b, a - b, a * b, a / b, a * b + 2, np.clip(a, -1, 1)]
    assert_allclose(results, expected, rtol=1e-6)


def test_a_row_named_twice_receives_both() -> None:
    matrix = np.zeros((3, 2 * LANES), np.float32)
    add_twice(matrix, (2, 0, 2))
    assert_array_equal(matrix[:, LANES:], np.tile([[1], [0], [2]], LANES))
    assert not matrix[:, :LANES].any()


def test_products_with_rows_are_added_to_the_sums() -> None:
    matrix = np.random.default_rng(0).integers(-9, 9, (3, 2 * LANES)).astype(np.float32)
    sums = np.zeros(6 * LANES, np.float32)
    add_products(matrix, (2, 0, 2), sums)
    group, rows = matrix[[0, 1], :LANES], matrix[[2, 0, 2], LANES:]
    assert_array_equal(sums, (1 + group[:, None] * rows).reshape(-1))


@pytest.mark.parametrize("shape", [(1, 16), (7, 48), (1000, 112)])
def test_matrices_begin_at_a_cache_line(shape: tuple[int, int]) -> None:
    matrix = simd.aligned_zeros(*shape)
    assert matrix.shape == shape
    assert matrix.ctypes.data % 64 == 0
    assert matrix.flags.c_contiguous
