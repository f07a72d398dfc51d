"""What the commands share: options, errors, progress. Results to stdout, all else to stderr."""

from __future__ import annotations

import functools
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from errno import EINVAL, EPIPE
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeAlias

import typer
from typer.core import TyperGroup

from embedadapt.cli.streams import STDOUT, standard_streams
from embedadapt.core.errors import EmbedAdaptError, SettingsError
from embedadapt.core.files import check_not_input, replacing_file
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.renamed import translate_options

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

    from embedadapt.core.corpus import Corpus
    from embedadapt.core.engine import Engine
    from embedadapt.core.vectors import WordVectors

FAILED = 1
GATE_FAILED = 3
INTERRUPTED = 130
NO_READER = (EPIPE, EINVAL) if os.name == "nt" else (EPIPE,)
"""How the system calls it that nobody reads a pipe any longer."""

P = ParamSpec("P")


class LayoutChoice(StrEnum):
    """The layouts of `apply_adapter`, as an option."""

    concat = "concat"
    add = "add"


class EngineChoice(StrEnum):
    """Where the parts of a job are done."""

    here = "here"
    dask = "dask"


class OnErrorChoice(StrEnum):
    """What a document that cannot be read does to a run."""

    stop = "stop"
    skip = "skip"


VectorsArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="VECTORS",
        help="A vector file (word2vec, GloVe, fastText, numpy, safetensors, gensim; also packed or "
        "in an archive), a spaCy or model2vec folder, or the name of an installed spaCy package.",
    ),
]
CorpusArgument: TypeAlias = Annotated[
    list[Path],
    typer.Argument(
        metavar="CORPUS...",
        help="Documents (txt, md, html, docx, pdf, rtf, eml, jsonl, csv, tsv, parquet; also .gz or "
        ".zst), folders or patterns; - is standard input.",
    ),
]
FieldOption: TypeAlias = Annotated[
    str, typer.Option("--field", help="The field of .jsonl files that holds the text.")
]
ColumnOption: TypeAlias = Annotated[
    str | None, typer.Option("--column", help="The column of .csv, .tsv and .parquet that does.")
]
OnErrorOption: TypeAlias = Annotated[
    OnErrorChoice, typer.Option(help="What to do at a document that cannot be read.")
]
StepsOption: TypeAlias = Annotated[
    str,
    typer.Option(
        metavar="STEPS",
        help="Steps of the preparation, with commas: repair, pages, rejoin, foreign, repeats; or "
        "all, or none.",
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AdaptersOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--adapter", help="Made by `embedadapt adapt`. Several of one base: give it several times."
    ),
]
EngineOption: TypeAlias = Annotated[
    EngineChoice,
    typer.Option(
        help="dask: several processes, or with --scheduler several machines "
        "(pip install 'embedadapt[distributed]')."
    ),
]
SchedulerOption: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Of a Dask scheduler; else --engine dask starts one."),
]
WorkersOption: TypeAlias = Annotated[
    int | None,
    typer.Option(min=1, help="Of the Dask engine. Default: those there are; here one a core."),
]
LayoutOption: TypeAlias = Annotated[
    LayoutChoice,
    typer.Option(
        help="add: words move in the base's own dimensions, a drop-in for what is trained on the "
        "base. concat: domain dimensions beside them."
    ),
]
ScaleOption: TypeAlias = Annotated[
    list[float] | None,
    typer.Option(
        help="Take the same scale for all words, from 0, the base, to 1, instead of a budget. Give "
        "one for all adapters, or one for each."
    ),
]
BudgetOption: TypeAlias = Annotated[
    float | None,
    typer.Option(
        help="Share of general words' nearest neighbors to keep, 0 to 1. Each word then moves as "
        "far as it belongs to the domain.",
        show_default="0.92",
    ),
]
TrustPickleOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--trust-pickle", help="Read gensim's native files, which are pickles. None of it is run."
    ),
]
QuietOption: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def say_renamed(line: str) -> None:
    """A line on stderr for each name of release 0.1 that is used."""
    typer.echo(f"embedadapt: {line}", err=True)


class CommandLine(TyperGroup):
    """All commands, over streams that fail in one line however a command is left."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **kwargs: Any) -> Any:
        """Raises SystemExit with the status."""
        with standard_streams():
            try:
                try:
                    given = sys.argv[1:] if args is None else [*args]
                    return super().main(translate_options(given, say_renamed), *more, **kwargs)
                finally:
                    sys.stdout.flush()
            except OSError as error:
                _name_fault(error)
                sys.exit(FAILED)


def one_line_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Runs a command; what goes wrong is told in one line on stderr and by the exit status."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except EmbedAdaptError as error:
            typer.echo(f"embedadapt: {error}", err=True)
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt as interrupt:
            told = str(interrupt) or "nothing was written"
            typer.echo(f"embedadapt: interrupted; {told}.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except MemoryError:
            typer.echo("embedadapt: not enough memory for this.", err=True)
            raise typer.Exit(FAILED) from None
        except OSError as error:
            _name_fault(error)
            raise typer.Exit(FAILED) from None

    return run


def _name_fault(error: OSError) -> None:
    """On stderr, in one line; nothing where a reader left (`embedadapt … | head`): it has seen
    enough."""
    if error.filename == STDOUT and error.errno in NO_READER:
        return
    place = f"{error.filename}: " if error.filename else ""
    typer.echo(f"embedadapt: {place}{error.strerror or error}.", err=True)


def check_order(command: str, /, **given: object) -> None:
    """Raises an error that says which argument is what where two are mixed up; see `check_roles`.

    given: by the names that the command's help gives them, in order; `__adapter` for an option.
    """
    from embedadapt.workflows.inputs import check_roles

    named = {name.replace("__", "--"): value for name, value in given.items()}
    check_roles(named, f"embedadapt {command}")


def opened(vectors: str, trust_pickle: bool, target: Path | None = None) -> WordVectors | str:
    """What a workflow is given: the path; or the table, where a pickle may have to be trusted.

    Raises OutputError where `target` would replace the file that is read.
    """
    if not trust_pickle:
        return vectors
    from embedadapt.formats import load_vectors

    if target is not None:
        check_not_input(target, [vectors])
    return load_vectors(vectors, trust_pickle=True)


def read_from(
    paths: list[Path],
    field: str,
    column: str | None,
    on_error: OnErrorChoice,
    prepare: str = "none",
) -> Corpus:
    """The corpus of a command, prepared where it is asked for. The files that a folder holds and
    that are not read are counted on stderr; those that are skipped are named there, each once."""
    from embedadapt.core.corpus import unread_files
    from embedadapt.report.unread import unread_line
    from embedadapt.text.prepare import PreparedCorpus, PrepareSettings
    from embedadapt.text.readers import open_corpus, stop

    @cache
    def name_skipped(line: str) -> None:
        typer.echo(f"embedadapt: skipped {line}", err=True)

    settings = PrepareSettings.of(prepare)
    corpus = open_corpus(
        paths,
        field=field,
        column=column,
        on_error=stop if on_error is OnErrorChoice.stop else lambda e: name_skipped(str(e)),
    )
    if unread := unread_line(unread_files(corpus)):
        typer.echo(f"embedadapt: {unread}", err=True)
    return PreparedCorpus(corpus, settings) if settings.steps else corpus


@contextmanager
def running(engine: EngineChoice, scheduler: str | None, workers: int | None) -> Iterator[Engine]:
    """The engine of a command. Raises SettingsError for options of another."""
    if engine is EngineChoice.dask:
        from embedadapt.cluster.dask import dask_engine

        with dask_engine(scheduler, workers) as started:
            yield started
        return
    for option, value in (("--scheduler", scheduler), ("--workers", workers)):
        if value is not None:
            raise SettingsError(option, expected="--engine dask with it", found="--engine here")
    from embedadapt.core.engine import HERE

    yield HERE


def stdout_console() -> Console:
    """A rich console for results. What the terminal's encoding lacks is shown as `?`."""
    from rich.console import Console

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console(highlight=False)


def print_json(value: Mapping[str, object]) -> None:
    """A result as JSON on stdout."""
    from embedadapt.report import json

    typer.echo(json.dump(value), nl=False)


def write_text(path: Path, text: str) -> None:
    """A page or a table in UTF-8, whole or not at all. Raises OutputError."""
    with replacing_file(path) as stream:
        stream.write(text.encode("utf-8", "replace"))


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[OnProgress]:
    """A listener that shows stage, words/s, loss and time left on stderr."""
    if quiet:
        yield ignore_progress
        return
    from rich import progress as rich_progress
    from rich.console import Console

    with rich_progress.Progress(
        rich_progress.TextColumn("{task.description:<20}"),
        rich_progress.BarColumn(bar_width=24),
        rich_progress.TextColumn("{task.percentage:>3.0f}% {task.fields[figures]}"),
        console=Console(stderr=True, highlight=False),
    ) as bar:
        tasks: dict[str, rich_progress.TaskID] = {}

        def show(progress: Progress, /) -> None:
            if progress.stage not in tasks:
                _finish(bar)
                tasks[progress.stage] = bar.add_task(progress.stage, total=None, figures="")
            bar.update(
                tasks[progress.stage],
                total=progress.total or None,
                completed=progress.done,
                figures=_figures(progress),
            )

        yield show
        _finish(bar)


def _finish(bar: Bar) -> None:
    """A stage is done when the next one begins."""
    for task in bar.tasks:
        total = task.total or 1
        bar.update(task.id, total=total, completed=total)


def _figures(progress: Progress) -> str:
    parts = []
    if progress.words_per_second:
        parts.append(f"{progress.words_per_second:,.0f} words/s")
    if progress.loss is not None:
        parts.append(f"loss {progress.loss:.3f}")
    if progress.seconds_left is not None and progress.done < progress.total:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    return "  ".join(parts)
