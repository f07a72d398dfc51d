"""Skip-gram training of two matrices on an encoded corpus: schedule, threads, loss, progress.

`fast` shares the noise words of a window among its pairs; `exact` draws them anew for each pair, as
word2vec does. The updates themselves are in kernels.sgns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from math import inf, isfinite, isnan, nan
from queue import SimpleQueue
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import CorpusError, EmbedAdaptError, SettingsError
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.types import Doubles1d, Floats2d, Ints1d, Longs1d
from embedadapt.kernels import sgns
from embedadapt.kernels._simd import LANES, aligned_zeros, padded_width, slots
from embedadapt.training.sampling import keep_probabilities, noise_shares, noise_table

Mode = Literal["fast", "exact"]

BLOCK_WORDS = 10_000
"""Words between two looks at the learning rate, the clock and Ctrl-C: word2vec's own stride, 2 to
20 milliseconds of work."""

LONGEST_SENTENCE = 10_000
"""Longer ones are cut, as gensim cuts them: text without sentence ends still trains in blocks."""

COPIED_ROWS = 128
"""Rows that each of several threads has copies of. Two threads are 1.3 times as fast as one without
any, 1.6 with 64 to 256."""

MERGE_EVERY = 4_000
"""Words between two merges of the copies, all threads together. The loss is that of one thread; at
20,000 it was 1 % higher on the shipped licences."""

SECONDS_BETWEEN_MESSAGES = 0.1

HELD_OUT_SEED = 20_130_907
"""The same pairs for everyone: not a setting."""


@dataclass(frozen=True)
class SkipGramSettings:
    """How to train. The names of gensim and fastText are given where they differ.

    epochs: passes over the corpus.
    window: words on each side of the centre; each window is shrunk at random, so that a neighbour
        at distance d counts in (window - d + 1) / window of the windows (fastText `ws`).
    negative: noise words for each centre word, at least 1 (fastText `neg`).
    ns_exponent: noise words are drawn by count ** ns_exponent.
    subsample: share of the text above which a word's occurrences are thinned out (gensim `sample`,
        fastText `t`); 0 keeps all.
    learning_rate, min_learning_rate: at the first word and at the last, a straight line between
        (gensim `alpha`, `min_alpha`; fastText `lr`, which ends at 0).
    mode: "fast" shares the noise words of a window among its pairs (two to three times as fast,
        the loss .1 to .2 % higher); "exact" draws them for each pair.
    threads: more than one share the matrices without locks (Hogwild, Recht et al. 2011,
        arXiv:1106.5730): the result then differs from run to run.
    seed: one seed and one thread give the same bytes on a machine.
    """

    epochs: int = 5
    window: int = 5
    negative: int = 5
    ns_exponent: float = 0.75
    subsample: float = 1e-3
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    mode: Mode = "fast"
    threads: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("epochs", "window", "negative", "threads"):
            _require(getattr(self, name) >= 1, name, "a whole number from 1 up", self)
        _require(0 <= self.subsample < 1, "subsample", "a share of the text, 0 to below 1", self)
        _require(0 < self.learning_rate < inf, "learning_rate", "a number above 0", self)
        _require(
            0 <= self.min_learning_rate <= self.learning_rate,
            "min_learning_rate",
            f"a number from 0 to learning_rate, {self.learning_rate:g}",
            self,
        )
        _require(isfinite(self.ns_exponent), "ns_exponent", "a finite number", self)
        _require(self.mode in get_args(Mode), "mode", "fast or exact", self)
        _require(self.seed >= 0, "seed", "a whole number from 0 up", self)

    def rate_at(self, done: float) -> float:
        """The learning rate when this share of the words of all epochs is done."""
        return self.learning_rate + (self.min_learning_rate - self.learning_rate) * done


def _require(condition: bool, name: str, expected: str, settings: SkipGramSettings) -> None:
    if not condition:
        raise SettingsError(name, expected=expected, found=repr(getattr(settings, name)))


@dataclass(frozen=True)
class TrainingLog:
    """How a training went.

    epoch_losses: mean loss per pair in each epoch, in nats, over every 50th pair as it came up;
        not a number for an epoch in which subsampling left no pair.
    n_words: corpus words seen, all epochs, before subsampling.
    seconds: wall clock.
    """

    epoch_losses: tuple[float, ...]
    n_words: int
    seconds: float


def train_skipgram(
    inputs: Floats2d,
    outputs: Floats2d,
    corpus: EncodedCorpus,
    settings: SkipGramSettings,
    *,
    freeze_inputs: bool = False,
    stage: str = "training",
    on_progress: OnProgress = ignore_progress,
) -> TrainingLog:
    """Trains both matrices in place, (n_words, dim) float32, rows in vocabulary order.

    freeze_inputs: train `outputs` alone.
    on_progress: told words done, words/s and the recent loss, from the calling thread.

    After an error or Ctrl-C the matrices are as they were before the call. Raises CorpusError for a
    corpus without two words in one sentence, EmbedAdaptError when the loss is no longer finite.
    """
    _check(inputs, outputs, corpus)
    trainer = _Trainer.prepare(inputs, outputs, corpus, settings, freeze_inputs)
    meter = _Meter(stage, settings.epochs * corpus.n_tokens, on_progress)
    with _mapper(settings.threads) as map_blocks:
        for epoch in range(settings.epochs):
            train = partial(trainer.train_block, epoch)
            for trained in map_blocks(train, range(len(trainer.blocks))):
                meter.add(trained)
            meter.end_epoch()
    n_words, dim = inputs.shape
    outputs[:] = trainer.model.outputs[:n_words, :dim]
    if not freeze_inputs:
        inputs[:] = trainer.model.inputs[:n_words, :dim]
    return meter.log()


def fit_outputs(
    inputs: Floats2d,
    corpus: EncodedCorpus,
    settings: SkipGramSettings,
    *,
    epochs: int = 2,
    on_progress: OnProgress = ignore_progress,
) -> Floats2d:
    """The context matrix that suits `inputs`, (n_words, dim): from zeros, the inputs left alone.

    For vectors that come without one. To train both from a zero context matrix would first pull
    the inputs out of shape.
    """
    outputs = np.zeros_like(inputs)
    train_skipgram(
        inputs,
        outputs,
        corpus,
        replace(settings, epochs=epochs),
        freeze_inputs=True,
        stage="fitting the context matrix",
        on_progress=on_progress,
    )
    return outputs


def held_out_loss(
    inputs: Floats2d,
    outputs: Floats2d,
    corpus: EncodedCorpus,
    settings: SkipGramSettings,
    *,
    n_pairs: int = 100_000,
) -> float:
    """Mean loss per pair in nats, on `n_pairs` pairs of a corpus that was not trained on.

    Pairs are drawn as training meets them: frequent words thinned by `subsample`, distance d with
    weight window - d + 1, each with its own noise words. The draw depends on the corpus and the
    sampling settings only, so any two models of one vocabulary are judged on the same pairs,
    whoever trained them. 4.16 (6 log 2) is a model that knows nothing, at 5 noise words.

    Raises CorpusError where the corpus has no pair.
    """
    _check(inputs, outputs, corpus)
    rng = np.random.default_rng(HELD_OUT_SEED)
    words, centres = _draw_pairs(corpus, settings, n_pairs, rng)
    shares = noise_shares(_counts(corpus), settings.ns_exponent)
    noise = rng.choice(len(shares), size=(len(words), settings.negative), p=shares)
    losses = [
        _pair_losses(inputs[words[chunk]], outputs, centres[chunk], noise[chunk])
        for chunk in np.array_split(np.arange(len(words)), -(-len(words) // 10_000))
    ]
    return float(np.concatenate(losses).mean())


def _pair_losses(
    rows: Floats2d, outputs: Floats2d, centres: Ints1d, noise: NDArray[np.int64]
) -> Doubles1d:
    true = np.einsum("pd,pd->p", rows, outputs[centres], dtype=np.float64)
    false = np.einsum("pd,pnd->pn", rows, outputs[noise], dtype=np.float64)
    counted = noise != centres[:, None]
    losses: Doubles1d = np.logaddexp(0, -true) + (np.logaddexp(0, false) * counted).sum(axis=1)
    return losses


def _draw_pairs(
    corpus: EncodedCorpus, settings: SkipGramSettings, n_pairs: int, rng: np.random.Generator
) -> tuple[Ints1d, Ints1d]:
    """Context words and centres of up to n_pairs pairs; fewer where sentences are very short."""
    keep = keep_probabilities(_counts(corpus), settings.subsample)
    kept = rng.random(corpus.n_tokens) < keep[corpus.token_ids]
    words = corpus.token_ids[kept]
    lengths = np.diff(corpus.sentence_offsets)
    sentences = np.repeat(np.arange(corpus.n_sentences), lengths)[kept]
    weights = np.arange(settings.window, 0, -1)
    n_tries = 4 * n_pairs if len(words) else 0
    centres = rng.integers(max(1, len(words)), size=n_tries)
    distances = rng.choice(settings.window, size=n_tries, p=weights / weights.sum()) + 1
    others = centres + distances * rng.choice([-1, 1], size=n_tries)
    inside = (others >= 0) & (others < len(words))
    centres, others = centres[inside], others[inside]
    together = sentences[centres] == sentences[others]
    centres, others = centres[together][:n_pairs], others[together][:n_pairs]
    if not len(centres):
        raise CorpusError(
            "held-out text",
            expected="sentences with at least two words of the vocabulary",
            found=f"none in {corpus.n_sentences:,}",
            hint="Hold out more text.",
        )
    return words[others], words[centres]


def split_blocks(sentence_offsets: Longs1d) -> list[Longs1d]:
    """Sentence offsets of successive blocks of about BLOCK_WORDS words.

    Sentences longer than LONGEST_SENTENCE are cut first, empty ones dropped.

    >>> [block.tolist() for block in split_blocks(np.array([0, 9_000, 12_000, 12_000, 12_500]))]
    [[0, 9000, 12000], [12000, 12500]]
    """
    long = np.flatnonzero(np.diff(sentence_offsets) > LONGEST_SENTENCE)
    starts, ends = sentence_offsets[long], sentence_offsets[long + 1]
    cuts = [np.arange(a, b, LONGEST_SENTENCE) for a, b in zip(starts, ends, strict=True)]
    offsets = np.sort(np.concatenate([sentence_offsets, *cuts]))
    offsets = offsets[np.diff(offsets, prepend=-1) > 0]
    stripes = offsets[:-1] // BLOCK_WORDS
    edges = [*np.flatnonzero(np.diff(stripes, prepend=-1)), len(offsets) - 1]
    return [offsets[first : last + 1] for first, last in pairwise(edges)]


class _Trained(NamedTuple):
    """What came of one block: its words, the sum of the measured losses, the pairs measured."""

    n_words: int
    loss: float
    n_measured: int


@dataclass(frozen=True)
class _Trainer:
    """All that a thread needs to train one block."""

    model: sgns.Model
    free_copies: SimpleQueue[sgns.Copies]
    shape: sgns.Shape
    token_ids: Ints1d
    blocks: list[Longs1d]
    sampling: sgns.Sampling
    method: sgns.Method
    settings: SkipGramSettings

    @classmethod
    def prepare(
        cls,
        inputs: Floats2d,
        outputs: Floats2d,
        corpus: EncodedCorpus,
        settings: SkipGramSettings,
        freeze_inputs: bool,
    ) -> _Trainer:
        counts = _counts(corpus)
        copies = plan_copies(len(inputs), settings.threads)
        free_copies: SimpleQueue[sgns.Copies] = SimpleQueue()
        for one in copies:
            free_copies.put(one)
        return cls(
            model=sgns.Model(_padded(inputs, copies), _padded(outputs, copies)),
            free_copies=free_copies,
            shape=sgns.Shape(
                blocks=slots(padded_width(inputs.shape[1]) // LANES), noise=slots(settings.negative)
            ),
            token_ids=np.ascontiguousarray(corpus.token_ids, dtype=np.int32),
            blocks=split_blocks(corpus.sentence_offsets),
            sampling=sgns.Sampling(
                keep_probabilities(counts, settings.subsample),
                *noise_table(counts, settings.ns_exponent),
            ),
            method=sgns.Method(
                window=settings.window,
                together=2 * settings.window if settings.mode == "fast" else 1,
                freeze_inputs=freeze_inputs,
                copies=copies[0],
            ),
            settings=settings,
        )

    def train_block(self, epoch: int, number: int) -> _Trained:
        """Trains one block of one epoch, at the rate and with the random numbers of its place."""
        offsets = self.blocks[number]
        done = (epoch + offsets[0] / len(self.token_ids)) / self.settings.epochs
        copies = self.free_copies.get()
        loss, n_measured = sgns.train_block(
            self.model,
            self.shape,
            self.token_ids,
            offsets,
            self.sampling,
            self.method._replace(copies=copies),
            self.settings.rate_at(done),
            sgns.Place(self.settings.seed, epoch, number),
        )
        self.free_copies.put(copies)
        return _Trained(int(offsets[-1] - offsets[0]), loss, n_measured)


@dataclass
class _Meter:
    """Adds up words and losses, and tells the listener, not too often."""

    stage: str
    total: int
    on_progress: OnProgress
    started: float = field(default_factory=time.perf_counter)
    done: int = 0
    epoch_losses: list[float] = field(default_factory=list)
    _epoch: list[_Trained] = field(default_factory=list)
    _n_told: int = 0
    _last_told: float = 0.0
    _first: tuple[int, float] | None = None

    def add(self, trained: _Trained) -> None:
        self.done += trained.n_words
        self._epoch.append(trained)
        if not isfinite(trained.loss):
            raise EmbedAdaptError(
                f"{self.stage}, after {self.done:,} words",
                expected="a finite loss",
                found=str(trained.loss),
                hint="Try a lower learning rate, and see that the vectors hold no NaN.",
            )
        now = time.perf_counter()
        if now - self._last_told > SECONDS_BETWEEN_MESSAGES or self.done == self.total:
            loss = _mean_loss(self._epoch[self._n_told :])
            self.on_progress(
                Progress(
                    self.stage,
                    self.done,
                    self.total,
                    words_per_second=self._words_per_second(now),
                    loss=None if isnan(loss) else loss,
                )
            )
            self._n_told, self._last_told = len(self._epoch), now

    def end_epoch(self) -> None:
        self.epoch_losses.append(_mean_loss(self._epoch))
        self._epoch.clear()
        self._n_told = 0

    def log(self) -> TrainingLog:
        seconds = time.perf_counter() - self.started
        return TrainingLog(tuple(self.epoch_losses), self.done, seconds)

    def _words_per_second(self, now: float) -> float:
        """Since the first block was done, which may have waited for the compiler."""
        if self._first is None:
            self._first = self.done, now
        words, since = self._first
        return (self.done - words) / (now - since) if self.done > words else 0.0


def _mean_loss(blocks: list[_Trained]) -> float:
    n_measured = sum(block.n_measured for block in blocks)
    return sum(block.loss for block in blocks) / n_measured if n_measured else nan


def plan_copies(n_words: int, threads: int) -> list[sgns.Copies]:
    """For each thread, where its copies of the first rows stand behind the shared ones.

    >>> [(copies.first, copies.n_rows) for copies in plan_copies(1_000, 2)]
    [(1000, 128), (1256, 128)]
    """
    n_rows = min(COPIED_ROWS, n_words) if threads > 1 else 0
    return [
        sgns.Copies(n_rows, n_words + 2 * thread * n_rows, max(1, MERGE_EVERY // threads))
        for thread in range(threads)
    ]


def _padded(matrix: Floats2d, copies: list[sgns.Copies]) -> Floats2d:
    """The matrix at its padded width, with every thread's copies behind it."""
    n_words, dim = matrix.shape
    n_rows = n_words + 2 * sum(one.n_rows for one in copies)
    padded = aligned_zeros(n_rows, padded_width(dim))
    padded[:n_words, :dim] = matrix
    for one in copies:
        padded[one.first : one.first + 2 * one.n_rows] = np.tile(padded[: one.n_rows], (2, 1))
    return padded


def _counts(corpus: EncodedCorpus) -> Longs1d:
    counts = corpus.vocabulary.counts
    if counts is None:
        return np.bincount(corpus.token_ids, minlength=len(corpus.vocabulary)).astype(np.int64)
    return counts


@contextmanager
def _mapper(threads: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """`map`, in the calling thread or on a pool.

    The kernels let go of the interpreter's lock, so threads are enough. Leaving early, on Ctrl-C or
    an error, drops the blocks not begun and waits for those under way: a few milliseconds.
    """
    if threads == 1:
        yield map
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="skipgram")
    try:
        yield pool.map
    finally:
        pool.shutdown(cancel_futures=True)


def _check(inputs: Floats2d, outputs: Floats2d, corpus: EncodedCorpus) -> None:
    """The kernels trust what they are given, so it is looked at here."""
    n_words = len(corpus.vocabulary)
    if inputs.shape != outputs.shape or len(inputs) != n_words:
        raise ValueError(f"inputs {inputs.shape}, outputs {outputs.shape} for {n_words} words")
    if np.diff(corpus.sentence_offsets).max(initial=0) < 2:
        raise CorpusError(
            "corpus",
            expected="sentences with at least two words of the vocabulary",
            found=f"none in {corpus.n_sentences:,}",
            hint="Give more text, or a vocabulary that knows its words.",
        )
    if not 0 <= corpus.token_ids.min() <= corpus.token_ids.max() < n_words:
        raise ValueError(f"token ids outside the vocabulary of {n_words} words")
