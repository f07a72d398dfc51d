"""How fast a model trains, beside gensim, and how well: words per CPU second and held-out loss.

    python scripts/bench_training.py                         the shipped English corpus
    python scripts/bench_training.py --corpus FOLDER         yours, .txt or .jsonl
    python scripts/bench_training.py --models skipgram cbow subword --dims 50 100 300

gensim, `fast` and `exact` train in turn, one epoch each, on the same words with the same settings
from the same start, one thread each; every turn is a ratio. `subword` is skip-gram with character
n-grams, beside gensim's FastText. gensim reads from memory or from a file, whichever a first epoch
of each finds faster. Then `fast` skip-gram trains with one thread and with two in turn, by the wall
clock. Kernels are compiled, and gensim's tables built, before any clock starts. The loss is that of
one epoch after another with the rate falling over all of them, on a tenth of the sentences, which
nobody trained on.

For a first look, --max-tokens 500000 --epochs 1: gensim's FastText reads 50,000 words in a second.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Protocol

import numpy as np
from _bench import (
    ENGLISH,
    GensimText,
    GensimTrainer,
    Seconds,
    Sentences,
    epoch_settings,
    in_turn,
    parser_of,
    part,
    random_rows,
    ratios,
    read_sentences,
    timed,
    told_median,
)

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats2d
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.row_groups import RowGroups, mean_rows
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

MODELS = ("skipgram", "cbow", "subword")

parser = parser_of(__doc__, corpus=ENGLISH)
parser.add_argument("--max-tokens", type=int, default=10_000_000)
parser.add_argument("--models", nargs="+", default=["skipgram"], choices=MODELS)
parser.add_argument("--dims", type=int, nargs="+", default=[100])
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--repeats", type=int, default=1, help="whole trainings of each")
parser.add_argument("--skip-threads", action="store_true", help="leave out the last part")


def main() -> None:
    arguments = parser.parse_args()
    text = read_sentences(arguments.corpus, arguments.max_tokens)
    training = text.training
    print(
        f"{training.n_tokens:,} words in {training.n_sentences:,} sentences, "
        f"{len(training.vocabulary):,} distinct; {text.held_out.n_tokens:,} words held out"
    )
    print(f"{arguments.epochs} epochs, {arguments.repeats} repeats")
    for dim in arguments.dims:
        for model in arguments.models:
            print(f"\n{model}, {dim} dimensions")
            settings = settings_of(model, arguments.epochs)
            compare_to_gensim(text, settings, dim, arguments.repeats, subwords=model == "subword")
        if not arguments.skip_threads:
            settings = settings_of("skipgram", arguments.epochs).but(mode="fast")
            compare_threads(text, settings, dim, arguments.repeats)


def settings_of(model: str, epochs: int) -> TrainingSettings:
    return TrainingSettings.of(
        epochs=epochs, architecture="cbow" if model == "cbow" else "skipgram"
    )


def compare_to_gensim(
    text: Sentences, settings: TrainingSettings, dim: int, repeats: int, *, subwords: bool
) -> None:
    """Prints words per CPU second, ratios and losses of gensim, `fast` and `exact`."""
    training, held_out = text
    rates: dict[str, list[float]] = {"gensim": [], "fast": [], "exact": []}
    losses: dict[str, list[float]] = {name: [] for name in rates}
    with tempfile.TemporaryDirectory() as folder:
        lines = GensimText(training, Path(folder) / "sentences.txt")
        source = faster_source(lines, settings, dim, subwords=subwords)
        for repeat in range(repeats):
            gensim = GensimTrainer(
                lines, source, settings.but(seed=1 + repeat), dim, subwords=subwords
            )
            fast = OwnTrainer(training, settings.but(mode="fast"), *gensim.start())
            exact = OwnTrainer(training, settings.but(mode="exact"), *gensim.start())
            fast.warm_up()
            exact.warm_up()
            trainers: dict[str, Trainer] = {"gensim": gensim, "fast": fast, "exact": exact}
            for epoch in range(settings.epochs):
                for name, (seconds,) in train_in_turn(trainers, epoch).items():
                    rates[name].append(training.n_tokens / seconds.cpu)
            for name, trainer in trainers.items():
                losses[name].append(held_out_loss(*trainer.model(), held_out, settings))
    print(f"gensim reads from {source}, the faster of the two")
    print(f"{'one thread':12}{'words/CPU s':>13}{'x gensim (least to most)':>26}{'loss':>9}{'':>9}")
    for name, measured in rates.items():
        faster = told_median(ratios(measured, rates["gensim"]))
        loss, worse = np.mean(losses[name]), np.mean(losses[name]) / np.mean(losses["gensim"]) - 1
        print(f"{name:12}{median(measured):13,.0f}{faster:>26}{loss:9.4f}{worse:+9.2%}")


def compare_threads(text: Sentences, settings: TrainingSettings, dim: int, repeats: int) -> None:
    """Prints how much faster two threads are than one, in `fast`."""
    training, held_out = text
    seconds: dict[str, list[Seconds]] = {"one": [], "two": []}
    losses: dict[str, list[float]] = {"one": [], "two": []}
    for repeat in range(repeats):
        start = random_rows(len(training.vocabulary), dim, seed=1 + repeat)
        trainers = {
            name: OwnTrainer(training, settings.but(threads=threads), start)
            for name, threads in (("one", 1), ("two", 2))
        }
        trainers["one"].warm_up()
        for epoch in range(settings.epochs):
            for name, taken in train_in_turn(trainers, epoch).items():
                seconds[name] += taken
        for name, trainer in trainers.items():
            losses[name].append(held_out_loss(*trainer.model(), held_out, settings))
    wall = {name: [each.wall for each in several] for name, several in seconds.items()}
    cpu = {name: [each.cpu for each in several] for name, several in seconds.items()}
    dearer = ratios(cpu["two"], cpu["one"])
    worse = np.mean(losses["two"]) / np.mean(losses["one"]) - 1
    print(
        f"\ntwo threads, fast: {told_median(ratios(wall['one'], wall['two']), '.2f')} times one by "
        f"the wall clock, {training.n_tokens / median(wall['two']):,.0f} words/s, loss {worse:+.2%}"
    )
    print(
        f"they take {told_median(dearer, '.2f')} times the CPU seconds of one, so on two cores of "
        f"their own they are {2 / median(dearer):.2f} times as fast"
    )


def train_in_turn(trainers: Mapping[str, Trainer], epoch: int) -> dict[str, list[Seconds]]:
    """An epoch of each, and how long it took."""
    return in_turn({name: partial(one.train_epoch, epoch) for name, one in trainers.items()}, 1)


class Trainer(Protocol):
    """Trains an epoch when asked to, and shows its matrices, rows in vocabulary order."""

    def train_epoch(self, epoch: int) -> None: ...

    def model(self) -> tuple[Floats2d, Floats2d]: ...


class OwnTrainer:
    """embedadapt, one call for each epoch. row_groups: of words that have n-grams."""

    def __init__(
        self,
        corpus: EncodedCorpus,
        settings: TrainingSettings,
        start: Floats2d,
        row_groups: RowGroups | None = None,
    ) -> None:
        self.corpus, self.settings, self.row_groups = corpus, settings, row_groups
        self.inputs = start.copy()
        self.outputs = np.zeros((len(corpus.vocabulary), start.shape[1]), dtype=np.float32)

    def warm_up(self) -> None:
        """Compiles the kernel, which is one for any number of threads."""
        inputs, outputs = self.inputs.copy(), self.outputs.copy()
        train(inputs, outputs, part(self.corpus, 0, 10), self.settings, row_groups=self.row_groups)

    def train_epoch(self, epoch: int) -> None:
        settings = epoch_settings(self.settings, epoch)
        train(self.inputs, self.outputs, self.corpus, settings, row_groups=self.row_groups)

    def model(self) -> tuple[Floats2d, Floats2d]:
        words = self.inputs if self.row_groups is None else mean_rows(self.inputs, self.row_groups)
        return words, self.outputs


def faster_source(
    text: GensimText, settings: TrainingSettings, dim: int, *, subwords: bool = False
) -> str:
    """Which way of reading costs gensim less, by one epoch of each."""
    seconds = {}
    for source in text.sources:
        trainer = GensimTrainer(text, source, settings, dim, subwords=subwords)
        seconds[source] = timed(partial(trainer.train_epoch, 0))[0].cpu
    return min(seconds, key=seconds.__getitem__)


if __name__ == "__main__":
    main()
