"""The settings of an adaptation, composed of those of its stages."""

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
"""Training epochs of the delta. General words hardly move (core.specificity), so that more epochs
than word2vec's 5 cost none of the general space: on contracts 15 epochs with a window of 10,
instead of 5 with 5, gave macro-F1 .472 .542 .646 instead of .462 .534 .632 at 5, 10 and 50 labels,
at one overlap."""

WINDOW = 10
"""Words on each side of a word that count as its neighbors in the training of the delta."""

DIMENSION_WINDOW = 20
"""The same for the domain dimensions: 20 instead of 10 gave macro-F1 .520 .610 .695 instead of .503
.597 .684 on the same text."""


@dataclass(frozen=True)
class ReadingSettings:
    """How a corpus is read and divided before training.

    Parameters
    ----------
    min_count : int
        How often an unknown word must occur before it gets a vector (5, as in gensim and
        fastText). Known words are adapted at any count.
    held_out : float
        Share of the text that is held out from training for the evaluation, in whole documents; 0
        to 0.5.
    prepare : str
        Steps that prepare the corpus (`PrepareSettings`), separated by commas; "all", or "none".
    seed : int
        Seed of the draw of held-out documents.
    segmenter : {"none", "words", "jieba", "fugashi", "pythainlp"}
        What splits text that is written without spaces into words, "words" by those of the base.
        `evaluate` splits its text in the same way.
    """

    min_count: int = 5
    held_out: float = 0.1
    prepare: str = "none"
    seed: int = 1
    segmenter: str = "none"

    def __post_init__(self) -> None:
        require_whole("min_count", self.min_count, 1)
        require_number("held_out", self.held_out, "0 to 0.5", least=0, most=0.5)
        require(isinstance(self.prepare, str), "prepare", "steps, all, or none", self.prepare)
        if self.prepare != "none":
            from embedadapt.text.prepare import PrepareSettings  # it needs numpy; settings do not

            PrepareSettings.of(self.prepare)  # refuses unknown steps
        require_whole("seed", self.seed, 0, MOST_SEED)
        known = ("none", "words", "jieba", "fugashi", "pythainlp")
        require(self.segmenter in known, "segmenter", ", ".join(known), self.segmenter)


@accepts_old_names
@dataclass(frozen=True)
class AdaptationConfig:
    """Settings of an adaptation.

    `AdaptationConfig.of` and `but` take the settings of all stages by name.

    Parameters
    ----------
    model : ModelSettings
        Which word2vec model is trained.
    run : RunSettings
        How it is trained: seed, threads, shards, device.
    reading : ReadingSettings
        How the text is read and divided.
    epochs : int
        Training epochs of the delta.
    dimensions : int
        Number of domain dimensions, which the layout "concat" uses; 0 trains none. More dimensions
        learn more and take longer: on contracts, 50, 100 and 200 dimensions reached a macro-F1 of
        .534, .572 and .596 with 10 labels per class, at the same neighbor overlap (one seed, an
        earlier version).
    dimension_epochs : int, optional
        Training epochs of the domain dimensions. Default: the same number as `epochs`, or 15 if
        `epochs` is 0.
    dimension_window : int
        Words on each side that count as neighbors when domain dimensions are trained. With a wider
        window, the dimensions distinguish topics better.
    dimension_mode : {"fast", "exact"}
        `ModelSettings.mode` of the domain dimensions. The default is "fast", since the domain
        dimensions have no general knowledge to lose.
    context_epochs : int
        Epochs in which a context matrix is fitted to the frozen base, if the base has none.
    patience : int
        As in `TrainingSettings`, for each of these trainings.
    record : bool
        Whether the adapter has a record of salted hashes, by which `evaluate` recognizes the
        training text.

    Raises
    ------
    SettingsError
        A setting is out of range.

    Examples
    --------
    >>> config = AdaptationConfig.of(epochs=3, window=10, held_out=0.2)
    >>> config.model.window, config.reading.held_out
    (10, 0.2)
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
        """Settings of the training of the delta."""
        return TrainingSettings(self.epochs, self.model, self.run, self.patience)

    @property
    def context_training(self) -> TrainingSettings:
        """Settings of the training that fits a context matrix to the frozen base."""
        return TrainingSettings(self.context_epochs, self.model, self.run, self.patience)

    @property
    def dimension_training(self) -> TrainingSettings:
        """Settings of the training of the domain dimensions."""
        epochs = self.dimension_epochs or self.epochs or EPOCHS
        trained = TrainingSettings(epochs, self.model, self.run, self.patience)
        return trained.but(mode=self.dimension_mode, window=self.dimension_window)

    @classmethod
    def of(cls, **values: Any) -> AdaptationConfig:
        """Return the default settings with some values changed.

        Parameters
        ----------
        **values
            Settings of any stage by name. `seed` is the seed of the training and of the draw of
            held-out documents.

        Returns
        -------
        AdaptationConfig
            The settings.

        Raises
        ------
        SettingsError
            A setting is unknown or out of range.
        """
        return compose(cls(), values)

    def but(self, **values: Any) -> AdaptationConfig:
        """Return these settings with some values changed.

        Parameters
        ----------
        **values
            As in `of`.

        Returns
        -------
        AdaptationConfig
            The new settings; these are unchanged.

        Raises
        ------
        SettingsError
            A setting is unknown or out of range.
        """
        return compose(self, values)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as a mapping that `from_dict` reads.

        Returns
        -------
        dict
            JSON-ready, with one mapping for each stage.
        """
        return asdict(self)

    @classmethod
    def from_dict(
        cls, settings: Mapping[str, Any], say: Callable[[str], None] = silent
    ) -> AdaptationConfig:
        """Make settings from the mapping that an adapter or a file holds.

        Parameters
        ----------
        settings : mapping
            Settings by name, grouped by stage or flat, as in adapters before 0.2.
        say : callable
            Called with one line for each setting that has a name of release 0.1.

        Returns
        -------
        AdaptationConfig
            The settings.

        Raises
        ------
        SettingsError
            A setting is unknown or out of range.
        """
        values = dict(settings)
        values.pop("new_word_rank", None)  # of releases that gave new words the trend of rare ones
        if isinstance(values.get("model"), str):
            values["architecture"] = values.pop("model")
        return compose(cls(), values, say)
