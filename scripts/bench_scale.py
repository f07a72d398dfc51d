"""How fast a GPU trains, beside gensim on all cores of the same host, and how well.

    python scripts/bench_scale.py                                  the shipped English corpus
    python scripts/bench_scale.py --corpus FOLDER --tokens 1e9     yours, and text as long as that
    python scripts/bench_scale.py --dask ...                       Dask's workers: bench_cluster.py

First real text: gensim with a worker for each core, reading from a file, then the processor's
`fast` on one thread, then the GPU, all from the same start; words a second by the wall clock, from
the first block to the last, and the loss on a tenth of the sentences that nobody trained on.

Then text of `--tokens` words drawn at random with the counts of the real text, and with these
continued along their last slope to `--vocabulary` words; `--epochs` passes over it. Its loss would
tell nothing. What the GPU reaches is set against a large copy within its memory (bytes read and
written) and its peak of float32 arithmetic. The bytes counted are those of rows alone: what an
update must read and add, wherever a cache serves it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from _bench import (
    ENGLISH,
    GensimText,
    GensimTrainer,
    Sentences,
    parser_of,
    random_rows,
    read_sentences,
    timed,
    warm_up,
)

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.training.gpu import GpuTrainer, require_gpu
from embedadapt.training.job import Job
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.loop import run
from embedadapt.training.sampling import occurrences
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

parser = parser_of(__doc__, corpus=ENGLISH)
parser.add_argument("--max-tokens", type=int, default=12_000_000)
parser.add_argument("--dims", type=int, nargs="+", default=[100, 300])
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--tokens", type=float, default=1e8, help="of the text drawn at random")
parser.add_argument("--vocabulary", type=int, default=500_000, help="its words, continued")
parser.add_argument("--skip-gensim", action="store_true")
parser.add_argument("--dask", action="store_true", help="what follows is for bench_cluster.py")


def main() -> None:
    arguments = parser.parse_args()
    card = Card.measure()
    print(card)
    real = read_sentences(arguments.corpus, arguments.max_tokens)
    training = real.training
    print(
        f"\n{training.n_tokens:,} words, {len(training.vocabulary):,} distinct; "
        f"{real.held_out.n_tokens:,} held out; {arguments.epochs} epochs"
    )
    settings = TrainingSettings.of(epochs=arguments.epochs, mode="fast")
    with tempfile.TemporaryDirectory() as folder:
        text = None if arguments.skip_gensim else GensimText(training, Path(folder) / "text")
        for dim in arguments.dims:
            compare(real, settings, dim, text)
    print(f"\n{arguments.tokens:,.0f} words drawn at random, {arguments.epochs} epochs")
    counts = np.bincount(training.token_ids, minlength=len(training.vocabulary))
    for n_words in (len(counts), arguments.vocabulary):
        drawn = draw_text(continue_counts(counts, n_words), int(arguments.tokens))
        for dim in arguments.dims:
            measure(drawn, settings, dim, card)


@dataclass(frozen=True)
class Card:
    """A GPU and its two ceilings."""

    name: str
    bytes_per_second: float
    flops: float

    @classmethod
    def measure(cls) -> Card:
        cp = require_gpu()
        device = cp.cuda.Device()
        properties = cp.cuda.runtime.getDeviceProperties(device.id)
        clock = device.attributes["ClockRate"] * 1e3
        source = cp.random.random(2**28)
        target = cp.empty_like(source)
        seconds = [time_on_gpu(cp, lambda: cp.copyto(target, source)) for _ in range(11)]
        return cls(
            properties["name"].decode(),
            2 * source.nbytes / float(np.median(seconds)),
            2 * 128 * device.attributes["MultiProcessorCount"] * clock,
        )

    def __str__(self) -> str:
        return (
            f"{self.name}: a copy moves {self.bytes_per_second / 1e12:.2f} TB/s, read and written; "
            f"float32 peak {self.flops / 1e12:.0f} TFLOP/s"
        )


def time_on_gpu(cp: Any, work: Any) -> float:
    """Seconds between two events around some work."""
    before, after = cp.cuda.Event(), cp.cuda.Event()
    before.record()
    work()
    after.record()
    after.synchronize()
    return float(cp.cuda.get_elapsed_time(before, after)) / 1e3


def compare(real: Sentences, settings: TrainingSettings, dim: int, text: GensimText | None) -> None:
    """Prints words a second and loss of gensim, the processor and each way on the GPU."""
    training, held_out = real
    cores = os.cpu_count() or 1
    print(f"\n{dim} dimensions{'':13}words/s{'x gensim':>10}{'loss':>9}")
    start, gensim_rate = random_rows(len(training.vocabulary), dim, seed=1), 0.0
    if text is not None:
        gensim = GensimTrainer(text, "a file", settings.but(threads=cores), dim)
        start = gensim.model()[0].copy()
        seconds, _ = timed(gensim.train_all)
        gensim_rate = settings.epochs * training.n_tokens / seconds.wall
        show(f"gensim, {cores} workers", gensim_rate, gensim_rate, gensim.model(), held_out)
    warm_up(training, dim)
    inputs, outputs = start.copy(), np.zeros_like(start)
    log = train(inputs, outputs, training, settings)
    rate = log.n_words / log.seconds
    show("processor, fast", rate, gensim_rate, (inputs, outputs), held_out)
    for name, ours in (
        ("GPU, fast", settings),
        ("GPU, exact", settings.but(mode="exact")),
        ("GPU, CBOW", settings.but(architecture="cbow")),
    ):
        trainer = GpuTrainer.prepare(Job(start, np.zeros_like(start), training, ours))
        trainer.train_block(0, 0)  # the first launch waits for the compiler
        trainer = GpuTrainer.prepare(Job(start, np.zeros_like(start), training, ours))
        log = run(trainer, ours.epochs, stage=name)
        rate = log.n_words / log.seconds
        show(name, rate, gensim_rate, trainer.matrices(), held_out)


def show(
    name: str,
    rate: float,
    gensim_rate: float,
    matrices: tuple[Floats2d, Floats2d],
    held_out: EncodedCorpus,
) -> None:
    ratio = f"{rate / gensim_rate:.1f}" if gensim_rate else ""
    loss = held_out_loss(*matrices, held_out, TrainingSettings())
    print(f"{name:20}{rate:15,.0f}{ratio:>10}{loss:9.4f}", flush=True)


def continue_counts(counts: Longs1d, n_words: int) -> Longs1d:
    """Counts of n_words words, most frequent first: the given ones, then along the straight line,
    in logarithms of count and rank, of their less frequent nine tenths."""
    counts = np.sort(counts)[::-1][:n_words]
    ranks = np.arange(1, len(counts) + 1)
    tail = slice(len(counts) // 10, None)
    slope = np.polyfit(np.log(ranks[tail]), np.log(counts[tail]), 1)[0]
    further = np.arange(len(counts) + 1, n_words + 1)
    return np.concatenate([counts, counts[-1] * (further / len(counts)) ** slope])


def draw_text(weights: Any, n_tokens: int) -> EncodedCorpus:
    """Sentences of 20 words, each word drawn by its weight."""
    cp = require_gpu()
    edges = cp.asarray(np.cumsum(weights) / np.sum(weights))
    edges[-1] = 1
    token_ids, counts = np.empty(n_tokens, dtype=np.int32), cp.zeros(len(edges), dtype=np.int64)
    for first in range(0, n_tokens, 2**25):
        some = token_ids[first : first + 2**25]
        drawn = cp.searchsorted(edges, cp.random.random(len(some)), side="right")
        counts += cp.bincount(drawn, minlength=len(edges))
        some[:] = drawn.get()
    return EncodedCorpus(
        vocabulary=Vocabulary([f"w{i}" for i in range(len(edges))], counts.get()),
        token_ids=token_ids,
        sentence_offsets=np.append(np.arange(0, n_tokens, 20), n_tokens),
        document_offsets=np.array([0, -(-n_tokens // 20)]),
        document_names=("drawn",),
    )


def measure(corpus: EncodedCorpus, settings: TrainingSettings, dim: int, card: Card) -> None:
    """Prints the seconds of a training, and its shares of the card's ceilings."""
    start = random_rows(len(corpus.vocabulary), dim, seed=1)
    trainer = GpuTrainer.prepare(Job(start, np.zeros_like(start), corpus, settings))
    log = run(trainer, settings.epochs, stage="measuring")
    floats, products = work_per_word(trainer, corpus)
    rate = log.n_words / log.seconds
    moved, done = 4 * floats * rate, 2 * products * rate
    print(
        f"{len(corpus.vocabulary):9,} words, {dim} dimensions: {log.seconds:6.2f} s, "
        f"{rate / 1e6:5.1f} million words/s, {trainer.writers} writers; rows "
        f"{moved / 1e12:.2f} TB/s, {moved / card.bytes_per_second:.0%} of the copy; "
        f"{done / 1e12:.1f} TFLOP/s, {done / card.flops:.0%} of the peak",
        flush=True,
    )


def work_per_word(trainer: GpuTrainer, corpus: EncodedCorpus) -> tuple[float, float]:
    """Floats of rows that the updates of skip-gram read and add, and products that they take, for
    each word of the text before subsampling."""
    kept = trainer.keep.get() * occurrences(corpus)
    shared = kept[trainer.marks.get() != 0].sum() / kept.sum()
    contexts = mean_contexts(kept.sum() / corpus.n_sentences, trainer.settings.model.window)
    targets, width = 1 + trainer.settings.model.negative, trainer.kernel.sizes.width
    rows = targets + (1 - shared) + shared * contexts
    share_kept = kept.sum() / corpus.n_tokens
    return 2 * rows * width * share_kept, 3 * targets * contexts * trainer.dim * share_kept


def mean_contexts(length: float, window: int) -> float:
    """Words around a centre, on average, in sentences of `length` words.

    A word at distance d is in (window - d + 1) / window of the windows, where the sentence has it.
    """
    distances = np.arange(1, window + 1)
    return float((2 * (window - distances + 1) / window * (1 - distances / length)).sum())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--dask"]:
        import bench_cluster

        bench_cluster.main(sys.argv[2:])
    else:
        main()
