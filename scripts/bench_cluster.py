"""Several Dask workers beside one process: the same counts, how near the loss, what an exchange
costs, and what a worker costs that is killed or hangs.

    python scripts/bench_cluster.py                              the shipped licences, 4 workers
    python scripts/bench_cluster.py --corpus FOLDER --dims 50 300 --exchanges 5 20
    python scripts/bench_cluster.py --scheduler tcp://host:8786  workers that run already

Words are counted by one process and by the workers. Then skip-gram in the mode `fast` trains from
noise: in one process; and for each number of exchanges an epoch in shards, one after the other in
this process, where nothing travels, and on the workers, to the same bytes. What an exchange costs
is the slope of the seconds over the number of exchanges, everything included; beside it what its
pieces take by themselves. At last a worker is killed half-way, and one stopped (of processes here
only), to the same bytes again. CPU seconds are of this process, with its scheduler, and of the
workers.
"""

from __future__ import annotations

import argparse
import os
import pickle
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil
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
from embedadapt.training.gains import Gain, join
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

parser = argparse.ArgumentParser(description=__doc__.split(":")[0] if __doc__ else None)
parser.add_argument("--corpus", type=Path, default=CORPUS / "licences")
parser.add_argument("--scheduler")
parser.add_argument("--workers", type=int, default=4)
parser.add_argument("--dims", type=int, nargs="+", default=[50])
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--exchanges", type=int, nargs="+", default=[5, 20], help="an epoch")


def main(given: Sequence[str] | None = None) -> None:
    arguments = parser.parse_args(given)
    alone = TrainingSettings(epochs=arguments.epochs, mode="fast")
    shards = replace(alone, shards=arguments.workers, exchanges=arguments.exchanges[-1])
    with dask_engine(arguments.scheduler, arguments.workers) as engine:
        text = count_and_encode(arguments.corpus, engine)
        for dim in arguments.dims:
            bench = Bench(*text, random_rows(len(text[0].vocabulary), dim, seed=1), engine)
            print(f"\n{dim} dimensions{'':15}loss         s     CPU s", flush=True)
            bench.warm_up(shards)
            bench.measure("one process", alone, HERE)
            bench.compare_exchanges(shards, arguments.exchanges)
            if arguments.scheduler is None:
                bench.interrupt(shards)


@dataclass(frozen=True)
class Trained:
    """What a training came to. cpu: seconds of all processes."""

    inputs: Floats2d
    seconds: float
    cpu: float


@dataclass(frozen=True)
class Bench:
    """One text, one start, and the workers."""

    training: EncodedCorpus
    held_out: EncodedCorpus
    rows: Floats2d
    engine: DaskEngine

    def warm_up(self, settings: TrainingSettings) -> None:
        """Kernels are compiled, and every worker has loaded what it needs."""
        few = self.training.head(10_000)
        for engine in (HERE, self.engine):
            rows = self.rows.copy()
            train(rows, np.zeros_like(rows), few, replace(settings, epochs=1), engine=engine)

    def measure(
        self,
        name: str,
        settings: TrainingSettings,
        engine: Engine,
        on_progress: OnProgress = ignore_progress,
    ) -> Trained:
        """Prints a line."""
        inputs, outputs = self.rows.copy(), np.zeros_like(self.rows)
        clock, cpu = time.perf_counter(), self.cpu_seconds()
        train(inputs, outputs, self.training, settings, engine=engine, on_progress=on_progress)
        seconds, cpu = time.perf_counter() - clock, self.cpu_seconds() - cpu
        loss = held_out_loss(inputs, outputs, self.held_out, settings)
        print(f"{name:25}{loss:8.4f}{seconds:10.2f}{cpu:10.2f}", flush=True)
        return Trained(inputs, seconds, cpu)

    def cpu_seconds(self) -> float:
        """Of workers on other machines nothing is known."""
        pids = [pid for pid in self.engine.process_ids() if psutil.pid_exists(pid)]
        return time.process_time() + sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)

    def compare_exchanges(self, settings: TrainingSettings, several: list[int]) -> None:
        """Prints what an exchange costs, and its pieces."""
        runs = []
        for exchanges in several:
            some = replace(settings, exchanges=exchanges)
            here = self.measure(f"shards here, {exchanges} an epoch", some, HERE)
            there = self.measure(f"on workers, {exchanges} an epoch", some, self.engine)
            same(here, there)
            runs.append((here, there))
        numbers = settings.epochs * np.array(several)
        if len(several) > 1:
            for place, trained in zip(("here", "on workers"), zip(*runs, strict=True), strict=True):
                seconds, cpu = (
                    np.polyfit(numbers, [getattr(one, name) for one in trained], 1)[0]
                    for name in ("seconds", "cpu")
                )
                print(f"an exchange {place}: {1e3 * seconds:.0f} ms, {1e3 * cpu:.0f} ms of CPU")
        megabytes = 2 * self.rows.nbytes / 1e6
        pieces = ", ".join(f"{name} {1e3 * s:.1f} ms" for name, s in self.pieces().items())
        print(f"both matrices, {megabytes:.1f} MB, by themselves: {pieces}", flush=True)

    def pieces(self) -> dict[str, float]:
        """CPU seconds of one of each, for both matrices, all of whose rows have changed."""
        after = self.rows + np.float32(0.001)
        gain = Gain.between(self.rows, after)
        return {
            "finding gains": 2 * cpu_of(lambda: Gain.between(self.rows, after)),
            "joining two": 2 * cpu_of(lambda: join(gain, gain)),
            "serialising": 2 * cpu_of(lambda: serialise(gain)),
        }

    def interrupt(self, settings: TrainingSettings) -> None:
        """Prints what a worker costs that is killed, and one that is stopped, half-way."""
        quiet = self.measure("nothing happens", settings, self.engine)
        interval = quiet.seconds / settings.epochs / settings.exchanges
        for name, number in (("killed", signal.SIGKILL), ("stopped", signal.SIGSTOP)):
            sender = Sender(self.engine, number, settings.epochs * self.training.n_tokens // 2)
            run = self.measure(f"a worker {name}", settings, self.engine, sender)
            same(quiet, run)
            print(
                f"it cost {run.seconds - quiet.seconds:.1f} s; from one exchange to the next "
                f"{interval:.2f} s",
                flush=True,
            )


def serialise(gain: Gain) -> Gain:
    """As Dask does, and back: arrays are not copied."""
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(gain, 5, buffer_callback=buffers.append)
    restored: Gain = pickle.loads(data, buffers=buffers)
    return restored


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds, the median of five."""
    seconds = []
    for _ in range(5):
        clock = time.process_time()
        work()
        seconds.append(time.process_time() - clock)
    return float(np.median(seconds))


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


def same(one: Trained, other: Trained) -> None:
    if not np.array_equal(one.inputs, other.inputs):
        print("OTHER BYTES", flush=True)


class Sender:
    """Sends a signal to a worker once, after so many words."""

    def __init__(self, engine: DaskEngine, number: signal.Signals, n_words: int) -> None:
        self.number = number
        self.n_words = n_words
        self.pids = engine.process_ids()

    def __call__(self, progress: Progress, /) -> None:
        if progress.done >= self.n_words and self.pids:
            os.kill(self.pids[0], self.number)
            self.pids = []


if __name__ == "__main__":
    main()
