"""Training in several threads that gives the same bytes in every run.

Each thread trains a replica of both matrices on its own block; then all wait, and the gains of the
replicas are merged. The result depends on the number of threads, but not on their timing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat

import numpy as np

from embedadapt.core.types import Floats2d
from embedadapt.kernels._simd import aligned_zeros
from embedadapt.kernels.model import Model
from embedadapt.kernels.replicas import merge_replicas
from embedadapt.training.job import Job
from embedadapt.training.loop import Trained, total
from embedadapt.training.processor import ProcessorTrainer

HOT_ROWS = 64
"""First rows, those of the most frequent words, whose gains are not simply added up (see
`merge_replicas`). After two epochs of contracts the loss of 2, 4 and 8 threads is .0, 1.1 and 3.5 %
above that of one; with none, 4 threads diverge, and with 512 it is .3, 1.5 and 2.6 %."""


@dataclass(frozen=True)
class ReplicatedTrainer:
    """A trainer whose blocks are one block of text for each shard.

    merged: the matrices after the last merge.
    shards: trainers with replicas, one for each thread.
    threads: how many blocks may be trained at the same time.
    """

    merged: Model
    shards: tuple[ProcessorTrainer, ...]
    threads: int = 1

    @classmethod
    def prepare(cls, job: Job) -> ReplicatedTrainer:
        """Copy the matrices once for each thread, and once more."""
        alone = job.settings.but(threads=1)
        first = ProcessorTrainer.prepare(job._replace(settings=alone))
        replicas = (Model(*map(_copied, first.model)) for _ in range(job.settings.run.threads))
        return cls(first.model, tuple(replace(first, model=model) for model in replicas))

    @property
    def n_blocks(self) -> int:
        return -(-self.shards[0].n_blocks // len(self.shards))

    @property
    def n_words(self) -> int:
        return self.shards[0].n_words

    def train_block(self, epoch: int, number: int) -> Trained:
        """Train a block of text on each shard (at the end, on some) and merge the replicas."""
        first = number * len(self.shards)
        numbers = range(first, min(first + len(self.shards), self.shards[0].n_blocks))
        with ThreadPoolExecutor(len(self.shards), thread_name_prefix="training") as pool:
            trained = list(
                pool.map(ProcessorTrainer.train_block, self.shards, repeat(epoch), numbers)
            )
            for merged, *replicas in zip(self.merged, *(s.model for s in self.shards), strict=True):
                edges = np.linspace(0, len(merged), len(self.shards) + 1, dtype=int).tolist()
                merge = partial(merge_replicas, merged, tuple(replicas), HOT_ROWS)
                list(pool.map(merge, edges[:-1], edges[1:]))
        return total(trained)

    def matrices(self) -> tuple[Floats2d, Floats2d]:
        """Views of inputs and outputs after the last merge, without padding."""
        return replace(self.shards[0], model=self.merged).matrices()


def _copied(matrix: Floats2d) -> Floats2d:
    copy = aligned_zeros(*matrix.shape)
    copy[:] = matrix
    return copy
