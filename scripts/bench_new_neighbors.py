"""Whether new words form an island: how many of their nearest neighbors are new words too.

    python scripts/bench_new_neighbors.py --vectors FILE --corpus FOLDER [--general FILE]

An adapter is made with the default settings and applied within the default budget. Among the ten
nearest neighbors of new words, among the words of the corpus, the share of new words over their
share of these: 1 is chance. Beside it, the same of rare known words, the fifth of the corpus's
words with the last rows in the base: they lean together too.
Means over training seeds with 95 % intervals (Student's t).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from _bench import LICENCES, Bench, parser_of, print_table, told_mean

from embedadapt import adapt, apply_adapter
from embedadapt.core.adapter import Adapter
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.neighbors import nearest_of_rows
from embedadapt.evaluation.scale import Budget, scale_within

K = 10

parser = parser_of(__doc__, vectors=True, corpus=LICENCES, seeds=3)
parser.add_argument("--general", type=Path, help="general text, as `adapt --general` takes it")
parser.add_argument("--words", nargs="*", default=[], help="whose neighbors are shown")


def applied(base: WordVectors, adapter: Adapter) -> WordVectors:
    """Within the default budget."""
    return apply_adapter(base, adapter, scale=scale_within(Budget(), base, [adapter], "add").scale)


def over_chance(words: WordVectors, group: Ints1d) -> float:
    """How many times as many neighbors of these rows are among them as chance would have it."""
    neighbors = nearest_of_rows(words, group, K)
    return float(np.isin(neighbors, group).mean() / (len(group) / len(words)))


def figures_of(adapter: Adapter, union: WordVectors) -> dict[str, float]:
    """Of the new words, and of rare known words of the corpus."""
    vocabulary = adapter.vocabulary
    words = WordVectors(vocabulary, union.matrix[union.vocabulary.lookup(vocabulary)])
    rare = np.argsort(adapter.base_rows)[-len(vocabulary) // 5 :].astype(np.int32)
    return {
        "new words": over_chance(words, adapter.new_rows),
        "rare known words": over_chance(words, np.sort(rare)),
    }


def main() -> None:
    arguments = parser.parse_args()
    bench = Bench.of(arguments.vectors, arguments.corpus, dimensions=0)
    found: dict[str, list[float]] = {}
    for seed in range(1, arguments.seeds + 1):
        adapter = adapt(
            bench.base,
            bench.corpus,
            bench.config_of(seed),
            general=arguments.general,
            evaluate=False,
        ).adapter
        union = applied(bench.base, adapter)
        for name, value in figures_of(adapter, union).items():
            found.setdefault(name, []).append(value)
        for word in arguments.words:
            print(word, [other for other, _ in union.most_similar(word, K)])
    rows = [[name, told_mean(values, ".1f")] for name, values in found.items()]
    print_table(["", "neighbors of their kind, times chance"], rows)


if __name__ == "__main__":
    main()
