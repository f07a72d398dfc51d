import numpy as np
import pytest
from sklearn.decomposition import PCA

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.space_map import NEIGHBORS_SHOWN, Plane, SpaceMap, map_words

RNG = np.random.default_rng(5)
ROWS = RNG.normal(size=(41, 6)).astype(np.float32)
MOVES = RNG.normal(size=(41, 6)).astype(np.float32)
WORDS = [f"w{i}" for i in range(41)]
SCALES = (0, 0.5, 1)


def table_at(scale: float) -> WordVectors:
    """The last word is new: it is not in the base."""
    n = 41 if scale else 40
    return WordVectors(Vocabulary(WORDS[:n]), (ROWS + np.float32(scale) * MOVES)[:n])


@pytest.fixture(scope="module")
def mapped() -> SpaceMap:
    return map_words(table_at, WORDS, np.arange(41), SCALES)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_plane_is_that_of_the_principal_components(mapped: SpaceMap) -> None:
    both = np.concatenate([unit(ROWS[:40]), unit((ROWS + MOVES)[:40])])
    peer = PCA(2).fit(both)
    for step, scale in ((0, 0), (1, 0.5), (2, 1)):
        expected = peer.transform(unit((ROWS + scale * MOVES)[:40]))
        np.testing.assert_allclose(np.abs(mapped.positions[step, :40]), np.abs(expected), atol=1e-4)
    assert mapped.share == pytest.approx(peer.explained_variance_ratio_.sum(), abs=1e-4)
    moves = both[40:] - both[:40]
    shown = np.square(moves @ peer.components_.T).sum() / np.square(moves).sum()
    assert mapped.share_of_moves == pytest.approx(shown, abs=1e-4)


def test_a_new_word_is_nowhere_in_the_base(mapped: SpaceMap) -> None:
    assert mapped.is_new.tolist() == [False] * 40 + [True]
    assert mapped.positions[0, 40].tolist() == [0, 0] and mapped.neighbors[0][40] == ()
    assert mapped.positions[1, 40].any() and len(mapped.neighbors[1][40]) == NEIGHBORS_SHOWN
    assert mapped.cosines[:, 40].tolist() == [1, 1, 1]


def test_neighbours_and_cosines_are_those_of_the_whole_space(mapped: SpaceMap) -> None:
    for step, scale in enumerate(SCALES):
        table = table_at(scale)
        expected = [word for word, _ in table.most_similar("w3", NEIGHBORS_SHOWN)]
        assert [near.word for near in mapped.neighbors[step][3]] == expected
        cosine = unit(table.matrix)[3] @ unit(ROWS)[3]
        assert mapped.cosines[step, 3] == pytest.approx(cosine, abs=1e-5)


def test_a_wider_table_is_shown_in_its_own_width() -> None:
    def wider(scale: float) -> WordVectors:
        beside = np.hstack([ROWS, np.float32(scale) * MOVES]) if scale else ROWS
        return WordVectors(Vocabulary(WORDS), beside)

    found = map_words(wider, WORDS, np.arange(41), SCALES)
    assert found.positions.shape == (3, 41, 2)
    assert np.abs(found.positions[2] - found.positions[0]).max() > 0.01


def test_the_step_to_open_at_is_the_scale_asked_for(mapped: SpaceMap) -> None:
    found = map_words(table_at, WORDS, np.arange(41), SCALES, layout="concat", opens_at=0.5)
    assert (found.layout, found.opens_at) == ("concat", 1)
    assert (mapped.layout, mapped.opens_at) == ("add", 0)


def test_the_plane_of_rows_that_are_all_alike_shows_nothing() -> None:
    plane = Plane.through(np.ones((4, 3), np.float32))
    assert plane.share == 0 and plane.share_of(np.zeros((4, 3), np.float32)) == 0
    assert np.isfinite(plane.project(np.ones((4, 3), np.float32))).all()
