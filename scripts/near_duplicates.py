"""Near-duplicates that grouping does not find, and the time it takes, where documents share text.

    python scripts/near_duplicates.py [--corpus PATH]... [--seeds 3]

Of each corpus, the pairs of documents whose signatures agree often enough are counted among all
pairs, with those of them that are in different groups. Then the same for random words: all
documents share some, and pairs of them some more. Last, the CPU seconds of grouping so many
documents that share 24 words of 84 and nothing else, and twice as many, and four times.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from _bench import CORPORA, LICENCES, parser_of

from embedadapt.core.normalization import Normalization
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.duplicates import ALIKE, PLACES, group_signatures, sign_documents
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus

N_WORDS = 50_000
N_DOCUMENTS, N_PAIRS, LENGTH = 3_000, 500, 120
SHARED = ((30, 35), (40, 20), (44, 14))
"""Words that all documents of LENGTH words share, and words that those of a pair share besides."""
MANY, FOOTER, TEXT = 20_000, 24, 60

parser = parser_of(__doc__, seeds=3)
parser.add_argument("--corpus", type=Path, action="append", help="may be given more than once")


def main() -> None:
    options = parser.parse_args()
    for path in options.corpus or [LICENCES, CORPORA / "fr" / "conventions_collectives"]:
        show(path.name, *read(path))
    for for_all, for_pairs in SHARED:
        for seed in range(options.seeds):
            documents = with_pairs(np.random.default_rng(seed), for_all, for_pairs)
            show(f"{for_all} words for all, {for_pairs} for pairs, seed {seed}", *joined(documents))
    for n in (MANY, 2 * MANY, 4 * MANY):
        seconds = [seconds_of(n, seed) for seed in range(options.seeds)]
        print(f"{n:,} with a footer: {np.median(seconds):.2f} CPU s", end=" ")
        print(f"({min(seconds):.2f} to {max(seconds):.2f})", flush=True)


def read(path: Path) -> tuple[Ints1d, Longs1d]:
    """The ids of the words of a corpus, and where its documents end."""
    corpus = open_corpus([path])
    normalizer = Normalizer(Normalization(case="lower"), Vocabulary([]))
    text = encode_corpus(corpus, count_corpus(corpus, normalizer).vocabulary, normalizer)
    return text.token_ids, text.sentence_offsets[text.document_offsets]


def with_pairs(rng: np.random.Generator, for_all: int, for_pairs: int) -> list[Ints1d]:
    """Documents of random words, of which N_PAIRS far apart share some."""
    shared = words(rng, for_all)
    of_pairs = [words(rng, for_pairs) for _ in range(N_PAIRS)]
    return [
        np.concatenate([shared, own, words(rng, LENGTH - for_all - len(own))])
        for own in (
            *of_pairs,
            *(shared[:0] for _ in range(N_DOCUMENTS - 2 * N_PAIRS)),
            *of_pairs,
        )
    ]


def words(rng: np.random.Generator, n: int) -> Ints1d:
    return rng.integers(0, N_WORDS, n, dtype=np.int32)


def joined(documents: Sequence[Ints1d]) -> tuple[Ints1d, Longs1d]:
    return np.concatenate(documents), np.cumsum([0, *map(len, documents)])


def show(name: str, token_ids: Ints1d, offsets: Longs1d) -> None:
    """Compare the groups with all pairs."""
    signatures = sign_documents(token_ids, offsets)
    groups = group_signatures(signatures)
    n_alike = n_apart = 0
    for number in range(1, len(signatures)):
        agreeing = (signatures[:number] == signatures[number]).sum(axis=1)
        alike = agreeing >= round(ALIKE * PLACES)
        n_alike += int(alike.sum())
        n_apart += int((alike & (groups[:number] != groups[number])).sum())
    print(f"{name}: {len(signatures):,} documents, {len(set(groups.tolist())):,} groups", end=", ")
    print(f"{n_apart:,} of {n_alike:,} pairs that are alike are apart", flush=True)


def seconds_of(n: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    footer = words(rng, FOOTER)
    documents = [np.concatenate([words(rng, TEXT), footer]) for _ in range(n)]
    signatures = sign_documents(*joined(documents))
    started = time.process_time()
    group_signatures(signatures)
    return time.process_time() - started


if __name__ == "__main__":
    main()
