"""How long exact nearest neighbours take in a big memory-mapped table, beside gensim.

    python scripts/bench_neighbors.py                               2,000,000 words x 300
    python scripts/bench_neighbors.py --words 400000 --dim 100      another size
    python scripts/bench_neighbors.py table.safetensors             your file

Without a file one is made in a temporary folder, of normal random numbers. One query is timed
before anything of the table was read (its norms are then computed too), one after, gensim's in turn
with it on the same matrix, and a batch. The batch's answers are compared with gensim's one by one.
"""

from __future__ import annotations

import tempfile
import tracemalloc
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from _bench import Seconds, in_turn, parser_of, timed
from gensim.models import KeyedVectors

from embedadapt import find_neighbors, load_vectors, save_vectors
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

REPEATS, COMPARED = 5, 20


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("path", nargs="?", type=Path, help="a table that is memory-mapped")
    parser.add_argument("--words", type=int, default=2_000_000)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--batch", type=int, default=1_000)
    arguments = parser.parse_args()
    if arguments.path:
        measure(arguments.path, arguments.batch)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.safetensors"
        save_vectors(made_table(arguments.words, arguments.dim), path)
        measure(path, arguments.batch)


def made_table(n_words: int, dim: int) -> WordVectors:
    rows = np.random.default_rng(0).standard_normal((n_words, dim), dtype=np.float32)
    return WordVectors(Vocabulary([f"word{number}" for number in range(n_words)]), rows)


def measure(path: Path, batch: int) -> None:
    table = load_vectors(path)
    print(f"{len(table):,} words x {table.dim}, {path.stat().st_size / 1e9:.1f} GB")
    print(f"{'':20}{'wall s':>9}{'CPU s':>9}")
    drawn = np.random.default_rng(1).choice(len(table), batch, replace=False)
    words = [table.vocabulary.words[row] for row in drawn]
    told("the first query", timed(partial(find_neighbors, table, words[:1]))[0])
    peer = KeyedVectors(table.dim)
    peer.index_to_key, peer.key_to_index = table.vocabulary.words, table.vocabulary.index
    peer.vectors = table.matrix
    peer.fill_norms()
    seconds: dict[str, list[Seconds]] = {"a query": [], "a query of gensim's": []}
    for word in words[:REPEATS]:
        queries = partial(find_neighbors, table, [word]), partial(peer.most_similar, word)
        for name, taken in in_turn(dict(zip(seconds, queries, strict=True)), 1).items():
            seconds[name] += taken
    for name, several in seconds.items():
        told(name, Seconds(*(median(clock) for clock in zip(*several, strict=True))))
    tracemalloc.start()
    taken_by_all, found = timed(partial(find_neighbors, table, words))
    told(f"a batch of {batch:,}", taken_by_all)
    print(f"memory taken on the way: {tracemalloc.get_traced_memory()[1] / 1e6:,.0f} MB")
    for word in words[:COMPARED]:
        expected = [name for name, _ in peer.most_similar(word)]
        assert [name for name, _ in found[word] or ()] == expected, word
    print(f"the same neighbours as gensim's: {COMPARED} of {COMPARED} words")


def told(what: str, seconds: Seconds) -> None:
    print(f"{what:<20}{seconds.wall:>9.3f}{seconds.cpu:>9.3f}", flush=True)


if __name__ == "__main__":
    main()
