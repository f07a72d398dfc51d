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
        "Share of the text, from 0 to 0.5, that is kept from training in whole documents and used "
        "to judge the adapter. 0 gives no verdict.",
        TEXT.held_out,
        "SHARE",
    ),
]
PrepareOption: TypeAlias = Annotated[str | None, setting(READING, STEPS, TEXT.prepare, "STEPS")]
EpochsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DELTA,
        "Epochs over the text in which the delta, the change of the base's vectors, is trained. 0 "
        "trains none, so that the adapter only adds new words.",
        DEFAULT.epochs,
    ),
]
ModelOption: TypeAlias = Annotated[
    Architecture | None,
    setting(
        BOTH,
        "Model of word2vec: skipgram predicts each neighbor from a word, cbow predicts a word from "
        "the mean of its neighbors.",
        MODEL.architecture,
        None,
    ),
]
ModeOption: TypeAlias = Annotated[
    Mode | None,
    setting(
        DELTA,
        "How the delta is trained: exact draws noise words for each pair, as word2vec does; fast "
        "shares them within a window, which is quicker.",
        MODEL.mode,
        None,
    ),
]
WindowOption: TypeAlias = Annotated[
    int | None,
    setting(DELTA, "Words on each side that count as a word's neighbors.", MODEL.window),
]
ContextEpochsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DELTA,
        "Epochs that fit a context matrix to the base before the delta is trained. They are "
        "skipped for a file that has a context matrix (fastText .bin, some files of gensim).",
        DEFAULT.context_epochs,
    ),
]
DimensionsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DIMENSIONS,
        "Number of domain dimensions, which are trained on the text alone and go beside the "
        "base's in the layout concat. 0 trains none, so that concat cannot be used.",
        DEFAULT.dimensions,
    ),
]
DimensionEpochsOption: TypeAlias = Annotated[
    int | None,
    setting(
        DIMENSIONS,
        "Epochs over the text in which the domain dimensions are trained.",
        "as --epochs",
    ),
]
DimensionWindowOption: TypeAlias = Annotated[
    int | None,
    setting(
        DIMENSIONS,
        "Words on each side that count as a word's neighbors when the domain dimensions are "
        "trained.",
        DEFAULT.dimension_window,
    ),
]
DimensionModeOption: TypeAlias = Annotated[
    Mode | None,
    setting(
        DIMENSIONS,
        "How the domain dimensions are trained: exact draws noise words for each pair, fast shares "
        "them within a window.",
        DEFAULT.dimension_mode,
        None,
    ),
]
NegativeOption: TypeAlias = Annotated[
    int | None,
    setting(BOTH, "Noise words that are drawn for each pair, at least 1.", MODEL.negative),
]
SubsampleOption: TypeAlias = Annotated[
    float | None,
    setting(
        BOTH,
        "Share of the tokens above which a word counts as very frequent, so that some of its "
        "occurrences are skipped. 0 skips none.",
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
        "Stop a training after this many epochs in which the loss on held-out text did not fall. 0 "
        "trains all epochs.",
        DEFAULT.patience,
    ),
]
SeedOption: TypeAlias = Annotated[
    int | None,
    setting(
        BOTH,
        "Seed of the random number generator, which also draws the held-out documents.",
        RUN.seed,
    ),
]
RecordOption: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--record/--no-record",
        help="Store salted hashes of the text in the adapter. By them `evaluate` recognizes the "
        "documents that were trained on.",
        show_default="record",
        rich_help_panel=READING,
    ),
]
ThreadsOption: TypeAlias = Annotated[
    int | None,
    setting(
        PARALLEL,
        "Number of training threads. With more than one, results differ slightly from run to run.",
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
        "Sync rounds per epoch, in which the workers of `--engine dask` share what they learned.",
        RUN.sync_rounds,
    ),
]
