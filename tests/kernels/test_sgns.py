import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels import pairs, sgns
from embedadapt.kernels.block import Place, make_scratch
from embedadapt.kernels.model import Model, Shape
from tests import naive
from tests.kernels.make import N_WORDS, WINDOW, random_model, shape_for


@njit
def update(
    model: Model,
    shape: Shape,
    context: np.ndarray,
    targets: tuple[int, ...],
    rate: float,
    freeze: bool,
) -> None:
    scratch = make_scratch(shape, np.zeros(1, np.int64), WINDOW, 0, Place(1, 0, 0), None)
    sgns.update_window(
        model, shape, context, 0, len(context), targets, np.float32(rate), freeze, scratch
    )


# 18 targets do not fit one vector; 48 columns are an odd number of blocks.
@pytest.mark.parametrize(("width", "negative"), [(48, 5), (16, 17)])
@settings(max_examples=40)
@given(data=st.data())
def test_an_update_is_the_twins(width: int, negative: int, data: st.DataObject) -> None:
    """With words that stand twice in the context or the noise, and noise equal to the centre."""
    word = st.integers(0, N_WORDS - 1)
    context = data.draw(st.lists(word, min_size=1, max_size=2 * WINDOW))
    targets = data.draw(st.lists(word, min_size=1 + negative, max_size=1 + negative))
    model = random_model(width)
    inputs, outputs = (matrix.astype(np.float64) for matrix in model)
    update(model, shape_for(width, negative), np.array(context), tuple(targets), 0.1, False)
    naive.update_window(inputs, outputs, context, targets, 0.1)
    assert_allclose(model.inputs, inputs, atol=2e-5)
    assert_allclose(model.outputs, outputs, atol=2e-5)


@njit
def update_group(
    model: Model,
    shape: Shape,
    words: np.ndarray,
    targets: np.ndarray,
    rate: float,
    freeze: bool,
) -> None:
    scratch = make_scratch(shape, np.zeros(1, np.int64), WINDOW, 0, Place(1, 0, 0), None)
    n, n_noise, listed = len(words), targets.shape[1] - 1, scratch.pairs
    listed.words[:n], listed.centers[:n] = words, targets[:, 0]
    listed.noise[: n * n_noise] = targets[:, 1:].copy().reshape(-1)
    pairs.train_list(model, shape, n, np.float32(rate), freeze, scratch)


@pytest.mark.parametrize(("width", "negative"), [(48, 5), (16, 7)])
@settings(max_examples=40)
@given(data=st.data())
def test_an_update_of_pairs_is_the_twins(width: int, negative: int, data: st.DataObject) -> None:
    """Of a whole group and of less, with words that stand in several places of the group."""
    word = st.integers(0, N_WORDS - 1)
    targets = st.lists(word, min_size=1 + negative, max_size=1 + negative)
    group = data.draw(st.lists(st.tuples(word, targets), min_size=1, max_size=4))
    freeze = data.draw(st.booleans())
    model = random_model(width)
    inputs, outputs = (matrix.astype(np.float64) for matrix in model)
    words, wanted = (np.array(column, dtype=np.int32) for column in zip(*group, strict=True))
    update_group(model, shape_for(width, negative), words, wanted, 0.1, freeze)
    naive.update_pairs(inputs, outputs, group, 0.1, freeze_inputs=freeze)
    assert_allclose(model.inputs, inputs, atol=2e-5)
    assert_allclose(model.outputs, outputs, atol=2e-5)


def test_an_update_walks_down_the_gradient() -> None:
    """Finite differences of the loss, one number after another."""
    targets, word = [3, 7, 1, 3, 9, 4], 5
    model = random_model(48)
    inputs, outputs = (matrix.astype(np.float64) for matrix in model)
    update(model, shape_for(48, 5), np.array([word]), tuple(targets), 1.0, False)

    def loss() -> float:
        return naive.pair_loss(inputs[word], outputs[targets], targets)

    for matrix, after, row in [(inputs, model.inputs, word)] + [
        (outputs, model.outputs, target) for target in set(targets)
    ]:
        before = matrix[row].copy()
        for d in range(48):
            matrix[row, d] = before[d] + 1e-5
            above = loss()
            matrix[row, d] = before[d] - 1e-5
            slope = (above - loss()) / 2e-5
            matrix[row, d] = before[d]
            assert_allclose(after[row, d], before[d] - slope, atol=2e-4)


def test_frozen_inputs_do_not_move_and_outputs_do_as_before() -> None:
    free, frozen = random_model(48), random_model(48)
    context, targets = np.array([1, 2, 3, 4]), (5, 6, 7, 8, 9, 10)
    update(free, shape_for(48, 5), context, targets, 0.1, False)
    update(frozen, shape_for(48, 5), context, targets, 0.1, True)
    assert_array_equal(frozen.inputs, random_model(48).inputs)
    assert_allclose(frozen.outputs, free.outputs, rtol=1e-5)
    assert (frozen.inputs != free.inputs).any()


@njit
def measure(rates: np.ndarray, n: int, rate: float, loss: np.ndarray) -> None:
    sgns.measure(rates, 0, len(rates) // n, n, np.float32(rate), loss)


def test_the_loss_is_told_by_the_errors() -> None:
    """Errors of 1/4 at the centre and -1/2 at one noise word; the other noise word is the centre.
    Of two pairs the second is the one whose turn it is."""
    rates = 0.1 * np.array([0.9, -0.9, 0, 0.25, -0.5, 0], np.float32)
    loss = np.array([0, 0, 1.0])
    measure(rates, 3, 0.1, loss)
    assert_allclose(loss, [-np.log(3 / 4) - np.log(1 / 2), 1, sgns.MEASURE_EVERY - 1], rtol=1e-6)


@pytest.mark.parametrize(("error", "expected"), [(1, -np.log(1e-7)), (np.nan, np.nan)])
def test_a_hopeless_pair_has_a_finite_loss_and_nan_is_passed_on(
    error: float, expected: float
) -> None:
    loss = np.zeros(3)
    measure(np.array([0.1 * error], np.float32), 1, 0.1, loss)
    assert_allclose(loss[0], expected)
