"""What training in shards costs in quality, beside training in one piece.

    python scripts/bench_shards.py                                      the shipped licences
    python scripts/bench_shards.py --corpus FOLDER --shards 4 16 --sync-rounds 5 10 20
    python scripts/bench_shards.py --vectors glove.6B.50d.safetensors   and adapters, judged

The shards are trained in this process, one after the other: on workers they give the same bytes
(scripts/bench_cluster.py). First skip-gram in the mode `fast` from noise, for each number of sync
rounds: the loss on a tenth of the sentences, above that of one process, and how long the vectors
become beside those of one process (their Frobenius norms). Then, with `--vectors`, `adapt` as it
is, and the figures of its verdict. Means over seeds with 95 % intervals (Student's t).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

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
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors
from embedadapt.training import gains
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.settings import RunSettings, TrainingSettings
from embedadapt.training.train import train
from embedadapt.workflows.adapt import adapt

parser = parser_of(__doc__, corpus=LICENCES, seeds=3)
parser.add_argument("--vectors", type=Path, help="adapt these too")
parser.add_argument("--shards", type=int, nargs="+", default=[2, 4, 8, 16])
parser.add_argument("--sync-rounds", type=int, nargs="+", default=[20])
parser.add_argument("--agreed", type=float, nargs="+", default=[gains.AGREED])
parser.add_argument("--saturation", type=float, nargs="+", default=[gains.SATURATION])
parser.add_argument("--only-adapt", action="store_true", help="do not train from noise")
parser.add_argument("--dim", type=int, default=50)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--max-tokens", type=int, default=10_000_000)


def main() -> None:
    arguments = parser.parse_args()
    seeds = range(1, arguments.seeds + 1)
    if not arguments.only_adapt:
        text = read_sentences(arguments.corpus, arguments.max_tokens)
        print(
            f"{text[0].n_tokens:,} words, {len(text[0].vocabulary):,} distinct, x "
            f"{arguments.epochs} epochs, {arguments.dim} dimensions"
        )
        settings = TrainingSettings.of(epochs=arguments.epochs, mode="fast")
        alone = [train_from_noise(text, settings.but(seed=seed), arguments.dim) for seed in seeds]
        for agreed, saturation, rounds, shards in product(
            arguments.agreed, arguments.saturation, arguments.sync_rounds, arguments.shards
        ):
            gains.AGREED, gains.SATURATION = agreed, saturation
            several = settings.but(shards=shards, sync_rounds=rounds)
            found = [
                train_from_noise(text, several.but(seed=seed), arguments.dim) for seed in seeds
            ]
            show(several.run, found, alone)
    if arguments.vectors:
        base = load_vectors(arguments.vectors)
        show_verdicts(base, arguments.corpus, 0, 1, seeds)
        for rounds, shards in product(arguments.sync_rounds, arguments.shards):
            show_verdicts(base, arguments.corpus, shards, rounds, seeds)


class Found(NamedTuple):
    """The loss on text held out, and the norm of the vectors."""

    loss: float
    norm: float


def train_from_noise(text: Sentences, settings: TrainingSettings, dim: int) -> Found:
    inputs = random_rows(len(text.training.vocabulary), dim, seed=settings.run.seed)
    outputs = np.zeros_like(inputs)
    train(inputs, outputs, text.training, settings)
    loss = held_out_loss(inputs, outputs, text.held_out, settings)
    return Found(loss, float(np.linalg.norm(inputs)))


def show(run: RunSettings, found: Sequence[Found], alone: Sequence[Found]) -> None:
    """Prints a line: both figures over those of one process."""
    pairs = list(zip(found, alone, strict=True))
    above = told_mean([ours.loss / one.loss - 1 for ours, one in pairs], "+.2%")
    norm = told_mean([ours.norm / one.norm for ours, one in pairs], ".2f")
    print(
        f"{run.shards:3} shards, {run.sync_rounds:2} sync rounds an epoch, {gains.AGREED:g} at "
        f"least of what agrees, saturation {gains.SATURATION:g}: loss {above}, norm x {norm}",
        flush=True,
    )


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
    name = f"{shards} shards, {sync_rounds} sync rounds an epoch" if shards else "one piece"
    print(f"\n{name}: {', '.join(decisions)}", flush=True)
    print_gains(evaluations)


if __name__ == "__main__":
    main()
