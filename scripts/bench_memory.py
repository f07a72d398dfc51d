"""Peak memory of adapting, beside the size of the table and of the corpus ids.

    python scripts/bench_memory.py VECTORS [VECTORS ...] [--corpus FOLDER]

Each table is adapted in a process of its own. What the libraries and the compiled kernels take is
measured first, by adapting a toy corpus, and subtracted. Linux only: reads /proc/self.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from _bench import LICENCES, parser_of, peak_mb, restart_peak, run_self

from embedadapt import Vocabulary, WordVectors, adapt, load_vectors

LETTERS = str.maketrans("0123456789", "abcdefghij")
TOY = "\n\n".join(
    f"known{i % 400} known{i * 7 % 400} new known{i * 3 % 400}".translate(LETTERS)
    for i in range(5000)
)
"""Enough words and new ones for every kernel to be compiled."""

parser = parser_of(__doc__, corpus=LICENCES)
parser.add_argument("vectors", nargs="+", type=Path)
parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)


def measure(vectors: Path, corpus: Path) -> dict[str, float]:
    """Megabytes, in this process, of what adapting takes and of what it is held against."""
    with tempfile.TemporaryDirectory() as folder:
        toy = Path(folder, "toy.txt")
        toy.write_text(TOY)
        adapt(toy_table(load_vectors(vectors).dim), toy)
    before = restart_peak()
    result = adapt(vectors, corpus)
    peak = peak_mb()
    table = load_vectors(vectors)
    words = table.vocabulary.words
    of_words = sum(map(sys.getsizeof, (*words, words, table.vocabulary.index)))
    return {
        "baseline": before,
        "peak": peak,
        "matrix": table.matrix.nbytes / 1e6,
        "words": of_words / 1e6,
        "ids": 4 * result.training.n_training_tokens / 1e6,
    }


def toy_table(dim: int) -> WordVectors:
    """The known words of TOY."""
    words = [word for word in dict.fromkeys(TOY.split()) if word.startswith("known")]
    rows = np.random.default_rng(0).normal(size=(len(words), dim)).astype(np.float32)
    return WordVectors(Vocabulary(words), rows)


def main() -> None:
    arguments = parser.parse_args()
    if arguments.alone:
        print(json.dumps(measure(arguments.vectors[0], arguments.corpus)))
        return
    for vectors in arguments.vectors:
        printed = run_self(__file__, vectors, "--corpus", arguments.corpus, "--alone")
        sizes: dict[str, float] = json.loads(printed)
        own = sizes["peak"] - sizes["baseline"]
        table = sizes["matrix"] + sizes["words"]
        print(vectors)
        print(f"  before: {sizes['baseline']:.0f} MB, peak: {sizes['peak']:.0f} MB")
        print(
            f"  own: {own:.0f} MB; matrix {sizes['matrix']:.0f} MB, words "
            f"{sizes['words']:.0f} MB, corpus ids {sizes['ids']:.1f} MB"
        )
        print(f"  own / (matrix + words + ids): {own / (table + sizes['ids']):.2f}")
        print(f"  own / (matrix + ids): {own / (sizes['matrix'] + sizes['ids']):.2f}")


if __name__ == "__main__":
    main()
