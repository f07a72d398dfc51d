"""Held-out loss after continued training, sentences in the corpus's order and in random order.

    python scripts/bench_shuffling.py [--vectors FILE] [--corpus FOLDER] [--seeds 5]

Prints the mean over the training seeds with a 95 % interval (Student's t).
"""

from __future__ import annotations

import numpy as np
from _bench import LICENCES, Bench, parser_of, told_mean

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import initial_rows
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats2d
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.train import fit_outputs, train

parser = parser_of(__doc__, vectors=True, corpus=LICENCES, seeds=5)


def loss_after(
    corpus: EncodedCorpus, held_out: EncodedCorpus, rows: Floats2d, config: AdaptationConfig
) -> float:
    """Loss on held-out documents after the delta was trained on `corpus`, nats per pair."""
    inputs = rows.copy()
    outputs = fit_outputs(inputs, corpus, config.context_training)
    train(inputs, outputs, corpus, config.delta_training)
    return held_out_loss(inputs, outputs, held_out, config.delta_training)


def main() -> None:
    arguments = parser.parse_args()
    bench = Bench.of(arguments.vectors, arguments.corpus)
    training, held_out = bench.text.training, bench.text.held_out
    known = bench.base.vocabulary.lookup(bench.text.vocabulary)
    rng = np.random.default_rng(bench.config.run.seed)
    rows, _ = initial_rows(bench.base, training, known, rng)
    in_order, shuffled = [], []
    for seed in range(1, arguments.seeds + 1):
        seeded = bench.config_of(seed)
        in_order.append(loss_after(training, held_out, rows, seeded))
        mixed = training.shuffled(np.random.default_rng(seed))
        shuffled.append(loss_after(mixed, held_out, rows, seeded))
    print(f"{training.n_tokens:,} training tokens, {held_out.n_tokens:,} held out")
    print(f"held-out loss, in order: {told_mean(in_order, '.4f')}")
    print(f"held-out loss, shuffled: {told_mean(shuffled, '.4f')}")


if __name__ == "__main__":
    main()
