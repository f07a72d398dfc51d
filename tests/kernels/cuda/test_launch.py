"""The kernel against its twin. Needs a GPU."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.kernels.cuda.launch import Kernel, Tables, pack_noise
from embedadapt.kernels.cuda.sizes import Sizes, padded_width
from embedadapt.kernels.cuda.stream import SENTENCE_START, SHARED
from tests import naive
from tests.gpu import require_gpu

cupy = require_gpu()
pytestmark = pytest.mark.cuda

N_WORDS, KEY, RATES = 60, 12345, (0.05, 0.01)


def make_text() -> tuple[list[int], set[int]]:
    """400 words in sentences of 1 to 30, none twice among 40."""
    rng = np.random.default_rng(0)
    words: list[int] = []
    while len(words) < 400:
        choices = set(range(N_WORDS)) - set(words[-40:])
        words.append(int(rng.choice(sorted(choices))))
    lengths = rng.integers(1, 30, size=60)
    return words, {0, *np.cumsum(lengths)[np.cumsum(lengths) < 400].tolist()}


def make_matrices(n_rows: int, dim: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    inputs, outputs = rng.normal(size=(n_rows, dim)), rng.normal(size=(N_WORDS, dim))
    return 0.5 * inputs.astype(np.float32), 0.5 * outputs.astype(np.float32)


def marked(words: list[int], starts: set[int], *, shared: bool) -> np.ndarray:
    marks = [SENTENCE_START if i in starts else 0 for i in range(len(words))]
    return np.array(words, np.int32) | np.array(marks, np.int32) | (SHARED if shared else 0)


def padded(matrix: np.ndarray) -> Any:
    width = padded_width(matrix.shape[1])
    return cupy.asarray(np.pad(matrix, ((0, 0), (0, width - matrix.shape[1]))))


@pytest.mark.parametrize("shared", [False, True], ids=["held", "shared"])
@pytest.mark.parametrize("of_context", [False, True], ids=["skipgram", "cbow"])
@pytest.mark.parametrize("n_pieces", [1, 3])
@pytest.mark.parametrize(
    ("dim", "window", "negative", "together"),
    [(20, 5, 5, 10), (100, 5, 5, 1), (300, 3, 4, 6), (520, 2, 12, 4), (50, 15, 30, 30)],
)
def test_one_writer_is_the_twin(
    dim: int,
    window: int,
    negative: int,
    together: int,
    n_pieces: int,
    of_context: bool,
    shared: bool,
) -> None:
    words, starts = make_text()
    pieces = np.random.default_rng(2).permutation(n_pieces * N_WORDS).reshape(N_WORDS, n_pieces)
    if n_pieces == 1:
        pieces = np.arange(N_WORDS)[:, None]
    inputs, outputs = make_matrices(n_pieces * N_WORDS, dim)
    threshold = np.linspace(0.2, 1, N_WORDS, dtype=np.float32)
    alias = np.arange(N_WORDS, dtype=np.int32)[::-1].copy()

    tables = Tables(padded(inputs), padded(outputs), cupy.asarray(pack_noise(threshold, alias)))
    if n_pieces > 1:
        tables = tables._replace(
            piece_offsets=cupy.arange(N_WORDS + 1) * n_pieces,
            pieces=cupy.asarray(pieces.ravel().astype(np.int32)),
        )
    sizes = Sizes(padded_width(dim), window, 1 + negative, together, of_context, n_pieces > 1)
    Kernel(sizes).launch(
        tables,
        cupy.asarray(marked(words, starts, shared=shared)),
        key=KEY,
        rates=RATES,
        writers=1,
        freeze_inputs=False,
        losses=cupy.zeros(2),
    )

    expected_inputs, expected_outputs = inputs.astype(np.float64), outputs.astype(np.float64)
    naive.train_stretch(
        expected_inputs,
        expected_outputs,
        words,
        starts,
        pieces.tolist(),
        (threshold, alias),
        KEY,
        RATES,
        window=window,
        negative=negative,
        together=together,
        of_context=of_context,
    )
    assert np.abs(expected_inputs - inputs).max() > 0.1
    assert_allclose(tables.inputs.get()[:, :dim], expected_inputs, atol=2e-4)
    assert_allclose(tables.outputs.get()[:, :dim], expected_outputs, atol=2e-4)


@pytest.mark.parametrize("writers", [1, 7, 200])
def test_frozen_inputs_stay_and_the_loss_is_measured(writers: int) -> None:
    words, starts = make_text()
    inputs, outputs = make_matrices(N_WORDS, 20)
    outputs[:] = 0
    noise = cupy.asarray(pack_noise(np.ones(N_WORDS, np.float32), np.zeros(N_WORDS, np.int32)))
    tables, losses = Tables(padded(inputs), padded(outputs), noise), cupy.zeros(2)
    Kernel(Sizes(padded_width(20), 5, 6, 10)).launch(
        tables,
        cupy.asarray(marked(words, starts, shared=False)),
        key=KEY,
        rates=(1e-6, 1e-6),
        writers=writers,
        freeze_inputs=True,
        losses=losses,
    )
    assert_array_equal(tables.inputs.get()[:, :20], inputs)
    assert np.all(tables.outputs.get()[:, :20].any(axis=1))
    total, n_pairs = losses.get()
    assert n_pairs > 30
    assert_allclose(total / n_pairs, 6 * np.log(2), rtol=0.1)  # less noise that was the centre


def test_no_update_is_lost_among_many_writers() -> None:
    """With rows of zeros and frozen inputs each change is rate / 2 x the inputs, whatever the
    order: 200 writers must end where one does."""
    words, starts = make_text()
    inputs, outputs = make_matrices(N_WORDS, 100)
    noise = cupy.asarray(pack_noise(np.ones(N_WORDS, np.float32), np.zeros(N_WORDS, np.int32)))
    ends = []
    for writers in (1, 200):
        tables = Tables(padded(inputs), padded(np.zeros_like(outputs)), noise)
        Kernel(Sizes(padded_width(100), 5, 6, 10)).launch(
            tables,
            cupy.asarray(marked(words * 20, starts, shared=False)),
            key=KEY,
            rates=(1e-5, 1e-5),
            writers=writers,
            freeze_inputs=True,
            losses=cupy.zeros(2),
        )
        ends.append(tables.outputs.get())
    assert_allclose(ends[1], ends[0], atol=0.01 * np.abs(ends[0]).max())
