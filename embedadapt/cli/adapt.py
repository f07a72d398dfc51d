from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    ColumnOption,
    CorpusArgument,
    EngineChoice,
    EngineOption,
    FieldOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    SchedulerOption,
    StepsOption,
    TrustPickleOption,
    VectorsArgument,
    WorkersOption,
    one_line_errors,
    opened,
    progress_bar,
    read_from,
    running,
    stdout_console,
)
from embedadapt.core.files import check_not_input


class ModelChoice(StrEnum):
    """The models to train, as an option."""

    skipgram = "skipgram"
    cbow = "cbow"


class ModeChoice(StrEnum):
    """The training modes, as an option."""

    fast = "fast"
    exact = "exact"


class DeviceChoice(StrEnum):
    """Where to train, as an option."""

    cpu = "cpu"
    cuda = "cuda"


@one_line_errors
def adapt(
    vectors: VectorsArgument,
    corpus: CorpusArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="The adapter to write.")],
    min_count: Annotated[
        int, typer.Option(help="Learn an unknown word from this many occurrences on.")
    ] = 5,
    epochs: Annotated[int, typer.Option(help="Passes for the difference.")] = 5,
    columns: Annotated[int, typer.Option(help="Domain columns to train; 0 for none.")] = 100,
    model: Annotated[
        ModelChoice,
        typer.Option(
            help="skipgram: a word with each neighbour. cbow: with the mean of them; faster."
        ),
    ] = ModelChoice.skipgram,
    mode: Annotated[
        ModeChoice,
        typer.Option(
            help="exact: one pair at a time, as word2vec. fast: a window shares its noise words."
        ),
    ] = ModeChoice.exact,
    threads: Annotated[
        int, typer.Option(help="More are faster, but then runs differ slightly.")
    ] = 1,
    deterministic: Annotated[
        bool,
        typer.Option(
            "--deterministic", help="Several threads, and the same bytes for the same number."
        ),
    ] = False,
    device: Annotated[
        DeviceChoice, typer.Option(help="cuda: on an NVIDIA GPU (pip install 'embedadapt[cuda]').")
    ] = DeviceChoice.cpu,
    held_out: Annotated[
        float, typer.Option(help="Share of the documents kept for `evaluate`.")
    ] = 0.1,
    learning_rate: Annotated[float, typer.Option(help="At the start; falls in a line.")] = 0.025,
    patience: Annotated[
        int,
        typer.Option(help="End a training after so many epochs without gain on held-out text."),
    ] = 0,
    phrases: Annotated[
        Path | None,
        typer.Option(
            help="Phrases to learn as one word: a list by `prepare --phrases`, or one a line. "
            "Default: found in the text where the vectors join words (New_York) too, else none."
        ),
    ] = None,
    engine: EngineOption = EngineChoice.here,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    exchanges: Annotated[
        int, typer.Option(help="How often an epoch Dask's workers share what they learned.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Of everything drawn at random.")] = 1,
    checkpoint_every: Annotated[
        float | None,
        typer.Option(
            help="Minutes between two saves of the training under way, to OUTPUT.checkpoint. "
            "The same command goes on from there."
        ),
    ] = None,
    verdict: Annotated[
        bool, typer.Option(help="Judge the adapter on the documents held out.")
    ] = True,
    prepare: StepsOption = "none",
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
    quiet: QuietOption = False,
) -> None:
    """Train an adapter: what your text teaches about its words, kept apart from the vectors.

    Example:  embedadapt adapt glove.6B.50d.txt contracts/ -o legal.adapter
    """
    from embedadapt.adaptation.config import AdaptationConfig
    from embedadapt.report.terminal import show_adaptation, show_verdict
    from embedadapt.text.phrases import load_phrases
    from embedadapt.workflows import adapt as workflow

    config = AdaptationConfig(
        min_count=min_count,
        epochs=epochs,
        columns=columns,
        model=model.value,
        mode=mode.value,
        patience=patience,
        threads=threads,
        deterministic=deterministic,
        device=device.value,
        exchanges=exchanges,
        held_out=held_out,
        prepare=prepare,
        learning_rate=learning_rate,
        seed=seed,
    )
    check_not_input(output, [*corpus, *([phrases] if phrases else [])])
    with running(engine, scheduler, workers) as started, progress_bar(quiet=quiet) as on_progress:
        result = workflow.adapt(
            opened(vectors, trust_pickle, output),
            read_from(corpus, field, column, on_error),
            config,
            phrases=None if phrases is None else load_phrases(phrases),
            output=output,
            checkpoint_every=checkpoint_every,
            judged=verdict,
            engine=started,
            on_progress=on_progress,
        )
    console = stdout_console()
    show_adaptation(result.training, output, console, result.preparation)
    if result.evaluation and result.verdict:
        show_verdict(result.evaluation, result.verdict, console)
