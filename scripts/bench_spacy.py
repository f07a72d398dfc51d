"""A spaCy text classifier trained with base, adapted and subword vectors: which labels better?

    python scripts/bench_spacy.py LABELLED.csv VECTORS CORPUS... --lang en --results FOLDER

The table, the corpus, the labelled texts and the adapter are those of bench_featurizer.py. Each
table is exported as a pipeline, and `spacy train` trains a classifier with it (a small convolution
over hashed words and static vectors): so many texts a class are drawn from the training split, and
DEV_PER_CLASS others tell which of its states to keep. `spacy evaluate` then takes the macro-F1 on
the test split. Every table has the same texts and the same seeds. Printed are means over the seeds
with 95 % intervals (Student's t), and what each table gained over the base in the same draws. Each
run's score is kept as JSON in --results and is taken from there when the script is started again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from _bench import Results, print_table, told_mean
from bench_featurizer import adapter_of, parser_of_labelled
from spacy.tokens import DocBin

from embedadapt import export_spacy
from embedadapt.core.adapter import Adapter
from embedadapt.core.types import Doubles1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.few_labels import draw
from embedadapt.text.labelled import Labels1d, read_labelled
from embedadapt.workflows.inputs import as_vectors

parser = parser_of_labelled(__doc__, seeds=3)
parser.add_argument("--lang", required=True)
parser.add_argument("--per-class", type=int, default=10, help="training texts a class")
parser.add_argument("--test", type=int, default=1000, help="at most so many test texts")
parser.add_argument("--results", type=Path, required=True, help="where the runs' scores are kept")

CONFIG = Path(__file__).with_suffix(".cfg")
"""What `spacy init fill-config` completes."""
DEV_PER_CLASS = 10
TABLES: Mapping[str, Mapping[str, Any]] = {
    "base": {},
    "concat 0.25": {"layout": "concat", "scale": 0.25},
    "add 0.5, subwords": {"layout": "add", "scale": 0.5, "subwords": True},
}
"""What `export_spacy` is told of each; those with a layout are adapted."""


@dataclass(frozen=True)
class Labelled:
    """Texts and their labels, in step."""

    texts: list[str]
    labels: Labels1d

    def some(self, rows: Any) -> Labelled:
        return Labelled([self.texts[row] for row in rows], self.labels[rows])


@dataclass(frozen=True)
class Bench:
    """What all runs share. folder: for their files."""

    base: WordVectors
    adapter: Adapter
    training: Labelled
    test: Labelled
    lang: str
    folder: Path

    def pipeline(self, table: str) -> Path:
        """One of TABLES exported, when it is first asked for."""
        path = self.folder / table.replace(" ", "_").replace(",", "")
        if not path.exists():
            adapter = self.adapter if "layout" in TABLES[table] else None
            export_spacy(
                self.base, path, lang=self.lang, adapter=adapter, name="bench", **TABLES[table]
            )
        return path

    def macro_f1(self, table: str, per_class: int, seed: int) -> float:
        """On the test texts, of what `spacy train` makes of so many training texts a class."""
        rows = draw(self.training.labels, per_class, seed)
        others = np.setdiff1d(np.arange(len(self.training.labels)), rows)
        dev_rows = others[draw(self.training.labels[others], DEV_PER_CLASS, seed)]
        model, vectors = self.folder / "model", self.pipeline(table)
        kind = spacy.util.load_config(vectors / "config.cfg")["nlp"]["vectors"]["@vectors"]
        options = {
            "output": model,
            "paths.train": self.as_docs(self.training.some(rows), "train"),
            "paths.dev": self.as_docs(self.training.some(dev_rows), "dev"),
            "paths.vectors": vectors,
            "nlp.lang": self.lang,
            "nlp.vectors.@vectors": kind,
            "training.seed": seed,
        }
        run_spacy("init", "fill-config", CONFIG, self.folder / "config.cfg")
        run_spacy("train", self.folder / "config.cfg", **options)
        scores = self.folder / "scores.json"
        run_spacy("evaluate", model / "model-best", self.as_docs(self.test, "test"), output=scores)
        return float(json.loads(scores.read_text())["cats_macro_f"])

    def as_docs(self, texts: Labelled, name: str) -> Path:
        """The texts as a file of spaCy's."""
        nlp, docs = spacy.blank(self.lang), DocBin()
        labels = set(self.training.labels.tolist())
        for text, label in zip(texts.texts, texts.labels.tolist(), strict=True):
            doc = nlp.make_doc(text)
            doc.cats = {each: float(each == label) for each in labels}
            docs.add(doc)
        docs.to_disk(self.folder / f"{name}.spacy")
        return self.folder / f"{name}.spacy"


def run_spacy(*arguments: str | Path, **options: Any) -> None:
    told = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    command = [sys.executable, "-m", "spacy", *map(str, arguments), *told]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


def all_scores(bench: Bench, arguments: argparse.Namespace) -> dict[str, Doubles1d]:
    """By table, in the order of the seeds; those that are kept are not run again."""
    settings = {
        "base": bench.base.fingerprint,
        "lang": bench.lang,
        "labelled": arguments.labelled.name,
        "per_class": arguments.per_class,
        "test": len(bench.test.labels),
    }
    results = Results(arguments.results, settings)
    scores: dict[str, list[float]] = {table: [] for table in TABLES}
    for seed in range(arguments.seeds):
        for table in TABLES:
            measure = partial(bench.macro_f1, table, arguments.per_class, seed)
            scores[table].append(results.keep(f"{table}-{seed}", measure))
    return {table: np.array(found) for table, found in scores.items()}


def main() -> None:
    arguments = parser.parse_args()
    split, base = read_labelled(arguments.labelled), as_vectors(arguments.vectors)
    adapter = adapter_of(arguments, base, split)
    training, test = Labelled(*split.training), Labelled(*split.test)
    test = test.some(np.random.default_rng(0).permutation(len(test.labels))[: arguments.test])
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(base, adapter, training, test, arguments.lang, Path(folder))
        scores = all_scores(bench, arguments)
    print(f"{arguments.per_class} training texts of each of {len(set(training.labels))} classes,")
    print(f"{len(test.labels):,} test texts, {arguments.seeds} seeds")
    rows = [
        [table, told_mean(found.tolist()), told_mean((found - scores["base"]).tolist(), "+.3f")]
        for table, found in scores.items()
    ]
    print_table(["", "macro-F1", "gained"], rows)


if __name__ == "__main__":
    main()
