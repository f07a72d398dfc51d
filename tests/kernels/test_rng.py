import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from numba import njit

from embedadapt.kernels import rng as kernels
from tests import naive

SEEDS = st.integers(0, 2**63 - 1)


@njit
def draw_bits(rng: np.ndarray, n: int) -> list[np.uint64]:
    return [kernels.next_bits(rng) for _ in range(n)]


@njit
def draw_units(rng: np.ndarray, n: int) -> list[np.float32]:
    return [kernels.next_unit(rng) for _ in range(n)]


@njit
def draw_below(rng: np.ndarray, n: int, below: int) -> list[int]:
    return [kernels.next_below(rng, below) for _ in range(n)]


@njit
def draw_noise(rng: np.ndarray, columns: np.ndarray, n: int) -> list[int]:
    drawn = np.empty(n, np.uint64)
    kernels.draw_columns(rng, len(columns), drawn)
    return [kernels.choose(each, columns) for each in drawn]


@njit
def draw_noise_singly(rng: np.ndarray, columns: np.ndarray, n: int) -> list[int]:
    return [kernels.choose(kernels.next_column(rng, len(columns)), columns) for _ in range(n)]


def test_noise_is_the_twins_drawn_at_once_or_one_after_the_other() -> None:
    threshold, alias = np.float32([0.2, 1, 0.7]), np.int32([1, 1, 0])
    columns = kernels.packed_columns(threshold, alias)
    twin = naive.SplitMix64(5, 1, 2)
    rng, another = kernels.stream(5, 1, 2), kernels.stream(5, 1, 2)
    for n in (50, 1, 17):
        drawn = draw_noise(rng, columns, n)
        assert drawn == draw_noise_singly(another, columns, n)
        assert drawn == twin.noises(threshold, alias, n)
    assert {1, 2} < set(draw_noise(rng, columns, 50))


@njit
def chosen(drawn: np.uint64, columns: np.ndarray) -> int:
    return kernels.choose(drawn, columns)


@given(unit=st.integers(0, 2**24 - 1), bits=st.integers(0, 2**24))
@example(unit=5, bits=5)
@example(unit=0, bits=1)
def test_a_threshold_is_compared_to_the_bit(unit: int, bits: int) -> None:
    """Thresholds have 24 bits below 1, and more of them near 0. Column 0 has the alias 7."""
    for threshold in np.float32([bits / 2**24, bits / 2**30]):
        columns = kernels.packed_columns(threshold[None], np.int32([7]))
        expected = 0 if np.float32(unit / 2**24) < threshold else 7
        assert chosen(np.uint64(unit), columns) == expected


def test_the_published_sequence() -> None:
    """SplitMix64 from the seed 1234567, as Vigna's splitmix64.c prints it."""
    assert draw_bits(np.array([1234567], np.uint64), 5) == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@given(seed=SEEDS, epoch=st.integers(0, 1000), block=st.integers(0, 10**6))
def test_streams_are_the_twins(seed: int, epoch: int, block: int) -> None:
    twin = naive.SplitMix64(seed, epoch, block)
    rng = kernels.stream(seed, epoch, block)
    assert draw_bits(rng, 1) == [twin.bits()]
    assert draw_units(rng, 2) == [twin.unit(), twin.unit()]
    assert draw_below(rng, 1, 5) == [twin.below(5)]


def test_neighbouring_streams_share_nothing() -> None:
    draws = {
        bits
        for seed in (1, 2)
        for epoch in range(3)
        for block in range(50)
        for bits in draw_bits(kernels.stream(seed, epoch, block), 20)
    }
    assert len(draws) == 2 * 3 * 50 * 20


def test_units_and_choices_are_even() -> None:
    rng = kernels.stream(1, 0, 0)
    units = np.array(draw_units(rng, 100_000))
    assert 0 <= units.min() < units.max() < 1
    assert np.abs(np.histogram(units, 20, (0, 1))[0] / 5_000 - 1).max() < 0.06
    assert np.abs(np.bincount(draw_below(rng, 100_000, 7)) / (100_000 / 7) - 1).max() < 0.04
