import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_allclose

from embedadapt.kernels import bags, sgns
from embedadapt.kernels.block import Place, make_scratch
from embedadapt.kernels.model import Copies, Model, Shape
from tests import naive
from tests.kernels.make import PIECES, WINDOW, as_bags, random_model, shape_for


@njit
def update_bag(
    model: Model,
    shape: Shape,
    of_words: bags.Bags,
    words: np.ndarray,
    targets: tuple[int, ...],
    rate: float,
) -> None:
    scratch = make_scratch(
        shape, np.zeros(1, np.int64), WINDOW, of_words.longest, Place(1, 0, 0), None
    )
    n_rows = 0
    for word in words:
        n_rows = bags.fill_bag(of_words, word, n_rows, Copies(0, 0, 1), scratch)
    bags.open_bag(model.inputs, shape, n_rows, scratch)
    hidden = Model(scratch.hidden, model.outputs)
    sgns.update_window(hidden, shape, (0,), 0, 1, targets, np.float32(rate), False, scratch)
    bags.spread_gain(model.inputs, shape, n_rows, scratch)


@pytest.mark.parametrize("width", [16, 48])
def test_a_bag_walks_down_the_gradient_of_its_mean(width: int) -> None:
    """Finite differences of the loss. Each of n rows receives the whole step, which is n times its
    own slope: a row in the bag has a share of 1 / n in the mean."""
    words, targets = [0, 2], [3, 7, 1, 3, 9, 4]
    bag = PIECES[0] + PIECES[2]
    model = random_model(width)
    inputs, outputs = (matrix.astype(np.float64) for matrix in model)
    update_bag(
        model, shape_for(width, 5), as_bags(PIECES, True), np.array(words), tuple(targets), 1
    )

    def loss() -> float:
        return naive.pair_loss(inputs[bag].mean(axis=0), outputs[targets], targets)

    places = [(inputs, model.inputs, row, len(bag)) for row in bag]
    places += [(outputs, model.outputs, row, 1) for row in set(targets)]
    for matrix, after, row, factor in places:
        before = matrix[row].copy()
        for d in range(0, width, 7):
            matrix[row, d] = before[d] + 1e-5
            above = loss()
            matrix[row, d] = before[d] - 1e-5
            slope = (above - loss()) / 2e-5
            matrix[row, d] = before[d]
            assert_allclose(after[row, d], before[d] - factor * slope, atol=2e-4)


def test_a_row_that_stands_twice_moves_twice() -> None:
    """Word 1 is rows 1 and 12, word 2 is rows 2, 12 and 13."""
    model = random_model(48)
    before = model.inputs.copy()
    words = np.array([1, 2, 2])
    update_bag(model, shape_for(48, 5), as_bags(PIECES, True), words, (0, 3, 4, 5, 6, 7), 0.1)
    moved = model.inputs - before
    for row, times in {1: 1, 2: 2, 12: 3, 13: 2, 14: 0, 0: 0}.items():
        assert_allclose(moved[row], times * moved[1], atol=1e-5)
    assert moved[1].all()
