"""The settings of an adaptation: those of its stages, composed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

from embedadapt.core.renamed import accepts_old_names, silent
from embedadapt.core.settings import (
    compose,
    require,
    require_choice,
    require_flag,
    require_number,
    require_whole,
)
from embedadapt.training.settings import (
    MOST_SEED,
    Mode,
    ModelSettings,
    RunSettings,
    TrainingSettings,
)

EPOCHS = 15
"""Of the delta. Words of everyone hardly move (core.specificity), so that more epochs than the 5 of
word2vec cost none of the general space: on contracts 15 with a window of 10 instead of 5 with 5
gave macro-F1 .472 .542 .646 instead of .462 .534 .632 at 5, 10 and 50 labels, at one overlap."""

WINDOW = 10
"""Words on each side of a word that count as its neighbors, for the delta."""

DIMENSION_WINDOW = 20
"""Likewise for the domain dimensions: 20 instead of 10 gave macro-F1 .520 .610 .695 instead of
.503 .597 .684 there."""


@dataclass(frozen=True)
class ReadingSettings:
    """How a corpus is read and divided before anything is trained.

    min_count: a word unknown to the base is learned from this many occurrences on (5, as gensim's
        and fastText's). Known words are adapted at any count.
    held_out: share of the text kept from training in whole documents, to judge on.
    prepare: steps that prepare the corpus while it is read (text.prepare), with commas; "all", or
        "none".
    seed: of the draw of the held-out documents.
    """

    min_count: int = 5
    held_out: float = 0.1
    prepare: str = "none"
    seed: int = 1

    def __post_init__(self) -> None:
        require_whole("min_count", self.min_count, 1)
        require_number("held_out", self.held_out, "0 to 0.5", least=0, most=0.5)
        require(isinstance(self.prepare, str), "prepare", "steps, all, or none", self.prepare)
        if self.prepare != "none":
            from embedadapt.text.prepare import PrepareSettings  # it needs numpy; settings do not

            PrepareSettings.of(self.prepare)  # refuses unknown steps
        require_whole("seed", self.seed, 0, MOST_SEED)


@accepts_old_names
@dataclass(frozen=True)
class AdaptationConfig:
    """How an adapter is trained. The defaults are the ones measured in the project's notes.

    model, run, reading: which model, how it runs, how the text is read.
    epochs: passes over the text for the delta.
    dimensions: width of the domain dimensions, which the layout `concat` uses; 0 trains none. More
        of them learn more and take longer: on contracts 50, 100 and 200 gave macro-F1 .534, .572
        and .596 from 10 labels a class, and kept as many neighbors (one seed, an earlier version).
    dimension_epochs: passes for the domain dimensions. None for as many as `epochs`, or 15 where
        `epochs` is 0.
    dimension_window: words on each side that count as neighbors there: the more, the better the
        dimensions tell what a text is about.
    dimension_mode: mode of the domain dimensions' training. "fast" by default: there is no general
        space in them to lose.
    context_epochs: passes that fit the context matrix to frozen inputs, where the base has none.
    patience: as in `TrainingSettings`, for each of these trainings.
    record: keep in the adapter a record of salted hashes, by which `evaluate` recognizes the text
        that it was trained on.
    """

    model: ModelSettings = field(default_factory=lambda: ModelSettings(window=WINDOW))
    run: RunSettings = field(default_factory=RunSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    epochs: int = EPOCHS
    dimensions: int = 100
    dimension_epochs: int | None = None
    dimension_window: int = DIMENSION_WINDOW
    dimension_mode: Mode = "fast"
    context_epochs: int = 2
    patience: int = 0
    record: bool = True

    def __post_init__(self) -> None:
        for name, kind in (
            ("model", ModelSettings),
            ("run", RunSettings),
            ("reading", ReadingSettings),
        ):
            given = getattr(self, name)
            require(isinstance(given, kind), name, f"{kind.__name__}(...)", given)
        for name, least in (
            ("epochs", 0),
            ("dimensions", 0),
            ("context_epochs", 1),
            ("patience", 0),
        ):
            require_whole(name, getattr(self, name), least)
        if self.dimension_epochs is not None:
            require_whole("dimension_epochs", self.dimension_epochs, 1)
        require_whole("dimension_window", self.dimension_window, 1)
        require_choice("dimension_mode", self.dimension_mode, get_args(Mode))
        require_flag("record", self.record)
        judged = not self.patience or self.reading.held_out > 0
        require(judged, "patience", "0 where nothing is held out", self.patience)

    @property
    def delta_training(self) -> TrainingSettings:
        """The training of the delta."""
        return TrainingSettings(self.epochs, self.model, self.run, self.patience)

    @property
    def context_training(self) -> TrainingSettings:
        """The training that fits a context matrix to frozen inputs."""
        return TrainingSettings(self.context_epochs, self.model, self.run, self.patience)

    @property
    def dimension_training(self) -> TrainingSettings:
        """The training of the domain dimensions."""
        epochs = self.dimension_epochs or self.epochs or EPOCHS
        trained = TrainingSettings(epochs, self.model, self.run, self.patience)
        return trained.but(mode=self.dimension_mode, window=self.dimension_window)

    @classmethod
    def of(cls, **values: Any) -> AdaptationConfig:
        """The defaults with other values, by their own names.

        `seed` is that of the training and of the held-out documents.

        >>> config = AdaptationConfig.of(epochs=3, window=10, held_out=0.2)
        >>> config.model.window, config.reading.held_out
        (10, 0.2)
        """
        return compose(cls(), values)

    def but(self, **values: Any) -> AdaptationConfig:
        """These settings with other values, by their own names."""
        return compose(self, values)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, as an adapter keeps it: the settings of a stage as a mapping of their own."""
        return asdict(self)

    @classmethod
    def from_dict(
        cls, settings: Mapping[str, Any], say: Callable[[str], None] = silent
    ) -> AdaptationConfig:
        """The settings of an adapter or a file; also those of adapters before 0.2, which were flat.

        say: takes one line for each setting that is given by a name of release 0.1.

        Raises SettingsError for an unknown setting, or a value outside its range.
        """
        values = dict(settings)
        values.pop("new_word_rank", None)  # of releases that gave new words the trend of rare ones
        if isinstance(values.get("model"), str):
            values["architecture"] = values.pop("model")
        return compose(cls(), values, say)
