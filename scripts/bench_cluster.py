"""Several Dask workers beside one process: the same counts, how near the loss, what a loss costs.

    python scripts/bench_cluster.py                              the shipped licences, 4 workers
    python scripts/bench_cluster.py --corpus FOLDER --dim 100 --workers 8
    python scripts/bench_cluster.py --scheduler tcp://host:8786  workers that run already

Words are counted by one process and by the workers. Then skip-gram in the mode `fast` trains from
noise: in one process; in shards, one after the other in this process, where nothing travels; on the
workers; and on the workers again, one of which is killed half-way (of processes here only). All but
the first must end in the same bytes. The share of the exchange is that of the time in which
no shard is trained, if shards are trained as fast as here, on as many cores as there are.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from bench_training import CORPUS, MIN_COUNT, random_rows

from embedadapt.cluster.dask import DaskEngine, dask_engine
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.encode import CorpusCounts, count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("--corpus", type=Path, default=CORPUS / "licences")
parser.add_argument("--scheduler")
parser.add_argument("--workers", type=int, default=4)
parser.add_argument("--dim", type=int, default=50)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--exchanges", type=int, default=20)


def main() -> None:
    arguments = parser.parse_args()
    settings = TrainingSettings(epochs=arguments.epochs, mode="fast", exchanges=arguments.exchanges)
    in_shards = replace(settings, shards=arguments.workers)
    with dask_engine(arguments.scheduler, arguments.workers) as engine:
        training, held_out = count_and_encode(arguments.corpus, engine)
        rows = random_rows(len(training.vocabulary), arguments.dim, seed=1)
        few = training.head(10_000)
        for shards, where in ((settings, HERE), (in_shards, engine)):  # kernels are compiled
            train(rows.copy(), np.zeros_like(rows), few, replace(shards, epochs=1), engine=where)
        measure("one process", training, held_out, settings, rows)
        here, n_seconds = measure("shards, here", training, held_out, in_shards, rows)
        there, seconds = measure("shards, workers", training, held_out, in_shards, rows, engine)
        cores = min(arguments.workers, os.cpu_count() or 1)
        same(here, there)
        print(f"exchange: {1 - n_seconds / cores / seconds:.0%} of the time on the workers")
        if arguments.scheduler is None:
            killer = Killer(engine, settings.epochs * training.n_tokens // 2)
            killed, longer = measure(
                "a worker killed", training, held_out, in_shards, rows, engine, killer
            )
            same(here, killed)
            print(
                f"the killed worker cost {longer - seconds:.1f} s; from one exchange to the next "
                f"{seconds / settings.epochs / settings.exchanges:.2f} s"
            )


def count_and_encode(folder: Path, engine: Engine) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Prints whether the counts are equal; a tenth of the sentences is held out."""
    corpus = open_corpus([folder])
    normalizer = Normalizer(Normalization("lower"), Vocabulary([]))
    one, several = (count_corpus(corpus, normalizer, engine=e) for e in (HERE, engine))
    equal = told(one) == told(several)
    print(f"{one.n_tokens:,} tokens counted, {'exactly' if equal else 'NOT'} as by one process")
    kept = one.vocabulary.select(np.flatnonzero(occurrences(one) >= MIN_COUNT).astype(np.int32))
    encoded = encode_corpus(corpus, kept, normalizer, engine=engine)
    shuffled = encoded.shuffled(np.random.default_rng(1))
    tenth = shuffled.head(shuffled.n_tokens // 10)
    rest = replace(
        shuffled,
        sentence_offsets=shuffled.sentence_offsets[tenth.n_sentences :] - tenth.n_tokens,
        token_ids=shuffled.token_ids[tenth.n_tokens :],
        document_offsets=np.array([0, shuffled.n_sentences - tenth.n_sentences]),
    )
    return rest, tenth


def occurrences(counts: CorpusCounts) -> Longs1d:
    assert counts.vocabulary.counts is not None
    return counts.vocabulary.counts


def told(counts: CorpusCounts) -> tuple[object, ...]:
    """All that was counted, to be compared."""
    words = dict(zip(counts.vocabulary, occurrences(counts).tolist(), strict=True))
    return words, counts.document_counts.tolist(), counts.forms, counts.n_tokens


def measure(
    name: str,
    training: EncodedCorpus,
    held_out: EncodedCorpus,
    settings: TrainingSettings,
    rows: Floats2d,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
) -> tuple[Floats2d, float]:
    """Prints loss and time of a training; what it trained, and the seconds."""
    inputs, outputs = rows.copy(), np.zeros_like(rows)
    clock = time.perf_counter()
    train(inputs, outputs, training, settings, engine=engine, on_progress=on_progress)
    seconds = time.perf_counter() - clock
    loss = held_out_loss(inputs, outputs, held_out, settings)
    print(f"{name:18}{loss:8.4f} loss{seconds:8.2f} s", flush=True)
    return inputs, seconds


def same(one: Floats2d, other: Floats2d) -> None:
    print("the same bytes" if np.array_equal(one, other) else "OTHER BYTES", flush=True)


class Killer:
    """Kills a worker once, after so many words."""

    def __init__(self, engine: DaskEngine, n_words: int) -> None:
        self.n_words = n_words
        self.pids = engine.process_ids()

    def __call__(self, progress: Progress, /) -> None:
        if progress.done >= self.n_words and self.pids:
            os.kill(self.pids[0], signal.SIGKILL)
            self.pids = []


if __name__ == "__main__":
    main()
