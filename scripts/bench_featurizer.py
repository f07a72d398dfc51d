"""Few labels: does a classifier of texts learn more from adapted vectors?

    python scripts/bench_featurizer.py LABELLED.csv VECTORS [CORPUS...] [--weighting mean]

LABELLED.csv has the columns text, label and split (train or test). An adapter is trained, without
any label, on the texts of the training split and on CORPUS, less every document that holds the
beginning of a test text. For each seed so many texts of each class are drawn from the training
split, a logistic regression is fitted on their features, each scaled to unit variance, and its
macro-F1 is taken on the whole test split. "all" draws as many texts as there are, with replacement.
What a weighting learns of words, it learns from the whole training split; labels are what is few.

Printed are means over the seeds with 95 % intervals (Student's t); what each adapted table gained
over the base in the same draws; and as the ceiling, TF-IDF features of the words themselves.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from embedadapt import AdaptationConfig, EmbeddingVectorizer, adapt, apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.adapter_file import load_adapter
from embedadapt.text.tokenize import tokenize
from embedadapt.text.vectorizer import Weighting
from embedadapt.workflows.inputs import as_corpus, as_vectors

PER_CLASS = (5, 10, 50, 0)
"""Labels a class; 0 stands for all."""
OPENING = 12
"""Words of a test text by which a document is known to hold it."""
TABLES: Mapping[str, tuple[Layout, float]] = {
    "extend 0.25": ("extend", 0.25),
    "blend 0.5": ("blend", 0.5),
}

parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
parser.add_argument("labelled", type=Path)
parser.add_argument("vectors")
parser.add_argument("corpus", nargs="*")
parser.add_argument("--weighting", choices=["mean", "tfidf", "sif"], default="mean")
parser.add_argument("--seeds", type=int, default=10)
parser.add_argument("--adapter", type=Path, help="kept here, and taken from here if it exists")


@dataclass(frozen=True)
class Labelled:
    """One split: texts and their labels, in step."""

    texts: list[str]
    labels: NDArray[np.str_]


def read_labelled(path: Path, split: str) -> Labelled:
    with path.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["split"] == split]
    return Labelled([row["text"] for row in rows], np.array([row["label"] for row in rows]))


@dataclass(frozen=True)
class UnlabelledText:
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


def draw(labels: NDArray[np.str_], per_class: int, seed: int) -> NDArray[np.int64]:
    """Rows of the training split."""
    rng = np.random.default_rng(seed)
    if not per_class:
        return rng.choice(len(labels), len(labels))
    classes = (np.flatnonzero(labels == label) for label in np.unique(labels))
    return np.concatenate([rng.choice(c, min(per_class, len(c)), replace=False) for c in classes])


def macro_f1(
    training: Any, test: Any, labels: tuple[NDArray[np.str_], NDArray[np.str_]], seeds: int
) -> NDArray[np.float64]:
    """(len(PER_CLASS), seeds), of the features of both splits."""
    scores = np.empty((len(PER_CLASS), seeds))
    for i, per_class in enumerate(PER_CLASS):
        for seed in range(seeds):
            rows = draw(labels[0], per_class, seed)
            model = LogisticRegression(max_iter=1000, tol=1e-3)
            found = model.fit(training[rows], labels[0][rows]).predict(test)
            scores[i, seed] = f1_score(labels[1], found, average="macro")
    return scores


def told(values: NDArray[np.float64], form: str = ".3f") -> str:
    """Mean and 95 % interval (Student's t)."""
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values) if len(values) > 1 else 0.0
    return f"{np.mean(values):{form}} ± {half:.3f}"


def read_split(
    arguments: argparse.Namespace,
) -> tuple[WordVectors, Adapter, Labelled, Labelled]:
    """The base, the adapter (trained, or as kept), and the labelled texts to learn and to judge."""
    training, test = (read_labelled(arguments.labelled, split) for split in ("train", "test"))
    base = as_vectors(arguments.vectors)
    if arguments.adapter and arguments.adapter.exists():
        return base, load_adapter(arguments.adapter), training, test
    corpus = as_corpus(arguments.corpus) if arguments.corpus else None
    text = UnlabelledText(training.texts, corpus, frozenset(map(opening, test.texts)))
    result = adapt(base, text, AdaptationConfig(held_out=0), output=arguments.adapter)
    return base, result.adapter, training, test


def featurizers(
    base: WordVectors, adapter: Adapter, weighting: Weighting
) -> Iterator[tuple[str, Any]]:
    """Name and unfitted transformer; one adapted table is in memory at a time."""
    yield "base", make_pipeline(EmbeddingVectorizer(base, weighting=weighting), StandardScaler())
    for name, (layout, strength) in TABLES.items():
        table = apply_adapter(base, adapter, layout=layout, strength=strength)
        yield name, make_pipeline(EmbeddingVectorizer(table, weighting=weighting), StandardScaler())
    yield "TF-IDF", TfidfVectorizer(tokenizer=tokenize, token_pattern=None)


def print_row(name: str, cells: Iterable[str]) -> None:
    print(f"{name:<20}" + "".join(f"{cell:>17}" for cell in cells), flush=True)


def main() -> None:
    arguments = parser.parse_args()
    base, adapter, training, test = read_split(arguments)
    labels = training.labels, test.labels
    print(f"{len(labels[0]):,} training and {len(labels[1]):,} test texts,", end=" ")
    print(f"{len(set(labels[0]))} classes; {adapter!r}; weighting {arguments.weighting}")
    print_row("macro-F1", (f"{per_class or 'all'} a class" for per_class in PER_CLASS))
    scores = {}
    for name, features in featurizers(base, adapter, arguments.weighting):
        both = features.fit_transform(training.texts), features.transform(test.texts)
        scores[name] = macro_f1(*both, labels, arguments.seeds)
        print_row(name, (told(row) for row in scores[name]))
    for name in TABLES:
        gained = scores[name] - scores["base"]
        print_row(f"{name} - base", (told(row, "+.3f") for row in gained))


if __name__ == "__main__":
    main()
