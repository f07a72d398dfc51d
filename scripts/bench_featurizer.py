"""Few labels: does a classifier of texts learn more from adapted vectors?

    python scripts/bench_featurizer.py LABELED.csv VECTORS [CORPUS...] [--weighting mean]

LABELED.csv has the columns text and label, and split (train or test) if it is split already. An
adapter is trained, without any label, on the training texts and on CORPUS, less every document that
holds the beginning of a test text. What is measured is `evaluation.few_labels`.

The script prints means over the seeds with 95 % intervals (Student's t): of the vectors alone, of
TF-IDF alone, and of both together; then what vectors gained over the base, and beside TF-IDF over
TF-IDF alone, in the same draws.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from _bench import parser_of, print_table, told_mean

from embedadapt import AdaptationConfig, adapt, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.few_labels import BESIDE, TFIDF, FewLabels
from embedadapt.formats.adapter_file import load_adapter
from embedadapt.text.labeled import LabeledTexts, read_labeled
from embedadapt.workflows.inputs import as_corpus, as_vectors

OPENING = 12
"""Words of a test text by which a document is known to hold it."""
TABLES: Mapping[str, tuple[Layout, float]] = {
    "concat 0.25": ("concat", 0.25),
    "add 0.5": ("add", 0.5),
    "add 1": ("add", 1.0),
}


def parser_of_labeled(about: str | None, seeds: int) -> argparse.ArgumentParser:
    """A parser of labeled texts, vectors and a corpus, for an adapter that sees no test text."""
    parser = parser_of(about, seeds=seeds)
    parser.add_argument("labeled", type=Path)
    parser.add_argument("vectors")
    parser.add_argument("corpus", nargs="*")
    parser.add_argument("--adapter", type=Path, help="kept here, and taken from here if it exists")
    return parser


parser = parser_of_labeled(__doc__, seeds=10)
parser.add_argument("--weighting", choices=["mean", "tfidf", "sif"], default="mean")


@dataclass(frozen=True)
class UnlabeledText:
    """The training texts, and the documents of a corpus that hold no test text."""

    training: Sequence[str]
    corpus: Corpus | None
    openings: frozenset[str]

    def __iter__(self) -> Iterator[Document]:
        for number, text in enumerate(self.training):
            yield Document(f"training {number}", text)
        for document in self.corpus or ():
            if not self._holds_a_test_text(document.text):
                yield document

    def _holds_a_test_text(self, text: str) -> bool:
        words = text.split()
        starts = range(max(1, len(words) - OPENING + 1))
        return any(" ".join(words[start : start + OPENING]) in self.openings for start in starts)


def opening(text: str) -> str:
    return " ".join(text.split()[:OPENING])


def adapter_of(arguments: argparse.Namespace, base: WordVectors, texts: LabeledTexts) -> Adapter:
    """Trained, or as kept."""
    if arguments.adapter and arguments.adapter.exists():
        return load_adapter(arguments.adapter)
    corpus = as_corpus(arguments.corpus) if arguments.corpus else None
    text = UnlabeledText(texts.training[0], corpus, frozenset(map(opening, texts.test[0])))
    return adapt(base, text, AdaptationConfig.of(held_out=0), output=arguments.adapter).adapter


def main() -> None:
    arguments = parser.parse_args()
    texts, base = read_labeled(arguments.labeled), as_vectors(arguments.vectors)
    adapter = adapter_of(arguments, base, texts)
    n_test = int(texts.is_test.sum())
    print(f"{len(texts.labels) - n_test:,} training and {n_test:,} test texts,", end=" ")
    print(f"{len(set(texts.labels))} classes; {adapter!r}; weighting {arguments.weighting}")
    measure = FewLabels(texts, arguments.seeds, arguments.weighting)
    taken = {"base": measure.take(base)}
    for name, (layout, scale) in TABLES.items():
        taken[name] = measure.take(apply_adapter(base, adapter, layout=layout, scale=scale))
    scores = measure.scores(taken)
    rows = [
        [name, *(told_mean(of_table[column].value) for column in scores.columns)]
        for name, of_table in scores.vectors.items()
    ]
    for name, of_table in scores.vectors.items():
        changes = [of_table[column].change for column in scores.columns]
        if any(changes):
            reference = TFIDF if name.startswith(BESIDE) else "base"
            gained = (told_mean(change, "+.3f") if change else "" for change in changes)
            rows.append([f"({name}) - {reference}", *gained])
    print_table(["macro-F1", *(f"{column} a class" for column in scores.columns)], rows)


if __name__ == "__main__":
    main()
