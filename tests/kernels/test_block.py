from collections.abc import Sequence

import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels import sgns
from embedadapt.kernels._simd import ONE
from embedadapt.kernels.bags import Bags
from embedadapt.kernels.block import Place, train_block
from embedadapt.kernels.block import merge as merge_rows
from embedadapt.kernels.model import Copies, Method, Model, Sampling, Shape
from embedadapt.kernels.rng import packed_columns
from embedadapt.training.sampling import keep_probabilities, noise_table
from tests import naive
from tests.kernels.make import N_INPUTS, N_WORDS, PIECES, WINDOW, as_bags, random_model, shape_for

NO_COPIES = Copies(0, N_INPUTS, 1)
SOME_COPIES = Copies(4, N_INPUTS, 20)
COPIES = pytest.mark.parametrize("copies", [NO_COPIES, SOME_COPIES], ids=["", "copies"])
WHOLE = [[word] for word in range(N_WORDS)]


class Block:
    """A block of text and a model, trained by the kernel and by a twin with the same numbers."""

    def __init__(
        self,
        copies: Copies,
        together: int,
        reuse: int,
        *,
        lengths: Sequence[int] = (0, 1, 2, 3, 60, 7, 25),
        window: int = WINDOW,
        freeze_inputs: bool = False,
        rate: float = 0.1,
    ) -> None:
        rng = np.random.default_rng(5)
        self.counts = np.arange(N_WORDS, 0, -1) ** 2
        self.lengths, self.rate = lengths, rate
        shares = self.counts / self.counts.sum()
        self.sentences = [rng.choice(N_WORDS, n, p=shares).astype(np.int32) for n in self.lengths]
        self.keep, self.noise = (
            keep_probabilities(self.counts, 0.05),
            noise_table(self.counts, 0.75),
        )
        self.method = Method(window, together, reuse, freeze_inputs, copies)
        rows = [*range(N_INPUTS), *range(copies.n_rows), *range(copies.n_rows)]
        self.start = random_model(48, 0.1)
        self.model = Model(*(matrix[rows] for matrix in self.start))

    def train(
        self, bags: Bags | None, *, one_by_one: bool = False, by_window: bool = False
    ) -> tuple[float, int]:
        return train_block(
            self.model,
            shape_for(48, 5),
            bags,
            ONE if one_by_one else None,
            ONE if by_window else None,
            np.concatenate(self.sentences),
            np.cumsum([0, *self.lengths]),
            Sampling(self.keep, packed_columns(*self.noise)),
            self.method,
            self.rate,
            Place(7, 1, 3),
        )

    def check(self, trained: tuple[float, int], twin, **options) -> None:
        inputs, outputs = (matrix.astype(np.float64) for matrix in self.start)
        losses = twin(
            inputs,
            outputs,
            [sentence.tolist() for sentence in self.sentences],
            self.keep,
            self.noise,
            naive.SplitMix64(7, 1, 3),
            naive.SplitMix64(7, 1, 3, 1),
            window=self.method.window,
            negative=5,
            rate=self.rate,
            **options,
        )
        assert len(losses) > 50
        assert_allclose(self.model.inputs[:N_INPUTS], inputs, atol=1e-4)
        assert_allclose(self.model.outputs[:N_INPUTS], outputs, atol=1e-4)
        measured, n_measured = trained
        assert n_measured == len(losses[:: sgns.MEASURE_EVERY])
        assert_allclose(measured, sum(losses[:: sgns.MEASURE_EVERY]), rtol=1e-4)
        copies = self.method.copies
        for matrix in self.model:
            for again in (copies.first, copies.first + copies.n_rows):
                assert_array_equal(matrix[again : again + copies.n_rows], matrix[: copies.n_rows])


@pytest.mark.parametrize(("together", "reuse"), [(1, 1), (2 * WINDOW, 2)], ids=["exact", "fast"])
@COPIES
def test_a_block_of_text_is_trained_as_the_twin_does(
    together: int, reuse: int, copies: Copies
) -> None:
    """Same random numbers, same windows, same noise, same steps; some losses measured. For one
    thread it makes no difference that it trains some rows on copies, merged now and then."""
    block = Block(copies, together, reuse)
    block.check(block.train(None), naive.train_block, together=together, reuse=reuse)


@COPIES
def test_pairs_are_trained_as_the_twin_does(copies: Copies) -> None:
    """In the mode `exact` by a loop of their own, of sentences with more pairs than it lists at a
    time and of some with a number of pairs that four does not divide."""
    block = Block(copies, 1, 1)
    block.check(block.train(None, one_by_one=True), naive.train_pairs)


LONG, SHORT = (0, 1, 2, 3, 300, 7, 25, 140, 1, 2, 0), (2, 0, 3) * 25


@pytest.mark.parametrize("pieces", [WHOLE, PIECES], ids=["words", "subwords"])
@pytest.mark.parametrize("of_context", [True, False], ids=["cbow", "skipgram"])
@pytest.mark.parametrize("reuse", [1, 4], ids=["exact", "fast"])
@COPIES
def test_bags_are_trained_as_the_twin_does(
    pieces: list[list[int]], of_context: bool, reuse: int, copies: Copies
) -> None:
    block = Block(copies, 1, reuse)
    trained = block.train(as_bags(pieces, of_context))
    block.check(trained, naive.train_bags, pieces=pieces, of_context=of_context, reuse=reuse)


@pytest.mark.parametrize("lengths", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize(("window", "together", "reuse"), [(WINDOW, 3, 1), (20, 20, 2)])
@COPIES
def test_windows_of_bags_are_trained_as_the_twin_does(
    copies: Copies, window: int, together: int, reuse: int, lengths: Sequence[int]
) -> None:
    """In the mode `fast`, with windows that are trained at once and others in several parts."""
    block = Block(copies, together, reuse, lengths=lengths, window=window, rate=0.02)
    trained = block.train(as_bags(PIECES, False), by_window=True)
    block.check(trained, naive.train_windows_of_bags, pieces=PIECES, together=together, reuse=reuse)


def test_windows_of_bags_with_frozen_inputs_are_trained_as_the_twin_does() -> None:
    block = Block(NO_COPIES, 5, 1, lengths=LONG, freeze_inputs=True, rate=0.02)
    trained = block.train(as_bags(PIECES, False), by_window=True)
    block.check(
        trained,
        naive.train_windows_of_bags,
        pieces=PIECES,
        together=5,
        reuse=1,
        freeze_inputs=True,
    )
    assert_array_equal(block.model.inputs, block.start.inputs)


@njit
def merge(matrix: np.ndarray, shape: Shape, copies: Copies) -> None:
    merge_rows(matrix, shape, copies)


def test_a_merge_adds_what_the_copies_gained_to_what_others_did() -> None:
    """Seen 10, own now 13, meanwhile shared 11: 14, for all three."""
    matrix = np.repeat(np.float32([[11], [5], [13], [10]]), 16, axis=1)
    merge(matrix, shape_for(16, 5), Copies(1, 2, 1))
    assert_array_equal(matrix[:, 0], [14, 5, 14, 14])
    assert_array_equal(matrix, np.repeat(matrix[:, :1], 16, axis=1))
