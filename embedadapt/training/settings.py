"""The settings of a training: the model, its epochs, and how it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.settings import (
    compose,
    require,
    require_choice,
    require_flag,
    require_number,
    require_whole,
)

Architecture = Literal["skipgram", "cbow"]
Mode = Literal["fast", "exact"]
Device = Literal["cpu", "cuda"]

MOST_SEED = 2**63 - 1
MOST_NEGATIVE = 100
"""A kernel is compiled for each number of noise words: 300 take half a minute, 1,000 are refused by
numba."""


@dataclass(frozen=True)
class ModelSettings:
    """Which word2vec model is trained. Names in gensim and fastText are given where they differ.

    Parameters
    ----------
    architecture : {"skipgram", "cbow"}
        "skipgram" pairs each word with each of its neighbors, "cbow" with their mean (Mikolov et
        al. 2013, arXiv:1301.3781).
    mode : {"exact", "fast"}
        "exact" draws noise words for each pair, as word2vec does. "fast" draws them once for two
        windows (about twice as fast, loss .1 % higher), or once for four windows in CBOW (a
        sixth faster). On the shipped licenses, with .92 of the neighbors kept, "exact" lowers the
        held-out loss by .048 ± .009 nats and "fast" by .001 ± .007 (scripts/bench_modes.py), since
        it moves frequent words more.
    window : int
        Largest number of words on each side of the center word (fastText `ws`). The size of each
        window is drawn at random: a neighbor at distance d is in (window - d + 1) / window of the
        windows.
    negative : int
        Noise words for each pair, from 1 to 100 (fastText `neg`).
    ns_exponent : float
        Noise words are drawn in proportion to count ** ns_exponent.
    subsample : float
        Share of the text above which a word's occurrences are skipped at random; 0 skips none
        (gensim `sample`, fastText `t`).
    learning_rate, min_learning_rate : float
        Learning rates at the first and at the last word; the rate decays linearly (gensim `alpha`
        and `min_alpha`; fastText `lr`, which ends at 0).
    """

    architecture: Architecture = "skipgram"
    mode: Mode = "exact"
    window: int = 5
    negative: int = 5
    ns_exponent: float = 0.75
    subsample: float = 1e-3
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4

    def __post_init__(self) -> None:
        require_choice("architecture", self.architecture, get_args(Architecture))
        require_choice("mode", self.mode, get_args(Mode))
        require_whole("window", self.window, 1)
        require_whole("negative", self.negative, 1, MOST_NEGATIVE)
        require_number("ns_exponent", self.ns_exponent, "a finite number")
        expected = "a share of the text, 0 to below 1"
        require_number("subsample", self.subsample, expected, least=0, below=1)
        require_number("learning_rate", self.learning_rate, "a number above 0", above=0)
        require_number(
            "min_learning_rate",
            self.min_learning_rate,
            f"a number from 0 to learning_rate, {self.learning_rate:g}",
            least=0,
            most=self.learning_rate,
        )

    def rate_at(self, done: float) -> float:
        """Return the learning rate at a point of the training.

        Parameters
        ----------
        done : float
            Share of the words of all epochs that were trained, 0 to 1.

        Returns
        -------
        float
            The rate.
        """
        return self.learning_rate + (self.min_learning_rate - self.learning_rate) * done


@accepts_old_names
@dataclass(frozen=True)
class RunSettings:
    """How a training runs: its device, its threads, its random numbers.

    Parameters
    ----------
    seed : int
        Seed of all random numbers of the training. One seed and one thread give the same bytes on
        the same machine.
    threads : int
        Number of threads of this process. The threads share the matrices without locks (Hogwild,
        Recht et al. 2011, arXiv:1106.5730), so the result differs from run to run.
    deterministic : bool
        Whether each thread has its own copy of the matrices, which are merged after every block.
        The same number of threads then gives the same bytes, at 1.0 to 1.3 times the speed of one
        thread.
    shards : int
        Number of parts of the text that are trained at the same time, each on its own matrices, as
        on several machines; 0 trains the text as a whole. The same number of shards with one thread
        each gives the same bytes.
    sync_rounds : int
        Number of exchanges between the shards per epoch. Each costs as much for a short text as for
        a long one. On 4.2 million words of contracts, from random vectors, in 5 epochs, the loss of
        four shards is .5 % above that of one process with 10 sync rounds and .9 % with 5.
    device : {"cpu", "cuda"}
        "cuda" trains on an NVIDIA GPU (the extra `cuda`) and ignores `threads`. The result differs
        from run to run.
    """

    seed: int = 1
    threads: int = 1
    deterministic: bool = False
    shards: int = 0
    sync_rounds: int = 10
    device: Device = "cpu"

    def __post_init__(self) -> None:
        require_whole("seed", self.seed, 0, MOST_SEED)
        for name, least in (("threads", 1), ("shards", 0), ("sync_rounds", 1)):
            require_whole(name, getattr(self, name), least)
        require_flag("deterministic", self.deterministic)
        require_choice("device", self.device, get_args(Device))
        on_cpu = self.device == "cpu" or not self.deterministic
        require(on_cpu, "deterministic", "the device cpu", self.deterministic)


@dataclass(frozen=True)
class TrainingSettings:
    """Settings of one training.

    Parameters
    ----------
    epochs : int
        Training epochs over the corpus.
    model : ModelSettings
        Which word2vec model is trained.
    run : RunSettings
        How it is trained.
    patience : int
        Epochs without a lower loss on held-out text after which training stops; 0 trains all
        epochs. Off by default, because most of the loss is gained at the end, when the learning
        rate is low: on the shipped licenses, 5 epochs reach a loss of 2.38; 40 epochs reach 2.45,
        or 2.48 if training stops at the first rise.
    """

    epochs: int = 5
    model: ModelSettings = field(default_factory=ModelSettings)
    run: RunSettings = field(default_factory=RunSettings)
    patience: int = 0

    def __post_init__(self) -> None:
        require_whole("epochs", self.epochs, 0)
        require_whole("patience", self.patience, 0)

    @classmethod
    def of(cls, **values: Any) -> TrainingSettings:
        """Return the default settings with some values changed.

        Parameters
        ----------
        **values
            Settings of the training, its model or its run, by name.

        Returns
        -------
        TrainingSettings
            The settings.

        Examples
        --------
        >>> TrainingSettings.of(epochs=2, window=10, threads=2).model.window
        10
        """
        return compose(cls(), values)

    def but(self, **values: Any) -> TrainingSettings:
        """Return these settings with some values changed.

        Parameters
        ----------
        **values
            As in `of`.

        Returns
        -------
        TrainingSettings
            The new settings; these are unchanged.
        """
        return compose(self, values)
