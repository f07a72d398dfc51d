"""How fast vector files open, beside gensim and fastText's own library, and what memory it takes.

    python scripts/bench_loading.py                            GloVe text, 400,000 x 50
    python scripts/bench_loading.py --words 200000 --dim 300   another size
    python scripts/bench_loading.py glove.6B.50d.txt           your file
    python scripts/bench_loading.py --kind binary              word2vec binary, 1,000,000 x 300
    python scripts/bench_loading.py --kind fasttext            a fastText .bin of 1 GB

Without a file one is made in a temporary folder. Each load is a process of its own, the sides in
turn. Before its clock starts it has imported what it needs and loaded a table of two words, so that
compiled kernels are there. Where both sides give a whole table they are compared by digest, where
both compose an unseen word by its vector.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from _bench import VECTORS, parser_of, peak_mb, restart_peak, run_self, timed

UNSEEN = ("indemnification", "sous-locataires", "👩🏽‍⚖️")


@dataclass(frozen=True)
class Kind:
    """sides: what is timed, by name; the first is the one the others are measured against.
    make: writes a file of so many words and columns."""

    n_words: int
    dim: int
    make: Callable[[Path, int, int], None]
    sides: dict[str, Callable[[Path], Any]]


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("path", nargs="?", type=Path, help="a GloVe text file")
    parser.add_argument("--kind", choices=KINDS, default="text")
    parser.add_argument("--words", type=int, help="of the file made without one")
    parser.add_argument("--dim", type=int, help="of the file made without one")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--load", help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    kind = KINDS[arguments.kind]
    size = (arguments.words or kind.n_words, arguments.dim or kind.dim)
    if arguments.load:
        print(json.dumps(measure(kind, arguments.load, arguments.path)))
    elif arguments.make:
        kind.make(arguments.path, *size)
    elif arguments.path:
        if arguments.kind != "text":
            parser.error("a file of your own can be a GloVe text file only")
        compare(arguments.kind, arguments.path, arguments.repeats)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made"
            words, dim = size
            run_self(
                __file__, path, "--kind", arguments.kind, "--make", "--words", words, "--dim", dim
            )
            compare(arguments.kind, path, arguments.repeats)


def compare(name: str, path: Path, repeats: int) -> None:
    """Runs all sides in turn and prints one table."""
    sides = list(KINDS[name].sides)
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    for _ in range(repeats):
        for side in sides:
            runs[side].append(json.loads(run_self(__file__, path, "--kind", name, "--load", side)))
    print(f"{name}, {path.stat().st_size / 1e6:,.0f} MB; median of {repeats} runs (fastest)\n")
    print(f"{'':34}{'CPU s':>16}{'wall s':>16}{'peak MB':>9}{'faster':>9}")
    base = median(run["cpu"] for run in runs[sides[0]])
    for side in sides:
        peak = median(run["peak_mb"] for run in runs[side])
        faster = base / median(run["cpu"] for run in runs[side])
        print(
            f"{side:34}{seconds(runs[side], 'cpu'):>16}{seconds(runs[side], 'wall'):>16}"
            f"{peak:9,.0f}{faster:9,.1f}"
        )
    report_agreement(runs)


def report_agreement(runs: dict[str, list[dict[str, Any]]]) -> None:
    """Prints whether the sides gave the same, and exits with 1 if not."""
    every = [run for several in runs.values() for run in several]
    tables = [run for run in every if "digest" in run]
    agreed = True
    if tables:
        table_mb = tables[0]["n_words"] * tables[0]["dim"] * 4 / 1e6
        agreed = len({run["digest"] for run in tables}) == 1
        print(
            f"\n{tables[0]['n_words']:,} words x {tables[0]['dim']}: {table_mb:,.0f} MB of matrix"
        )
        for side, several in runs.items():
            if "digest" in several[0]:
                peak = median(run["peak_mb"] for run in several)
                print(f"  {side}: peak / matrix {peak / table_mb:.2f}")
        print(f"words and vectors equal to the bit: {'yes' if agreed else 'NO'}")
    composed = [np.array(run["unseen"]) for run in every if "unseen" in run]
    if composed:
        difference = max(float(np.abs(one - composed[0]).max()) for one in composed)
        agreed = agreed and difference < 1e-6
        print(f"vectors of {len(UNSEEN)} unseen words: largest difference {difference:.1g}")
    if not agreed:
        sys.exit(1)


def seconds(runs: list[dict[str, Any]], clock: str) -> str:
    times = [run[clock] for run in runs]
    return f"{median(times):.3f} ({min(times):.3f})"


def measure(kind: Kind, side: str, path: Path) -> dict[str, Any]:
    """One load in this process. peak_mb: what the process grew by, the words included."""
    load = kind.sides[side]
    with tempfile.TemporaryDirectory() as folder:
        tiny = Path(folder) / "tiny"
        kind.make(tiny, 3, 2)
        load(tiny)
    before = restart_peak()
    taken, result = timed(lambda: load(path))
    run: dict[str, Any] = {**taken._asdict(), "peak_mb": peak_mb() - before}
    if isinstance(result, tuple):
        words, matrix = result
        digest = hashlib.blake2b("\n".join(words).encode())
        digest.update(np.ascontiguousarray(matrix).data)
        run |= {"n_words": len(words), "dim": matrix.shape[1], "digest": digest.hexdigest()}
    elif isinstance(result, dict):
        run |= result
    return run


# What is timed


def gensim_text(path: Path) -> tuple[list[str], Any]:
    from gensim.models import KeyedVectors

    vectors = KeyedVectors.load_word2vec_format(path, no_header=True)
    return vectors.index_to_key, vectors.vectors


def gensim_binary(path: Path) -> tuple[list[str], Any]:
    from gensim.models import KeyedVectors

    vectors = KeyedVectors.load_word2vec_format(path, binary=True)
    return vectors.index_to_key, vectors.vectors


def whole_table(path: Path) -> tuple[tuple[str, ...], Any]:
    from embedadapt.formats import load_vectors

    vectors = load_vectors(path)
    return vectors.vocabulary.words, vectors.matrix


def in_one_thread(path: Path) -> tuple[tuple[str, ...], Any]:
    from embedadapt.formats.reading import text_rows

    text_rows.THREADS = 1
    return whole_table(path)


def vector_at(share: float) -> Callable[[Path], Any]:
    """Loads one word so far down the file made (see `names`)."""

    def load(path: Path) -> None:
        from embedadapt.formats import load_vectors

        with path.open("rb") as stream:
            n_words = int(stream.readline().split()[0])
        word = name_of(int(share * (n_words - 1)))
        load_vectors(path, words=[word])[word]

    return load


def scan(path: Path) -> None:
    from embedadapt.formats import scan_vocabulary

    scan_vocabulary(path)


def first_vector(path: Path) -> None:
    from embedadapt.formats import load_vectors

    load_vectors(path, words=[name_of(0)])[name_of(0)]


def unseen_words(path: Path) -> dict[str, Any]:
    from embedadapt.formats import load_vectors

    vectors = load_vectors(path, words=[name_of(0)])
    return {"unseen": [vectors[word].tolist() for word in UNSEEN]}


def fasttext_unseen_words(path: Path) -> dict[str, Any]:
    """The means of the rows the official library names: some builds of it answer with unit
    vectors."""
    import fasttext

    model = fasttext.load_model(str(path))
    rows = ([model.get_input_vector(row) for row in model.get_subwords(w)[1]] for w in UNSEEN)
    return {"unseen": [np.mean(several, axis=0).tolist() for several in rows]}


# The files made for a run


def name_of(row: int) -> str:
    return f"word_{row}"


def blocks(n_rows: int, dim: int) -> Iterator[tuple[int, Any]]:
    """Random float32 rows in blocks, each with the number of its first."""
    rng = np.random.default_rng(1)
    for start in range(0, n_rows, 50_000):
        shape = (min(50_000, n_rows - start), dim)
        yield start, rng.standard_normal(shape, dtype=np.float32)


def make_text(path: Path, n_words: int, dim: int) -> None:
    """A GloVe file of the shipped words, used again and again with a number behind and their
    vectors shaken, five significant digits a value as in the published tables."""
    from embedadapt.formats import load_vectors

    base = load_vectors(VECTORS)
    row_format = " ".join(["%.5g"] * dim)
    rng = np.random.default_rng(1)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for i in range(n_words):
            copy, row = divmod(i, len(base))
            word = base.vocabulary.words[row] + (f"·{copy}" if copy else "")
            values = np.resize(base.matrix[row], dim) * rng.uniform(0.9, 1.1, dim)
            stream.write(f"{word} {row_format % tuple(values.tolist())}\n")


def make_binary(path: Path, n_words: int, dim: int) -> None:
    """word2vec binary as the C tool writes it."""
    with path.open("wb") as stream:
        stream.write(f"{n_words} {dim}\n".encode())
        for start, rows in blocks(n_words, dim):
            for i, row in enumerate(rows, start):
                stream.write(name_of(i).encode() + b" " + row.tobytes() + b"\n")


def make_fasttext(path: Path, n_words: int, dim: int) -> None:
    """A skip-gram model as fastText's `saveModel` writes it, three buckets a word."""
    n_buckets = 3 * n_words
    arguments = (dim, 5, 5, 1, 5, 1, 2, 2, n_buckets, 3, 6, 100, 1e-4)
    with path.open("wb") as stream:
        stream.write(struct.pack("<ii12id", 793_712_314, 12, *arguments))
        stream.write(struct.pack("<iiiqq", n_words, n_words, 0, 10**9, -1))
        for i in range(n_words):
            stream.write(name_of(i).encode() + struct.pack("<xqB", 10**6 - i, 0))
        for n_rows in (n_words + n_buckets, n_words):
            stream.write(b"\0" + struct.pack("<qq", n_rows, dim))
            for _, rows in blocks(n_rows, dim):
                stream.write(rows.tobytes())


KINDS = {
    "text": Kind(
        400_000,
        50,
        make_text,
        {
            "gensim": gensim_text,
            "embedadapt, one thread": in_one_thread,
            "embedadapt": whole_table,
            "embedadapt, vocabulary scan": scan,
        },
    ),
    "binary": Kind(
        1_000_000,
        300,
        make_binary,
        {
            "gensim": gensim_binary,
            "embedadapt": whole_table,
            "embedadapt, a word of the first 1 %": vector_at(0.01),
            "embedadapt, the middle word": vector_at(0.5),
            "embedadapt, the last word": vector_at(1),
            "embedadapt, vocabulary scan": scan,
        },
    ),
    "fasttext": Kind(
        500_000,
        100,
        make_fasttext,
        {
            "fasttext, unseen words": fasttext_unseen_words,
            "embedadapt, first vector": first_vector,
            "embedadapt, unseen words": unseen_words,
            "embedadapt, vocabulary scan": scan,
        },
    ),
}


if __name__ == "__main__":
    main()
