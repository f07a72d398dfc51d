"""The settings of `adapt` as options: None where it is not given, so that `--config` may set it."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import typer

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.cli.options import EXTRA_FOR_GPU, PARALLEL, READING, STEPS
from embedadapt.training.settings import Architecture, Device, Mode

DEFAULT = AdaptationConfig()
MODEL, RUN, TEXT = DEFAULT.model, DEFAULT.run, DEFAULT.reading

DELTA = "Training of the delta"
DIMENSIONS = "Training of the domain dimensions (layout concat)"
BOTH = "Training"


def setting(panel: str, help: str, default: object, metavar: str | None = "N") -> Any:
    return typer.Option(
        help=help, show_default=str(default), metavar=metavar, rich_help_panel=panel
    )


MinCountOption: TypeAlias = Annotated[
    int | None,
    setting(
        READING,
        "Learn a new word only if the text uses it at least this often. Known words are adapted at "
        "any count.",
        TEXT.min_count,
    ),
]
HeldOutOption: TypeAlias = Annotated[
    float | None,
    setting(
        READING,
        "Share of the text that is held out from training to evaluate the adapter, from 0 to 0.5, "
        "in whole documents. With 0 there is no verdict.",
        TEXT.held_out,
        "SHARE",
    ),
]
PrepareOption: TypeAlias = Annotated[str | None, setting(READING, STEPS, TEXT.prepare, "STEPS")]
EpochsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DELTA,
        "Training epochs of the delta, which is the change of the base's vectors. With 0, the "
        "adapter only adds new words.",
        DEFAULT.epochs,
    ),
]
ModelOption: TypeAlias = Annotated[
    Architecture | None,
    setting(
        BOTH,
        "Model of word2vec. With skipgram, each neighbor is predicted from a word; with cbow, a "
        "word is predicted from the mean of its neighbors.",
        MODEL.architecture,
        None,
    ),
]
ModeOption: TypeAlias = Annotated[
    Mode | None,
    setting(
        DELTA,
        "Training mode of the delta. With exact, noise words are drawn for each pair, as in "
        "word2vec; with fast, they are drawn once per window, which takes less time.",
        MODEL.mode,
        None,
    ),
]
WindowOption: TypeAlias = Annotated[
    int | None,
    setting(
        DELTA,
        "Window size of the delta: number of words on each side that count as a word's neighbors.",
        MODEL.window,
    ),
]
ContextEpochsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DELTA,
        "Epochs in which a context matrix is fitted to the base, before the delta is trained. "
        "Vectors with a context matrix of their own (fastText .bin, some gensim files) need none.",
        DEFAULT.context_epochs,
    ),
]
DimensionsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DIMENSIONS,
        "Number of domain dimensions. Domain dimensions are trained on the text alone; the layout "
        "concat appends them to the base's dimensions. With 0, concat cannot be used.",
        DEFAULT.dimensions,
    ),
]
DimensionEpochsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DIMENSIONS,
        "Training epochs of the domain dimensions.",
        "as --epochs",
    ),
]
DimensionWindowOption: TypeAlias = Annotated[
    int | None,
    setting(
        DIMENSIONS,
        "Window size of the domain dimensions: number of words on each side that count as a "
        "word's neighbors.",
        DEFAULT.dimension_window,
    ),
]
DimensionModeOption: TypeAlias = Annotated[
    Mode | None,
    setting(
        DIMENSIONS,
        "Training mode of the domain dimensions. With exact, noise words are drawn for each pair; "
        "with fast, once per window, which takes less time.",
        DEFAULT.dimension_mode,
        None,
    ),
]
NegativeOption: TypeAlias = Annotated[
    int | None,
    setting(BOTH, "Number of noise words per pair, from 1 to 100.", MODEL.negative),
]
SubsampleOption: TypeAlias = Annotated[
    float | None,
    setting(
        BOTH,
        "Share of the tokens above which a word counts as very frequent. Some occurrences of very "
        "frequent words are skipped at random; 0 skips none.",
        MODEL.subsample,
        "SHARE",
    ),
]
LearningRateOption: TypeAlias = Annotated[
    float | None,
    setting(
        BOTH,
        f"Initial learning rate; it decays linearly to {MODEL.min_learning_rate:g}.",
        MODEL.learning_rate,
        "RATE",
    ),
]
PatienceOption: TypeAlias = Annotated[
    int | None,
    setting(
        BOTH,
        "Stop a training after this many epochs without a lower loss on held-out text. 0 trains "
        "all epochs.",
        DEFAULT.patience,
    ),
]
SeedOption: TypeAlias = Annotated[
    int | None,
    setting(
        BOTH,
        "Seed of all random numbers, including the draw of the held-out documents.",
        RUN.seed,
    ),
]
RecordOption: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--record/--no-record",
        help="Store salted hashes of the text in the adapter. `evaluate` uses these hashes to "
        "recognize the training documents.",
        show_default="record",
        rich_help_panel=READING,
    ),
]
ThreadsOption: TypeAlias = Annotated[
    int | None,
    setting(
        PARALLEL,
        "Number of training threads. With more than one thread, results differ slightly from run "
        "to run.",
        RUN.threads,
    ),
]
DeterministicOption: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--deterministic",
        help="Write the same bytes in every run with the same number of threads. Default: off, "
        "which is faster.",
        rich_help_panel=PARALLEL,
    ),
]
DeviceOption: TypeAlias = Annotated[
    Device | None,
    setting(
        PARALLEL,
        f"Device to train on: the processor (cpu) or an NVIDIA GPU (cuda). {EXTRA_FOR_GPU}",
        RUN.device,
        None,
    ),
]
SyncRoundsOption: TypeAlias = Annotated[
    int | None,
    setting(
        PARALLEL,
        "Number of sync rounds per epoch. In a sync round, the workers of `--engine dask` "
        "exchange what they learned.",
        RUN.sync_rounds,
    ),
]
