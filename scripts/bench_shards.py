"""What training in shards costs in quality, beside training in one piece.

    python scripts/bench_shards.py                                      the shipped licences
    python scripts/bench_shards.py --corpus FOLDER --shards 4 16 --sync-rounds 10
    python scripts/bench_shards.py --vectors glove.6B.50d.safetensors   and adapters, judged

The shards are trained in this process, one after the other: on workers they give the same bytes
(scripts/bench_cluster.py). First skip-gram in the mode `fast` from noise: the loss on a tenth of
the sentences, above that of one process, for several momenta; `own` is the package's. Then, with
`--vectors`, `adapt` as it is, and the figures of its verdict. Means over seeds with 95 % intervals
(Student's t).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from _bench import (
    LICENCES,
    Sentences,
    parser_of,
    print_gains,
    random_rows,
    read_sentences,
    told_mean,
)

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.engine import HERE
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors
from embedadapt.training.distributed import DistributedTrainer
from embedadapt.training.job import Job
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.loop import run
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from embedadapt.workflows.adapt import adapt

parser = parser_of(__doc__, corpus=LICENCES, seeds=3)
parser.add_argument("--vectors", type=Path, help="adapt these too")
parser.add_argument("--shards", type=int, nargs="+", default=[2, 4, 8, 16])
parser.add_argument("--momenta", type=float, nargs="*", default=[0, 0.25, 0.5, 0.75, 0.875])
parser.add_argument("--sync-rounds", type=int, default=20)
parser.add_argument("--dim", type=int, default=50)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--max-tokens", type=int, default=10_000_000)


def main() -> None:
    arguments = parser.parse_args()
    seeds = range(1, arguments.seeds + 1)
    if arguments.momenta:
        text = read_sentences(arguments.corpus, arguments.max_tokens)
        print(
            f"{text[0].n_tokens:,} words x {arguments.epochs} epochs, {arguments.sync_rounds} "
            f"sync rounds in each, {arguments.dim} dimensions: loss above that of one process"
        )
        settings = TrainingSettings.of(
            epochs=arguments.epochs, mode="fast", sync_rounds=arguments.sync_rounds
        )
        compare_momenta(text, settings, arguments.dim, arguments.shards, arguments.momenta, seeds)
    if arguments.vectors:
        base = load_vectors(arguments.vectors)
        for shards in (0, *arguments.shards):
            show_verdicts(base, arguments.corpus, shards, arguments.sync_rounds, seeds)


def compare_momenta(
    text: Sentences,
    settings: TrainingSettings,
    dim: int,
    several_shards: Sequence[int],
    momenta: Sequence[float],
    seeds: Sequence[int],
) -> None:
    """Prints a line for each number of shards."""
    alone = [loss_alone(text, settings.but(seed=seed), dim) for seed in seeds]
    for shards in several_shards:
        cells = []
        for momentum in (None, *momenta):
            losses = [
                loss_in_shards(text, settings.but(seed=seed, shards=shards), dim, momentum)
                for seed in seeds
            ]
            above = np.array(losses) / alone - 1
            name = "own" if momentum is None else f"{momentum:g}"
            cells.append(f"{name} {told_mean(above.tolist(), '+.2%')}")
        print(f"{shards:3} shards: " + ", ".join(cells), flush=True)


def loss_alone(text: Sentences, settings: TrainingSettings, dim: int) -> float:
    inputs = random_rows(len(text.training.vocabulary), dim, seed=settings.run.seed)
    outputs = np.zeros_like(inputs)
    train(inputs, outputs, text.training, settings)
    return held_out_loss(inputs, outputs, text.held_out, settings)


def loss_in_shards(
    text: Sentences, settings: TrainingSettings, dim: int, momentum: float | None
) -> float:
    rows = random_rows(len(text.training.vocabulary), dim, seed=settings.run.seed)
    job = Job(rows, np.zeros_like(rows), text.training, settings)
    trainer = DistributedTrainer.prepare(job, HERE)
    if momentum is not None:
        trainer.momentum = momentum
    run(trainer, settings.epochs, stage="shards")
    return held_out_loss(*trainer.matrices(), text.held_out, settings)


def show_verdicts(
    base: WordVectors, corpus: Path, shards: int, sync_rounds: int, seeds: Sequence[int]
) -> None:
    """Prints what each table gained and kept, and what the verdicts were."""
    evaluations, decisions = [], []
    for seed in seeds:
        config = AdaptationConfig.of(seed=seed, shards=shards, sync_rounds=sync_rounds)
        done = adapt(base, corpus, config)
        assert done.evaluation and done.verdict
        decisions.append(f"{done.verdict.decision} {done.verdict.vectors}")
        evaluations.append(done.evaluation)
    print(f"\n{f'{shards} shards' if shards else 'one piece'}: {', '.join(decisions)}")
    print_gains(evaluations)


if __name__ == "__main__":
    main()
