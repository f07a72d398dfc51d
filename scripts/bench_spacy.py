"""A spaCy text classifier trained with base, adapted and subword vectors: which labels better?

    python scripts/bench_spacy.py LABELLED.csv VECTORS CORPUS... --lang en [--per-class 50]

The table, the corpus, the labelled texts and the adapter are those of bench_featurizer.py. Each
table is exported as a pipeline; a classifier (a small convolution over hashed words and static
vectors) is trained with it as `spacy train` does, from the same texts and the same seed; printed is
the macro-F1 on the test split, means over the seeds with 95 % intervals.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from bench_featurizer import Labelled, draw, parser, print_row, read_split, told
from spacy.training import Example
from spacy.util import load_model_from_config
from thinc.api import fix_random_seed

from embedadapt import export_spacy
from embedadapt.core.adapter import Adapter
from embedadapt.core.vectors import WordVectors

parser.add_argument("--lang", required=True)
parser.add_argument("--per-class", type=int, default=50, help="labels a class; 0 for all")
parser.add_argument("--epochs", type=int, default=10)
parser.set_defaults(seeds=3)

BATCH = 32
CLASSIFIER = {
    "@architectures": "spacy.TextCatReduce.v1",
    "exclusive_classes": True,
    "use_reduce_first": False,
    "use_reduce_last": False,
    "use_reduce_max": True,
    "use_reduce_mean": True,
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": True,
        "width": 64,
        "depth": 1,
        "embed_size": 2000,
        "window_size": 1,
        "maxout_pieces": 3,
        "subword_features": True,
    },
}


def exported(
    base: WordVectors, adapter: Adapter, lang: str, folder: Path
) -> Iterator[tuple[str, Path, str]]:
    """Name, pipeline and the registered kind of its vectors."""
    kinds: dict[str, dict[str, Any]] = {
        "base": {},
        "extend 0.25": {"adapter": adapter},
        "blend 0.5": {"adapter": adapter, "layout": "blend"},
        "blend 0.5, subwords": {"adapter": adapter, "layout": "blend", "subwords": True},
    }
    for name, options in kinds.items():
        path = folder / name.replace(" ", "_")
        export_spacy(base, path, lang=lang, name="bench", **options)
        composing = "embedadapt.SubwordVectors.v1" if "subwords" in options else None
        yield name, path, composing or "spacy.Vectors.v1"


def macro_f1(
    pipeline: Path, kind: str, lang: str, training: Labelled, test: Labelled, seed: int, epochs: int
) -> float:
    fix_random_seed(seed)
    settings = {
        "nlp": {"lang": lang, "pipeline": ["textcat"], "vectors": {"@vectors": kind}},
        "initialize": {"vectors": str(pipeline)},
        "components": {"textcat": {"factory": "textcat", "model": CLASSIFIER}},
    }
    nlp = load_model_from_config(settings, auto_fill=True)
    names = sorted(set(training.labels.tolist()))

    def examples(texts: Labelled) -> list[Example]:
        return [
            Example.from_dict(nlp.make_doc(text), {"cats": {name: name == label for name in names}})
            for text, label in zip(texts.texts, texts.labels.tolist(), strict=True)
        ]

    known = examples(training)
    optimizer = nlp.initialize(lambda: known)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(known))
        for start in range(0, len(order), BATCH):
            batch = [known[i] for i in order[start : start + BATCH]]
            nlp.update(batch, sgd=optimizer, drop=0.1)
    return float(nlp.evaluate(examples(test))["cats_macro_f"])


def main() -> None:
    arguments = parser.parse_args()
    base, adapter, training, test = read_split(arguments)
    print_row("macro-F1", [f"{arguments.per_class or 'all'} a class"])
    with tempfile.TemporaryDirectory() as folder:
        for name, path, kind in exported(base, adapter, arguments.lang, Path(folder)):
            scores = []
            for seed in range(arguments.seeds):
                rows = draw(training.labels, arguments.per_class, seed)
                drawn = Labelled([training.texts[row] for row in rows], training.labels[rows])
                scores.append(
                    macro_f1(path, kind, arguments.lang, drawn, test, seed, arguments.epochs)
                )
            print_row(name, [told(np.array(scores))])


if __name__ == "__main__":
    main()
