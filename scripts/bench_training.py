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

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import numpy as np
from gensim.models import FastText, Word2Vec

from embedadapt.adaptation.words import restrict_to_seen
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus
from embedadapt.text.split import with_words
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.pieces import Pieces, mean_rows
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train

CORPUS = Path(__file__).parent.parent / "corpora" / "en"
MIN_COUNT = 5

MODELS = ("skipgram", "cbow", "subword")

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("--corpus", type=Path, default=CORPUS)
parser.add_argument("--max-tokens", type=int, default=10_000_000)
parser.add_argument("--models", nargs="+", default=["skipgram"], choices=MODELS)
parser.add_argument("--dims", type=int, nargs="+", default=[100])
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--repeats", type=int, default=1, help="whole trainings of each")
parser.add_argument("--skip-threads", action="store_true", help="leave out the last part")


def main() -> None:
    arguments = parser.parse_args()
    training, held_out = read(arguments.corpus, arguments.max_tokens)
    print(
        f"{training.n_tokens:,} words in {training.n_sentences:,} sentences, "
        f"{len(training.vocabulary):,} distinct; {held_out.n_tokens:,} words held out"
    )
    print(f"{arguments.epochs} epochs, {arguments.repeats} repeats")
    for dim in arguments.dims:
        for model in arguments.models:
            print(f"\n{model}, {dim} dimensions")
            settings = settings_of(model, arguments.epochs)
            compare_to_gensim(
                training,
                held_out,
                settings,
                dim,
                arguments.repeats,
                subwords=model == "subword",
            )
        if not arguments.skip_threads:
            settings = replace(settings_of("skipgram", arguments.epochs), mode="fast")
            compare_threads(training, held_out, settings, dim, arguments.repeats)


def settings_of(model: str, epochs: int) -> TrainingSettings:
    return TrainingSettings.of(
        epochs=epochs, architecture="cbow" if model == "cbow" else "skipgram"
    )


def compare_to_gensim(
    training: EncodedCorpus,
    held_out: EncodedCorpus,
    settings: TrainingSettings,
    dim: int,
    repeats: int,
    *,
    subwords: bool,
) -> None:
    """Prints words per CPU second, ratios and losses of gensim, `fast` and `exact`."""
    rates: dict[str, list[float]] = {"gensim": [], "fast": [], "exact": []}
    losses: dict[str, list[float]] = {name: [] for name in rates}
    with tempfile.TemporaryDirectory() as folder:
        text = GensimText(training, Path(folder) / "sentences.txt")
        source = faster_source(text, settings, dim, subwords=subwords)
        for repeat in range(repeats):
            gensim = GensimTrainer(text, source, settings, dim, seed=1 + repeat, subwords=subwords)
            fast = OwnTrainer(training, settings.but(mode="fast"), *gensim.start())
            exact = OwnTrainer(training, settings.but(mode="exact"), *gensim.start())
            fast.warm_up()
            trainers: dict[str, Trainer] = {"gensim": gensim, "fast": fast, "exact": exact}
            for epoch in range(settings.epochs):
                for name, trainer in trainers.items():
                    clock = time.process_time()
                    trainer.train_epoch(epoch)
                    rates[name].append(training.n_tokens / (time.process_time() - clock))
            for name, trainer in trainers.items():
                losses[name].append(held_out_loss(*trainer.model(), held_out, settings))
    print(f"gensim reads from {source}, the faster of the two")
    print(f"{'one thread':12}{'words/CPU s':>13}{'x gensim (min, max)':>24}{'loss':>9}{'':>9}")
    for name, measured in rates.items():
        ratios = [ours / theirs for ours, theirs in zip(measured, rates["gensim"], strict=True)]
        loss, worse = np.mean(losses[name]), np.mean(losses[name]) / np.mean(losses["gensim"]) - 1
        print(f"{name:12}{median(measured):13,.0f}{spread(ratios):>24}{loss:9.4f}{worse:+9.2%}")


def compare_threads(
    training: EncodedCorpus,
    held_out: EncodedCorpus,
    settings: TrainingSettings,
    dim: int,
    repeats: int,
) -> None:
    """Prints how much faster two threads are than one, in `fast`."""
    wall: dict[int, list[float]] = {1: [], 2: []}
    cpu: dict[int, list[float]] = {1: [], 2: []}
    losses: dict[int, list[float]] = {1: [], 2: []}
    for repeat in range(repeats):
        start = random_rows(len(training.vocabulary), dim, seed=1 + repeat)
        trainers = {n: OwnTrainer(training, settings.but(threads=n), start) for n in wall}
        trainers[1].warm_up()
        for epoch in range(settings.epochs):
            for threads, trainer in trainers.items():
                wall_clock, cpu_clock = time.perf_counter(), time.process_time()
                trainer.train_epoch(epoch)
                wall[threads].append(time.perf_counter() - wall_clock)
                cpu[threads].append(time.process_time() - cpu_clock)
        for threads, trainer in trainers.items():
            losses[threads].append(held_out_loss(*trainer.model(), held_out, settings))
    ratios = [one / two for one, two in zip(wall[1], wall[2], strict=True)]
    dearer = [two / one for one, two in zip(cpu[1], cpu[2], strict=True)]
    worse = np.mean(losses[2]) / np.mean(losses[1]) - 1
    print(
        f"\ntwo threads, fast: {spread(ratios, 2)} times one by the wall clock, "
        f"{training.n_tokens / median(wall[2]):,.0f} words/s, loss {worse:+.2%}"
    )
    print(
        f"they take {spread(dearer, 2)} times the CPU seconds of one, so on two cores of their "
        f"own they are {2 / median(dearer):.2f} times as fast"
    )


class Trainer(Protocol):
    """Trains an epoch when asked to, and shows its matrices, rows in vocabulary order."""

    def train_epoch(self, epoch: int) -> None: ...

    def model(self) -> tuple[Floats2d, Floats2d]: ...


class OwnTrainer:
    """embedadapt, one call for each epoch. pieces: of words that have n-grams."""

    def __init__(
        self,
        corpus: EncodedCorpus,
        settings: TrainingSettings,
        start: Floats2d,
        pieces: Pieces | None = None,
    ) -> None:
        self.corpus, self.settings, self.pieces = corpus, settings, pieces
        self.inputs = start.copy()
        self.outputs = np.zeros((len(corpus.vocabulary), start.shape[1]), dtype=np.float32)

    def warm_up(self) -> None:
        """Compiles the kernel, which is one for both modes and any number of threads."""
        inputs, outputs = self.inputs.copy(), self.outputs.copy()
        train(inputs, outputs, part(self.corpus, 0, 10), self.settings, pieces=self.pieces)

    def train_epoch(self, epoch: int) -> None:
        settings = epoch_settings(self.settings, epoch)
        train(self.inputs, self.outputs, self.corpus, settings, pieces=self.pieces)

    def model(self) -> tuple[Floats2d, Floats2d]:
        words = self.inputs if self.pieces is None else mean_rows(self.inputs, self.pieces)
        return words, self.outputs


class GensimText:
    """An encoded corpus in the two forms that gensim reads."""

    def __init__(self, corpus: EncodedCorpus, path: Path) -> None:
        self.n_tokens = corpus.n_tokens
        self.words = corpus.vocabulary.words
        counts = np.bincount(corpus.token_ids, minlength=len(self.words))
        self.counts = dict(zip(self.words, counts.tolist(), strict=True))
        self.sentences = [
            [self.words[i] for i in corpus.sentence(s)] for s in range(corpus.n_sentences)
        ]
        path.write_text("".join(" ".join(words) + "\n" for words in self.sentences), "utf-8")
        self.sources: dict[str, dict[str, Any]] = {
            "memory": {"corpus_iterable": self.sentences},
            "a file": {"corpus_file": str(path)},
        }


class GensimTrainer:
    """gensim's Word2Vec or, with subwords, FastText, one call for each epoch."""

    def __init__(
        self,
        text: GensimText,
        source: str,
        settings: TrainingSettings,
        dim: int,
        *,
        seed: int,
        subwords: bool = False,
        workers: int = 1,
    ) -> None:
        self.text, self.source, self.settings = text, source, settings
        self.gensim = (FastText if subwords else Word2Vec)(
            vector_size=dim,
            sg=settings.model == "skipgram",
            window=settings.window,
            negative=settings.negative,
            sample=settings.subsample,
            ns_exponent=settings.ns_exponent,
            min_count=1,
            workers=workers,
            seed=seed,
        )
        self.gensim.build_vocab_from_freq(text.counts)
        self.rows = [self.gensim.wv.key_to_index[word] for word in text.words]
        if subwords:
            self.buckets, self.pieces = self.list_pieces()

    def list_pieces(self) -> tuple[Ints1d, Pieces]:
        """gensim's own n-grams: the buckets that hold any, and each word's rows if theirs stand
        behind the words'."""
        several = [self.gensim.wv.buckets_word[row] for row in self.rows]
        buckets, places = np.unique(np.concatenate(several), return_inverse=True)
        ends = np.cumsum([len(one) for one in several])
        n_words = len(self.rows)
        rows = np.insert(places + n_words, np.append(0, ends[:-1]), np.arange(n_words))
        offsets = np.append(0, ends + np.arange(1, n_words + 1))
        return buckets.astype(np.int32), Pieces(offsets, rows.astype(np.int32))

    def start(self) -> tuple[Floats2d, Pieces | None]:
        """Input rows as they are now, and what words are made of."""
        wv = self.gensim.wv
        if not isinstance(self.gensim, FastText):
            return wv.vectors[self.rows], None
        rows = np.vstack([wv.vectors_vocab[self.rows], wv.vectors_ngrams[self.buckets]])
        return rows, self.pieces

    def train_epoch(self, epoch: int) -> None:
        rates = epoch_settings(self.settings, epoch)
        self.gensim.train(
            total_examples=len(self.text.sentences),
            total_words=self.text.n_tokens,
            epochs=1,
            start_alpha=rates.learning_rate,
            end_alpha=rates.min_learning_rate,
            **self.text.sources[self.source],
        )

    def model(self) -> tuple[Floats2d, Floats2d]:
        inputs, pieces = self.start()
        words = inputs if pieces is None else mean_rows(inputs, pieces)
        return words, self.gensim.syn1neg[self.rows]


def faster_source(
    text: GensimText, settings: TrainingSettings, dim: int, *, subwords: bool = False
) -> str:
    """Which way of reading costs gensim less, by one epoch of each."""
    seconds = {}
    for source in text.sources:
        trainer = GensimTrainer(text, source, settings, dim, seed=1, subwords=subwords)
        clock = time.process_time()
        trainer.train_epoch(0)
        seconds[source] = time.process_time() - clock
    return min(seconds, key=seconds.__getitem__)


def epoch_settings(settings: TrainingSettings, epoch: int) -> TrainingSettings:
    """One epoch of a training: its stretch of the falling rate, random numbers of its own."""
    return replace(
        settings,
        epochs=1,
        learning_rate=settings.rate_at(epoch / settings.epochs),
        min_learning_rate=settings.rate_at((epoch + 1) / settings.epochs),
        seed=settings.seed + epoch,
    )


def read(path: Path, max_tokens: int) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Sentences in random order, and a tenth of them held out; words that training shows often
    enough, with their counts there."""
    corpus = open_corpus([path])
    normalizer = Normalizer(Normalization(case="lower"), Vocabulary([]))
    text = encode_corpus(corpus, count_corpus(corpus, normalizer).vocabulary, normalizer)
    text = text.shuffled(np.random.default_rng(0))
    n = int(np.searchsorted(text.sentence_offsets, max_tokens, side="right")) - 1
    training, held_out = part(text, n // 10, n), part(text, 0, n // 10)
    kept, vocabulary = restrict_to_seen(training, Vocabulary([]), MIN_COUNT)
    return with_words(training, kept, vocabulary), with_words(held_out, kept, vocabulary)


def part(corpus: EncodedCorpus, first: int, last: int) -> EncodedCorpus:
    """Sentences first to last - 1."""
    offsets = corpus.sentence_offsets[first : last + 1]
    return replace(
        corpus,
        token_ids=corpus.token_ids[offsets[0] : offsets[-1]],
        sentence_offsets=offsets - offsets[0],
        document_offsets=np.array([0, last - first]),
    )


def warm_up(corpus: EncodedCorpus, dim: int) -> None:
    """Compiles the kernels (both modes are one)."""
    rows = random_rows(len(corpus.vocabulary), dim, seed=1)
    train(rows, np.zeros_like(rows), part(corpus, 0, 10), TrainingSettings.of(epochs=1))


def random_rows(n_words: int, dim: int, *, seed: int) -> Floats2d:
    rng = np.random.default_rng(seed)
    rows: Floats2d = (rng.random((n_words, dim), dtype=np.float32) - np.float32(0.5)) / np.float32(
        dim
    )
    return rows


def spread(ratios: list[float], digits: int = 1) -> str:
    return f"{median(ratios):.{digits}f} ({min(ratios):.{digits}f}, {max(ratios):.{digits}f})"


if __name__ == "__main__":
    main()
