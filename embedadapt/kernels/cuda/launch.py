"""Calls the kernel of train.cu from Python: compiled for given sizes, on a stretch of text."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embedadapt.core.types import Floats1d, Ints1d
from embedadapt.kernels.cuda.sizes import Sizes

SOURCE = Path(__file__).with_name("train.cu")

NOTHING = np.uintp(0)  # a null pointer


class Tables(NamedTuple):
    """A model in the memory of the GPU.

    inputs: (n_rows, width) float32. outputs: (n_words, width) float32. noise: (n_words, 2) int32,
    see `pack_noise`. piece_offsets, pieces: (n_words + 1,) int64 and (n_pieces,) int32, the input
    rows whose mean is each
        word; NOTHING where each word is its own row.
    """

    inputs: Any
    outputs: Any
    noise: Any
    piece_offsets: Any = NOTHING
    pieces: Any = NOTHING


def pack_noise(threshold: Floats1d, alias: Ints1d) -> Ints1d:
    """An alias table, (n_words, 2) int32, with the bits of each threshold beside its alias.

    Both are then read at once.

    >>> pack_noise(np.array([1, 0.5], np.float32), np.array([0, 0], np.int32)).tolist()
    [[1065353216, 0], [1056964608, 0]]
    """
    return np.stack([threshold.view(np.int32), alias], axis=1)


class Kernel:
    """The function `train` of train.cu for some sizes.

    resident: number of writers that the GPU runs at the same time.
    """

    def __init__(self, sizes: Sizes) -> None:
        import cupy
        from cupy.cuda import driver

        self.sizes = sizes
        module = cupy.RawModule(code=SOURCE.read_text("utf-8"), options=sizes.compiler_options)
        self.function = module.get_function("train")
        self.function.max_dynamic_shared_size_bytes = sizes.shared_bytes
        each = driver.occupancyMaxActiveBlocksPerMultiprocessor(
            self.function.kernel.ptr, sizes.threads, sizes.shared_bytes
        )
        self.resident = each * cupy.cuda.Device().attributes["MultiProcessorCount"]

    def launch(
        self,
        tables: Tables,
        words: Any,
        *,
        key: int,
        rates: tuple[float, float],
        writers: int,
        freeze_inputs: bool,
        losses: Any,
    ) -> None:
        """Train the model in place on a stretch of text, which is divided among `writers`.

        words: (n_kept,) int32 from `stream.thin`. rates: learning rates at its first word and at
        its last. losses: (2,) float64, to which the sum of the measured losses and their number are
        added.

        Returns at once, while the GPU works.
        """
        self.function(
            (writers,),
            (self.sizes.threads,),
            (
                tables.inputs,
                tables.piece_offsets,
                tables.pieces,
                np.int32(freeze_inputs),
                tables.outputs,
                words,
                np.int64(len(words)),
                tables.noise,
                np.uint32(len(tables.noise)),
                np.uint64(key),
                np.float32(rates[0]),
                np.float32(rates[1]),
                losses,
            ),
            shared_mem=self.sizes.shared_bytes,
        )
