"""Both ways in which rows move, whichever this processor's kernels take."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.testing import assert_allclose

from embedadapt.kernels import moves
from embedadapt.kernels.block import Place, make_scratch
from embedadapt.kernels.model import Model, Shape
from tests.kernels.make import N_WORDS, WINDOW, random_model, shape_for


def compiled(way: Callable[..., None]) -> Callable[..., None]:
    @njit
    def move(
        model: Model,
        shape: Shape,
        context: np.ndarray,
        targets: tuple[int, ...],
        rates: np.ndarray,
        freeze: bool,
    ) -> None:
        scratch = make_scratch(shape, np.zeros(1, np.int64), WINDOW, 0, Place(1, 0, 0), None)
        scratch.rates[: rates.size] = rates.reshape(-1)
        way(model, shape, context, 0, len(context), targets, freeze, scratch)

    return move


WAYS = [compiled(moves.move_by_blocks), compiled(moves.move_by_words)]
WORD = st.integers(0, N_WORDS - 1)


@pytest.mark.parametrize("move", WAYS, ids=["blocks", "words"])
@settings(max_examples=40)
@given(
    st.lists(WORD, min_size=1, max_size=2 * WINDOW),
    st.lists(WORD, min_size=6, max_size=6),
    st.sampled_from([16, 48]),
    st.booleans(),
)
def test_words_move_by_targets_as_they_were_and_targets_by_words(
    move: Callable[..., None], context: list[int], targets: list[int], width: int, freeze: bool
) -> None:
    """With words that stand twice among either; a word moves from where its last move led."""
    model, rng = random_model(width), np.random.default_rng(1)
    rates = rng.normal(scale=0.1, size=(len(context), 6)).astype(np.float32)
    inputs, outputs = (matrix.astype(np.float64) for matrix in model)
    before, steps = outputs[targets], np.zeros((6, width))
    for word, rate in zip(context, rates, strict=True):
        steps += np.outer(rate, inputs[word])
        if not freeze:
            inputs[word] += rate @ before
    np.add.at(outputs, targets, steps)
    move(model, shape_for(width, 5), np.array(context), tuple(targets), rates, freeze)
    assert_allclose(model.inputs, inputs, atol=2e-5)
    assert_allclose(model.outputs, outputs, atol=2e-5)
