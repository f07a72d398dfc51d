"""What the bench scripts share: arguments, texts read once, rounds and intervals, figures that are
kept, memory, and gensim beside."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.reading import TrainingText, read_for_training
from embedadapt.adaptation.words import seen_words
from embedadapt.core.corpus import Corpus, EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.resampling import Repeated
from embedadapt.evaluation.result import Estimate, EvaluationResult
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus
from embedadapt.text.split import in_words_of
from embedadapt.training.row_groups import RowGroups, mean_rows
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from embedadapt.workflows.inputs import as_corpus, as_vectors

if TYPE_CHECKING:
    from gensim.models import FastText, Word2Vec

T = TypeVar("T")

CORPORA = Path(__file__).parent.parent / "corpora"
VECTORS = CORPORA / "pretrained" / "glove.6B.50d.60k.safetensors"
ENGLISH = CORPORA / "en"
LICENCES = ENGLISH / "licences"
MIN_COUNT = 5
"""Of the words that are trained from noise."""


# Arguments


def parser_of(
    about: str | None, *, vectors: bool = False, corpus: Path | None = None, seeds: int = 0
) -> argparse.ArgumentParser:
    """A parser described by the first line of a script's docstring, with those arguments that are
    wanted: the shipped vectors, a corpus and a number of seeds as defaults."""
    parser = argparse.ArgumentParser(description=(about or "").split("\n", 1)[0])
    if vectors:
        parser.add_argument("--vectors", type=Path, default=VECTORS)
    if corpus is not None:
        parser.add_argument("--corpus", type=Path, default=corpus)
    if seeds:
        parser.add_argument("--seeds", type=int, default=seeds)
    return parser


# A table and a text of it, read once


@dataclass(frozen=True, eq=False)
class Bench:
    """A table and a corpus, read and divided once: further trainings only change their seed."""

    base: WordVectors
    corpus: Corpus
    text: TrainingText
    config: AdaptationConfig

    @classmethod
    def of(cls, vectors: Path, corpus: Path, **settings: Any) -> Bench:
        """settings: of `AdaptationConfig`, by name."""
        base, config = as_vectors(vectors), AdaptationConfig.of(**settings)
        opened = as_corpus(corpus)
        text = read_for_training(base, opened, config.reading, threads=config.run.threads)
        return cls(base, opened, text, config)

    def config_of(self, seed: int) -> AdaptationConfig:
        """Of a training with this seed. The seed of the held-out documents stays."""
        return replace(self.config, run=replace(self.config.run, seed=seed))


class Sentences(NamedTuple):
    """Of a corpus, in random order: what is trained on, and a tenth of them held out."""

    training: EncodedCorpus
    held_out: EncodedCorpus


def read_sentences(path: Path, max_tokens: int) -> Sentences:
    """In words that training shows often enough, with their counts there."""
    corpus = open_corpus([path])
    normalizer = Normalizer(Normalization(case="lower"), Vocabulary([]))
    text = encode_corpus(corpus, count_corpus(corpus, normalizer).vocabulary, normalizer)
    text = text.shuffled(np.random.default_rng(0))
    n = int(np.searchsorted(text.sentence_offsets, max_tokens, side="right")) - 1
    training, held_out = part(text, n // 10, n), part(text, 0, n // 10)
    words = seen_words(training, Vocabulary([]), MIN_COUNT)
    return Sentences(in_words_of(training, words), in_words_of(held_out, words))


def part(corpus: EncodedCorpus, first: int, last: int) -> EncodedCorpus:
    """Sentences first to last - 1, as one document."""
    offsets = corpus.sentence_offsets[first : last + 1]
    return replace(
        corpus,
        token_ids=corpus.token_ids[offsets[0] : offsets[-1]],
        sentence_offsets=offsets - offsets[0],
        document_offsets=np.array([0, last - first]),
        document_names=("part",),
    )


def random_rows(n_words: int, dim: int, *, seed: int) -> Floats2d:
    """(n_words, dim) noise, as word2vec and gensim draw it."""
    rng = np.random.default_rng(seed)
    rows: Floats2d = rng.random((n_words, dim), dtype=np.float32)
    return (rows - np.float32(0.5)) / np.float32(dim)


def warm_up(corpus: EncodedCorpus, dim: int) -> None:
    """Compiles the kernels (both modes are one)."""
    rows = random_rows(len(corpus.vocabulary), dim, seed=1)
    train(rows, np.zeros_like(rows), part(corpus, 0, 10), TrainingSettings.of(epochs=1))


# Rounds


class Seconds(NamedTuple):
    """By the wall clock, and of the processor."""

    wall: float
    cpu: float


def timed(
    work: Callable[[], T], cpu_clock: Callable[[], float] = time.process_time
) -> tuple[Seconds, T]:
    """How long some work takes, and what it returns."""
    wall, cpu = time.perf_counter(), cpu_clock()
    result = work()
    return Seconds(time.perf_counter() - wall, cpu_clock() - cpu), result


def machine() -> str:
    """The processor, the number of cores, and how many processes want them, to be printed beside
    timings."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    model = next(models, platform.processor() or platform.machine())
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{model}, {os.cpu_count()} cores, load {load}"


def in_turn(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[Seconds]]:
    """How long each takes in each round: one after the other, so that all meet the same noise."""
    seconds: dict[str, list[Seconds]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            seconds[name].append(timed(work)[0])
    return seconds


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def told_median(values: Sequence[float], form: str = ".1f") -> str:
    """
    >>> told_median([2.0, 1.0, 4.0])
    '2.0 (1.0 to 4.0)'
    """
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


# Intervals


def over_seeds(values: Sequence[float]) -> Estimate:
    """The mean and its 95 % interval by Student's t; of one value no interval."""
    return Repeated(np.array(values, dtype=np.float64), len(values)).estimate()


def told_mean(found: Estimate | Sequence[float], form: str = ".3f") -> str:
    """Mean and half of its interval, which is left out where it would be written as zeros.

    >>> told_mean([0.5, 0.5]), told_mean([1.0, 1.2])
    ('0.500', '1.100 ± 1.271')
    """
    estimate = found if isinstance(found, Estimate) else over_seeds(found)
    half = f"{(estimate.high - estimate.low) / 2:{form.removeprefix('+')}}"
    value = f"{estimate.value:{form}}"
    return f"{value} ± {half}" if any(digit in half for digit in "123456789") else value


def print_gains(evaluations: Sequence[EvaluationResult]) -> None:
    """A line for each adapted table: what it gained and what it kept, means over the seeds."""
    for table in evaluations[0].adapted:
        of_seeds = [evaluation[table.name] for evaluation in evaluations]
        changes = [one.held_out.change.value for one in of_seeds if one.held_out]
        overlap = [one.neighbor_overlap.value for one in of_seeds if one.neighbor_overlap]
        told = f"loss {told_mean(changes, '+.3f')}  overlap {told_mean(overlap)}"
        print(f"  {table.name:14} {told}", flush=True)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as what they hold."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    sys.stdout.flush()


def print_markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The same as a table of Markdown."""
    for row in (header, ["---"] * len(header), *rows):
        sys.stdout.write("|" + "|".join(f" {cell} " if cell else " " for cell in row) + "|\n")
    sys.stdout.flush()


# Figures that are kept


@dataclass(frozen=True)
class Results:
    """Figures of earlier runs, as JSON in a folder; None keeps nothing.

    settings: what the figures depend on. Those of other settings are refused.
    """

    folder: Path | None
    settings: Mapping[str, Any]

    def keep(self, name: str, measure: Callable[[], T]) -> T:
        """What is kept under a name, or else measured now and kept: JSON-ready, and given as it is
        read back."""
        if self.folder is None:
            return _as_json(measure())
        path = self.folder / f"{name}.json"
        if not path.exists():
            figures = measure()
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"settings": self.settings, "figures": figures}) + "\n")
        kept: dict[str, Any] = json.loads(path.read_text())
        if kept["settings"] != _as_json(self.settings):
            raise SystemExit(
                f"{path}: expected figures of {self.settings}, found {kept['settings']}. Give "
                "another folder."
            )
        read: T = kept["figures"]
        return read


def _as_json(value: T) -> T:
    read: T = json.loads(json.dumps(value))
    return read


# Memory, of processes of their own


def run_self(script: str, *arguments: object) -> str:
    """What a script prints, in a process of its own."""
    command = [sys.executable, script, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def restart_peak() -> float:
    """Forgets the most memory had so far where the system can; the memory in use, in MB."""
    status, forget = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not status.exists():
        return peak_mb()
    forget.write_text("5")
    return status_mb("VmRSS")


def peak_mb() -> float:
    """The most memory this process has had, in MB (elsewhere than on Linux as getrusage has it)."""
    if Path("/proc/self/status").exists():
        return status_mb("VmHWM")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def status_mb(entry: str) -> float:
    """An entry of /proc/self/status that is a size, in MB."""
    lines = Path("/proc/self/status").read_text().split("\n")
    line = next(text for text in lines if text.startswith(entry))
    return int(line.split()[1]) * 1024 / 1e6


# gensim


class GensimText:
    """An encoded corpus in the two forms that gensim reads."""

    def __init__(self, corpus: EncodedCorpus, path: Path) -> None:
        self.n_tokens = corpus.n_tokens
        self.words = corpus.vocabulary.words
        counts = np.bincount(corpus.token_ids, minlength=len(self.words))
        self.counts = dict(zip(self.words, np.maximum(counts, 1).tolist(), strict=True))
        self.sentences = [
            [self.words[i] for i in corpus.sentence(s)] for s in range(corpus.n_sentences)
        ]
        path.write_text("".join(" ".join(words) + "\n" for words in self.sentences), "utf-8")
        self.sources: dict[str, dict[str, Any]] = {
            "memory": {"corpus_iterable": self.sentences},
            "a file": {"corpus_file": str(path)},
        }


class GensimTrainer:
    """gensim's Word2Vec or, with subwords, FastText; rows are in the order of the text's words.

    source: of `GensimText.sources`.
    """

    def __init__(
        self,
        text: GensimText,
        source: str,
        settings: TrainingSettings,
        dim: int,
        *,
        subwords: bool = False,
    ) -> None:
        from gensim.models import FastText, Word2Vec

        self.text, self.source, self.settings = text, source, settings
        model, run = settings.model, settings.run
        self.gensim: Word2Vec | FastText = (FastText if subwords else Word2Vec)(
            vector_size=dim,
            sg=model.architecture == "skipgram",
            window=model.window,
            negative=model.negative,
            sample=model.subsample,
            ns_exponent=model.ns_exponent,
            min_count=1,
            workers=run.threads,
            seed=run.seed,
        )
        self.gensim.build_vocab_from_freq(text.counts)
        self.rows = [self.gensim.wv.key_to_index[word] for word in text.words]
        self.row_groups: RowGroups | None = None
        if subwords:
            self.buckets, self.row_groups = self._list_pieces()

    def _list_pieces(self) -> tuple[Ints1d, RowGroups]:
        """gensim's own n-grams: the buckets that hold any, and each word's rows if theirs follow
        the words'."""
        several = [self.gensim.wv.buckets_word[row] for row in self.rows]
        buckets, places = np.unique(np.concatenate(several), return_inverse=True)
        ends = np.cumsum([len(one) for one in several])
        n_words = len(self.rows)
        rows = np.insert(places + n_words, np.append(0, ends[:-1]), np.arange(n_words))
        offsets = np.append(0, ends + np.arange(1, n_words + 1))
        return buckets.astype(np.int32), RowGroups(offsets, rows.astype(np.int32))

    def start(self) -> tuple[Floats2d, RowGroups | None]:
        """Input rows as they are now, and what words are made of."""
        wv = self.gensim.wv
        if self.row_groups is None:
            return wv.vectors[self.rows], None
        rows = np.vstack([wv.vectors_vocab[self.rows], wv.vectors_ngrams[self.buckets]])
        return rows, self.row_groups

    def start_from(self, rows: Floats2d) -> None:
        """Puts (n_words, dim) rows in place of gensim's own."""
        self.gensim.wv.vectors[self.rows] = rows

    def train_all(self) -> None:
        """All epochs, in one call."""
        self._train(self.settings)

    def train_epoch(self, epoch: int) -> None:
        """One of all epochs."""
        self._train(epoch_settings(self.settings, epoch))

    def _train(self, settings: TrainingSettings) -> None:
        self.gensim.train(
            total_examples=len(self.text.sentences),
            total_words=self.text.n_tokens,
            epochs=settings.epochs,
            start_alpha=settings.model.learning_rate,
            end_alpha=settings.model.min_learning_rate,
            **self.text.sources[self.source],
        )

    def model(self) -> tuple[Floats2d, Floats2d]:
        """Vectors of the words, and their context rows."""
        inputs, row_groups = self.start()
        words = inputs if row_groups is None else mean_rows(inputs, row_groups)
        return words, self.gensim.syn1neg[self.rows]


def epoch_settings(settings: TrainingSettings, epoch: int) -> TrainingSettings:
    """One epoch of a training: its stretch of the falling rate, random numbers of its own."""
    return settings.but(
        epochs=1,
        learning_rate=settings.model.rate_at(epoch / settings.epochs),
        min_learning_rate=settings.model.rate_at((epoch + 1) / settings.epochs),
        seed=settings.run.seed + epoch,
    )


def continue_in_gensim(
    rows: Floats2d, corpus: EncodedCorpus, settings: TrainingSettings
) -> Floats2d:
    """(n_words, dim): the rows after the training that gensim's users do themselves.

    The context matrix starts from zeros, as gensim's does. Sentences come in random order.
    """
    mixed = corpus.shuffled(np.random.default_rng(settings.run.seed))
    with tempfile.TemporaryDirectory() as folder:
        text = GensimText(mixed, Path(folder, "sentences.txt"))
        trainer = GensimTrainer(text, "a file", settings, rows.shape[1])
        trainer.start_from(rows)
        trainer.train_all()
    return trainer.model()[0]


def naive_start(base: WordVectors, words: Vocabulary, columns: int, seed: int) -> Floats2d:
    """Pretrained rows, and noise for new words and for columns beside them."""
    rows = random_rows(len(words), base.dim + columns, seed=seed)
    known = base.vocabulary.lookup(words)
    rows[known >= 0, : base.dim] = base.matrix[known[known >= 0]]
    return rows


def naive_table(
    base: WordVectors, corpus: EncodedCorpus, columns: int, settings: TrainingSettings
) -> WordVectors:
    """The base as gensim's users adapt it: the words of the corpus trained on, new ones behind the
    base's, and so many columns of noise beside its own, zeros for words that the corpus lacks."""
    words = corpus.vocabulary
    start = naive_start(base, words, columns, settings.run.seed)
    rows = continue_in_gensim(start, corpus, settings)
    known = base.vocabulary.lookup(words)
    new = [word for word, row in zip(words.words, known, strict=True) if row < 0]
    matrix = np.zeros((len(base) + len(new), rows.shape[1]), dtype=np.float32)
    matrix[: len(base), : base.dim] = base.matrix
    matrix[np.where(known >= 0, known, len(base) + np.cumsum(known < 0) - 1)] = rows
    return WordVectors(Vocabulary((*base.vocabulary.words, *new)), matrix)
