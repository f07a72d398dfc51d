from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    check_order,
    one_line_errors,
    print_json,
    read_from,
    stdout_console,
)
from embedadapt.cli.options import (
    OUTPUT,
    READING,
    ColumnOption,
    CorpusArgument,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    StepsOption,
    TableOption,
)
from embedadapt.cli.progress import progress_bar
from embedadapt.core.files import check_not_input


@one_line_errors
def prepare(
    corpus: CorpusArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="JSONL",
            help="File to write, with one prepared document per line. Default: none; the command "
            "then only reports what it would change.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    steps: StepsOption = "all",
    phrases: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Learn phrases such as force_majeure from the prepared text, and write them to "
            "this file for `adapt --phrases`. Default: no phrases are learned.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Language of the corpus: en, fr, de, es, it, nl or pt. Passages in another "
            "language are removed. Default: the language of the first documents.",
            rich_help_panel=READING,
        ),
    ] = None,
    field: FieldOption = "text",
    column: ColumnOption = None,
    table: TableOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Clean a corpus for training.

    The command repairs broken characters and words, and removes page headers, passages in other
    languages and repeated clauses. In the output, each line of a document is one sentence.

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
            read_from(corpus, field, column, on_error, table=table),
            output,
            settings,
            phrases=phrases,
            on_progress=on_progress,
        )
    if as_json:
        print_json({"format": 1, **done.to_dict()})
    else:
        show_preparation(done, stdout_console(), output, phrases)
