"""The settings of an adaptation, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from embedadapt.core.errors import SettingsError
from embedadapt.training.skipgram import Mode, SkipGramSettings


@dataclass(frozen=True)
class AdaptationConfig:
    """How an adapter is trained. The defaults are the ones measured in the project's notes.

    min_count: a word unknown to the base is learned from this many occurrences on (5, as gensim's
        and fastText's). Known words are adapted at any count.
    epochs: passes over the corpus for the difference. 5, as in word2vec: more forgets more.
    columns: width of the domain columns; 0 trains none.
    column_epochs: passes for the domain columns, which start from noise and need more.
    context_epochs: passes that fit the context matrix to frozen inputs, where the base has none.
    window: words on each side, at most (each window is shrunk at random, as in word2vec).
    negative: noise words per pair (`exact`) or per window (`fast`).
    ns_exponent: noise is drawn by count ** ns_exponent.
    subsample: frequent words are skipped at random from this share of the corpus on (gensim's
        `sample`, fastText's `t`).
    learning_rate: at the start, falling in a line to min_learning_rate (gensim's `alpha`,
        fastText's `lr`).
    mode: "exact" draws the negatives of each pair; "fast" shares them within a window, at two to
        three times the speed. On the shipped licences `exact` keeps 1 to 2 points more of the
        neighbours for the same gain (scripts/bench_modes.py), and `fast` moves frequent words more.
    threads: above 1, runs are no longer the same to the byte.
    held_out: share of the documents kept from training, to judge on.
    seed: of everything drawn at random.
    """

    min_count: int = 5
    epochs: int = 5
    columns: int = 100
    column_epochs: int = 10
    context_epochs: int = 2
    window: int = 5
    negative: int = 5
    ns_exponent: float = 0.75
    subsample: float = 1e-3
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    mode: Mode = "exact"
    threads: int = 1
    held_out: float = 0.1
    seed: int = 1

    def __post_init__(self) -> None:
        for name, least in (
            ("min_count", 1),
            ("epochs", 0),
            ("columns", 0),
            ("column_epochs", 1),
            ("context_epochs", 1),
        ):
            if getattr(self, name) < least:
                raise SettingsError(
                    name, expected=f"a whole number from {least} up", found=str(getattr(self, name))
                )
        if not 0 <= self.held_out <= 0.5:
            raise SettingsError("held_out", expected="0 to 0.5", found=str(self.held_out))
        self.skipgram(self.epochs or 1)  # checks the rest

    def skipgram(self, epochs: int) -> SkipGramSettings:
        """The trainer's part of these settings."""
        return SkipGramSettings(
            epochs=epochs,
            window=self.window,
            negative=self.negative,
            ns_exponent=self.ns_exponent,
            subsample=self.subsample,
            learning_rate=self.learning_rate,
            min_learning_rate=self.min_learning_rate,
            mode=self.mode,
            threads=self.threads,
            seed=self.seed,
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, as an adapter keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> AdaptationConfig:
        """The settings an adapter was trained with."""
        return cls(**settings)
