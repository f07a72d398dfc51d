"""spaCy's named entities, trained with base and with adapted vectors: which finds more of them?

    python scripts/bench_ner.py VECTORS ENTITIES CORPUS... --lang en --results FOLDER

ENTITIES is a folder with train, dev and test: columns with a word and its tag on each line and a
blank line after each sentence (CoNLL), or .spacy files. Without dev, a tenth of the training
sentences takes its place. The adapter is trained on CORPUS, or kept in --adapter. Base and adapted
vectors (PIPELINES) are exported as pipelines, and `spacy train` trains a recognizer with each
(`include_static_vectors`; bench_ner.cfg is spaCy's accuracy config with two layers in place of
eight), on few sentences and on all of them (SIZES). DEV_SENTENCES others choose the state that
`spacy evaluate` scores on all test sentences.

All vectors have the same sentences and the same seeds. Printed are means of the entities' F1 over
the seeds with 95 % intervals (Student's t), and what each gained over the base in the same draws.
Each run's score is kept as JSON in --results and is taken from there when the script is started
again.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from _bench import Results, parser_of
from _spacy_training import (
    Pipelines,
    Score,
    Split,
    Training,
    paired_scores,
    print_scores,
    save_split,
)
from spacy.tokens import Doc, DocBin
from spacy.training.converters.conll_ner_to_docs import conll_ner_to_docs

from embedadapt import AdaptationConfig, adapt
from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import CorpusError, FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.adapter_file import load_adapter
from embedadapt.text.readers.decoding import decoded, opened, parsing
from embedadapt.workflows.inputs import as_corpus, as_vectors

SIZES: Mapping[int | None, int] = {200: 300, None: 800}
"""Training steps for so many sentences; None for all of them."""
DEV_SENTENCES = 500
DEV_SHARE = 0.1
"""Share of the training sentences that stand in for a missing dev."""
PIPELINES: Mapping[str, Mapping[str, Any] | None] = {
    "base": None,
    "adapted": {},
    "concat": {"layout": "concat"},
    "concat 1": {"layout": "concat", "scale": 1.0},
    "add 1": {"layout": "add", "scale": 1.0},
}
"""Options of `export_spacy`; None for the base. "adapted" has none: it is what `export` makes."""
NER = Path(__file__).with_suffix(".cfg")
"""A config that `spacy init fill-config` completes."""
COLUMNS = (".txt", ".conll", ".iob", ".bio", ".tsv")
TAG = re.compile(r"O|[BILU]-\S+")

parser = parser_of(__doc__, seeds=5)
parser.add_argument("vectors")
parser.add_argument("entities", type=Path)
parser.add_argument("corpus", nargs="*")
parser.add_argument("--adapter", type=Path, help="kept here, and taken from here if it exists")
parser.add_argument("--lang", required=True)
parser.add_argument("--only", nargs="+", choices=list(PIPELINES), default=list(PIPELINES))
parser.add_argument("--results", type=Path, required=True, help="where the runs' scores are kept")


@dataclass(frozen=True)
class Entities:
    """Sentences with their entities, a document each."""

    train: list[Doc]
    dev: list[Doc]
    test: list[Doc]

    def split(self, n_sentences: int | None, seed: int, folder: Path) -> Split:
        """Writes a draw of so many training sentences, of DEV_SENTENCES, and all of the test."""
        rng = np.random.default_rng(seed)
        parts = {
            "train": drawn(self.train, n_sentences, rng),
            "dev": drawn(self.dev, DEV_SENTENCES, rng),
            "test": self.test,
        }
        return save_split(parts, folder)


def drawn(docs: list[Doc], n: int | None, rng: np.random.Generator) -> list[Doc]:
    return [docs[row] for row in rng.permutation(len(docs))[:n]]


def read_entities(folder: Path, lang: str) -> Entities:
    """The sentences of a folder with train, test and, where it has one, dev.

    Raises CorpusError for a folder without train or test and for a .spacy file that is none, and
    FormatError for a line that is not a word and a tag.
    """
    parts = {name: read_part(folder, name, lang) for name in ("train", "dev", "test")}
    for name in ("train", "test"):
        if not parts[name]:
            raise CorpusError(
                str(folder),
                expected=f"{name}.spacy, or {name}.txt with a word and its tag on each line",
                found="no sentences of it" if folder.is_dir() else "no such folder",
            )
    if not parts["dev"]:
        mixed = drawn(parts["train"], None, np.random.default_rng(0))
        n_dev = max(1, int(DEV_SHARE * len(mixed)))
        parts |= {"train": mixed[n_dev:], "dev": mixed[:n_dev]}
    return Entities(**parts)


def read_part(folder: Path, name: str, lang: str) -> list[Doc]:
    """The sentences of one file of a folder; none where there is no such file."""
    binary = folder / f"{name}.spacy"
    columns = next((p for p in (folder / f"{name}{s}" for s in COLUMNS) if p.exists()), None)
    if binary.exists() or columns is None:
        return read_docs(binary, lang) if binary.exists() else []
    convert: Callable[..., Iterator[Doc]] = conll_ner_to_docs
    return list(convert("\n".join(column_lines(columns)), n_sents=1, no_print=True))


def read_docs(path: Path, lang: str) -> list[Doc]:
    with parsing(path):
        return list(DocBin().from_disk(path).get_docs(spacy.blank(lang).vocab))


def column_lines(path: Path) -> Iterator[str]:
    """The lines of a file of columns, without those that only begin a document."""
    with opened(path) as stream:
        text = decoded(stream.read(), str(path))
    for number, line in enumerate(text.split("\n"), start=1):
        cells = line.split()
        if cells and cells[0] == "-DOCSTART-":
            continue
        if cells and not (len(cells) > 1 and TAG.fullmatch(cells[-1])):
            raise FormatError(
                f"{path}, line {number}",
                expected="a word and, as the last column, its tag: O, B-NAME or I-NAME",
                found=repr(line.strip()),
            )
        yield line.rstrip()


def sizes_of(entities: Entities) -> list[int | None]:
    """Those of SIZES that there are sentences for."""
    return [n for n in SIZES if n is None or n < len(entities.train)]


def entity_score(entities: Entities, lang: str, n_sentences: int | None) -> Score:
    """The F1 of test entities after training on so many sentences (one of SIZES)."""
    ner = Training(NER, "ents_f", lang, {"training.max_steps": SIZES[n_sentences]})

    def score(vectors: Path, seed: int, folder: Path) -> float:
        return ner.run(entities.split(n_sentences, seed, folder), vectors, seed, folder)

    return score


def adapter_of(path: Path | None, base: WordVectors, corpus: Sequence[str]) -> Adapter:
    """Trained, or as kept."""
    if path and path.exists():
        return load_adapter(path)
    return adapt(base, as_corpus(corpus), AdaptationConfig.of(held_out=0), output=path).adapter


def main() -> None:
    arguments = parser.parse_args()
    lang, base = arguments.lang, as_vectors(arguments.vectors)
    entities = read_entities(arguments.entities, lang)
    adapter = adapter_of(arguments.adapter, base, arguments.corpus)
    settings = {"base": base.fingerprint, "entities": arguments.entities.name, "lang": lang}
    results = Results(arguments.results, settings)
    with tempfile.TemporaryDirectory() as made:
        pipelines = Pipelines(base, adapter, PIPELINES, lang, Path(made))
        for n_sentences in sizes_of(entities):
            scores = paired_scores(
                f"ner-{n_sentences or 'all'}",
                arguments.only,
                pipelines,
                entity_score(entities, lang, n_sentences),
                seeds=arguments.seeds,
                results=results,
            )
            n = n_sentences or len(entities.train)
            print(f"{n:,} sentences, {SIZES[n_sentences]} steps, {len(entities.test):,} to test,")
            print(f"{arguments.seeds} seeds")
            print_scores("F1", scores)


if __name__ == "__main__":
    main()
