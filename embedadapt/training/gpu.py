"""Training on an NVIDIA GPU: the matrices stay there, the text is streamed in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from embedadapt.core.errors import EmbedAdaptError, MissingExtraError
from embedadapt.core.settings import require
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.kernels.cuda import crowd
from embedadapt.kernels.cuda.launch import Kernel, Tables, pack_noise
from embedadapt.kernels.cuda.sizes import Sizes, padded_width
from embedadapt.kernels.cuda.stream import SHARED, thin
from embedadapt.kernels.rng import stream
from embedadapt.training.blocks import Blocks, split_blocks
from embedadapt.training.job import Job
from embedadapt.training.loop import Trained
from embedadapt.training.sampling import (
    keep_probabilities,
    noise_shares,
    noise_table,
    occurrences,
)
from embedadapt.training.settings import TrainingSettings

BLOCK_WORDS = 2**24
"""Words of a block: 50 to 90 ms of work, ten times as long as it takes to sample and launch one."""

BYTES_PER_TOKEN = 96
"""Bytes of GPU memory per token of a block: the next block beside it, random numbers, sums
(`stream.thin`)."""

MOST_WINDOW, MOST_NEGATIVE = 15, 30
"""A warp has one lane for each word of a window, and for each target."""

ROWS_AT_ONCE = 2**18
"""Rows copied to the GPU at a time, so that a matrix is never there twice."""


class Block(NamedTuple):
    """Text in the memory of the GPU: token ids, and sentence offsets into them."""

    number: int
    token_ids: Any
    sentence_offsets: Any


@dataclass
class GpuTrainer:
    """A model in the memory of the GPU, and the text that it is trained on.

    writers: how many warps may write at the same time, at most; see `crowd`.
    keep, marks: one value for each word; see `stream.thin`.
    sending: the stream on which text arrives. coming: the block that was sent ahead.
    """

    kernel: Kernel
    tables: Tables
    token_ids: Ints1d
    blocks: Blocks
    keep: Any
    marks: Any
    writers: int
    settings: TrainingSettings
    freeze_inputs: bool
    dim: int
    xp: ModuleType
    sending: Any
    coming: Block | None = None

    threads = 1

    @classmethod
    def prepare(cls, job: Job) -> GpuTrainer:
        """Copy the matrices to the GPU.

        In the mode "fast", one window shares its noise words; in CBOW no two centers do, which
        would save nothing on a GPU.

        Raises MissingExtraError without CuPy, EmbedAdaptError without a GPU or with too little of
        its memory, SettingsError for settings that the kernel does not support.
        """
        inputs, outputs, corpus, settings, freeze_inputs, row_groups = job
        xp = require_gpu()
        sizes = kernel_sizes(inputs.shape[1], settings, subwords=row_groups is not None)
        blocks = split_blocks(corpus.sentence_offsets, BLOCK_WORDS)
        check_memory(xp, sizes, len(inputs), len(outputs), longest(blocks))
        kernel = Kernel(sizes)
        counts = occurrences(corpus)
        keep = keep_probabilities(counts, settings.model.subsample)
        shares = keep * counts / (keep * counts).sum()
        if row_groups is not None:
            shares = crowd.piece_shares(shares, *row_groups)
        noise = noise_shares(counts, settings.model.ns_exponent)
        bound = crowd.bound_writers(shares, noise, settings.model.window, settings.model.negative)
        writers = min(kernel.resident, bound)
        shared = crowd.shared_words(shares, settings.model.window, writers)
        tables = Tables(
            to_gpu(xp, inputs, sizes.width),
            to_gpu(xp, outputs, sizes.width),
            xp.asarray(pack_noise(*noise_table(counts, settings.model.ns_exponent))),
            *(xp.asarray(part) for part in row_groups or ()),
        )
        return cls(
            kernel=kernel,
            tables=tables,
            token_ids=corpus.token_ids,
            blocks=blocks,
            keep=xp.asarray(keep),
            marks=xp.asarray(np.where(shared, SHARED, np.int32(0))),
            writers=writers,
            settings=settings,
            freeze_inputs=freeze_inputs,
            dim=inputs.shape[1],
            xp=xp,
            sending=xp.cuda.Stream(non_blocking=True),
        )

    @property
    def n_blocks(self) -> int:
        return len(self.blocks)

    @property
    def n_words(self) -> int:
        return len(self.token_ids)

    def train_block(self, epoch: int, number: int) -> Trained:
        """Train one block of one epoch, at the rates and random numbers of its position."""
        block = self.coming if self.coming and self.coming.number == number else self.send(number)
        words = thin(
            self.xp,
            block.token_ids,
            block.sentence_offsets,
            self.keep,
            self.marks,
            key=self.key(epoch, 2 * number),
        )
        if not len(words):
            return Trained(len(block.token_ids), 0.0, 0)
        offsets, losses = self.blocks[number], self.xp.zeros(2)
        self.kernel.launch(
            self.tables,
            words,
            key=self.key(epoch, 2 * number + 1),
            rates=(self.rate_at(epoch, offsets[0]), self.rate_at(epoch, offsets[-1])),
            writers=max(1, min(self.writers, len(words) // crowd.FEWEST_CENTRES)),
            freeze_inputs=self.freeze_inputs,
            losses=losses,
        )
        self.coming = block if self.n_blocks == 1 else self.send((number + 1) % self.n_blocks)
        loss, n_measured = losses.get()
        return Trained(len(block.token_ids), float(loss), int(n_measured))

    def key(self, epoch: int, stretch: int) -> int:
        """Where the random numbers of a stretch of text begin."""
        return int(stream(self.settings.run.seed, epoch, stretch)[0])

    def rate_at(self, epoch: int, token: int) -> float:
        return self.settings.model.rate_at((epoch + token / self.n_words) / self.settings.epochs)

    def send(self, number: int) -> Block:
        """Copy a block to the GPU while another block is trained there."""
        offsets = self.blocks[number]
        with self.sending:
            token_ids = self.xp.asarray(self.token_ids[offsets[0] : offsets[-1]], dtype=np.int32)
            block = Block(number, token_ids, self.xp.asarray(offsets - offsets[0]))
            self.sending.synchronize()
        return block

    def matrices(self) -> tuple[Floats2d, Floats2d]:
        """Copies of the present inputs and outputs, without padding."""
        inputs, outputs = self.tables.inputs.get(), self.tables.outputs.get()
        return inputs[:, : self.dim], outputs[:, : self.dim]


def require_gpu() -> ModuleType:
    """The module CuPy, if it finds a GPU."""
    try:
        import cupy
    except ImportError:
        raise MissingExtraError(
            "device cuda",
            expected="CuPy",
            found="none installed",
            hint="In a clone of embedadapt: pip install '.[cuda]'",
        ) from None
    try:
        cupy.cuda.Device().use()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        raise EmbedAdaptError(
            "device cuda",
            expected="an NVIDIA GPU and its driver",
            found=str(error),
            hint="Without one, train with device cpu.",
        ) from None
    module: ModuleType = cupy
    return module


def kernel_sizes(dim: int, settings: TrainingSettings, *, subwords: bool) -> Sizes:
    """The sizes that the kernel is compiled for."""
    for name, most in (("window", MOST_WINDOW), ("negative", MOST_NEGATIVE)):
        expected = f"at most {most} with device cuda"
        value = getattr(settings.model, name)
        require(value <= most, name, expected, value)
    return Sizes(
        width=padded_width(dim),
        window=settings.model.window,
        targets=1 + settings.model.negative,
        together=2 * settings.model.window if settings.model.mode == "fast" else 1,
        cbow=settings.model.architecture == "cbow",
        subwords=subwords,
    )


def check_memory(
    xp: ModuleType, sizes: Sizes, n_inputs: int, n_outputs: int, block_words: int
) -> None:
    """Raise EmbedAdaptError, with the amounts, where a model does not fit the GPU."""
    device = xp.cuda.Device()
    most = device.attributes["MaxSharedMemoryPerBlockOptin"]
    if sizes.shared_bytes > most or sizes.threads > device.attributes["MaxThreadsPerBlock"]:
        raise EmbedAdaptError(
            "device cuda",
            expected=f"a window that fits {most:,} bytes of shared memory",
            found=f"{sizes.shared_bytes:,} bytes: {sizes.width} columns, window {sizes.window}",
            hint="Use fewer columns or a smaller window, or device cpu.",
        )
    xp.get_default_memory_pool().free_all_blocks()  # what an earlier training left
    needed, free = memory_needed(sizes.width, n_inputs, n_outputs, block_words), device.mem_info[0]
    if needed > free:
        raise EmbedAdaptError(
            "device cuda",
            expected=f"at most {free / 2**30:.1f} GiB, which the GPU has free",
            found=f"{needed / 2**30:.1f} GiB: {n_inputs:,} + {n_outputs:,} rows of {sizes.width} "
            f"floats, and {BYTES_PER_TOKEN} bytes for each of {block_words:,} words of a block",
            hint="Raise min_count, use fewer columns, or device cpu.",
        )


def memory_needed(width: int, n_inputs: int, n_outputs: int, block_words: int) -> int:
    """Bytes of GPU memory for a training: both matrices, tables of the words, a block.

    >>> f"{memory_needed(304, 1_000_000, 1_000_000, 2**24):,}"
    '4,058,612,736'
    """
    tables = 4 * width * (n_inputs + n_outputs)
    return tables + 16 * n_outputs + BYTES_PER_TOKEN * block_words


def longest(blocks: Blocks) -> int:
    return max(int(offsets[-1] - offsets[0]) for offsets in blocks)


def to_gpu(xp: ModuleType, matrix: Floats2d, width: int) -> Any:
    """The matrix in the memory of the GPU, its rows padded to `width` columns."""
    n_rows, dim = matrix.shape
    table = xp.zeros((n_rows, width), dtype=np.float32)
    for first in range(0, n_rows, ROWS_AT_ONCE):
        rows = matrix[first : first + ROWS_AT_ONCE]
        table[first : first + len(rows), :dim] = xp.asarray(rows)
    return table
