"""Training on the processor, block by block, with the matrices in the kernels' layout."""

from __future__ import annotations

from dataclasses import dataclass, replace
from queue import SimpleQueue

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.long_arrays import release
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.kernels._simd import LANES, ONE, aligned_zeros, padded_width, slots
from embedadapt.kernels.bags import Bags
from embedadapt.kernels.block import Place, train_block
from embedadapt.kernels.model import Copies, Method, Model, Sampling, Shape
from embedadapt.kernels.pairs import MOST_NOISE
from embedadapt.kernels.rng import packed_columns
from embedadapt.training.blocks import Blocks, split_blocks
from embedadapt.training.job import Job
from embedadapt.training.loop import Trained
from embedadapt.training.row_groups import RowGroups, places_by_use, whole_words
from embedadapt.training.sampling import keep_probabilities, noise_table, occurrences
from embedadapt.training.settings import TrainingSettings

COPIED_ROWS = 32
"""Rows of which each of several threads has its own copies. On 16 cores 16 threads train 11 million
words/s without copies, 17 with 32 rows, and 9 with 128, which take too long to merge."""

MERGE_EVERY = 1_000
"""Words of all threads between two merges of the copies. Each thread trains without the gains of
the others, which are then added up: at 1,000 the loss of 2, 4, 8 and 16 threads is .1, .3, .6 and
.8 % above that of one; at 4,000 (and 128 rows) it is .4 and 7 %, and 8 diverge."""

RELEASE_EVERY = 256
"""Blocks after which the text that was trained leaves the memory of the process, if it is mapped:
10 MB of it."""

SKIPGRAM_REUSE, CBOW_REUSE = 2, 4
"""Consecutive windows with the same noise words in the mode "fast". On contracts the loss of
skip-gram is .09 % above gensim's (.05 % with 1 window, .17 % with 3), that of CBOW .1 % (.7 % with
8)."""

SUBWORD_TOGETHER = 5
"""Words around a center that are trained at a time in the mode "fast" where words are made of
n-grams. On a million words of contracts the loss is .04 % above that of one at a time (.12 % on 1.8
million). With all of a window, up to 10, it is .22 %, with noise words that serve two windows
.15 %."""


@dataclass(frozen=True)
class ProcessorTrainer:
    """Everything that a thread needs to train one block.

    places: the row of the model for each of the caller's input rows, most used first: of many
    n-grams few are used often, and together they stay in the cache. None where rows are words,
    which are in order of frequency already.
    """

    model: Model
    free_copies: SimpleQueue[Copies]
    shape: Shape
    bags: Bags | None
    token_ids: Ints1d
    blocks: Blocks
    sampling: Sampling
    method: Method
    settings: TrainingSettings
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    places: Longs1d | None

    @classmethod
    def prepare(cls, job: Job) -> ProcessorTrainer:
        """A copy of the job's matrices, ready to be trained."""
        inputs, outputs, corpus, settings, freeze_inputs, row_groups = job
        counts = occurrences(corpus)
        keep = keep_probabilities(counts, settings.model.subsample)
        places = None
        if row_groups is not None:
            places = places_by_use(
                row_groups, np.multiply(counts, keep, dtype=np.float64), len(inputs)
            )
            row_groups = RowGroups(row_groups.offsets, places[row_groups.rows].astype(np.int32))
            inputs = inputs[np.argsort(places)]
        copies = plan_copies(len(counts), len(inputs), settings.run.threads)
        free_copies: SimpleQueue[Copies] = SimpleQueue()
        for one in copies:
            free_copies.put(one)
        dim = inputs.shape[1]
        return cls(
            model=Model(*(_padded(matrix, copies) for matrix in (inputs, outputs))),
            free_copies=free_copies,
            shape=Shape(blocks=-(-dim // LANES), noise=slots(settings.model.negative)),
            bags=_bags(row_groups, len(counts), settings),
            token_ids=np.ascontiguousarray(corpus.token_ids, dtype=np.int32),
            blocks=split_blocks(corpus.sentence_offsets),
            sampling=Sampling(
                keep, packed_columns(*noise_table(counts, settings.model.ns_exponent))
            ),
            method=Method(
                window=settings.model.window,
                **_sharing(settings, row_groups),
                freeze_inputs=freeze_inputs,
                copies=copies[0],
            ),
            settings=settings,
            shapes=(inputs.shape, outputs.shape),
            places=places,
        )

    @property
    def n_blocks(self) -> int:
        return len(self.blocks)

    @property
    def n_words(self) -> int:
        return len(self.token_ids)

    @property
    def threads(self) -> int:
        return self.settings.run.threads

    def train_block(self, epoch: int, number: int) -> Trained:
        """Train one block of one epoch, at the rate and with the random numbers of its position."""
        offsets = self.blocks[number]
        done = (epoch + offsets[0] / self.n_words) / self.settings.epochs
        copies = self.free_copies.get()
        loss, n_measured = train_block(
            self.model,
            self.shape,
            self.bags,
            ONE if self.is_pair_by_pair else None,
            ONE if self.is_window_by_window else None,
            self.token_ids,
            offsets,
            self.sampling,
            self.method._replace(copies=copies),
            self.settings.model.rate_at(done),
            Place(self.settings.run.seed, epoch, number),
        )
        self.free_copies.put(copies)
        if number % RELEASE_EVERY == 0:
            release(self.token_ids, self.blocks.offsets)
        return Trained(int(offsets[-1] - offsets[0]), loss, n_measured)

    @property
    def is_pair_by_pair(self) -> bool:
        """Whether this is skip-gram of whole words with one context word at a time."""
        return (
            self.bags is None
            and self.method.together == self.method.reuse == 1
            and len(self.shape.noise) <= MOST_NOISE
        )

    @property
    def is_window_by_window(self) -> bool:
        """Whether this is skip-gram of n-grams with several words around a center at a time."""
        return self.bags is not None and self.method.together > 1

    def on(self, corpus: EncodedCorpus, settings: TrainingSettings) -> ProcessorTrainer:
        """The trainer of the same model for other text in the same words, at other rates."""
        (n_inputs, _), (n_words, _) = self.shapes
        for one in plan_copies(n_words, n_inputs, self.threads):
            for matrix in self.model:
                _copy_rows(matrix, one)
        return replace(
            self,
            token_ids=np.ascontiguousarray(corpus.token_ids, dtype=np.int32),
            blocks=split_blocks(corpus.sentence_offsets),
            settings=settings,
        )

    def matrices(self) -> tuple[Floats2d, Floats2d]:
        """The present inputs and outputs, without padding."""
        inputs, outputs = (
            matrix[:n_rows, :dim]
            for matrix, (n_rows, dim) in zip(self.model, self.shapes, strict=True)
        )
        return (inputs if self.places is None else inputs[self.places]), outputs


def _sharing(settings: TrainingSettings, row_groups: RowGroups | None) -> dict[str, int]:
    """How many windows and centers share noise words; see `model.Method`."""
    if settings.model.mode == "exact":
        return {"together": 1, "reuse": 1}
    if settings.model.architecture == "cbow":
        return {"together": 1, "reuse": CBOW_REUSE}
    if row_groups is None:
        return {"together": 2 * settings.model.window, "reuse": SKIPGRAM_REUSE}
    return {"together": SUBWORD_TOGETHER, "reuse": 1}


def _bags(row_groups: RowGroups | None, n_words: int, settings: TrainingSettings) -> Bags | None:
    """The bags of the model; None for skip-gram of whole words, which has none."""
    if row_groups is None and settings.model.architecture == "skipgram":
        return None
    offsets, rows = row_groups or whole_words(n_words)
    of_context = settings.model.architecture == "cbow"
    longest = int(np.diff(offsets).max()) * (2 * settings.model.window if of_context else 1)
    return Bags(offsets, rows, row_groups is None, of_context, longest)


def plan_copies(n_words: int, n_inputs: int, threads: int) -> list[Copies]:
    """For each thread, the position of its copies of the first rows, after the shared ones.

    It is the same in both matrices: after the last row of the longer one, the inputs.

    >>> [(copies.first, copies.n_rows) for copies in plan_copies(1_000, 1_000, 2)]
    [(1000, 32), (1064, 32)]
    """
    n_rows = min(COPIED_ROWS, n_words) if threads > 1 else 0
    return [
        Copies(n_rows, n_inputs + 2 * thread * n_rows, max(1, MERGE_EVERY // threads))
        for thread in range(threads)
    ]


def _padded(matrix: Floats2d, copies: list[Copies]) -> Floats2d:
    """The matrix at its padded width, followed by every thread's copies."""
    n_rows, dim = matrix.shape
    n_padded = copies[0].first + 2 * sum(one.n_rows for one in copies)
    padded = aligned_zeros(n_padded, padded_width(dim))
    padded[:n_rows, :dim] = matrix
    for one in copies:
        _copy_rows(padded, one)
    return padded


def _copy_rows(matrix: Floats2d, copies: Copies) -> None:
    """Set a thread's copies to the first rows."""
    last = copies.first + 2 * copies.n_rows
    matrix[copies.first : last] = np.tile(matrix[: copies.n_rows], (2, 1))
