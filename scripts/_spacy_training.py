"""What the scripts share that train with spaCy: its commands, texts as its files, and scores after
training with different vectors on the same texts and seeds."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import spacy
from _bench import Results, over_seeds, print_table, told_mean
from spacy.tokens import Doc, DocBin

from embedadapt import export_spacy
from embedadapt.core.adapter import Adapter
from embedadapt.core.types import Doubles1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.result import Estimate

Score: TypeAlias = Callable[[Path, int, Path], float]
"""What is scored with an exported pipeline's vectors and a seed; the last is a folder for files."""


# Texts as files


@dataclass(frozen=True)
class Split:
    """Three .spacy files: to train on, to choose between states of the training, to judge on."""

    train: Path
    dev: Path
    test: Path


def save_split(parts: Mapping[str, Iterable[Doc]], folder: Path) -> Split:
    """Writes the documents of train, dev and test as .spacy files."""
    paths = {name: folder / f"{name}.spacy" for name in parts}
    for name, docs in parts.items():
        DocBin(docs=docs).to_disk(paths[name])
    return Split(**paths)


# Training


@dataclass(frozen=True)
class Pipelines:
    """Vectors exported as pipelines when they are first asked for.

    options: by name, what `export_spacy` is given beside the adapter; None exports the base.
    """

    base: WordVectors
    adapter: Adapter
    options: Mapping[str, Mapping[str, Any] | None]
    lang: str
    folder: Path

    def __call__(self, name: str) -> Path:
        """The folder of the pipeline with these vectors."""
        path, options = self.folder / name.replace(" ", "_").replace(",", ""), self.options[name]
        if not path.exists():
            adapter = None if options is None else self.adapter
            export_spacy(self.base, path, lang=self.lang, adapter=adapter, **(options or {}))
        return path


@dataclass(frozen=True)
class Training:
    """A config, the score that `spacy evaluate` gives what is trained by it, and further options.

    config: a file that `spacy init fill-config` completes. score: such as ents_f.
    options: of `spacy train`, by name.
    """

    config: Path
    score: str
    lang: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def run(self, split: Split, vectors: Path, seed: int, folder: Path) -> float:
        """The score on the test texts; vectors: an exported pipeline; folder: for files."""
        kind = spacy.util.load_config(vectors / "config.cfg")["nlp"]["vectors"]["@vectors"]
        config, model, scores = folder / "config.cfg", folder / "model", folder / "scores.json"
        options = {
            "output": model,
            "paths.train": split.train,
            "paths.dev": split.dev,
            "paths.vectors": vectors,
            "nlp.lang": self.lang,
            "nlp.vectors.@vectors": kind,
            "training.seed": seed,
        }
        run_spacy("init", "fill-config", self.config, config)
        run_spacy("train", config, **options, **self.options)
        run_spacy("evaluate", model / "model-best", split.test, output=scores)
        return float(json.loads(scores.read_text())[self.score])


def run_spacy(*arguments: str | Path, **options: Any) -> None:
    """Runs a command of spaCy; what it printed is shown only if it fails."""
    given = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    command = [sys.executable, "-m", "spacy", *map(str, arguments), *given]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


# Scores


def paired_scores(
    task: str,
    names: Sequence[str],
    pipeline: Callable[[str], Path],
    score: Score,
    *,
    seeds: int,
    results: Results,
) -> dict[str, Doubles1d]:
    """By name of the vectors, the scores of a task in the order of the seeds.

    pipeline: gives the exported pipeline of a name. What `results` keep is not run again.
    """
    scores: dict[str, list[float]] = {name: [] for name in names}
    for seed in range(seeds):
        for name in names:
            measure = partial(run_score, task, name, pipeline, score, seed)
            scores[name].append(results.keep(f"{task}-{name}-{seed}", measure))
    return {name: np.array(of_name) for name, of_name in scores.items()}


def run_score(
    task: str, name: str, pipeline: Callable[[str], Path], score: Score, seed: int
) -> float:
    """One score, with files in a folder that is removed afterwards."""
    print(f"spacy train: {task}, {name} vectors, seed {seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        return score(pipeline(name), seed, Path(folder))


def gain(scores: Mapping[str, Doubles1d], name: str) -> Estimate:
    """The mean of the differences to the base at equal seeds, with its interval (Student's t)."""
    return over_seeds((scores[name] - scores["base"]).tolist())


def print_scores(measure: str, scores: Mapping[str, Doubles1d]) -> None:
    """A line for each of the vectors: mean score and mean gain over the base, with intervals."""
    rows = [
        [name, told_mean(of_name.tolist()), told_mean(gain(scores, name), "+.3f")]
        for name, of_name in scores.items()
    ]
    print_table(["", measure, "gain"], rows)
