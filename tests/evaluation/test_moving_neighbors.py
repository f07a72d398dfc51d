import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation import moving_neighbors
from embedadapt.evaluation.moving_neighbors import MovingNeighbors
from embedadapt.evaluation.neighbors import nearest_of_rows
from embedadapt.evaluation.retention import neighbor_overlap

K = 3


@given(
    st.integers(5, 60),
    st.floats(0.1, 1),
    st.integers(K, 8),
    st.sampled_from([0.0, 0.05, 0.3, 3.0]),
    st.integers(0, 2),
    st.integers(0, 2**32 - 1),
)
def test_overlaps_are_those_of_a_search_among_all(
    n: int, share: float, n_listed: int, move: float, n_dimensions: int, seed: int
) -> None:
    """However few candidates are listed, how many move and how far, in whatever layout."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 4)).astype(np.float32)
    rows[rng.random(n) < 0.1] = 0
    moving = np.flatnonzero(rng.random(n) < share).astype(np.int32)
    general = moving[(rng.random(len(moving)) < 0.6) & rows[moving].any(axis=1)]
    after = np.hstack([rows, np.zeros((n, n_dimensions), np.float32)])
    after[moving] += move * rng.normal(size=(len(moving), after.shape[1])).astype(np.float32)
    before, adapted = table_of(rows), table_of(after)
    expected = neighbor_overlap(
        nearest_of_rows(before, general, K), nearest_of_rows(adapted, general, K)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving_neighbors, "N_LISTED", n_listed)
        patch.setattr(moving_neighbors, "AT_ONCE", 2)
        found = MovingNeighbors.of(before, moving, general, K)
        np.testing.assert_allclose(found.overlaps(after[moving], 0), expected)
        at_least_all = found.overlaps(after[moving], 1.1)
    assert (at_least_all >= expected - 1e-9).all()


def table_of(rows: np.ndarray) -> WordVectors:
    return WordVectors(Vocabulary([f"w{i}" for i in range(len(rows))]), rows)
