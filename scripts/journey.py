"""The whole way for one domain by the commands that users run, and what it gained as one table.

    scripts/journey VECTORS CORPUS LABELED [--ner FOLDER] [--lang en] [--layout add]

The commands are `embedadapt oov`, `adapt`, `evaluate` and `export` (a spaCy pipeline of the base
vectors and one of the adapted vectors in --layout, by the default budget), then `spacy train` and
`spacy evaluate` with either pipeline's vectors: a text classifier, and with --ner a recognizer of
named entities. Each command is shown on standard error, the table on standard output.

LABELED is what `evaluate --labeled` takes: a .csv or .tsv with the columns text, label and,
optionally, split (`test` marks the texts to judge on). JSON lines with these fields (.jsonl, also
packed) are converted to labeled.csv in the output folder first. --ner names a folder as
bench_ner.py reads it: train, test and, optionally, dev in columns (CoNLL) or as .spacy files.

Classifiers learn from --per-class texts of each class, recognizers from as many sentences as
bench_ner.SIZES says; base and adapted vectors have the same texts and seeds. Labels are never shown
to `adapt`, but the texts of LABELED may be part of CORPUS. What is finished is kept in the output
folder: the same command goes on where it was interrupted.
"""

from __future__ import annotations

import argparse
import csv
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import spacy
from _bench import Results, print_table, told_mean
from _spacy_training import Score, gain, paired_scores
from bench_ner import entity_score, read_entities, sizes_of
from bench_spacy import classes_of, classifier_score

from embedadapt.core.errors import CorpusError, EmbedAdaptError, OutputError, SettingsError
from embedadapt.evaluation.result import Estimate
from embedadapt.text.labeled import read_labeled
from embedadapt.text.readers.decoding import opened


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text!r}")
    return int(text)


parser = argparse.ArgumentParser("journey", description=(__doc__ or "").split("\n", 1)[0])
parser.add_argument("vectors", help="a vector file, a spaCy pipeline or an installed package")
parser.add_argument("corpus", help="documents of the domain: a file or a folder")
parser.add_argument("labeled", type=Path, help="texts with label and split: csv, tsv or jsonl")
parser.add_argument("--ner", type=Path, help="folder with train, test and dev of named entities")
parser.add_argument("--lang", default="en", help="language of the pipelines (default: en)")
parser.add_argument(
    "--layout", choices=["add", "concat"], default="add", help="as of `export` (default: add)"
)
parser.add_argument(
    "--output",
    type=Path,
    default=Path("journey-output"),
    help="folder for the adapter, the pipelines and the scores (default: journey-output)",
)
parser.add_argument("--seeds", type=positive, default=3, help="trainings with spaCy (default: 3)")
parser.add_argument(
    "--per-class", type=positive, default=10, help="training texts of each class (default: 10)"
)
parser.add_argument(
    "--test", type=positive, default=1000, help="at most so many test texts (default: 1000)"
)

FIELDS = ("text", "label", "split")
GIVEN = ("vectors", "corpus", "labeled", "ner", "lang", "layout", "per_class", "test")
"""Arguments on which kept scores depend."""
PIPELINES = ("base", "adapted")
TFIDF = "TF-IDF"
"""What `evaluate` calls the scores of the words themselves."""
OVERLAPS = {"general": "neighbor_overlap", "domain": "domain_overlap"}
"""What `evaluate --json` calls the neighbor overlap of these words."""


class Row(NamedTuple):
    """One line of the table; "" for what does not apply."""

    measure: str
    base: str
    adapted: str
    gain: str = ""
    tfidf: str = ""


class Task(NamedTuple):
    """What spaCy is trained for: its name in files, what its score is called, and the score."""

    name: str
    measure: str
    score: Score


@dataclass(frozen=True)
class Journey:
    """What was given, and the folder where everything made of it is kept."""

    vectors: str
    corpus: str
    labeled: Path
    lang: str
    layout: str
    folder: Path

    @property
    def adapter(self) -> Path:
        return self.folder / "domain.adapter"

    def pipeline(self, name: str) -> Path:
        """Of the base or of the adapted vectors."""
        return self.folder / name


def embedadapt(*arguments: str | Path) -> str:
    """Runs a command that a user would run, shows it, and returns what it prints."""
    given = list(map(str, arguments))
    print(f"$ embedadapt {shlex.join(given)}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "embedadapt", *given]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout


# What is given


def as_csv(path: Path, folder: Path) -> Path:
    """The labeled texts as `evaluate --labeled` reads them; JSON lines are converted."""
    if ".jsonl" not in path.suffixes:
        return path
    rows = list(json_rows(path))
    fields = FIELDS if all("split" in row for row in rows) else FIELDS[:2]
    target = folder / "labeled.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return target


def json_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of JSON lines. Raises CorpusError for one without a text and a label."""
    with opened(path) as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict) or not {"text", "label"} <= set(row):
                raise CorpusError(
                    f"{path}, line {number}",
                    expected="a JSON object with the fields text and label",
                    found=f"the fields {', '.join(row)}" if isinstance(row, dict) else "none",
                )
            yield row


# What the commands measure


def measured_rows(journey: Journey, results: Results) -> list[Row]:
    """Makes the adapter and the two pipelines, and reads what `oov` and `evaluate` say of them."""
    given = (journey.vectors, journey.corpus)
    before = results.keep("oov-base", lambda: oov_rate(*given))
    if not journey.adapter.exists():
        embedadapt("adapt", *given, "-o", journey.adapter, "--quiet")
    evaluation = results.keep("evaluation", lambda: evaluated(journey))
    for name in PIPELINES:
        path = journey.pipeline(name)
        adapter = ("--adapter", journey.adapter, "--layout", journey.layout)
        if not path.exists():
            options = ("--lang", journey.lang, "-o", path, *(adapter if name == "adapted" else ()))
            embedadapt("export", journey.vectors, *options)
    adapted = str(journey.pipeline("adapted"))
    after = results.keep("oov-adapted", lambda: oov_rate(adapted, journey.corpus))
    unknown = Row("tokens without a vector", f"{before:.2%}", f"{after:.2%}")
    return [unknown, *evaluation_rows(evaluation, journey.layout)]


def oov_rate(vectors: str, corpus: str) -> float:
    """Share of the tokens that have no vector, by the conventions of the vectors."""
    report = json.loads(embedadapt("oov", vectors, corpus, "--json"))
    return float(report["readings"][-1]["token_rate"])


def evaluated(journey: Journey) -> Any:
    """The result of `evaluate --json`."""
    given = (journey.vectors, journey.adapter, journey.corpus, "--labeled", journey.labeled)
    return json.loads(embedadapt("evaluate", *given, "--json", "--quiet"))


def evaluation_rows(evaluation: Mapping[str, Any], layout: str) -> Iterator[Row]:
    """What `evaluate` says of the base and of the vectors that were exported."""
    adapted = exported_vectors(evaluation, layout)
    held_out = adapted["held_out"]
    if held_out:
        before, after = shown(evaluation["base_loss"]), shown(held_out["loss"])
        yield Row("held-out loss", before, after, shown_change(held_out["change"]))
    for words, key in OVERLAPS.items():
        if adapted.get(key):
            yield Row(f"neighbor overlap@10, {words} words", "1", shown(adapted[key]))
    yield Row("verdict", "", evaluation["verdict"]["decision"])
    for scores in evaluation["scores"]:
        yield from score_rows(scores, adapted["name"])


def exported_vectors(evaluation: Mapping[str, Any], layout: str) -> Mapping[str, Any]:
    """Of the vectors judged, those that `export` makes without a scale: the first of a layout."""
    return next(one for one in evaluation["vectors"] if one["layout"] == layout)


def score_rows(scores: Mapping[str, Any], adapted: str) -> Iterator[Row]:
    """A line for each number of labels, of vectors alone and then of vectors with TF-IDF."""
    of_vectors = scores["vectors"]
    words = of_vectors.get(TFIDF, {})
    for beside, note in (("", ""), (f"{TFIDF} + ", f", with {TFIDF} (gain over {TFIDF} alone)")):
        base, ours = (of_vectors.get(beside + name, {}) for name in ("base", adapted))
        for column in sorted(ours, key=lambda name: (not name.isdigit(), name.zfill(9))):
            values = [of.get(column, {}).get("value") for of in (base, ours, words)]
            before, after, alone = map(shown, values)
            measure = f"{scores['title']}, {column} labels each{note}"
            yield Row(measure, before, after, shown_change(ours[column]["change"]), alone)


def shown(estimate: Mapping[str, float] | None) -> str:
    return f"{estimate['value']:.3f}" if estimate else ""


def shown_change(estimate: Mapping[str, float] | None) -> str:
    """A difference, with half of its interval."""
    return told_mean(Estimate(**estimate), "+.3f") if estimate else ""


# What spaCy learns


def spacy_rows(
    journey: Journey, results: Results, tasks: Sequence[Task], seeds: int
) -> Iterator[Row]:
    """Scores after training with base and with adapted vectors, on the same texts and seeds."""
    for task in tasks:
        scores = paired_scores(
            task.name, PIPELINES, journey.pipeline, task.score, seeds=seeds, results=results
        )
        base, adapted = (told_mean(scores[name].tolist()) for name in PIPELINES)
        yield Row(task.measure, base, adapted, told_mean(gain(scores, "adapted"), "+.3f"))


def tasks_of(arguments: argparse.Namespace, labeled: Path) -> list[Task]:
    """Text classification, and named entities where they are given. Raises EmbedAdaptError."""
    per_class, lang = arguments.per_class, arguments.lang
    classes = classes_of(read_labeled(labeled), per_class, arguments.test, str(arguments.labeled))
    measure = f"spaCy textcat: macro-F1, {per_class} texts a class"
    tasks = [Task("textcat", measure, classifier_score(classes, lang))]
    if arguments.ner:
        entities = read_entities(arguments.ner, lang)
        for n_sentences in sizes_of(entities):
            measure = f"spaCy ner: F1, {n_sentences or len(entities.train):,} sentences"
            score = entity_score(entities, lang, n_sentences)
            tasks.append(Task(f"ner-{n_sentences or 'all'}", measure, score))
    return tasks


def journey_of(arguments: argparse.Namespace) -> tuple[Journey, Results]:
    """What was given, as the commands take it, and what is kept of an earlier run."""
    folder, lang = arguments.output, arguments.lang
    try:
        spacy.blank(lang)
    except ImportError as error:
        known = "a language that spaCy knows and has the packages for"
        raise SettingsError("--lang", expected=known, found=repr(lang)) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(folder), expected="a folder", found=error.strerror or "") from error
    labeled = as_csv(arguments.labeled, folder)
    journey = Journey(arguments.vectors, arguments.corpus, labeled, lang, arguments.layout, folder)
    given = {name: str(getattr(arguments, name)) for name in GIVEN}
    return journey, Results(folder / "scores", given)


def main() -> None:
    arguments = parser.parse_args()
    try:
        journey, results = journey_of(arguments)
        tasks = tasks_of(arguments, journey.labeled)
    except EmbedAdaptError as error:
        raise SystemExit(f"journey: {error}") from None
    rows = measured_rows(journey, results)
    rows += spacy_rows(journey, results, tasks, arguments.seeds)
    print_table(["", "base", "adapted", "gain", TFIDF], rows)


if __name__ == "__main__":
    main()
