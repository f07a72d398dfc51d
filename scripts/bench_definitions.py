"""What the definitions that a text gives tell of new words.

    python scripts/bench_definitions.py --vectors FILE --corpus FOLDER

The words that the corpus defines (`"Affiliate" means ...`) and that the vectors know are taken out
of the vectors, and made again from 0, 1, 4 and 16 of their occurrences (drawn at random, the
definitions' own sentences among them), without and with the definitions. Rows are scored as in
bench_adaptation.py; means with 95 % intervals over the draws (Student's t). With a glossary,
`--glossary FILE`, its terms are taken instead.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from _bench import LICENCES, Bench, parser_of
from bench_adaptation import Figures, score, show_hidden

from embedadapt.adaptation.induction import NO_DEFINITIONS, Definitions, induce
from embedadapt.adaptation.reading import define
from embedadapt.core.types import Ints1d
from embedadapt.evaluation.hiding import Hiding, keep_occurrences, places, without
from embedadapt.text.glossary import find_definitions, read_glossary
from embedadapt.text.new_words import learnable

OCCURRENCES = (0, 1, 4, 16)

parser = parser_of(__doc__, vectors=True, corpus=LICENCES, seeds=3)
parser.add_argument("--glossary", type=Path, help="terms and definitions, tab-separated")


def defined_words(bench: Bench, glossary: Path | None) -> Definitions:
    """Words that the vectors know, with the words that define them."""
    documents = {document.name for document in bench.corpus}
    terms = read_glossary(glossary) if glossary else find_definitions(bench.corpus, documents)
    found = define(bench.base, bench.text, terms).definitions
    return {word: told for word, told in found.items() if word in bench.base.vocabulary}


def hide_defined(bench: Bench, defined: Definitions, n_occurrences: int, seed: int) -> Hiding:
    """These words taken out, so many occurrences of each left."""
    corpus = bench.text.training
    words: Ints1d = places(
        np.array([word in defined and learnable(word) for word in corpus.vocabulary])
    )
    gone = bench.base.vocabulary.lookup(corpus.vocabulary)[words]
    rng = np.random.default_rng(seed)
    shown = keep_occurrences(corpus, words, n_occurrences, rng)
    return Hiding(without(bench.base, gone), shown, words)


def measure(bench: Bench, defined: Definitions, seed: int) -> Figures:
    """Scores of the hidden words, by how often they occur."""
    figures: Figures = {}
    for n in OCCURRENCES:
        hiding = hide_defined(bench, defined, n, seed)
        known = hiding.base.vocabulary.lookup(hiding.corpus.vocabulary)
        hidden = np.searchsorted(np.flatnonzero(known < 0), hiding.words)
        for name, told in (("", NO_DEFINITIONS), (" and the definition", defined)):
            rng = np.random.default_rng(seed)
            made = induce(hiding.base, hiding.corpus, known, rng, definitions=told).vectors
            figures[f"{n} occurrences{name}"] = score(bench, hiding, made[hidden])
    return figures


def main() -> None:
    arguments = parser.parse_args()
    bench = Bench.of(arguments.vectors, arguments.corpus)
    defined = defined_words(bench, arguments.glossary)
    if not defined:
        parser.error("the corpus defines no word that the vectors know")
    seeds = range(1, arguments.seeds + 1)
    show_hidden("defined in the text", [measure(bench, defined, seed) for seed in seeds])


if __name__ == "__main__":
    main()
