"""Tokenising, counting and looking up a corpus, against scikit-learn and spaCy in the same run.

    python scripts/bench_oov.py [--corpus PATH] [--lang en] [--vectors FILE] [--times 10]

The documents are repeated `--times` times in random order: what a corpus costs that is `--times` as
long, new words becoming rarer as they do. Prints megabytes of UTF-8 per CPU second, the ratios'
medians over the rounds with their least and most, and two threads by the wall clock.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable

import spacy
from sklearn.feature_extraction.text import CountVectorizer

from embedadapt.core.corpus import Document
from embedadapt.formats import scan_vectors
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.readers import open_corpus

SPACY_CHARACTERS = 2_000_000
"""spaCy is timed on the first documents only: it is slow, and as slow on the rest."""

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("--vectors", default="corpora/pretrained/glove.6B.50d.60k.safetensors")
parser.add_argument("--corpus", default="corpora/en/licences")
parser.add_argument("--lang", default="en", help="of spaCy's tokenizer")
parser.add_argument("--times", type=int, default=10)
parser.add_argument("--rounds", type=int, default=3)


def rate(work: Callable[[], object], megabytes: float, clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return megabytes / (clock() - start)


def first_documents(documents: list[Document], n_characters: int) -> list[str]:
    texts: list[str] = []
    for document in documents:
        if sum(map(len, texts)) < n_characters:
            texts.append(document.text)
    return texts


def told(ours: list[float], theirs: list[float]) -> str:
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"


def main() -> None:
    arguments = parser.parse_args()
    documents = arguments.times * list(open_corpus([arguments.corpus]))
    random.Random(1).shuffle(documents)
    texts = [document.text for document in documents]
    some = first_documents(documents, SPACY_CHARACTERS)
    size, some_size = (sum(len(t.encode()) for t in each) / 1e6 for each in (texts, some))
    table = scan_vectors(arguments.vectors)
    tokenizer = spacy.blank(arguments.lang).tokenizer

    def count(threads: int) -> Callable[[], object]:
        normalizer = Normalizer(normalization_of(table), table.vocabulary)
        return lambda: count_corpus(documents, normalizer, threads=threads)

    count_corpus(documents[:3], Normalizer(normalization_of(table), table.vocabulary))  # compiles
    rates: dict[str, list[float]] = {}
    for _ in range(arguments.rounds):
        for name, work, megabytes, clock in (
            ("embedadapt", count(1), size, time.process_time),
            (
                "scikit-learn",
                lambda: CountVectorizer().fit_transform(texts),
                size,
                time.process_time,
            ),
            ("spaCy", lambda: list(map(tokenizer, some)), some_size, time.process_time),
            ("one thread", count(1), size, time.perf_counter),
            ("two threads", count(2), size, time.perf_counter),
        ):
            rates.setdefault(name, []).append(rate(work, megabytes, clock))
    print(f"{size:,.0f} MB: {arguments.corpus}, {arguments.times} times")
    for name in ("embedadapt", "scikit-learn", "spaCy"):
        print(f"  {name:<12} {statistics.median(rates[name]):7.1f} MB per CPU second")
    for peer in ("scikit-learn", "spaCy"):
        print(f"  {told(rates['embedadapt'], rates[peer])} times {peer}")
    print(f"  two threads {told(rates['two threads'], rates['one thread'])} times one, wall clock")


if __name__ == "__main__":
    main()
