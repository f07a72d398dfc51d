import numpy as np
import pytest
from numpy.testing import assert_allclose

from embedadapt.adaptation.trend import FrequencyTrend, in_frequency_order


def test_a_line_over_log_rank_is_found_and_continued() -> None:
    log_ranks = np.log(np.arange(5000) + 10)
    rows = np.column_stack([1 - 0.5 * log_ranks, 2 + 0 * log_ranks]).astype(np.float32)
    trend = FrequencyTrend.fit(rows, by_frequency=True)
    assert_allclose(trend.slope, [-0.5, 0], atol=1e-4)
    assert_allclose(trend.at(np.array([100_000])), [[1 - 0.5 * np.log(100_010), 2]], atol=1e-3)


def test_it_equals_least_squares_from_the_first_rank_on() -> None:
    rows = np.random.default_rng(0).normal(size=(3000, 4)).astype(np.float32)
    x = np.log(np.arange(200, 3000) + 10)
    design = np.column_stack([np.ones_like(x), x])
    expected, *_ = np.linalg.lstsq(design, rows[200:].astype(np.float64), rcond=None)
    trend = FrequencyTrend.fit(rows, by_frequency=True)
    assert_allclose([trend.level, trend.slope], expected, atol=1e-5)


def test_without_an_order_it_is_the_mean() -> None:
    rows = np.arange(20, dtype=np.float32).reshape(10, 2)
    trend = FrequencyTrend.fit(rows, by_frequency=False)
    assert_allclose(trend.at(np.array([0, 10**6])), np.tile(rows.mean(axis=0), (2, 1)))


@pytest.mark.parametrize(("shuffled", "expected"), [(False, True), (True, False)])
def test_the_order_of_a_file_is_checked_not_assumed(shuffled: bool, expected: bool) -> None:
    rng = np.random.default_rng(1)
    rows = np.sort(rng.choice(60_000, 500, replace=False)).astype(np.int32)
    counts = np.maximum(1, 1e6 / (rows + 10) * rng.lognormal(0, 1, 500)).astype(np.int64)
    order = rng.permutation(500) if shuffled else np.arange(500)
    assert in_frequency_order(rows, counts[order]) is expected


def test_a_handful_of_words_says_nothing() -> None:
    assert not in_frequency_order(np.arange(5, dtype=np.int32), np.arange(5, 0, -1))
