"""Several Dask workers beside one process: the same counts, how near the loss, what a sync round
costs, and what a worker costs that is killed or hangs.

    python scripts/bench_cluster.py                              the shipped licences, 4 workers
    python scripts/bench_cluster.py --corpus FOLDER --dims 50 300 --sync-rounds 10
    python scripts/bench_cluster.py --corpus FOLDER --oov VECTORS   what takes oov its time
    python scripts/bench_cluster.py --scheduler tcp://host:8786  workers that run already

Words are counted by one process and by the workers. Then skip-gram in the mode `fast` trains from
noise: in one process; in shards, one after the other in this process, where nothing travels; and
on the workers, to the same bytes. A sync round is timed by itself, with shards that train nothing
and change the rows that a shard changes, and so are its pieces. At last a worker is killed
half-way, and one stopped (of processes here only), to the same bytes again. CPU seconds are of this
process, with its scheduler, and of the workers.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import psutil
from _bench import LICENCES, MIN_COUNT, parser_of, part, random_rows, timed

from embedadapt.cluster.dask import DaskEngine, dask_engine
from embedadapt.core.corpus import EncodedCorpus, texts_of
from embedadapt.core.engine import HERE, Engine, Here
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import scan_vectors
from embedadapt.oov import residuals
from embedadapt.oov.analyze import analyze_tables, residual_causes
from embedadapt.oov.census import take_censuses
from embedadapt.text.encode import CorpusCounts, count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer, normalization_for
from embedadapt.text.readers import open_corpus
from embedadapt.training.distributed import (
    Base,
    DistributedTrainer,
    Outcome,
    Plan,
    train_shard,
)
from embedadapt.training.gains import Lessons
from embedadapt.training.job import Job
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.loop import Trained
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

T = TypeVar("T")

parser = parser_of(__doc__, corpus=LICENCES)
parser.add_argument("--scheduler")
parser.add_argument("--workers", type=int, default=4)
parser.add_argument("--dims", type=int, nargs="+", default=[50])
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--only-sync-round", action="store_true", help="and one process")
parser.add_argument("--oov", type=Path, help="instead: what takes oov its time, for these vectors")
parser.add_argument("--sync-rounds", type=int, default=20, help="in an epoch")


def main(given: Sequence[str] | None = None) -> None:
    arguments = parser.parse_args(given)
    if arguments.oov:
        show_oov_steps(arguments.oov, arguments.corpus)
        return
    alone = TrainingSettings.of(epochs=arguments.epochs, mode="fast")
    shards = alone.but(shards=arguments.workers, sync_rounds=arguments.sync_rounds)
    with dask_engine(arguments.scheduler, arguments.workers) as engine:
        text = count_and_encode(arguments.corpus, engine)
        for dim in arguments.dims:
            bench = Bench(*text, random_rows(len(text[0].vocabulary), dim, seed=1), engine)
            print(f"\n{dim} dimensions{'':15}loss         s     CPU s", flush=True)
            bench.warm_up(shards)
            one = bench.measure("one process", alone, HERE)
            if not arguments.only_sync_round:
                here = bench.measure("shards, here", shards, HERE)
                there = bench.measure("shards, workers", shards, engine)
                same(here, there)
            epoch = one.cpu / arguments.epochs
            bench.time_sync_round(shards, epoch)
        if arguments.scheduler is None and not arguments.only_sync_round:
            bench.interrupt(shards, there)


@dataclass(frozen=True)
class Run:
    """What a training came to, and how long it took."""

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
            train(rows, np.zeros_like(rows), few, settings.but(epochs=1), engine=engine)

    def measure(
        self,
        name: str,
        settings: TrainingSettings,
        engine: Engine,
        on_progress: OnProgress = ignore_progress,
    ) -> Run:
        """Prints a line."""
        inputs, outputs = self.rows.copy(), np.zeros_like(self.rows)
        work = partial(train, inputs, outputs, self.training, settings)
        seconds, _ = timed(lambda: work(engine=engine, on_progress=on_progress), self.cpu_clock())
        loss = held_out_loss(inputs, outputs, self.held_out, settings)
        print(f"{name:25}{loss:8.4f}{seconds.wall:10.2f}{seconds.cpu:10.2f}", flush=True)
        return Run(inputs, seconds.wall, seconds.cpu)

    def cpu_clock(self) -> Callable[[], float]:
        """Tells CPU seconds; of workers on other machines nothing is known, of killed ones what
        they had used before."""
        used = dict.fromkeys(process_ids(), 0.0)

        def seconds() -> float:
            for pid in filter(psutil.pid_exists, used):
                used[pid] = sum(psutil.Process(pid).cpu_times()[:2])
            return time.process_time() + sum(used.values())

        return seconds

    def time_sync_round(self, settings: TrainingSettings, epoch: float) -> None:
        """Prints what one takes, what all take beside the CPU seconds of an epoch of one process,
        and the pieces: medians. About every tenth round sends the model whole, which they leave
        out."""
        job = Job(self.rows, np.zeros_like(self.rows), self.training, settings)
        trainer = DistributedTrainer.prepare(job, self.engine)
        trainer.train_block(0, 0)  # each worker then has its copy
        here = DistributedTrainer.prepare(job, HERE)
        plan, base = here.plan, here.base
        outcome = train_shard(here.shard(0, 0), plan, base)
        changed = Changed(outcome.inputs.changes.rows, outcome.outputs.changes.rows)
        sync = partial(trainer.sync, change_rows, [changed] * settings.run.shards)
        seconds, cpu = median_time(sync, self.cpu_clock())
        model_mb, moved_mb = (n / 1e6 for n in (here.base_bytes, outcome.n_bytes))
        rows = [len(one) / len(self.rows) for one in changed]
        print(
            f"a sync round of {model_mb:.1f} MB: {told(seconds)}, CPU {told(cpu)}; a shard changes "
            f"{rows[0]:.0%} and {rows[1]:.0%} of the rows, {moved_mb:.1f} MB as they travel",
            flush=True,
        )
        share = settings.run.sync_rounds * cpu / epoch
        print(f"{settings.run.sync_rounds} sync rounds take {share:.0%} of an epoch's CPU time")
        both = outcome.and_of(outcome)
        replica = plan.spare[0]
        for name, work in (
            ("finding gains", lambda: change_rows(changed, plan, base)),
            ("adding up two", lambda: outcome.and_of(outcome)),
            ("merging", lambda: replica.catch_up([both], plan.frequencies)),
            ("serializing", lambda: serialize(outcome)),
        ):
            print(f"  {name}: CPU {told(median_time(work, time.process_time)[1])} each")
        levels = outcome.outputs.changes.levels.tobytes()
        _, cpu = median_time(lambda: zlib.compress(levels, 1), time.process_time)
        left = len(zlib.compress(levels, 1)) / len(levels)
        print(
            f"  compressing (zlib): CPU {told(cpu)} for {len(levels) / 1e6:.1f} MB, {left:.0%} left"
        )

    def interrupt(self, settings: TrainingSettings, quiet: Run) -> None:
        """Prints what a worker costs that is killed half-way, and one that is stopped."""
        interval = quiet.seconds / settings.epochs / settings.run.sync_rounds
        for name, number in (("killed", signal.SIGKILL), ("stopped", signal.SIGSTOP)):
            sender = Sender(number, settings.epochs * self.training.n_tokens // 2)
            run = self.measure(f"a worker {name}", settings, self.engine, sender)
            same(quiet, run)
            print(
                f"it cost {run.seconds - quiet.seconds:.1f} s; from one sync round to the next "
                f"{interval:.2f} s",
                flush=True,
            )


def show_oov_steps(vectors: Path, folder: Path) -> None:
    """Prints the CPU seconds of one process: counting, which workers can do; the causes and the
    rest of a report; what it would take to send the counts, which causes depend on, to one worker;
    and the causes by themselves, found by this process and by workers."""
    corpus, table = open_corpus([folder]), scan_vectors(vectors)
    tables = [(table, normalization_for(table, texts_of(corpus)))]
    analyze_tables(open_corpus([LICENCES]), tables)  # kernels are loaded
    gc.set_threshold(1_000_000)  # as in the command
    counting, censuses = timed(lambda: take_censuses(corpus, tables), time.process_time)
    all_of_it, (report,) = timed(lambda: analyze_tables(corpus, tables), time.process_time)
    found = censuses[0].found
    sending, _ = timed(lambda: pickle.loads(pickle.dumps(found, 5)), time.process_time)
    print(
        f"{len(report.words):,} unknown words: counting {counting.cpu:.1f} CPU s, causes, lines "
        f"and the rest {all_of_it.cpu - counting.cpu:.1f}, packing and unpacking the counts for "
        f"one worker {sending.cpu:.1f}"
    )
    alone, _ = timed(residual_causes(censuses[0]).explained, time.process_time)
    engine = InParts()
    causes = residual_causes(censuses[0])
    several, _ = timed(lambda: causes.explain_on(engine), time.process_time)
    there = engine.seconds
    print(
        f"causes: {alone.cpu:.1f} CPU s; of {engine.workers} workers {there:.1f} CPU s in all, and "
        f"{several.cpu - there:.1f} of the process that asks them"
    )


class InParts(Here):
    """This process in place of workers: what goes to them and comes back is packed and unpacked.

    seconds: CPU seconds that workers would take.
    """

    workers = residuals.FEWEST_WORKERS

    def __init__(self) -> None:
        self.seconds = 0.0

    def share(self, value: Any) -> Any:
        return self._on_a_worker(pickle.loads, pickle.dumps(value, 5))

    def map_reduce(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
    ) -> T:
        result = self._on_a_worker(super().map_reduce, function, parts, combine, *shared)
        unpacked: T = pickle.loads(self._on_a_worker(pickle.dumps, result, 5))
        return unpacked

    def _on_a_worker(self, work: Callable[..., Any], *given: Any) -> Any:
        seconds, result = timed(partial(work, *given), time.process_time)
        self.seconds += seconds.cpu
        return result


class Changed(NamedTuple):
    """The rows of both matrices that a shard changes."""

    inputs: Ints1d
    outputs: Ints1d


def change_rows(changed: Changed, plan: Plan, base: Base, *gains: Outcome) -> Outcome:
    """A shard that trains nothing, and changes these rows."""
    replica = plan.replica(base, gains)
    copies = replica.trainer.model if replica.trainer else replica.matrices
    for copy, rows, places in zip(copies, changed, replica.places, strict=True):
        copy[places[rows], 0] += np.float32(0.001)
    outcome = replica.gains_of(copies, Lessons(1, 1_000.0), Trained(1, 0.0, 1))
    plan.keep(replica)
    return outcome


def median_time(
    work: Callable[[], object], cpu_seconds: Callable[[], float]
) -> tuple[float, float]:
    """Seconds by the wall clock and of CPU, medians of nine after one."""
    times = [timed(work, cpu_seconds)[0] for _ in range(10)]
    seconds, cpu = np.median(times[1:], axis=0)
    return float(seconds), float(cpu)


def told(seconds: float) -> str:
    return f"{1e3 * seconds:.1f} ms"


def serialize(outcome: Outcome) -> Outcome:
    """As Dask does, and back: arrays are not copied."""
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(outcome, 5, buffer_callback=buffers.append)
    restored: Outcome = pickle.loads(data, buffers=buffers)
    return restored


def count_and_encode(folder: Path, engine: Engine) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Prints whether the counts are equal; a tenth of the sentences is held out."""
    corpus = open_corpus([folder])
    normalizer = Normalizer(Normalization("lower"), Vocabulary([]))
    one, several = (count_corpus(corpus, normalizer, engine=e) for e in (HERE, engine))
    equal = all_of(one) == all_of(several)
    print(f"{one.n_tokens:,} tokens counted, {'exactly' if equal else 'NOT'} as by one process")
    kept = one.vocabulary.select(np.flatnonzero(occurrences(one) >= MIN_COUNT).astype(np.int32))
    encoded = encode_corpus(corpus, kept, normalizer, engine=engine)
    shuffled = encoded.shuffled(np.random.default_rng(1))
    tenth = shuffled.head(shuffled.n_tokens // 10)
    return part(shuffled, tenth.n_sentences, shuffled.n_sentences), tenth


def occurrences(counts: CorpusCounts) -> Longs1d:
    assert counts.vocabulary.counts is not None
    return counts.vocabulary.counts


def all_of(counts: CorpusCounts) -> tuple[object, ...]:
    """All that was counted, to be compared."""
    words = dict(zip(counts.vocabulary, occurrences(counts).tolist(), strict=True))
    return words, counts.document_counts.tolist(), counts.surface_forms, counts.n_tokens


def same(one: Run, other: Run) -> None:
    if not np.array_equal(one.inputs, other.inputs):
        print("OTHER BYTES", flush=True)


def process_ids() -> list[int]:
    """Of the workers of the cluster in use, each on its own machine."""
    from distributed import Client

    return list(Client.current().run(os.getpid).values())


class Sender:
    """Sends a signal to a worker once, after so many words."""

    def __init__(self, number: signal.Signals, n_words: int) -> None:
        self.number = number
        self.n_words = n_words
        self.pids = process_ids()

    def __call__(self, progress: Progress, /) -> None:
        if progress.done >= self.n_words and self.pids:
            os.kill(self.pids[0], self.number)
            self.pids = []


if __name__ == "__main__":
    main()
