"""What the commands share: errors, inputs, output. Results go to stdout, all else to stderr."""

from __future__ import annotations

import functools
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from errno import EINVAL, EPIPE
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import typer

from embedadapt.cli.options import EngineChoice, OnErrorChoice
from embedadapt.cli.streams import STDOUT
from embedadapt.core.errors import EmbedAdaptError, SettingsError, printable
from embedadapt.core.files import check_not_input, replacing_file

if TYPE_CHECKING:
    from rich.console import Console

    from embedadapt.core.corpus import Corpus
    from embedadapt.core.engine import Engine
    from embedadapt.core.vectors import WordVectors

FAILED = 1
GATE_FAILED = 3
INTERRUPTED = 130
NO_READER = (EPIPE, EINVAL) if os.name == "nt" else (EPIPE,)
"""How the system calls it that nobody reads a pipe any longer."""

P = ParamSpec("P")


def say_renamed(line: str) -> None:
    """A line on stderr for each name of release 0.1 that is used."""
    typer.echo(f"embedadapt: {line}", err=True)


def one_line_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Runs a command; an error is one line on stderr and sets the exit status."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except EmbedAdaptError as error:
            typer.echo(f"embedadapt: {error}", err=True)
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt as interrupt:
            effect = str(interrupt) or "nothing was written"
            typer.echo(f"embedadapt: the command was interrupted; {effect}.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except RuntimeError as error:
            if "new thread" not in str(error):
                raise
            typer.echo("embedadapt: the system starts no more threads: give --threads 1.", err=True)
            raise typer.Exit(FAILED) from None
        except MemoryError:
            typer.echo("embedadapt: there is not enough memory for this command.", err=True)
            raise typer.Exit(FAILED) from None
        except OSError as error:
            name_fault(error)
            raise typer.Exit(FAILED) from None

    return run


def name_fault(error: OSError) -> None:
    """Prints an error in one line on stderr; nothing if the reader of stdout has closed it, as
    `head` does."""
    if error.filename == STDOUT and error.errno in NO_READER:
        return
    if isinstance(error, FileNotFoundError) and not error.filename:  # getcwd(3)
        typer.echo("embedadapt: the current folder was removed: change to another one.", err=True)
        return
    place = f"{error.filename}: " if error.filename else ""
    typer.echo(f"embedadapt: {printable(f'{place}{error.strerror or error}')}.", err=True)


def check_order(command: str, /, **given: object) -> None:
    """Raises an error that says which argument is what where two are mixed up; see `check_roles`.

    given: by the names that the command's help gives them, in order; `__adapter` for an option.
    """
    from embedadapt.workflows.inputs import check_roles

    named = {name.replace("__", "--"): value for name, value in given.items()}
    check_roles(named, f"embedadapt {command}")


def opened(vectors: str, trust_pickle: bool, target: Path | None = None) -> WordVectors | str:
    """The argument for a workflow: the path, or the loaded vectors if pickles are trusted.

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
    table: str | None = None,
) -> Corpus:
    """The corpus of a command, prepared by the given steps. Files in a folder that are not read are
    counted on stderr, and files that are skipped are named there, each once."""
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
        table=table,
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
    """A rich console for results. Characters that the terminal's encoding lacks become `?`."""
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
