"""A spaCy text classifier trained with base, adapted and subword vectors: which labels better?

    python scripts/bench_spacy.py LABELED.csv VECTORS CORPUS... --lang en --results FOLDER

The vectors, the corpus, the labeled texts and the adapter are those of bench_featurizer.py. Base
and adapted vectors (PIPELINES) are exported as pipelines, and `spacy train` trains a classifier
with each (a small convolution over hashed words and static vectors): so many texts a class are
drawn from the training split, and others choose which of its states to keep. `spacy evaluate` then
takes the macro-F1 on the test split. All vectors have the same texts and the same seeds. Printed
are means over the seeds with 95 % intervals (Student's t), and what each gained over the base in
the same draws. Each run's score is kept as JSON in --results and is taken from there when the
script is started again.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from _bench import Results
from _spacy_training import (
    Pipelines,
    Score,
    Split,
    Training,
    paired_scores,
    print_scores,
    save_split,
)
from bench_featurizer import adapter_of, parser_of_labeled
from spacy.tokens import Doc

from embedadapt.core.errors import CorpusError
from embedadapt.evaluation.few_labels import draw
from embedadapt.text.labeled import LabeledTexts, Labels1d, read_labeled
from embedadapt.workflows.inputs import as_vectors

parser = parser_of_labeled(__doc__, seeds=3)
parser.add_argument("--lang", required=True)
parser.add_argument("--per-class", type=int, default=10, help="training texts a class")
parser.add_argument("--test", type=int, default=1000, help="at most so many test texts")
parser.add_argument("--results", type=Path, required=True, help="where the runs' scores are kept")

TEXTCAT = Path(__file__).with_suffix(".cfg")
"""A config that `spacy init fill-config` completes."""
DEV_PER_CLASS = 10
"""Texts of each class that choose between the states of a classifier in training."""
PIPELINES: Mapping[str, Mapping[str, Any] | None] = {
    "base": None,
    "adapted": {},
    "concat": {"layout": "concat"},
    "concat 1": {"layout": "concat", "scale": 1.0},
    "adapted, subwords": {"subwords": True},
}
"""Options of `export_spacy`; None for the base. "adapted" has none: it is what `export` makes."""


@dataclass(frozen=True)
class Labeled:
    """Texts and their labels, in step."""

    texts: Sequence[str]
    labels: Labels1d

    def some(self, rows: Any) -> Labeled:
        """The texts in these rows."""
        return Labeled([self.texts[row] for row in rows], self.labels[rows])


@dataclass(frozen=True)
class Classes:
    """Texts to train on, of which so many of each class are drawn, and texts to judge on."""

    training: Labeled
    test: Labeled
    per_class: int

    def split(self, seed: int, lang: str, folder: Path) -> Split:
        """Writes a draw of the training texts, DEV_PER_CLASS others of each class, and the test."""
        labels = self.training.labels
        rows = draw(labels, self.per_class, seed)
        others = np.setdiff1d(np.arange(len(labels)), rows)
        dev_rows = others[draw(labels[others], DEV_PER_CLASS, seed)]
        parts = {
            "train": self.training.some(rows),
            "dev": self.training.some(dev_rows),
            "test": self.test,
        }
        names = sorted(set(labels.tolist()))
        return save_split({n: categorized(part, names, lang) for n, part in parts.items()}, folder)


def categorized(texts: Labeled, classes: Sequence[str], lang: str) -> Iterator[Doc]:
    """Documents with 1 for the label of each and 0 for the other classes."""
    nlp = spacy.blank(lang)
    for text, label in zip(texts.texts, texts.labels.tolist(), strict=True):
        doc = nlp.make_doc(text)
        doc.cats = {each: float(each == label) for each in classes}
        yield doc


def classes_of(split: LabeledTexts, per_class: int, n_test: int, where: str) -> Classes:
    """Training texts, and at most so many test texts.

    Raises CorpusError without two classes in either, or without training texts beyond `per_class`
    of a class, which choose between the states of a training.
    """
    training, test = Labeled(*split.training), Labeled(*split.test)
    for name, part in (("train", training), ("test", test)):
        n_classes = len(set(part.labels.tolist()))
        if n_classes < 2:
            raise CorpusError(
                where,
                expected=f"texts of two classes to {name}",
                found=f"{len(part.texts)} texts of {n_classes}",
                hint="The column split says train or test.",
            )
    most = max(Counter(training.labels.tolist()).values())
    if most <= per_class:
        raise CorpusError(
            where,
            expected=f"more than {per_class} texts of a class to train",
            found=f"at most {most}",
            hint="Give fewer --per-class.",
        )
    rows = np.random.default_rng(0).permutation(len(test.texts))[:n_test]
    return Classes(training, test.some(rows), per_class)


def classifier_score(classes: Classes, lang: str) -> Score:
    """The macro-F1 of a text classifier on the test texts."""
    textcat = Training(TEXTCAT, "cats_macro_f", lang)

    def score(vectors: Path, seed: int, folder: Path) -> float:
        return textcat.run(classes.split(seed, lang, folder), vectors, seed, folder)

    return score


def main() -> None:
    arguments = parser.parse_args()
    lang, base = arguments.lang, as_vectors(arguments.vectors)
    texts, where = read_labeled(arguments.labeled), str(arguments.labeled)
    adapter = adapter_of(arguments, base, texts)
    classes = classes_of(texts, arguments.per_class, arguments.test, where)
    n_test = len(classes.test.texts)
    settings = {
        "base": base.fingerprint,
        "lang": lang,
        "labeled": arguments.labeled.name,
        "per_class": arguments.per_class,
        "test": n_test,
    }
    results = Results(arguments.results, settings)
    with tempfile.TemporaryDirectory() as made:
        pipelines = Pipelines(base, adapter, PIPELINES, lang, Path(made))
        score = classifier_score(classes, lang)
        names, seeds = list(PIPELINES), arguments.seeds
        scores = paired_scores("textcat", names, pipelines, score, seeds=seeds, results=results)
    n_classes = len(set(classes.training.labels))
    print(f"{arguments.per_class} training texts of each of {n_classes} classes,")
    print(f"{n_test:,} test texts, {arguments.seeds} seeds")
    print_scores("macro-F1", scores)


if __name__ == "__main__":
    main()
