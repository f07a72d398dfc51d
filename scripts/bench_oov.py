"""Tokenising, counting and looking up a corpus, against scikit-learn and spaCy in the same run.

    python scripts/bench_oov.py [--corpus PATH] [--lang en] [--vectors FILE] [--rounds 3]
    python scripts/bench_oov.py --gigabytes 10 [--corpus PATH] [--vectors FILE]

The text is read once: each distinct word is new when it is first met, as it is for a user. Both
sides get the documents as strings, and every round begins with nothing remembered of them; what is
known of the vectors' words stays. Prints the text, the machine and its load, megabytes of UTF-8 per
CPU second, the medians of the rounds' ratios with their least and most, two threads by the wall
clock, and how fast the same words are written as ids.

With `--gigabytes`, so much text is made of the corpus's lines in random order, a megabyte at a time
and never kept, and counted once: what is printed is the peak of the process's memory.
"""

from __future__ import annotations

import argparse
import random
import resource
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

import spacy
from _bench import LICENCES, in_turn, machine, parser_of, ratios, timed, told_median
from sklearn.feature_extraction.text import CountVectorizer

from embedadapt.core.corpus import Document
from embedadapt.formats import scan_vectors
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.readers import open_corpus

SPACY_CHARACTERS = 2_000_000
"""spaCy is timed on the first documents only: it is slow, and as slow on the rest."""

parser = parser_of(__doc__, vectors=True, corpus=LICENCES)
parser.add_argument("--lang", default="en", help="of spaCy's tokenizer")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--gigabytes", type=float, help="measure memory only, on so much text")


def first_documents(documents: list[Document], n_characters: int) -> list[str]:
    texts: list[str] = []
    for document in documents:
        if sum(map(len, texts)) < n_characters:
            texts.append(document.text)
    return texts


class Shuffled:
    """Lines of a corpus in random order, in documents of a megabyte, up to so many bytes."""

    def __init__(self, documents: list[Document], n_bytes: float) -> None:
        self._lines = [line for document in documents for line in document.text.split("\n")]
        self._n_bytes = n_bytes

    def __iter__(self) -> Iterator[Document]:
        rng = random.Random(1)
        n_lines = int(1e6 * len(self._lines) / sum(len(line) + 1 for line in self._lines)) + 1
        n_bytes = 0
        while n_bytes < self._n_bytes:
            text = "\n".join(rng.choices(self._lines, k=n_lines))
            n_bytes += len(text.encode())
            yield Document(f"at {n_bytes}", text)


def report_memory(arguments: argparse.Namespace) -> None:
    """Counts much text and prints the most memory that the process held."""
    table = scan_vectors(arguments.vectors)
    corpus = Shuffled(list(open_corpus([arguments.corpus])), 1e9 * arguments.gigabytes)
    normalizer = Normalizer(normalization_of(table), table.vocabulary)
    seconds, counts = timed(partial(count_corpus, corpus, normalizer))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{arguments.gigabytes:g} GB of {arguments.corpus}: {counts.n_tokens:,} tokens, "
        f"{len(counts.vocabulary):,} words, {seconds.cpu:.0f} CPU seconds with the text's making, "
        f"at most {peak:.2f} GB of memory"
    )


def main() -> None:
    arguments = parser.parse_args()
    if arguments.gigabytes:
        report_memory(arguments)
        return
    documents = list(open_corpus([arguments.corpus]))
    texts = [document.text for document in documents]
    some = first_documents(documents, SPACY_CHARACTERS)
    size, some_size = (sum(len(t.encode()) for t in each) / 1e6 for each in (texts, some))
    table = scan_vectors(arguments.vectors)
    tokenizer = spacy.blank(arguments.lang).tokenizer

    def normalizer() -> Normalizer:
        """One that remembers nothing yet."""
        return Normalizer(normalization_of(table), table.vocabulary)

    def count(threads: int) -> Callable[[], object]:
        return lambda: count_corpus(documents, normalizer(), threads=threads)

    words = count_corpus(documents, normalizer()).vocabulary  # compiles, too
    tokens = encode_corpus(documents, words, normalizer()).n_tokens / 1e6
    before = machine()
    seconds = in_turn(
        {
            "embedadapt": count(1),
            "scikit-learn": lambda: CountVectorizer().fit_transform(texts),
            "spaCy": lambda: list(map(tokenizer, some)),
            "encoding": lambda: encode_corpus(documents, words, normalizer()),
            "two threads": count(2),
        },
        arguments.rounds,
    )
    print(f"{arguments.corpus}: {size:,.1f} MB, {len(documents):,} documents, read once")
    print(f"{before} before and {machine().rpartition(' ')[2]} after {arguments.rounds} rounds")
    rates = {
        name: [megabytes / each.cpu for each in seconds[name]]
        for name, megabytes in (("embedadapt", size), ("scikit-learn", size), ("spaCy", some_size))
    }
    for name, of_rounds in rates.items():
        print(f"  {name:<12} {median(of_rounds):7.1f} MB per CPU second")
    encoding = median(tokens / each.cpu for each in seconds["encoding"])
    print(f"  encoding     {encoding:7.2f} million tokens per CPU second")
    for peer in ("scikit-learn", "spaCy"):
        print(f"  {told_median(ratios(rates['embedadapt'], rates[peer]))} times {peer}")
    one, two = ([each.wall for each in seconds[name]] for name in ("embedadapt", "two threads"))
    print(f"  two threads {told_median(ratios(one, two))} times one, wall clock")


if __name__ == "__main__":
    main()
