"""The two training modes side by side: what each gains on held-out text, and what it keeps.

    python scripts/bench_modes.py [--vectors FILE] [--corpus FOLDER] [--seeds 5]

Adapts and evaluates once for each mode and seed (of the training; the documents held out change
with it) and prints means with 95 % intervals (Student's t).
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy import stats

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.training.settings import Mode
from embedadapt.workflows.adapt import adapt
from embedadapt.workflows.evaluate import evaluate
from embedadapt.workflows.inputs import as_corpus, as_vectors

MODES: tuple[Mode, ...] = ("exact", "fast")

parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
parser.add_argument("--vectors", default="corpora/pretrained/glove.6B.50d.60k.safetensors")
parser.add_argument("--corpus", default="corpora/en/licences")
parser.add_argument("--seeds", type=int, default=5)


def told(values: list[float]) -> str:
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values) if len(values) > 1 else 0.0
    return f"{np.mean(values):+.3f} ± {half:.3f}"


def main() -> None:
    arguments = parser.parse_args()
    base, corpus = as_vectors(arguments.vectors), as_corpus(arguments.corpus)
    for mode in MODES:
        changes: dict[str, list[float]] = {}
        kept: dict[str, list[float]] = {}
        seconds = []
        for seed in range(1, arguments.seeds + 1):
            started = time.process_time()
            result = adapt(base, corpus, AdaptationConfig.of(mode=mode, seed=seed), judged=False)
            seconds.append(time.process_time() - started)
            for table in evaluate(base, result.adapter, corpus).tables:
                if table.held_out and table.neighbors_kept:
                    changes.setdefault(table.name, []).append(table.held_out.change.value)
                    kept.setdefault(table.name, []).append(table.neighbors_kept.value)
        print(f"{mode}: adapt takes {np.median(seconds):.1f} CPU s")
        for name in changes:
            print(f"  {name:<12} loss {told(changes[name])}   kept {told(kept[name])}")


if __name__ == "__main__":
    main()
