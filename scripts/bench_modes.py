"""The two training modes side by side: what each gains on held-out text, and what it keeps.

    python scripts/bench_modes.py [--vectors FILE] [--corpus FOLDER] [--seeds 5]

Adapts and evaluates once for each mode and seed (of the training; the documents held out change
with it) and prints means with 95 % intervals (Student's t).
"""

from __future__ import annotations

from functools import partial
from statistics import median

from _bench import LICENCES, parser_of, print_gains, timed

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.training.settings import Mode
from embedadapt.workflows.adapt import adapt
from embedadapt.workflows.evaluate import evaluate
from embedadapt.workflows.inputs import as_corpus, as_vectors

MODES: tuple[Mode, ...] = ("exact", "fast")

parser = parser_of(__doc__, vectors=True, corpus=LICENCES, seeds=5)


def main() -> None:
    arguments = parser.parse_args()
    base, corpus = as_vectors(arguments.vectors), as_corpus(arguments.corpus)
    for mode in MODES:
        evaluations, seconds = [], []
        for seed in range(1, arguments.seeds + 1):
            config = AdaptationConfig.of(mode=mode, seed=seed)
            taken, result = timed(partial(adapt, base, corpus, config, evaluate=False))
            seconds.append(taken.cpu)
            evaluations.append(evaluate(base, result.adapter, corpus))
        print(f"{mode}: adapt takes {median(seconds):.1f} CPU s")
        print_gains(evaluations)


if __name__ == "__main__":
    main()
