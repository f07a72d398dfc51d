"""How many documents have a misspelling: misspellings, and real words that are hidden from a table.

    python scripts/misspelling_spread.py VECTORS MISSPELLINGS CORPUS...

MISSPELLINGS is a list as the package codespell ships it (`dictionary.txt`: `recieve->receive`, a
line each). Of the table's frequent words a share is hidden, and all misspellings. Of those that are
then reported as typing errors or as words run together, the script counts how many are within the
limits of `embedadapt/text/misspellings.py`: misspellings should be, and real words should not.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

import numpy as np

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors
from embedadapt.oov.analyze import analyze_tables
from embedadapt.text import misspellings
from embedadapt.text.normalize import normalization_of
from embedadapt.text.readers import open_corpus

RANKS = range(3_000, 150_000)
"""Of the words that are hidden: frequent enough to be words, not so frequent that all rests on
them."""
HIDDEN, SHORTEST = 0.3, 5

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("vectors")
parser.add_argument("misspellings", type=Path)
parser.add_argument("corpus", nargs="+")


def main() -> None:
    options = parser.parse_args()
    most_documents, most_uses = misspellings.MOST_DOCUMENTS, misspellings.MOST_USES
    misspellings.MOST_DOCUMENTS = misspellings.MOST_USES = (
        10**9
    )  # count what the limits leave out too
    lines = options.misspellings.read_text("utf-8").splitlines()
    misspelled = {line.partition("->")[0] for line in lines if "->" in line}
    table = load_vectors(options.vectors)
    hidden = hide(table.vocabulary, misspelled)
    kept = [i for i, word in enumerate(table.vocabulary.words) if word not in hidden]
    words = Vocabulary([table.vocabulary.words[i] for i in kept])
    smaller = WordVectors(words, table.matrix[np.array(kept)])
    n_all: Counter[tuple[str, str]] = Counter()
    n_within: Counter[tuple[str, str]] = Counter()
    for path in options.corpus:
        tables = [(smaller, normalization_of(table))]
        report = analyze_tables(open_corpus([path]), tables, top_words=0)[0]
        for word in report.words:
            if word.cause in ("typing", "joined") and word.word in hidden | misspelled:
                kind = word.cause, "misspelled" if word.word in misspelled else "real"
                n_all[kind] += 1
                n_within[kind] += word.n_documents <= most_documents and (
                    word.count <= most_uses or word.cause == "joined"
                )
    for (cause, what), n in sorted(n_all.items()):
        print(f"{cause:8} {what:10} {n_within[cause, what]:4} of {n:4} within the limits")


def hide(vocabulary: Vocabulary, misspelled: set[str]) -> set[str]:
    """The words to hide: a share of those of RANKS, the same ones every time, and misspellings."""
    rng = random.Random(7)
    frequent = (vocabulary.words[i] for i in RANKS if i < len(vocabulary))
    plain = (w for w in frequent if len(w) >= SHORTEST and w.isalpha() and w not in misspelled)
    return {word for word in plain if rng.random() < HIDDEN} | misspelled


if __name__ == "__main__":
    main()
