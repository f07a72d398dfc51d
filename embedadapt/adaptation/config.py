"""The settings of an adaptation, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

from embedadapt.text.prepare import PrepareSettings
from embedadapt.training.settings import TrainingSettings


@dataclass(frozen=True)
class AdaptationConfig(TrainingSettings):
    """How an adapter is trained: the settings of a training, epochs being those of the
    difference, and these. The defaults are the ones measured in the project's notes.

    min_count: a word unknown to the base is learned from this many occurrences on (5, as gensim's
        and fastText's). Known words are adapted at any count.
    columns: width of the domain columns; 0 trains none. More of them tell more and take longer: on
        contracts 50, 100 and 200 gave macro-F1 .534, .572 and .596 from 10 labels a class, and kept
        as many neighbours (scripts/bench_adaptation.py --columns, one seed).
    column_epochs: passes for the domain columns, which start from noise and need more.
    context_epochs: passes that fit the context matrix to frozen inputs, where the base has none.
    new_word_rank: where new words stand in the order of frequency, in lengths of the table: they
        are rarer than all that are in it. Below 1 for a table from which frequent words were taken.
    held_out: share of the text kept from training in whole documents, to judge on.
    prepare: steps that prepare the corpus while it is read (text.prepare), with commas; "all", or
        "none". `evaluate` takes them too: they change what is held out.
    """

    min_count: int = 5
    columns: int = 100
    column_epochs: int = 10
    context_epochs: int = 2
    new_word_rank: float = 4.0
    held_out: float = 0.1
    prepare: str = "none"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, least in (
            ("min_count", 1),
            ("columns", 0),
            ("column_epochs", 1),
            ("context_epochs", 1),
        ):
            self.require_from(name, least)
        self.require(0 < self.new_word_rank < inf, "new_word_rank", "a number above 0")
        self.require(0 <= self.held_out <= 0.5, "held_out", "0 to 0.5")
        self.require(
            not self.patience or self.held_out > 0, "patience", "0 where nothing is held out"
        )
        PrepareSettings.of(self.prepare)  # refuses unknown steps

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, as an adapter keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> AdaptationConfig:
        """The settings an adapter was trained with."""
        return cls(**settings)
