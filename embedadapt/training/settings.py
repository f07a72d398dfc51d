"""The settings of a training, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal, get_args

from embedadapt.core.errors import SettingsError

Model = Literal["skipgram", "cbow"]
Mode = Literal["fast", "exact"]
Device = Literal["cpu", "cuda"]


@dataclass(frozen=True)
class TrainingSettings:
    """How to train. The names of gensim and fastText are given where they differ.

    epochs: passes over the corpus.
    model: "skipgram" pairs each word with each of its neighbours; "cbow" with the mean of them
        (Mikolov et al. 2013, arXiv:1301.3781).
    mode: "exact" draws the noise words of each pair, as word2vec does; "fast" shares them within
        two windows (two to three times as fast, the loss .1 % higher), or in CBOW within four (a
        sixth faster). On the shipped licences "exact" keeps 1 to 2 points more of the neighbours
        for the same gain (scripts/bench_modes.py), and moves frequent words less.
    window: words on each side of the centre, at most: each window is shrunk at random, so that a
        neighbour at distance d counts in (window - d + 1) / window of them (fastText `ws`).
    negative: noise words for each pair, at least 1 (fastText `neg`).
    ns_exponent: noise words are drawn by count ** ns_exponent.
    subsample: share of the text above which a word's occurrences are thinned out (gensim `sample`,
        fastText `t`); 0 keeps all.
    learning_rate, min_learning_rate: at the first word and at the last, a straight line between
        (gensim `alpha`, `min_alpha`; fastText `lr`, which ends at 0).
    threads: more than one share the matrices without locks (Hogwild, Recht et al. 2011,
        arXiv:1106.5730): the result then differs from run to run.
    patience: epochs without a smaller loss on held-out text after which a training ends; 0 trains
        them all. Off, for the loss falls most at the end, as the rate does: on the shipped licences
        it comes to 2.38 in 5 epochs; 40 come to 2.45, and to 2.48 where they end at the first rise.
    seed: of everything drawn at random. One seed and one thread give the same bytes on a machine.
    deterministic: several threads, each on replicas of the matrices that are merged after every
        block: the same bytes for the same number of threads, at 1.0 to 1.3 times the speed of one.
    shards: more than 0 cuts the text into so many parts, trained at one time, each on matrices of
        its own: what several machines do. The same bytes for the same number, with one thread each.
    exchanges: how often an epoch the shards share what they gained. The loss depends on how often
        in all: four shards end 3 % above one process after 25 exchanges, at its loss after 50, and
        below it after 100 (the licences, from noise).
    device: "cuda" trains on an NVIDIA GPU (`pip install embedadapt[cuda]`), with as many writers as
        the vocabulary bears whatever `threads` says: the result differs from run to run.
    """

    epochs: int = 5
    model: Model = "skipgram"
    mode: Mode = "exact"
    window: int = 5
    negative: int = 5
    ns_exponent: float = 0.75
    subsample: float = 1e-3
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    threads: int = 1
    deterministic: bool = False
    patience: int = 0
    seed: int = 1
    shards: int = 0
    exchanges: int = 20
    device: Device = "cpu"

    def __post_init__(self) -> None:
        self.require_from("epochs", 0)
        self.require_from("patience", 0)
        self.require_from("shards", 0)
        for name in ("window", "negative", "threads", "exchanges"):
            self.require_from(name, 1)
        self.require(0 <= self.subsample < 1, "subsample", "a share of the text, 0 to below 1")
        self.require(0 < self.learning_rate < inf, "learning_rate", "a number above 0")
        self.require(
            0 <= self.min_learning_rate <= self.learning_rate,
            "min_learning_rate",
            f"a number from 0 to learning_rate, {self.learning_rate:g}",
        )
        self.require(isfinite(self.ns_exponent), "ns_exponent", "a finite number")
        self.require(self.model in get_args(Model), "model", "skipgram or cbow")
        self.require(self.mode in get_args(Mode), "mode", "fast or exact")
        self.require_from("seed", 0)
        self.require(self.device in get_args(Device), "device", "cpu or cuda")
        self.require(
            self.device == "cpu" or not self.deterministic, "deterministic", "the device cpu"
        )

    def rate_at(self, done: float) -> float:
        """The learning rate when this share of the words of all epochs is done."""
        return self.learning_rate + (self.min_learning_rate - self.learning_rate) * done

    def require(self, condition: bool, name: str, expected: str) -> None:
        """Raises SettingsError for the setting `name` unless the condition holds."""
        if not condition:
            raise SettingsError(name, expected=expected, found=repr(getattr(self, name)))

    def require_from(self, name: str, least: int) -> None:
        """Raises SettingsError unless the setting `name` is at least that."""
        self.require(getattr(self, name) >= least, name, f"a whole number from {least} up")
