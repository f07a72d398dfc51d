"""How fast a GloVe text table loads, beside gensim, and what memory it takes.

    python scripts/bench_loading.py                     a table of 400,000 x 50 made for the run
    python scripts/bench_loading.py glove.6B.50d.txt    yours

Each load is a process of its own, the two sides in turn. Before its clock starts it has imported
what it needs and loaded a table of two rows, so that compiled kernels are there. Both sides' words
and vectors are compared by digest: the last line says whether they are equal to the bit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

PRETRAINED = Path(__file__).parent.parent / "corpora" / "pretrained"
SIDES = ("gensim", "embedadapt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", nargs="?", type=Path, help="a GloVe text file")
    parser.add_argument("--words", type=int, default=400_000, help="of the table made without one")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--load", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        print(json.dumps(measure(arguments.load, arguments.path)))
    elif arguments.make:
        make_table(arguments.path, arguments.words)
    elif arguments.path:
        compare(arguments.path, arguments.repeats)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made.txt"
            run_self(str(path), "--make", "--words", str(arguments.words))
            compare(path, arguments.repeats)


def compare(path: Path, repeats: int) -> None:
    """Runs both sides in turn and prints one table."""
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    for _ in range(repeats):
        for side in SIDES:
            runs[side].append(json.loads(run_self(str(path), "--load", side)))
    first = runs["gensim"][0]
    table_mb = first["n_words"] * first["dim"] * 4 / 1e6
    print(
        f"{first['n_words']:,} words x {first['dim']}, {path.stat().st_size / 1e6:,.0f} MB of text"
    )
    print(f"the table itself takes {table_mb:,.0f} MB; median of {repeats} runs (fastest)\n")
    print(f"{'':12}{'CPU s':>16}{'wall s':>16}{'peak MB':>10}{'peak / table':>14}")
    for side in SIDES:
        peak = median(run["peak_mb"] for run in runs[side])
        print(
            f"{side:12}{seconds(runs[side], 'cpu'):>16}{seconds(runs[side], 'wall'):>16}"
            f"{peak:10,.0f}{peak / table_mb:14.2f}"
        )
    for clock in ("cpu", "wall"):
        slow, fast = (median(run[clock] for run in runs[side]) for side in SIDES)
        print(f"gensim / embedadapt, {clock}: {slow / fast:.1f}")
    digests = {run["digest"] for side in SIDES for run in runs[side]}
    print(f"words and vectors equal to the bit: {'yes' if len(digests) == 1 else 'NO'}")
    if len(digests) != 1:
        sys.exit(1)


def seconds(runs: list[dict[str, Any]], clock: str) -> str:
    times = [run[clock] for run in runs]
    return f"{median(times):.2f} ({min(times):.2f})"


def measure(side: str, path: Path) -> dict[str, Any]:
    """One load in this process. peak_mb: what the process grew by, the words included."""
    load = load_with_gensim if side == "gensim" else load_with_embedadapt
    with tempfile.TemporaryDirectory() as folder:
        tiny = Path(folder) / "tiny.txt"
        tiny.write_text("the 0.5 1\nof 1 2\n")
        load(tiny)
    before = peak_mb()
    wall, cpu = time.perf_counter(), time.process_time()
    words, matrix = load(path)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    grown = peak_mb() - before
    digest = hashlib.blake2b("\n".join(words).encode())
    digest.update(matrix.data)
    return {
        "cpu": cpu,
        "wall": wall,
        "peak_mb": grown,
        "n_words": len(words),
        "dim": matrix.shape[1],
        "digest": digest.hexdigest(),
    }


def load_with_gensim(path: Path) -> tuple[list[str], Any]:
    from gensim.models import KeyedVectors

    vectors = KeyedVectors.load_word2vec_format(path, no_header=True)
    return vectors.index_to_key, vectors.vectors


def load_with_embedadapt(path: Path) -> tuple[tuple[str, ...], Any]:
    from embedadapt.formats import load_vectors

    vectors = load_vectors(path)
    return vectors.vocabulary.words, vectors.matrix


def make_table(path: Path, n_words: int) -> None:
    """Writes a GloVe file of the shipped words, used again and again with a number behind and
    their vectors shaken, five significant digits a value as in the published tables."""
    import numpy as np

    from embedadapt.formats import load_vectors

    base = load_vectors(next(PRETRAINED.glob("*.safetensors")))
    rng = np.random.default_rng(1)
    row_format = " ".join(["%.5g"] * base.dim)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for i in range(n_words):
            copy, row = divmod(i, len(base))
            word = base.vocabulary.words[row] + (f"_{copy}" if copy else "")
            values = base.matrix[row] * rng.uniform(0.9, 1.1, base.dim)
            stream.write(f"{word} {row_format % tuple(values.tolist())}\n")


def peak_mb() -> float:
    """The most memory this process has had, in MB (Linux; elsewhere as getrusage tells it)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(t for t in status.read_text().split("\n") if t.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def run_self(*arguments: str) -> str:
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
