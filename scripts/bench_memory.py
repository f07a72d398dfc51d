"""Peak memory of adapting, beside the size of the table and of the corpus ids.

    python scripts/bench_memory.py VECTORS [VECTORS ...] [--corpus FOLDER]
    python scripts/bench_memory.py VECTORS --tokens 1_000_000,100_000_000 [--cap MB]

Each table is adapted in a process of its own. What the libraries and the compiled kernels take is
measured first, by adapting a toy corpus, and subtracted. Linux only: reads /proc/self.

With --tokens the text is generated: files of a million tokens, sentences of 20, words of the table
by Zipf's law. The process may then have no more than --cap of private memory (RLIMIT_DATA); mapped
files, which the system can take back, are beside it and only measured. The private memory of
several lengths is fitted to a line.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

import numpy as np
from _bench import LICENCES, parser_of, peak_mb, restart_peak, run_self, status_mb
from bounded import limit_memory

from embedadapt import AdaptationConfig, Vocabulary, WordVectors, adapt, load_vectors

LETTERS = str.maketrans("0123456789", "abcdefghij")
TOY = "\n\n".join(
    f"known{i % 400} known{i * 7 % 400} new known{i * 3 % 400}".translate(LETTERS)
    for i in range(5000)
)
"""Enough words and new ones for every kernel to be compiled."""
LIGHT = {"epochs": 1, "context_epochs": 1, "dimensions": 16, "mode": "fast", "window": 3}
"""Settings for generated text, of which memory is measured and nothing learned."""

parser = parser_of(__doc__, corpus=LICENCES)
parser.add_argument("vectors", nargs="+", type=Path)
parser.add_argument("--tokens", help="lengths of generated texts, separated by commas")
parser.add_argument("--cap", type=float, default=1_000, help="private memory in MB")
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


def measure_generated(vectors: Path, n_tokens: int, cap: float) -> dict[str, float]:
    """Megabytes and seconds of adapting on a generated text, under a cap of private memory."""
    config = AdaptationConfig.of(**LIGHT)
    table = load_vectors(vectors)
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder, "toy"), table.vocabulary, 1_000_000)
        adapt(table, Path(folder, "toy"), config)
        generate(Path(folder, "text"), table.vocabulary, n_tokens)
        before = restart_peak()
        private = PrivateMemory()
        limit_memory(round(cap * 1e6), resource.RLIMIT_DATA, beyond=0)
        started, cpu = time.perf_counter(), time.process_time()
        with private:
            result = adapt(table, Path(folder, "text"), config)
    return {
        "trained": result.training.n_training_tokens,
        "before": before,
        "private before": private.first,
        "private": private.most,
        "with mapped files": peak_mb(),
        "seconds": time.perf_counter() - started,
        "cpu seconds": time.process_time() - cpu,
    }


def generate(folder: Path, vocabulary: Vocabulary, n_tokens: int) -> None:
    """Write a text of `n_tokens` in files of up to a million."""
    folder.mkdir()
    rng = np.random.default_rng(n_tokens)
    words = [word for word in vocabulary.words[:50_000] if word.isalpha() and word.isascii()]
    table = np.array([f"{word} ".encode() for word in words], dtype=object)
    shares = 1 / np.arange(10, 10 + len(words))
    edges = np.cumsum(shares / shares.sum())
    for number, start in enumerate(range(0, n_tokens, 1_000_000)):
        n = min(1_000_000, n_tokens - start)
        drawn = table[np.searchsorted(edges, rng.random(n), side="right").clip(max=len(words) - 1)]
        lines = (b"".join(drawn[i : i + 20]) for i in range(0, n, 20))
        Path(folder, f"{number}.txt").write_bytes(b".\n".join(lines))


class PrivateMemory:
    """The most private memory, in MB, of this process while the block runs, looked at often."""

    def __init__(self) -> None:
        self.first = self.most = status_mb("RssAnon")
        self._done = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.most = max(self.most, status_mb("RssAnon"))


def toy_table(dim: int) -> WordVectors:
    """The known words of TOY."""
    words = [word for word in dict.fromkeys(TOY.split()) if word.startswith("known")]
    rows = np.random.default_rng(0).normal(size=(len(words), dim)).astype(np.float32)
    return WordVectors(Vocabulary(words), rows)


def main() -> None:
    arguments = parser.parse_args()
    if arguments.alone and arguments.tokens:
        n_tokens = int(arguments.tokens)
        print(json.dumps(measure_generated(arguments.vectors[0], n_tokens, arguments.cap)))
        return
    if arguments.tokens:
        lengths = [int(n_tokens) for n_tokens in arguments.tokens.split(",")]
        beyond = []
        for n_tokens in lengths:
            asked = "--tokens", n_tokens, "--cap", arguments.cap, "--alone"
            figures = json.loads(run_self(__file__, arguments.vectors[0], *asked))
            print(f"{n_tokens:,} tokens under {arguments.cap:,.0f} MB of private memory")
            for name, figure in figures.items():
                print(f"  {name}: {figure:,.0f}", flush=True)
            beyond.append(figures["private"] - figures["private before"])
        if len(lengths) > 1:
            slope, start = np.polyfit(np.array(lengths) / 1e6, beyond, 1)
            print(f"private, in MB: {start:.0f} {slope:+.2f} for each million tokens")
        return
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
