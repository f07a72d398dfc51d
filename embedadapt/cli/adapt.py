from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.cli.console import (
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
    TrustPickleOption,
    VectorsArgument,
    WorkersOption,
    check_order,
    one_line_errors,
    opened,
    print_json,
    progress_bar,
    read_from,
    running,
    say_renamed,
    stdout_console,
)
from embedadapt.cli.pieces import whole_words
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input
from embedadapt.training.settings import Architecture, Device, Mode

DEFAULT = AdaptationConfig()
MODEL, RUN, READING = DEFAULT.model, DEFAULT.run, DEFAULT.reading

FUNCTION_WORDS_SEEN = 500
"""Most frequent words of an adapter by which its language is found."""


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


def setting(help: str, default: object, *names: str) -> Any:
    """An option for a setting: None where it is not given, so that `--config` may say it."""
    return typer.Option(*names, help=help, show_default=str(default))


@one_line_errors
def adapt(
    vectors: VectorsArgument,
    corpus: CorpusArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="Adapter file to write.")],
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="TOML",
            help="File with settings, as `embedadapt adapter settings` prints those of an adapter. "
            "Options on the command line win over it.",
        ),
    ] = None,
    min_count: Annotated[
        int | None,
        setting("Occurrences from which an unknown word is learned.", READING.min_count),
    ] = None,
    held_out: Annotated[
        float | None,
        setting("Share of the text that is not trained on, but judged on.", READING.held_out),
    ] = None,
    prepare: Annotated[
        str | None,
        setting(
            "Steps that clean the text while it is read, separated by commas: repair, pages, "
            "rejoin, foreign, repeats; or all, or none.",
            READING.prepare,
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        setting("Training epochs of the delta.", DEFAULT.epochs),
    ] = None,
    dimensions: Annotated[
        int | None,
        setting(
            "Domain dimensions to train, for the layout concat; 0 for none.", DEFAULT.dimensions
        ),
    ] = None,
    dimension_epochs: Annotated[
        int | None, setting("Training epochs of the domain dimensions.", "--epochs")
    ] = None,
    dimension_window: Annotated[
        int | None,
        setting(
            "Words on each side that count as neighbors for the domain dimensions.",
            DEFAULT.dimension_window,
        ),
    ] = None,
    dimension_mode: Annotated[
        Mode | None,
        setting("Training mode of the domain dimensions: fast or exact.", DEFAULT.dimension_mode),
    ] = None,
    context_epochs: Annotated[
        int | None,
        setting(
            "Training epochs of the context matrix, for vectors whose file has none.",
            DEFAULT.context_epochs,
        ),
    ] = None,
    model: Annotated[
        Architecture | None,
        setting(
            "word2vec's model: skipgram pairs each word with each neighbor, cbow with their mean.",
            MODEL.architecture,
        ),
    ] = None,
    mode: Annotated[
        Mode | None,
        setting(
            "Training mode of the delta: exact draws noise words for each pair, as word2vec "
            "does; fast shares them within a window.",
            MODEL.mode,
        ),
    ] = None,
    window: Annotated[
        int | None, setting("Words on each side that count as neighbors.", MODEL.window)
    ] = None,
    negative: Annotated[
        int | None, setting("Noise words for each pair, at least 1.", MODEL.negative)
    ] = None,
    subsample: Annotated[
        float | None,
        setting(
            "Share of the text above which a word's occurrences are thinned out; 0 keeps all.",
            MODEL.subsample,
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        setting("Initial learning rate; it decreases linearly.", MODEL.learning_rate),
    ] = None,
    patience: Annotated[
        int | None,
        setting(
            "Epochs without a smaller loss on held-out text after which a training ends; 0 trains "
            "all epochs.",
            DEFAULT.patience,
        ),
    ] = None,
    record: Annotated[
        bool | None,
        typer.Option(
            "--record/--no-record",
            help="Keep salted hashes of the text in the adapter, by which `evaluate` recognizes "
            "what was trained on.",
            show_default="record",
        ),
    ] = None,
    threads: Annotated[
        int | None,
        setting("Training threads. With several, results differ slightly.", RUN.threads),
    ] = None,
    deterministic: Annotated[
        bool | None,
        typer.Option(
            "--deterministic",
            help="Train with several threads to the same bytes for the same number of threads.",
        ),
    ] = None,
    device: Annotated[
        Device | None,
        setting(
            "Where to train: cpu, or cuda for an NVIDIA GPU (pip install 'embedadapt[cuda]').",
            RUN.device,
        ),
    ] = None,
    sync_rounds: Annotated[
        int | None,
        setting("How often an epoch Dask's workers share what they learned.", RUN.sync_rounds),
    ] = None,
    seed: Annotated[
        int | None, setting("Seed of the random numbers and of the held-out documents.", RUN.seed)
    ] = None,
    general: Annotated[
        list[Path] | None,
        typer.Option(
            help="General text in the language of the vectors. By it words of the domain are told "
            "from words of everyone, and new words from their contexts. Default: the order of the "
            "vectors' words, where that is by frequency. Repeat the option for several paths."
        ),
    ] = None,
    frequencies: Annotated[
        str | None,
        typer.Option(
            metavar="LANGUAGE",
            help="Language of a general frequency list (en, fr, ...), which tells words of the "
            "domain from words of everyone: for vectors whose words are in no order of frequency. "
            "Needs pip install 'embedadapt[frequencies]'. Default: --general, or that order.",
        ),
    ] = None,
    phrases: Annotated[
        Path | None,
        typer.Option(
            help="Phrases to learn as one word: a list by `prepare --phrases`, or one a line. "
            "Default: found in the text where the vectors join words (New_York) too, else none."
        ),
    ] = None,
    glossary: Annotated[
        Path | None,
        typer.Option(
            help="Terms and their definitions, one a line, separated by a tab (in .csv by a "
            "comma). A definition counts as a context of a new word."
        ),
    ] = None,
    engine: EngineOption = EngineChoice.here,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
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
    require_gain: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="NATS",
            help="Exit with status 3 unless the verdict is to adapt and the loss on held-out text "
            "falls by this much a pair, or more. The adapter is written all the same.",
        ),
    ] = None,
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Train an adapter: what your text teaches about its words, kept apart from the vectors.

    Example:  embedadapt adapt glove.6B.50d.txt contracts/ -o legal.adapter
    """
    from embedadapt.formats.settings_file import load_settings
    from embedadapt.report.terminal import show_adaptation, show_verdict
    from embedadapt.text.function_words import likeliest_language
    from embedadapt.text.phrases import load_phrases
    from embedadapt.workflows import adapt as workflow

    given = {
        "min_count": min_count,
        "held_out": held_out,
        "prepare": prepare,
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
    text = read_from(corpus, field, column, on_error)
    vectors = whole_words(vectors, text, output, frequencies, settings)
    with running(engine, scheduler, workers) as started, progress_bar(quiet=quiet) as on_progress:
        result = workflow.adapt(
            opened(vectors, trust_pickle, output),
            text,
            settings,
            phrases=None if phrases is None else load_phrases(phrases),
            general=general or None,
            frequencies=frequencies,
            glossary=glossary,
            output=output,
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
            console.print(f"{glossary}, {term}: {why}; the definition is not used.", markup=False)
        show_adaptation(result.training, output, console, result.preparation)
        if result.evaluation and result.verdict:
            words = result.adapter.vocabulary.words[:FUNCTION_WORDS_SEEN]
            show_verdict(
                result.evaluation,
                result.verdict,
                console,
                vectors=str(vectors),
                adapter=str(output),
                lang=likeliest_language(words) or "LANG",
            )
    if require_gain is not None and result.gain < require_gain:
        gained = f"a gain of {result.gain:.3f}" if result.gain >= 0 else "no gain"
        typer.echo(f"embedadapt: --require-gain {require_gain:g}: found {gained}.", err=True)
        raise typer.Exit(3)
