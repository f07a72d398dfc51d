import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from embedadapt.kernels.cuda import crowd

COUNTS = st.lists(st.integers(1, 10_000), min_size=2, max_size=50)


def shares_of(counts: list[int]) -> np.ndarray:
    return np.array(counts) / sum(counts)


@given(counts=COUNTS, window=st.integers(1, 15), negative=st.integers(1, 30))
def test_no_more_than_the_bound_meet_on_a_row(
    counts: list[int], window: int, negative: int
) -> None:
    shares = shares_of(counts)
    noise = shares_of([count**0.75 for count in counts])
    writers = crowd.bound_writers(shares, noise, window, negative)
    on_outputs = writers * (shares + negative * noise)
    on_inputs = writers * (window + 1) * shares
    assert writers == 1 or max(on_outputs.max(), on_inputs.max()) <= crowd.IN_FLIGHT
    shared = crowd.shared_words(shares, window, writers)
    held = writers * (2 * window + 1) * shares[~shared]
    assert held.max(initial=0) <= crowd.HELD_COPIES


def test_a_larger_vocabulary_bears_more_writers() -> None:
    bounds = [
        crowd.bound_writers(shares, shares, window=5, negative=5)
        for shares in (np.full(n, 1 / n) for n in (100, 1_000, 10_000))
    ]
    assert bounds[1] in range(9 * bounds[0], 11 * bounds[0])
    assert bounds[2] in range(9 * bounds[1], 11 * bounds[1])


@given(counts=COUNTS, seed=st.integers(0, 99))
def test_shares_of_pieces(counts: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares = shares_of(counts)
    bags = [rng.choice(20, size=rng.integers(1, 6), replace=False) for _ in counts]
    of_piece = [sum(s for s, bag in zip(shares, bags, strict=True) if p in bag) for p in range(20)]
    offsets = np.cumsum([0, *map(len, bags)])
    assert_allclose(
        crowd.piece_shares(shares, offsets, np.concatenate(bags)),
        [np.mean([of_piece[p] for p in bag]) for bag in bags],
    )
