from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.cli.console import (
    check_order,
    one_line_errors,
    opened,
    print_json,
    read_from,
    running,
    say_renamed,
    stdout_console,
)
from embedadapt.cli.language import language_of
from embedadapt.cli.options import (
    EXTRA_FOR_FREQUENCIES,
    GATE,
    OUTPUT,
    READING,
    ColumnOption,
    CorpusArgument,
    EngineChoice,
    EngineOption,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    SchedulerOption,
    SegmenterOption,
    TableOption,
    TrustPickleOption,
    VectorsArgument,
    WorkersOption,
)
from embedadapt.cli.pieces import saved_with_adapter, whole_words
from embedadapt.cli.progress import progress_bar
from embedadapt.cli.training_options import (
    BOTH,
    DEFAULT,
    ContextEpochsOption,
    DeterministicOption,
    DeviceOption,
    DimensionEpochsOption,
    DimensionModeOption,
    DimensionsOption,
    DimensionWindowOption,
    EpochsOption,
    HeldOutOption,
    LearningRateOption,
    MinCountOption,
    ModelOption,
    ModeOption,
    NegativeOption,
    PatienceOption,
    PrepareOption,
    RecordOption,
    SeedOption,
    SubsampleOption,
    SyncRoundsOption,
    ThreadsOption,
    WindowOption,
)
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input


@contextmanager
def in_file(path: Path) -> Iterator[None]:
    """Names the file in what is wrong with a setting."""
    try:
        yield
    except SettingsError as error:
        where = f"{path}, {error.where}"
        raise SettingsError(
            where, expected=error.expected, found=error.found, hint=error.hint
        ) from None


@one_line_errors
def adapt(
    vectors: VectorsArgument,
    corpus: CorpusArgument,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="ADAPTER",
            help="Adapter file to write.",
            rich_help_panel=OUTPUT,
        ),
    ],
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="TOML",
            help="File with settings, in the form that `embedadapt adapter settings` prints. "
            "Options on the command line take precedence over the file. Default: none.",
            rich_help_panel=BOTH,
        ),
    ] = None,
    epochs: EpochsOption = None,
    mode: ModeOption = None,
    window: WindowOption = None,
    context_epochs: ContextEpochsOption = None,
    dimensions: DimensionsOption = None,
    dimension_epochs: DimensionEpochsOption = None,
    dimension_window: DimensionWindowOption = None,
    dimension_mode: DimensionModeOption = None,
    model: ModelOption = None,
    negative: NegativeOption = None,
    subsample: SubsampleOption = None,
    learning_rate: LearningRateOption = None,
    patience: PatienceOption = None,
    seed: SeedOption = None,
    min_count: MinCountOption = None,
    held_out: HeldOutOption = None,
    prepare: PrepareOption = None,
    record: RecordOption = None,
    general: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="TEXT",
            help="General text in the language of the vectors. Word frequencies in general text "
            "determine how specific each word is to the domain. Contexts in general text "
            "improve the vectors of new words. Repeat the option for several paths. Default: "
            "general frequencies are estimated from the order of the vectors, if that is by "
            "frequency.",
            rich_help_panel=READING,
        ),
    ] = None,
    frequencies: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Language code of a frequency list of general text, such as en or fr. "
            "The list determines how specific each word is to the domain. Use it for vectors that "
            f"are not in order of frequency. {EXTRA_FOR_FREQUENCIES} Default: none.",
            rich_help_panel=READING,
        ),
    ] = None,
    phrases: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File of phrases, each of which is learned as one word: the list that `prepare "
            "--phrases` writes, or one phrase per line. Default: if the vectors have joined "
            "words such as New_York, the command searches the text for phrases; otherwise it "
            "learns none.",
            rich_help_panel=READING,
        ),
    ] = None,
    glossary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Terms with their definitions, one per line, separated by a tab (in .csv files "
            "by a comma). For a term that is a new word, the definition is used as one more "
            "context. Definitions in the text itself are used in the same way. Default: "
            "none.",
            rich_help_panel=READING,
        ),
    ] = None,
    field: FieldOption = "text",
    column: ColumnOption = None,
    table: TableOption = None,
    segmenter: SegmenterOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
    threads: ThreadsOption = None,
    deterministic: DeterministicOption = None,
    device: DeviceOption = None,
    engine: EngineOption = EngineChoice.here,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    sync_rounds: SyncRoundsOption = None,
    verdict: Annotated[
        bool,
        typer.Option(
            help="Judge the adapter on the held-out documents and print what it gains and costs.",
            rich_help_panel=GATE,
        ),
    ] = True,
    require_gain: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="NATS",
            help="Exit with status 3 unless the verdict is to adapt and the held-out loss falls by "
            "at least this many nats per pair. The adapter is written in either case. Default: no "
            "such gate.",
            rich_help_panel=GATE,
        ),
    ] = None,
    checkpoint_every: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            help="Minutes between saves of the running training to the folder ADAPTER.checkpoint. "
            "After an interruption, the same command resumes from the last save. Default: "
            "never.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    text_license: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="License of the text, such as cc-by-4.0. The adapter stores this license, and "
            "the model cards of its exports name it. Default: not stated.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Train an adapter on the text of your domain.

    The adapter is a separate file; the vectors do not change. A share of the documents is held out
    from training. On these documents, the command measures whether the adapted vectors are worth
    using.

    Example:  embedadapt adapt glove.6B.50d.txt contracts/ -o legal.adapter
    """
    from embedadapt.formats.settings_file import load_settings
    from embedadapt.report.terminal import show_adaptation, show_verdict
    from embedadapt.text.phrases import load_phrases
    from embedadapt.workflows import adapt as workflow
    from embedadapt.workflows.compiled_beside import compiling_beside

    given = {
        "min_count": min_count,
        "held_out": held_out,
        "prepare": prepare,
        "segmenter": segmenter and segmenter.value,
        "epochs": epochs,
        "dimensions": dimensions,
        "dimension_epochs": dimension_epochs,
        "dimension_window": dimension_window,
        "dimension_mode": dimension_mode,
        "context_epochs": context_epochs,
        "architecture": model,
        "mode": mode,
        "window": window,
        "negative": negative,
        "subsample": subsample,
        "learning_rate": learning_rate,
        "patience": patience,
        "record": record,
        "threads": threads,
        "deterministic": deterministic,
        "device": device,
        "sync_rounds": sync_rounds,
        "seed": seed,
    }
    settings = DEFAULT
    if config is not None:
        with in_file(config):
            settings = AdaptationConfig.from_dict(load_settings(config), say_renamed)
    settings = settings.but(**{name: value for name, value in given.items() if value is not None})
    check_order("adapt", VECTORS=vectors, CORPUS=corpus)
    if require_gain is not None and not (verdict and settings.reading.held_out):
        raise SettingsError("--require-gain", expected="a verdict on held-out text", found="none")
    check_not_input(
        output, [*corpus, *(path for path in (phrases, config, glossary, *(general or [])) if path)]
    )
    text = read_from(corpus, field, column, on_error, table=table)
    words = whole_words(vectors, text, output, frequencies, settings)
    with (
        saved_with_adapter(words),
        running(engine, scheduler, workers) as started,
        progress_bar(quiet=quiet) as on_progress,
        compiling_beside("adapt", settings.to_dict()),
    ):
        result = workflow.adapt(
            opened(vectors, trust_pickle, output) if words is None else words,
            text,
            settings,
            phrases=None if phrases is None else load_phrases(phrases),
            general=general or None,
            frequencies=frequencies,
            glossary=glossary,
            output=output,
            text_license=text_license,
            checkpoint_every=checkpoint_every,
            evaluate=verdict,
            engine=started,
            on_progress=on_progress,
        )
    if as_json:
        print_json(result.to_dict())
    else:
        console = stdout_console()
        for term, why in result.adapter.scores.get("unused_terms", {}).items():
            line = f"The definition of {term} in {glossary} is not used: {why}."
            console.print(line, markup=False)
        show_adaptation(result.training, output, console, result.preparation)
        if result.evaluation and result.verdict:
            show_verdict(
                result.evaluation,
                result.verdict,
                console,
                vectors=vectors if words is None else words.provenance.path,
                adapter=str(output),
                lang=language_of([result.adapter.vocabulary]) or "LANG",
            )
    if require_gain is not None and result.gain < require_gain:
        gained = f"a gain of {result.gain:.3f}" if result.gain >= 0 else "no gain"
        typer.echo(f"embedadapt: --require-gain {require_gain:g}: found {gained}.", err=True)
        raise typer.Exit(3)
