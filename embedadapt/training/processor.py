"""Training on the processor: the matrices as the kernels want them, a block at a time."""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.kernels import sgns
from embedadapt.kernels._simd import LANES, aligned_zeros, padded_width, slots
from embedadapt.training.blocks import split_blocks
from embedadapt.training.loop import Trained
from embedadapt.training.sampling import keep_probabilities, noise_table, occurrences
from embedadapt.training.settings import TrainingSettings

COPIED_ROWS = 128
"""Rows that each of several threads has copies of. Two threads are 1.3 times as fast as one without
any, 1.6 with 64 to 256."""

MERGE_EVERY = 4_000
"""Words between two merges of the copies, all threads together. The loss is that of one thread; at
20,000 it was 1 % higher on the shipped licences."""


@dataclass(frozen=True)
class ProcessorTrainer:
    """All that a thread needs to train one block."""

    model: sgns.Model
    free_copies: SimpleQueue[sgns.Copies]
    shape: sgns.Shape
    token_ids: Ints1d
    blocks: list[Longs1d]
    sampling: sgns.Sampling
    method: sgns.Method
    settings: TrainingSettings
    dim: int

    @classmethod
    def prepare(
        cls,
        inputs: Floats2d,
        outputs: Floats2d,
        corpus: EncodedCorpus,
        settings: TrainingSettings,
        freeze_inputs: bool,
    ) -> ProcessorTrainer:
        """Copies the matrices: the caller's are left alone."""
        counts = occurrences(corpus)
        copies = plan_copies(len(inputs), settings.threads)
        free_copies: SimpleQueue[sgns.Copies] = SimpleQueue()
        for one in copies:
            free_copies.put(one)
        dim = inputs.shape[1]
        return cls(
            model=sgns.Model(_padded(inputs, copies), _padded(outputs, copies)),
            free_copies=free_copies,
            shape=sgns.Shape(
                blocks=slots(padded_width(dim) // LANES), noise=slots(settings.negative)
            ),
            token_ids=np.ascontiguousarray(corpus.token_ids, dtype=np.int32),
            blocks=split_blocks(corpus.sentence_offsets),
            sampling=sgns.Sampling(
                keep_probabilities(counts, settings.subsample),
                *noise_table(counts, settings.ns_exponent),
            ),
            method=sgns.Method(
                window=settings.window,
                together=2 * settings.window if settings.mode == "fast" else 1,
                freeze_inputs=freeze_inputs,
                copies=copies[0],
            ),
            settings=settings,
            dim=dim,
        )

    @property
    def n_blocks(self) -> int:
        return len(self.blocks)

    @property
    def n_words(self) -> int:
        return len(self.token_ids)

    @property
    def threads(self) -> int:
        return self.settings.threads

    def train_block(self, epoch: int, number: int) -> Trained:
        """Trains one block of one epoch, at the rate and with the random numbers of its place."""
        offsets = self.blocks[number]
        done = (epoch + offsets[0] / self.n_words) / self.settings.epochs
        copies = self.free_copies.get()
        loss, n_measured = sgns.train_block(
            self.model,
            self.shape,
            self.token_ids,
            offsets,
            self.sampling,
            self.method._replace(copies=copies),
            self.settings.rate_at(done),
            sgns.Place(self.settings.seed, epoch, number),
        )
        self.free_copies.put(copies)
        return Trained(int(offsets[-1] - offsets[0]), loss, n_measured)

    def matrices(self) -> tuple[Floats2d, Floats2d]:
        """Views of inputs and outputs as they are now, without padding."""
        n_words = len(self.sampling.keep)
        inputs, outputs = self.model
        return inputs[:n_words, : self.dim], outputs[:n_words, : self.dim]


def plan_copies(n_words: int, threads: int) -> list[sgns.Copies]:
    """For each thread, where its copies of the first rows stand behind the shared ones.

    >>> [(copies.first, copies.n_rows) for copies in plan_copies(1_000, 2)]
    [(1000, 128), (1256, 128)]
    """
    n_rows = min(COPIED_ROWS, n_words) if threads > 1 else 0
    return [
        sgns.Copies(n_rows, n_words + 2 * thread * n_rows, max(1, MERGE_EVERY // threads))
        for thread in range(threads)
    ]


def _padded(matrix: Floats2d, copies: list[sgns.Copies]) -> Floats2d:
    """The matrix at its padded width, with every thread's copies behind it."""
    n_words, dim = matrix.shape
    n_rows = n_words + 2 * sum(one.n_rows for one in copies)
    padded = aligned_zeros(n_rows, padded_width(dim))
    padded[:n_words, :dim] = matrix
    for one in copies:
        padded[one.first : one.first + 2 * one.n_rows] = np.tile(padded[: one.n_rows], (2, 1))
    return padded
