"""Peak memory of adapting, beside the size of the table and of the corpus ids.

    python scripts/bench_memory.py VECTORS [VECTORS ...] [--corpus FOLDER]

Each table is adapted in a process of its own. What the libraries and the compiled kernels take is
measured first, by adapting a toy corpus, and subtracted. Linux only: reads /proc/self.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

CHILD = """
import json, sys
import numpy as np
from pathlib import Path
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors
from embedadapt.workflows.adapt import adapt

def status(field):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))

vectors, corpus, toy = sys.argv[1:]
words = [w for w in dict.fromkeys(Path(toy).read_text().split()) if w.startswith("known")]
dim = load_vectors(vectors).dim
rows = np.random.default_rng(0).normal(size=(len(words), dim)).astype(np.float32)
adapt(WordVectors(Vocabulary(words), rows), toy)
before = status("VmRSS:")
Path("/proc/self/clear_refs").write_text("5")
result = adapt(vectors, corpus)
peak = status("VmHWM:")
table = load_vectors(vectors)
print(json.dumps({
    "baseline": before,
    "peak": peak,
    "matrix": table.matrix.nbytes,
    "words": sum(sys.getsizeof(word) for word in table.vocabulary.words)
        + sys.getsizeof(table.vocabulary.words) + sys.getsizeof(table.vocabulary.index),
    "ids": 4 * result.training.n_training_tokens,
}))
"""
LETTERS = str.maketrans("0123456789", "abcdefghij")
TOY = "\n\n".join(
    f"known{i % 400} known{i * 7 % 400} new known{i * 3 % 400}".translate(LETTERS)
    for i in range(5000)
)
"""Enough words and new ones for every kernel to be compiled."""

parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
parser.add_argument("vectors", nargs="+")
parser.add_argument("--corpus", default="corpora/en/licences")


def measure(vectors: str, corpus: str) -> dict[str, int]:
    """Bytes, as the child process counts them."""
    with tempfile.TemporaryDirectory() as folder:
        toy = Path(folder, "toy.txt")
        toy.write_text(TOY)
        printed = subprocess.run(
            [sys.executable, "-c", CHILD, vectors, corpus, str(toy)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    sizes: dict[str, int] = json.loads(printed)
    return sizes


def main() -> None:
    arguments = parser.parse_args()
    for vectors in arguments.vectors:
        sizes = measure(vectors, arguments.corpus)
        own = sizes["peak"] - sizes["baseline"]
        table = sizes["matrix"] + sizes["words"]
        print(vectors)
        print(f"  before: {sizes['baseline'] / 1e6:.0f} MB, peak: {sizes['peak'] / 1e6:.0f} MB")
        print(
            f"  own: {own / 1e6:.0f} MB; matrix {sizes['matrix'] / 1e6:.0f} MB, words "
            f"{sizes['words'] / 1e6:.0f} MB, corpus ids {sizes['ids'] / 1e6:.1f} MB"
        )
        print(f"  own / (matrix + words + ids): {own / (table + sizes['ids']):.2f}")
        print(f"  own / (matrix + ids): {own / (sizes['matrix'] + sizes['ids']):.2f}")


if __name__ == "__main__":
    main()
