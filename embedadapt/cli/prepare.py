from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    ColumnOption,
    CorpusArgument,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    StepsOption,
    check_order,
    one_line_errors,
    print_json,
    progress_bar,
    read_from,
    stdout_console,
)
from embedadapt.core.files import check_not_input


@one_line_errors
def prepare(
    corpus: CorpusArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="JSON lines to write; without it, only a report."),
    ] = None,
    steps: StepsOption = "all",
    phrases: Annotated[
        Path | None,
        typer.Option(help="Learn phrases (force_majeure), and write them here for `adapt`."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Of the corpus: en, fr, de, es, it, nl or pt.")
    ] = None,
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a corpus ready to train on: repaired, a sentence a line, each clause once.

    Example:  embedadapt prepare contracts/ -o contracts.jsonl
    """
    from embedadapt.report.terminal import show_preparation
    from embedadapt.text.prepare import PrepareSettings
    from embedadapt.workflows import prepare as workflow

    check_order("prepare", CORPUS=corpus)
    settings = PrepareSettings.of(steps, language)
    for target in filter(None, (output, phrases)):
        check_not_input(target, corpus)
    with progress_bar(quiet=quiet) as on_progress:
        done = workflow.prepare(
            read_from(corpus, field, column, on_error),
            output,
            settings,
            phrases=phrases,
            on_progress=on_progress,
        )
    if as_json:
        print_json(done.to_dict())
    else:
        show_preparation(done, stdout_console(), output, phrases)
